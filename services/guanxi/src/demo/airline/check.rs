//! Compares what the read model of points answers with what the story comes to, member by member.

use std::collections::BTreeMap;

use guanxi_proto::{
    query::v1::{
        GetPointsBalancesRequest, PointsBalance, PointsFilter, PointsGrouping,
        points_service_client::PointsServiceClient,
    },
    types::v1::PageRequest,
};
use rust_decimal::Decimal;
use tonic::transport::Channel;

use super::{
    Dataset, Story, Totals,
    load::{member, program},
};
use crate::demo::{Caller, ids::Ids};

/// Rows of a page: the most that there are.
const PAGE: i32 = 1_000;

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Check {
    /// What the story comes to.
    pub(crate) told: Totals,
    /// The points that the program's ledger says were earned.
    pub(crate) earned: Decimal,
    /// The points that it says were spent.
    pub(crate) spent: Decimal,
    /// What members hold.
    pub(crate) active: Decimal,
    /// Members whose ledger says otherwise than the story.
    pub(crate) wrong: Vec<String>,
    /// Whether the law of conservation holds for every member.
    pub(crate) conserves: bool,
}

impl Check {
    /// Whether all is as it must be.
    pub(crate) fn holds(&self) -> bool {
        self.wrong.is_empty()
            && self.conserves
            && self.earned == self.told.earned
            && self.spent == self.told.redeemed
    }
}

/// Asks the query service about one data set.
pub(crate) struct Questions<'a> {
    caller: &'a Caller,
    story: &'a Story,
    ids: Ids,
    client: PointsServiceClient<Channel>,
}

impl<'a> Questions<'a> {
    pub(crate) fn about(caller: &'a Caller, dataset: &'a Dataset) -> Self {
        Self {
            caller,
            story: &dataset.story,
            ids: Ids::of(&dataset.name),
            client: PointsServiceClient::new(caller.query.clone()),
        }
    }

    /// Compares everything. Waits until the read model shows what the tokens stand for.
    pub(crate) async fn check(&self, tokens: &[String]) -> anyhow::Result<Check> {
        let mut check = Check {
            told: self.story.totals(),
            conserves: true,
            ..Check::default()
        };
        let mut found = BTreeMap::new();
        let mut page = PageRequest {
            page_size: PAGE,
            page_token: String::new(),
        };
        loop {
            let message = GetPointsBalancesRequest {
                after: tokens.to_vec(),
                filter: Some(PointsFilter {
                    program_ids: vec![program(self.ids).to_string()],
                    ..PointsFilter::default()
                }),
                group_by: PointsGrouping::Member.into(),
                page: Some(page.clone()),
                ..GetPointsBalancesRequest::default()
            };
            let call = async |request| self.client.clone().get_points_balances(request).await;
            let answer = self.caller.send(message, call).await?;
            check.conserves &= answer.conserves;
            if let Some(total) = answer.totals.first() {
                let sums = Sums::of(total)?;
                (check.earned, check.spent) = (sums.earned, sums.spent);
                check.active = sums.active;
            }
            for balance in answer.balances {
                found.insert(balance.member_id.clone(), Sums::of(&balance)?);
            }
            if answer.next_page_token.is_empty() {
                break;
            }
            page.page_token = answer.next_page_token;
        }
        check.wrong = self.wrong(&found);
        Ok(check)
    }

    fn wrong(&self, found: &BTreeMap<String, Sums>) -> Vec<String> {
        let members = self.story.members.iter();
        let wrong = members.filter_map(|(number, told)| {
            let id = member(self.ids, number).to_string();
            let found = found.get(&id).copied().unwrap_or_default();
            let (mut earned, mut spent) = (Decimal::ZERO, Decimal::ZERO);
            for activity in &told.months {
                earned += activity.earned;
                if activity.covered {
                    spent += activity.redeemed;
                }
            }
            let right = (earned, spent) == (found.earned, found.spent);
            (!right).then(|| format!("{number}: told {earned} and {spent}, found {found:?}"))
        });
        wrong.collect()
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    earned: Decimal,
    spent: Decimal,
    active: Decimal,
}

impl Sums {
    fn of(balance: &PointsBalance) -> anyhow::Result<Self> {
        let points = balance.points.clone().unwrap_or_default();
        Ok(Self {
            earned: points.earned.parse()?,
            spent: points.spent.parse()?,
            active: points.active.parse()?,
        })
    }
}
