//! The list of tickets, newest first.

use guanxi_events::service::{Channel, Priority, TicketKind, ticket::PendingFor};
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

use super::{Days, Filter, Filters, Reader, names};
use crate::{State, loading::length, values::Stored};

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketsQuery {
    /// Which, by how they stand now.
    pub filter: Filter,
    /// Only those in these states; empty is all.
    pub states: Vec<State>,
    /// Only those opened then.
    pub opened: Days,
    /// Only those whose targets were met, or of which one was missed.
    pub sla_met: Option<bool>,
    /// Only those after this one.
    pub after: Option<TicketCursor>,
    /// How many at most.
    pub limit: u16,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketCursor {
    /// When the ticket was opened.
    pub opened_at: Timestamp,
    /// Its id.
    pub ticket: Uuid,
}

/// For what a ticket waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For whom or what.
    pub pending: PendingFor,
    /// Until when at the latest.
    pub until: Option<Timestamp>,
}

/// A ticket as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its place in the list: opening and id.
    pub cursor: TicketCursor,
    /// Its number.
    pub number: Option<String>,
    /// The line that says what it is about.
    pub subject: String,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// For what it waits, while it does.
    pub waiting: Option<Waiting>,
    /// How urgent it is.
    pub priority: Priority,
    /// What it is about.
    pub kind: TicketKind,
    /// How it came.
    pub channel: Channel,
    /// What it counts under.
    pub category: Option<String>,
    /// Its queue.
    pub queue: Uuid,
    /// What that is called.
    pub queue_name: Option<String>,
    /// Whose work it is.
    pub agent: Option<String>,
    /// Whom it is for.
    pub customer: Option<Uuid>,
    /// What they are called.
    pub customer_name: Option<String>,
    /// Their number.
    pub customer_number: Option<String>,
    /// Which of their people.
    pub contact: Option<Uuid>,
    /// The order that it is about.
    pub order: Option<Uuid>,
    /// The ticket that it is a case of.
    pub parent: Option<Uuid>,
    /// The ticket that it goes on in.
    pub merged_into: Option<Uuid>,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When an agent first spoke.
    pub first_response_at: Option<Timestamp>,
    /// How long that took.
    pub first_response: Option<SignedDuration>,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When it was resolved, while it is.
    pub resolved_at: Option<Timestamp>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
    /// When it was closed, while it is.
    pub closed_at: Option<Timestamp>,
    /// How often it was resolved.
    pub resolutions: i32,
    /// What is due first of its targets.
    pub due_at: Option<Timestamp>,
    /// Whether its targets were met; `None` while that is open.
    pub sla_met: Option<bool>,
}

impl Reader<'_> {
    /// Tickets, newest first, by opening and id.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn tickets(&self, query: &TicketsQuery) -> Result<Vec<Ticket>, Error> {
        let filter = Filters::of(&query.filter);
        let states = names(&query.states);
        let opened_at = query.after.map(|after| after.opened_at);
        let ticket = query.after.map(|after| after.ticket);
        let limit = i64::from(query.limit);
        let params: [&(dyn ToSql + Sync); 7] = [
            &states,
            &query.opened.from,
            &query.opened.until,
            &query.sla_met,
            &opened_at,
            &ticket,
            &limit,
        ];
        let rows = self
            .rows(include_str!("../sql/list_tickets.sql"), &filter, &params)
            .await?;
        rows.iter().map(ticket_of).collect()
    }
}

fn ticket_of(row: &Row) -> Result<Ticket, Error> {
    let pending: Option<Stored<PendingFor>> = row.try_get("pending")?;
    let until = row.try_get("pending_until")?;
    Ok(Ticket {
        cursor: TicketCursor {
            opened_at: row.try_get("opened_at")?,
            ticket: row.try_get("ticket")?,
        },
        number: row.try_get("number")?,
        subject: row.try_get("subject")?,
        state: row.try_get::<_, Stored<_>>("state")?.0,
        state_since: row.try_get("state_since")?,
        waiting: pending.map(|Stored(pending)| Waiting { pending, until }),
        priority: row.try_get::<_, Stored<_>>("priority")?.0,
        kind: row.try_get::<_, Stored<_>>("kind")?.0,
        channel: row.try_get::<_, Stored<_>>("channel")?.0,
        category: row.try_get("category")?,
        queue: row.try_get("queue")?,
        queue_name: row.try_get("queue_name")?,
        agent: row.try_get("agent")?,
        customer: row.try_get("customer")?,
        customer_name: row.try_get("customer_name")?,
        customer_number: row.try_get("customer_number")?,
        contact: row.try_get("contact")?,
        order: row.try_get("order_id")?,
        parent: row.try_get("parent")?,
        merged_into: row.try_get("merged_into")?,
        changed_at: row.try_get("changed_at")?,
        first_response_at: row.try_get("first_response_at")?,
        first_response: length(row, "first_response_length")?,
        waiting_since: row.try_get("waiting_since")?,
        resolved_at: row.try_get("resolved_at")?,
        resolved_by: row.try_get("resolved_by")?,
        closed_at: row.try_get("closed_at")?,
        resolutions: row.try_get("resolutions")?,
        due_at: row.try_get("due_at")?,
        sla_met: row.try_get("sla_met")?,
    })
}
