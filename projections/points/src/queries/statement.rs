//! A member's statement: the balance before, each line with what explains it, the balance after.

mod line;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Lots, Reader, Times, figures};
use crate::ledger::{Account, Cause, Collected, Figures, LineKind, Rules};

/// Which statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementQuery {
    /// Up to when.
    pub times: Times,
    /// Whose.
    pub member: Uuid,
    /// Of which account.
    pub account: Account,
    /// The first instant of it; `None` is the beginning.
    pub from: Option<Timestamp>,
    /// Only lines after this one.
    pub after: Option<LineCursor>,
    /// How many lines at most.
    pub limit: u16,
}

/// A place in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineCursor {
    /// When the line counts.
    pub at: Timestamp,
    /// The version of the account with its event.
    pub version: i64,
}

/// An account at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its figures.
    pub figures: Figures,
    /// What active lots hold.
    pub lots: Decimal,
    /// Whether the law of conservation holds (L-19).
    pub conserves: bool,
}

impl Default for Standing {
    /// Nothing conserves itself.
    fn default() -> Self {
        Self {
            figures: Figures::default(),
            lots: Decimal::ZERO,
            conserves: true,
        }
    }
}

/// What points were redeemed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// `payment`, `reward` or `coupon`.
    pub purpose: String,
    /// What the points were worth.
    pub value: Decimal,
    /// ISO 4217.
    pub currency: String,
}

/// What a line does to one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineLot {
    /// The lot.
    pub lot: i64,
    /// By how much what cannot be spent yet changes.
    pub pending: Decimal,
    /// By how much what can be spent changes.
    pub remaining: Decimal,
    /// The version of the earning rules by which the lot was earned.
    pub rules_version: Option<i32>,
    /// The member's tier when it was earned.
    pub tier: Option<String>,
    /// When it was earned.
    pub earned_at: Timestamp,
    /// Since when it expires when, where the line says so.
    pub expires: Option<Option<Timestamp>>,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Its place.
    pub cursor: LineCursor,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The event that it is made from.
    pub event: Uuid,
    /// What it is.
    pub kind: LineKind,
    /// How many points it is about; below 0 when they go.
    pub quantity: Decimal,
    /// By how much what cannot be spent yet, what can, the negative balance, and what is owed change.
    pub pending: Decimal,
    /// What can be spent.
    pub active: Decimal,
    /// The negative balance.
    pub debt: Decimal,
    /// What is owed.
    pub owed: Decimal,
    /// What had expired before it was to be taken back.
    pub lapsed: Decimal,
    /// What cannot be spent yet, after the line.
    pub pending_after: Decimal,
    /// What can be spent after the line.
    pub active_after: Decimal,
    /// What caused it.
    pub cause: Cause,
    /// The shop of the purchase or redemption.
    pub shop: Option<String>,
    /// Of a redemption, what for.
    pub redeemed: Option<Redeemed>,
    /// The number of the other member.
    pub member_number: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// The version of the program's rules.
    pub program_version: Option<i32>,
    /// The earning rules that were applied.
    pub rules: Option<Rules>,
    /// For which purchases something owed was collected.
    pub collected: Vec<Collected>,
    /// The lots that it names.
    pub lots: Vec<LineLot>,
}

/// A page of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Just before the first instant.
    pub opening: Standing,
    /// By the time at which they count, then as they were recorded.
    pub lines: Vec<StatementLine>,
    /// After the last instant.
    pub closing: Standing,
}

impl Reader<'_> {
    /// The statement. One of a member that there is not has nothing in it.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn statement(&self, query: &StatementQuery) -> Result<Statement, Error> {
        let opening = match query.from {
            Some(from) => {
                let times = Times {
                    until: from,
                    ..query.times
                };
                self.standing(query, times).await?
            }
            None => Standing::default(),
        };
        Ok(Statement {
            opening,
            lines: self.lines(query).await?,
            closing: self.standing(query, query.times).await?,
        })
    }

    async fn standing(&self, query: &StatementQuery, times: Times) -> Result<Standing, Error> {
        let account = query.account.as_str();
        let sql = include_str!("../sql/member_balance.sql");
        let rows = self
            .rows(
                sql,
                (Lots::All, false),
                &[
                    &self.tenant,
                    &times.until,
                    &times.known_until,
                    &query.member,
                    &account,
                ],
            )
            .await?;
        let Some(row) = rows.first() else {
            return Ok(Standing::default());
        };
        Ok(Standing {
            figures: figures(row)?,
            lots: row.try_get("lots")?,
            conserves: row.try_get("conserves")?,
        })
    }

    async fn lines(&self, query: &StatementQuery) -> Result<Vec<StatementLine>, Error> {
        let account = query.account.as_str();
        let at = query.after.map(|after| after.at);
        let version = query.after.map(|after| after.version);
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/statement.sql"),
                (Lots::All, false),
                &[
                    &self.tenant,
                    &query.times.until,
                    &query.times.known_until,
                    &query.member,
                    &account,
                    &query.from,
                    &at,
                    &version,
                    &limit,
                ],
            )
            .await?;
        let lines = rows.iter().map(line::read);
        let mut lines = lines.collect::<Result<Vec<_>, Error>>()?;
        // Tier points are in no lots.
        if query.account == Account::Reward && !lines.is_empty() {
            let mut lots = self.line_lots(query.member, &lines).await?;
            for line in &mut lines {
                line.lots = lots.remove(&line.cursor.version).unwrap_or_default();
            }
        }
        Ok(lines)
    }

    async fn line_lots(
        &self,
        member: Uuid,
        lines: &[StatementLine],
    ) -> Result<BTreeMap<i64, Vec<LineLot>>, Error> {
        let versions: Vec<i64> = lines.iter().map(|line| line.cursor.version).collect();
        let sql = include_str!("../sql/line_lots.sql");
        let params = [
            &self.tenant as &(dyn tokio_postgres::types::ToSql + Sync),
            &member,
            &versions,
        ];
        let mut lots: BTreeMap<i64, Vec<LineLot>> = BTreeMap::new();
        for row in &self.run(sql, &params).await? {
            let told: bool = row.try_get("told")?;
            let expires_at: Option<Timestamp> = row.try_get("expires_at")?;
            let of_line = lots.entry(row.try_get("version")?).or_default();
            of_line.push(LineLot {
                lot: row.try_get("lot")?,
                pending: row.try_get("pending")?,
                remaining: row.try_get("remaining")?,
                rules_version: row.try_get("rules_version")?,
                tier: row.try_get("tier")?,
                earned_at: row.try_get("earned_at")?,
                expires: told.then_some(expires_at),
            });
        }
        Ok(lots)
    }
}
