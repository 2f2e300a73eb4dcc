//! Balances: by member, tier or program, with the totals of programs.

use rust_decimal::Decimal;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Filter, Lots, Reader, Times, figures};
use crate::ledger::Figures;

/// What balances are told apart by, beside the program: points of different programs are never
/// added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// The member.
    #[default]
    Member,
    /// The tier by then.
    Tier,
    /// Nothing more.
    Program,
}

impl GroupBy {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Tier => "tier",
            Self::Program => "program",
        }
    }
}

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancesQuery {
    /// When.
    pub times: Times,
    /// Whose.
    pub filter: Filter,
    /// Told apart by what.
    pub group_by: GroupBy,
    /// Only groups after this one.
    pub after: Option<GroupCursor>,
    /// How many groups at most.
    pub limit: u16,
}

/// A place in the list of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCursor {
    /// The program.
    pub program: Uuid,
    /// The member, or the tier; empty for a program.
    pub key: String,
}

/// Tier points (升级积分): `earned + adjusted = points + reversed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TierPoints {
    /// Earned.
    pub earned: Decimal,
    /// Adjusted.
    pub adjusted: Decimal,
    /// Taken back, less what was given again.
    pub reversed: Decimal,
    /// The balance.
    pub points: Decimal,
}

/// The balance of a group, or of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Its place in the list.
    pub cursor: GroupCursor,
    /// What the program is called by then.
    pub program_name: Option<String>,
    /// The shop that runs the program; `None` for the whole tenant.
    pub shop: Option<String>,
    /// The member's number.
    pub member_number: Option<String>,
    /// Who the member is.
    pub customer: Option<Uuid>,
    /// What the customer is called today.
    pub customer_name: Option<String>,
    /// The tier by then, of a member or a group of one.
    pub tier: Option<String>,
    /// How many members.
    pub members: i64,
    /// Reward points.
    pub figures: Figures,
    /// What active lots hold.
    pub lots: Decimal,
    /// Tier points.
    pub tier_points: TierPoints,
    /// Whether the law of conservation holds for each of the members (L-19).
    pub conserves: bool,
}

/// A page of balances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances {
    /// By program and key.
    pub groups: Vec<Balance>,
    /// Over all groups, also those of other pages: one for each program.
    pub totals: Vec<Balance>,
}

impl Reader<'_> {
    /// The balances of members to whose points something had happened.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn balances(&self, query: &BalancesQuery) -> Result<Balances, Error> {
        let Filter {
            members,
            programs,
            tiers,
        } = &query.filter;
        let program = query.after.as_ref().map(|after| after.program);
        let key = query.after.as_ref().map(|after| after.key.as_str());
        let group_by = query.group_by.as_str();
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/list_balances.sql"),
                (Lots::Open, !members.is_empty()),
                &[
                    &self.tenant,
                    &query.times.until,
                    &query.times.known_until,
                    members,
                    programs,
                    tiers,
                    &group_by,
                    &program,
                    &key,
                    &limit,
                ],
            )
            .await?;
        let mut balances = Balances::default();
        for row in &rows {
            let balance = balance(row, query.group_by)?;
            if row.try_get("total")? {
                balances.totals.push(balance);
            } else {
                balances.groups.push(balance);
            }
        }
        Ok(balances)
    }
}

fn balance(row: &Row, group_by: GroupBy) -> Result<Balance, Error> {
    let total: bool = row.try_get("total")?;
    let tier = if total || group_by == GroupBy::Program {
        None
    } else {
        row.try_get("tier")?
    };
    let key: Option<String> = row.try_get("key")?;
    Ok(Balance {
        cursor: GroupCursor {
            program: row.try_get("program")?,
            key: key.unwrap_or_default(),
        },
        program_name: row.try_get("program_name")?,
        shop: row.try_get("shop")?,
        member_number: row.try_get("number")?,
        customer: row.try_get("customer")?,
        customer_name: row.try_get("customer_name")?,
        tier,
        members: row.try_get("members")?,
        figures: figures(row)?,
        lots: row.try_get("lots")?,
        tier_points: TierPoints {
            earned: row.try_get("tier_earned")?,
            adjusted: row.try_get("tier_adjusted")?,
            reversed: row.try_get("tier_reversed")?,
            points: row.try_get("tier_points")?,
        },
        conserves: row.try_get("conserves")?,
    })
}
