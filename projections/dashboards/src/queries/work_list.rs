//! What waits for a person (我的工作台).

use std::error::Error as StdError;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use tokio_postgres::{
    Error, Row,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

use super::{Reader, zone_name};

/// Whose work to list, and when.
#[derive(Debug, Clone)]
pub struct WorkListQuery {
    /// Whose.
    pub person: String,
    /// Whether approvals are asked for: those of requests that others made.
    pub approvals: bool,
    /// The time that it is.
    pub now: Timestamp,
    /// What is due up to this day is due; where it is today.
    pub until_day: Date,
    /// When that day ends.
    pub until: Timestamp,
    /// Where days begin.
    pub zone: TimeZone,
    /// How many of each kind at most.
    pub limit: u16,
}

macro_rules! by_name {
    ($(#[$doc:meta])* $type:ident { $( $(#[$value_doc:meta])* $value:ident = $name:literal ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $( $(#[$value_doc])* $value ),+ }

        impl<'a> FromSql<'a> for $type {
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
                match <&str>::from_sql(ty, raw)? {
                    $( $name => Ok(Self::$value), )+
                    name => Err(format!("{name:?} is not known").into()),
                }
            }

            fn accepts(ty: &Type) -> bool {
                <&str as FromSql>::accepts(ty)
            }
        }
    };
}

by_name! {
    /// What waits.
    Kind {
        /// A follow-up plan.
        FollowUp = "follow_up",
        /// The next action that an interaction named.
        NextAction = "next_action",
        /// An opportunity.
        Opportunity = "opportunity",
        /// A ticket.
        Ticket = "ticket",
        /// A return that waits for approval.
        ReturnApproval = "return",
        /// A write-off that waits for approval.
        WriteOffApproval = "write_off",
        /// An adjustment of points that waits for approval.
        AdjustmentApproval = "adjustment",
    }
}

by_name! {
    /// Why it waits.
    Reason {
        /// It is due.
        Due = "due",
        /// It should have been done.
        Overdue = "overdue",
        /// It has stood in its stage for the stage's rotting days.
        Rotting = "rotting",
        /// The day has passed on which it was expected to close.
        CloseDatePassed = "close_date_passed",
        /// It is the person's work.
        Assigned = "assigned",
        /// Somebody asks for it.
        Asked = "asked",
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// What.
    pub kind: Kind,
    /// Why.
    pub reason: Reason,
    /// The follow-up, interaction, opportunity, ticket or return; of a write-off the account, which is
    /// the customer's; of an adjustment the member.
    pub id: Uuid,
    /// The number of the write-off or adjustment there.
    pub number: Option<i32>,
    /// A ticket's number.
    pub document_number: Option<String>,
    /// What it is about.
    pub title: String,
    /// The customer.
    pub customer: Option<Uuid>,
    /// What the customer is called.
    pub customer_name: Option<String>,
    /// The opportunity that a follow-up or next action is about.
    pub opportunity: Option<Uuid>,
    /// When it is due; since when an opportunity rots.
    pub due_at: Option<Timestamp>,
    /// What an opportunity is expected to bring.
    pub amount: Option<(Decimal, String)>,
    /// Who asks for an approval.
    pub requested_by: Option<String>,
    /// How urgent a ticket is.
    pub priority: Option<String>,
}

impl Reader<'_> {
    /// What waits, kind by kind, what is due first first; what is due at no time comes last.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn work_list(&self, query: &WorkListQuery) -> Result<Vec<WorkItem>, Error> {
        let zone = zone_name(&query.zone);
        let limit = i64::from(query.limit);
        let params: [&(dyn ToSql + Sync); 8] = [
            &self.tenant,
            &query.person,
            &query.now,
            &query.until_day,
            &query.until,
            &zone,
            &query.approvals,
            &limit,
        ];
        let rows = self
            .rows(include_str!("../sql/work_list.sql"), &params)
            .await?;
        rows.iter().map(item).collect()
    }
}

fn item(row: &Row) -> Result<WorkItem, Error> {
    let amount: Option<Decimal> = row.try_get("amount")?;
    let currency: Option<String> = row.try_get("currency")?;
    Ok(WorkItem {
        kind: row.try_get("kind")?,
        reason: row.try_get("reason")?,
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        document_number: row.try_get("document_number")?,
        title: row.try_get("title")?,
        customer: row.try_get("customer")?,
        customer_name: row.try_get("customer_name")?,
        opportunity: row.try_get("opportunity")?,
        due_at: row.try_get("due_at")?,
        amount: amount.zip(currency),
        requested_by: row.try_get("requested_by")?,
        priority: row.try_get("priority")?,
    })
}
