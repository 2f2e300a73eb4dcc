//! Compares what the read model of receivables answers with what the story comes to.

use std::ops::AddAssign;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use guanxi_proto::{
    google_type::Money,
    query::v1::{
        AgeingGroup, ControlFigure, GetAgeingRequest, GetCashFlowRequest, GetControlAccountRequest,
        ReceivablesFilter, receivables_service_client::ReceivablesServiceClient,
    },
    types::v1::DateRange,
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use tonic::transport::Channel;

use super::{Ageing, Dataset, Deed, Story, load::customer};
use crate::demo::{Caller, ids::Ids, wire};

/// The ends of months whose ageing is compared and shown.
pub(crate) const MONTH_ENDS: [Date; 4] = [
    date(2011, 3, 31),
    date(2011, 6, 30),
    date(2011, 9, 30),
    date(2011, 11, 30),
];

/// As many customers as one question may be about.
const CUSTOMERS: usize = 200;
/// Questions under way at once.
const ABREAST: usize = 4;

/// What it all comes to, in GBP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Invoices.
    pub(crate) invoiced: Decimal,
    /// Credit notes.
    pub(crate) credited: Decimal,
    /// Payments that did not bounce.
    pub(crate) received: Decimal,
    /// Payments that bounced.
    pub(crate) bounced: Decimal,
    /// What was paid to customers.
    pub(crate) paid_out: Decimal,
    /// Bad debts that were charged.
    pub(crate) debts: Decimal,
    /// Bad debts that were written off.
    pub(crate) written_off: Decimal,
    /// What is open, credits counted.
    pub(crate) open: Decimal,
}

/// What was compared.
pub(crate) struct Check {
    /// The file's sum over what was accepted of sales and cancellations.
    pub(crate) accepted: Decimal,
    /// What the story comes to.
    pub(crate) expected: Figures,
    /// What the control account says, as of the story's last day.
    pub(crate) found: Figures,
    /// Whether the open items add up to the control account.
    pub(crate) agrees: bool,
    /// What had been recorded by the last day itself: nothing, for history was recorded later.
    pub(crate) known_then: Ageing,
    /// By day: of the story, and as the read model says.
    pub(crate) ageing: Vec<(Date, Ageing, Ageing)>,
}

impl Check {
    /// Whether all is as it must be, to the penny.
    pub(crate) fn holds(&self) -> bool {
        self.expected == self.found
            && self.accepted == self.found.net()
            && self.agrees
            && self.known_then == Ageing::default()
            && self.ageing.iter().all(|(_, told, found)| told == found)
    }
}

/// Asks the query service about the customers of one data set.
pub(crate) struct Questions<'a> {
    caller: &'a Caller,
    story: &'a Story,
    client: ReceivablesServiceClient<Channel>,
    customers: Vec<Vec<String>>,
}

impl<'a> Questions<'a> {
    pub(crate) fn about(caller: &'a Caller, dataset: &'a Dataset) -> Self {
        let ids = Ids::of(&dataset.name);
        let keys: Vec<_> = dataset.story.buyers.keys().collect();
        let some = keys.chunks(CUSTOMERS).map(|keys| {
            let ids = keys.iter().map(|key| customer(ids, key).to_string());
            ids.collect()
        });
        Self {
            caller,
            story: &dataset.story,
            client: ReceivablesServiceClient::new(caller.query.clone()),
            customers: some.collect(),
        }
    }

    /// Whether everything is there already. As of the last day, for what people did since then is
    /// none of its business.
    pub(crate) async fn is_loaded(&self) -> anyhow::Result<bool> {
        let (found, _) = self.figures(&[]).await?;
        Ok(found == Figures::of(self.story))
    }

    /// Compares everything. Waits until the read model shows what the tokens stand for.
    pub(crate) async fn check(&self, tokens: &[String]) -> anyhow::Result<Check> {
        let (found, agrees) = self.figures(tokens).await?;
        let mut ageing = Vec::new();
        for day in MONTH_ENDS.into_iter().chain([self.story.last_day]) {
            let found = self.ageing(day, None).await?;
            ageing.push((day, Ageing::of(self.story, day), found));
        }
        let last = self.story.last_day;
        Ok(Check {
            accepted: self.story.totals.accepted,
            expected: Figures::of(self.story),
            found,
            agrees,
            known_then: self.ageing(last, Some(last)).await?,
            ageing,
        })
    }

    /// The control account as of the last day, and whether the open items add up to it.
    async fn figures(&self, tokens: &[String]) -> anyhow::Result<(Figures, bool)> {
        let some = stream::iter(&self.customers).map(async |customers| {
            let (mut figures, agrees) = self.control(customers, tokens).await?;
            figures.bounced = self.bounced(customers).await?;
            anyhow::Ok((figures, agrees))
        });
        some.buffer_unordered(ABREAST)
            .try_fold(
                (Figures::default(), true),
                async |(mut all, all_agree), (some, agrees)| {
                    all += some;
                    Ok((all, all_agree && agrees))
                },
            )
            .await
    }

    async fn control(
        &self,
        customers: &[String],
        tokens: &[String],
    ) -> anyhow::Result<(Figures, bool)> {
        let message = GetControlAccountRequest {
            after: tokens.to_vec(),
            as_of: Some(wire::day(self.story.last_day)),
            customer_ids: customers.to_vec(),
            currencies: vec![wire::GBP.to_owned()],
            ..GetControlAccountRequest::default()
        };
        let call = async |request| self.client.clone().get_control_account(request).await;
        let answer = self.caller.send(message, call).await;
        let answer = answer.context("ask for the control account")?;
        let mut figures = Figures::default();
        for account in &answer.accounts {
            figures.open += sum(account.open.as_ref());
            for figure in &account.figures {
                let amount = sum(figure.amount.as_ref());
                // Signed as what is open is.
                match figure.figure() {
                    ControlFigure::Invoiced => figures.invoiced += amount,
                    ControlFigure::Fees => figures.debts += amount,
                    ControlFigure::Refunded => figures.paid_out += amount,
                    ControlFigure::Received => figures.received -= amount,
                    ControlFigure::Credited => figures.credited -= amount,
                    ControlFigure::WrittenOff => figures.written_off -= amount,
                    // The story knows none of these; they would make what is open another sum.
                    ControlFigure::Unspecified
                    | ControlFigure::Discount
                    | ControlFigure::Difference
                    | ControlFigure::Recovered
                    | ControlFigure::Exchange => {}
                }
            }
        }
        Ok((figures, answer.agrees))
    }

    async fn bounced(&self, customers: &[String]) -> anyhow::Result<Decimal> {
        let (first, last) = (self.story.first_day, self.story.last_day);
        let message = GetCashFlowRequest {
            as_of: Some(wire::day(last)),
            days: Some(DateRange {
                first: Some(wire::day(first)),
                last: Some(wire::day(last)),
            }),
            customer_ids: customers.to_vec(),
            currencies: vec![wire::GBP.to_owned()],
            ..GetCashFlowRequest::default()
        };
        let call = async |request| self.client.clone().get_cash_flow(request).await;
        let answer = self.caller.send(message, call).await;
        let answer = answer.context("ask for the cash flow")?;
        let months = answer.months.iter().flat_map(|month| &month.currencies);
        let figures = months.filter_map(|month| month.figures.as_ref());
        Ok(figures.map(|figures| sum(figures.bounced.as_ref())).sum())
    }

    /// The ageing as of a day, with all that is known or with what was known on a day.
    async fn ageing(&self, day: Date, known: Option<Date>) -> anyhow::Result<Ageing> {
        let some = stream::iter(&self.customers).map(async |customers| {
            let message = GetAgeingRequest {
                as_of: Some(wire::day(day)),
                as_known_at: known.map(wire::day),
                filter: Some(ReceivablesFilter {
                    customer_ids: customers.clone(),
                    currencies: vec![wire::GBP.to_owned()],
                    ..ReceivablesFilter::default()
                }),
                ..GetAgeingRequest::default()
            };
            let call = async |request| self.client.clone().get_ageing(request).await;
            let answer = self.caller.send(message, call).await;
            answer.context("ask for the ageing")
        });
        some.buffer_unordered(ABREAST)
            .try_fold(Ageing::default(), async |mut all, answer| {
                answer.totals.iter().for_each(|group| add(&mut all, group));
                Ok(all)
            })
            .await
    }
}

fn add(ageing: &mut Ageing, group: &AgeingGroup) {
    let Some(figures) = &group.figures else {
        return;
    };
    for (bucket, debits) in ageing.buckets.iter_mut().zip(&figures.debits) {
        *bucket += wire::decimal(debits);
    }
    ageing.credits += sum(figures.unallocated.as_ref());
}

fn sum(money: Option<&Money>) -> Decimal {
    money.map(wire::decimal).unwrap_or_default()
}

impl Figures {
    /// What was invoiced less what was credited.
    pub(crate) fn net(&self) -> Decimal {
        self.invoiced - self.credited
    }

    /// What the story comes to.
    fn of(story: &Story) -> Self {
        let totals = &story.totals;
        Self {
            invoiced: totals.invoiced,
            credited: totals.credited,
            received: totals.received,
            bounced: bounced(story),
            paid_out: totals.paid_out,
            debts: totals.debts,
            written_off: totals.written_off,
            open: totals.open(),
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.invoiced += other.invoiced;
        self.credited += other.credited;
        self.received += other.received;
        self.bounced += other.bounced;
        self.paid_out += other.paid_out;
        self.debts += other.debts;
        self.written_off += other.written_off;
        self.open += other.open;
    }
}

/// The sum of all payments that bounced.
fn bounced(story: &Story) -> Decimal {
    let mut sum = Decimal::ZERO;
    for buyer in story.buyers.values() {
        let deeds = || buyer.steps.iter().map(|step| &step.deed);
        let paid: std::collections::HashMap<_, _> = deeds()
            .filter_map(|deed| match deed {
                Deed::Paid(payment) => Some((&payment.key, payment.amount)),
                _ => None,
            })
            .collect();
        sum += deeds()
            .filter_map(|deed| match deed {
                Deed::Bounced { payment } => paid.get(payment),
                _ => None,
            })
            .sum::<Decimal>();
    }
    sum
}
