//! Points that expire soon: by member, with the totals of programs (L-14).

use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Filter, Lots, Reader, Times};

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringQuery {
    /// What is held when.
    pub times: Times,
    /// Whose.
    pub filter: Filter,
    /// What expires before this instant. What should have expired already and has not counts.
    pub before: Timestamp,
    /// Only members after this one.
    pub after: Option<ExpiringCursor>,
    /// How many members at most.
    pub limit: u16,
}

/// A place in the list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiringCursor {
    /// When the first of the points expires.
    pub first: Timestamp,
    /// The member.
    pub member: Uuid,
}

/// What expires of a member's points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringMember {
    /// Its place in the list.
    pub cursor: ExpiringCursor,
    /// The member's number.
    pub number: Option<String>,
    /// Who the member is.
    pub customer: Option<Uuid>,
    /// What the customer is called today.
    pub customer_name: Option<String>,
    /// The tier by then.
    pub tier: Option<String>,
    /// How much of what.
    pub sums: ExpiringTotal,
}

/// What expires in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringTotal {
    /// The program.
    pub program: Uuid,
    /// What it is called by then.
    pub program_name: Option<String>,
    /// How many members lose points.
    pub members: i64,
    /// How many points expire.
    pub points: Decimal,
    /// Of these, how many cannot be spent yet.
    pub pending: Decimal,
    /// Of how many lots.
    pub lots: i64,
    /// When the first of them expires.
    pub first: Timestamp,
    /// What they are worth at the program's value of a point by then, and in which currency.
    pub worth: Option<(Decimal, String)>,
}

/// A page of what expires.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expiring {
    /// The first to lose points first.
    pub members: Vec<ExpiringMember>,
    /// Over all members, also those of other pages: one for each program.
    pub totals: Vec<ExpiringTotal>,
}

impl Reader<'_> {
    /// What expires.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn expiring(&self, query: &ExpiringQuery) -> Result<Expiring, Error> {
        let Filter {
            members,
            programs,
            tiers,
        } = &query.filter;
        let first = query.after.map(|after| after.first);
        let member = query.after.map(|after| after.member);
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/expiring.sql"),
                (Lots::Open, !members.is_empty()),
                &[
                    &self.tenant,
                    &query.times.until,
                    &query.times.known_until,
                    members,
                    programs,
                    tiers,
                    &query.before,
                    &first,
                    &member,
                    &limit,
                ],
            )
            .await?;
        let mut expiring = Expiring::default();
        for row in &rows {
            let worth: Option<Decimal> = row.try_get("worth")?;
            let currency: Option<String> = row.try_get("currency")?;
            let sums = ExpiringTotal {
                program: row.try_get("program")?,
                program_name: row.try_get("program_name")?,
                members: row.try_get("members")?,
                points: row.try_get("points")?,
                pending: row.try_get("pending")?,
                lots: row.try_get("lots")?,
                first: row.try_get("first")?,
                worth: worth.zip(currency),
            };
            if row.try_get("total")? {
                expiring.totals.push(sums);
                continue;
            }
            expiring.members.push(ExpiringMember {
                cursor: ExpiringCursor {
                    first: sums.first,
                    member: row.try_get("member")?,
                },
                number: row.try_get("number")?,
                customer: row.try_get("customer")?,
                customer_name: row.try_get("customer_name")?,
                tier: row.try_get("tier")?,
                sums,
            });
        }
        Ok(expiring)
    }
}
