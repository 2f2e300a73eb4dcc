//! Compares what the read model answers with the plain count over the files.

use anyhow::Context;
use guanxi_proto::{
    query::v1::{
        FunnelGroup, FunnelGrouping, GetFunnelRequest, GetFunnelResponse, OpportunityFilter,
        funnel_service_client::FunnelServiceClient,
    },
    types::v1::CountAndSums,
};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    Caller, Company, Counts, Files, caller::persist, count, ids::Ids, load::pipeline_id, wire,
};

/// What was compared.
pub(crate) struct Check {
    /// What the files say of the last day.
    pub(crate) expected: Counts,
    /// What the funnel says.
    pub(crate) found: Counts,
    /// The past days for which both were compared.
    pub(crate) days: Vec<Date>,
    /// The days on which they differ, with what the files say and what was found.
    pub(crate) differing: Vec<(Date, Counts, Counts)>,
}

impl Check {
    /// Whether all is as it must be.
    pub(crate) fn holds(&self) -> bool {
        self.expected == self.found && self.differing.is_empty()
    }
}

/// Asks the query service about one company.
pub(crate) struct Questions<'a> {
    caller: &'a Caller,
    files: &'a Files,
    company: &'a Company,
}

impl<'a> Questions<'a> {
    pub(crate) fn about(caller: &'a Caller, files: &'a Files, company: &'a Company) -> Self {
        Self {
            caller,
            files,
            company,
        }
    }

    /// Whether everything is there already. Of the last day, for what people did since then to what
    /// was loaded is none of its business.
    pub(crate) async fn is_loaded(&self) -> anyhow::Result<bool> {
        let day = self.company.last_day;
        Ok(self.counts(Some(day), &[]).await? == count(&self.files.pipeline, day))
    }

    /// Compares the totals, of now or as of the last day, and the end of every month. Waits until
    /// the funnel shows what the tokens stand for.
    pub(crate) async fn check(&self, now: bool, tokens: &[String]) -> anyhow::Result<Check> {
        let last_day = self.company.last_day;
        let found = self.counts((!now).then_some(last_day), tokens).await?;
        let days = month_ends(self.company);
        let mut differing = Vec::new();
        for day in &days {
            let expected = count(&self.files.pipeline, *day);
            let found = self.counts(Some(*day), &[]).await?;
            if expected != found {
                differing.push((*day, expected, found));
            }
        }
        Ok(Check {
            expected: count(&self.files.pipeline, last_day),
            found,
            days,
            differing,
        })
    }

    /// The funnel of the company's pipeline, now or as of a day.
    pub(super) async fn funnel(
        &self,
        as_of: Option<Date>,
        after: &[String],
        group_by: FunnelGrouping,
    ) -> anyhow::Result<GetFunnelResponse> {
        let message = GetFunnelRequest {
            after: after.to_vec(),
            as_of: as_of.map(wire::day),
            filter: Some(OpportunityFilter {
                pipeline_id: pipeline_id(Ids::of(&self.company.name)).to_string(),
                ..OpportunityFilter::default()
            }),
            group_by: group_by.into(),
            ..GetFunnelRequest::default()
        };
        let client = FunnelServiceClient::new(self.caller.query.clone());
        let client = client.max_decoding_message_size(64 << 20);
        persist(async || {
            let request = self.caller.request(message.clone());
            client.clone().get_funnel(request).await
        })
        .await
        .context("ask for the funnel")
    }

    async fn counts(&self, as_of: Option<Date>, after: &[String]) -> anyhow::Result<Counts> {
        let answer = self
            .funnel(as_of, after, FunnelGrouping::Unspecified)
            .await?;
        // A pipeline that is not there yet has no funnel.
        Ok(answer.groups.first().map(counted).unwrap_or_default())
    }
}

/// A group of the funnel in the terms of the files.
pub(super) fn counted(group: &FunnelGroup) -> Counts {
    let open_in = |key: &str| {
        let stages = group.stages.iter().filter(|stage| stage.stage == key);
        stages.map(|stage| number(stage.open.as_ref())).sum()
    };
    Counts {
        prospecting: open_in("prospecting"),
        engaging: open_in("engaging"),
        won: number(group.won.as_ref()),
        won_value: sum(group.won.as_ref()),
        lost: number(group.lost.as_ref()),
    }
}

fn number(figures: Option<&CountAndSums>) -> i64 {
    figures.map(|figures| figures.count).unwrap_or_default()
}

/// The sum in USD, the only currency of the files.
pub(super) fn sum(figures: Option<&CountAndSums>) -> Decimal {
    let sums = figures
        .map(|figures| figures.sums.as_slice())
        .unwrap_or_default();
    let usd = sums.iter().filter(|sum| sum.currency_code == wire::USD);
    usd.map(wire::decimal).sum()
}

/// The last day of each month that has something to tell.
fn month_ends(company: &Company) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = company.first_day.last_of_month();
    while day <= company.last_day {
        days.push(day);
        day = match day.checked_add(1.day()) {
            Ok(next) => next.last_of_month(),
            Err(_) => break,
        };
    }
    days
}
