//! The points of all members of one program, as the read model of points answers.

use std::collections::BTreeMap;

use anyhow::Context;
use guanxi_proto::{
    query::v1::{
        GetPointsBalancesRequest, PointsBalance, PointsFilter, PointsGrouping,
        points_service_client::PointsServiceClient,
    },
    types::v1::PageRequest,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Caller;

/// Rows of a page: the most that there are.
const PAGE: i32 = 1_000;

/// The figures of a member, or of a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::demo) struct Ledger {
    /// Points that were earned.
    pub(in crate::demo) earned: Decimal,
    /// What was taken back of them.
    pub(in crate::demo) reversed: Decimal,
    /// Points that were spent.
    pub(in crate::demo) spent: Decimal,
    /// What cannot be spent yet.
    pub(in crate::demo) pending: Decimal,
    /// What can be spent.
    pub(in crate::demo) active: Decimal,
}

/// All ledgers of a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::demo) struct Ledgers {
    /// By the member's id. Members to whose points nothing had happened are not among them.
    pub(in crate::demo) members: BTreeMap<String, Ledger>,
    /// As the read model adds them up.
    pub(in crate::demo) total: Ledger,
    /// Whether the law of conservation holds for every member.
    pub(in crate::demo) conserves: bool,
}

impl Ledgers {
    /// Asks, page by page, and waits until the read model shows what the tokens stand for.
    ///
    /// # Errors
    /// When the query service does not answer, or answers what is no figure.
    pub(in crate::demo) async fn of(
        caller: &Caller,
        program: Uuid,
        tokens: &[String],
    ) -> anyhow::Result<Self> {
        let client = PointsServiceClient::new(caller.query.clone());
        let mut ledgers = Self {
            conserves: true,
            ..Self::default()
        };
        let mut page = PageRequest {
            page_size: PAGE,
            page_token: String::new(),
        };
        loop {
            let message = GetPointsBalancesRequest {
                after: tokens.to_vec(),
                filter: Some(PointsFilter {
                    program_ids: vec![program.to_string()],
                    ..PointsFilter::default()
                }),
                group_by: PointsGrouping::Member.into(),
                page: Some(page.clone()),
                ..GetPointsBalancesRequest::default()
            };
            let call = async |request| client.clone().get_points_balances(request).await;
            let answer = caller.send(message, call).await;
            let answer = answer.context("ask for the members' points")?;
            ledgers.conserves &= answer.conserves;
            if let Some(total) = answer.totals.first() {
                ledgers.total = Ledger::read(total)?;
            }
            for balance in answer.balances {
                let ledger = Ledger::read(&balance)?;
                ledgers.members.insert(balance.member_id, ledger);
            }
            if answer.next_page_token.is_empty() {
                return Ok(ledgers);
            }
            page.page_token = answer.next_page_token;
        }
    }
}

impl Ledger {
    fn read(balance: &PointsBalance) -> anyhow::Result<Self> {
        let points = balance.points.clone().unwrap_or_default();
        Ok(Self {
            earned: points.earned.parse()?,
            reversed: points.reversed.parse()?,
            spent: points.spent.parse()?,
            pending: points.pending.parse()?,
            active: points.active.parse()?,
        })
    }
}
