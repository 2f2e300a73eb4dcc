//! Tickets into the tables: one statement for each table of a batch.

use guanxi_events::service::SlaClock;
use guanxi_projection::{Write, columns};
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{
    clocks::Run,
    loading::{Id, Tickets},
    ticket::{Resolution, Span, Ticket},
    values::Named,
};

columns! {
    /// A row of `tickets`.
    TicketColumns of TicketRow {
        tenant: &'a str,
        ticket: Uuid,
        version: i64,
        number: Option<&'a str>,
        subject: &'a str,
        contact: Option<Uuid>,
        order_id: Option<Uuid>,
        parent: Option<Uuid>,
        follow_up_of: Option<Uuid>,
        merged_into: Option<Uuid>,
        opened_at: Timestamp,
        changed_at: Timestamp,
        state: &'static str,
        status: &'static str,
        state_since: Timestamp,
        pending: Option<&'static str>,
        pending_until: Option<Timestamp>,
        resolved_at: Option<Timestamp>,
        resolved_by: Option<&'a str>,
        closed_at: Option<Timestamp>,
        first_response_at: Option<Timestamp>,
        first_response_by: Option<&'a str>,
        first_response_queue: Option<Uuid>,
        first_response_length: Option<i64>,
        first_response_worked: bool,
        waiting_since: Option<Timestamp>,
        agent_replies: i32,
        customer_replies: i32,
        acted_by: Option<&'a str>,
        queue: Uuid,
        agent: Option<&'a str>,
        priority: &'static str,
        kind: &'static str,
        channel: &'static str,
        category: Option<&'a str>,
        customer: Option<Uuid>,
        resolutions: i32,
        spans: i32,
        valid_from: Timestamp,
        policy: Option<&'a str>,
        policy_version: Option<i32>,
        sla_met: Option<bool>,
        due_at: Option<Timestamp>,
    }
}

columns! {
    /// A row of `spans`.
    SpanColumns of SpanRow {
        tenant: &'a str,
        ticket: Uuid,
        n: i32,
        opened_at: Timestamp,
        valid_from: Timestamp,
        valid_until: Timestamp,
        state: &'static str,
        queue: Uuid,
        agent: Option<&'a str>,
        priority: &'static str,
        kind: &'static str,
        channel: &'static str,
        category: Option<&'a str>,
        customer: Option<Uuid>,
    }
}

columns! {
    /// A row of `resolutions`.
    ResolutionColumns of ResolutionRow {
        tenant: &'a str,
        ticket: Uuid,
        n: i32,
        resolved_at: Timestamp,
        agent: &'a str,
        queue: Uuid,
        plain: i64,
        worked: Option<i64>,
        reopened_at: Option<Timestamp>,
    }
}

columns! {
    /// A row of `clocks`.
    ClockColumns of ClockRow {
        tenant: &'a str,
        ticket: Uuid,
        clock: &'static str,
        n: i32,
        since: Timestamp,
        policy: Option<&'a str>,
        policy_version: Option<i32>,
        target: Option<i64>,
        due_at: Option<Timestamp>,
        breached_at: Option<Timestamp>,
        escalated_at: Option<Timestamp>,
        stopped_at: Option<Timestamp>,
        stopped_met: Option<bool>,
        worked: Option<i64>,
        dropped: bool,
        queue: Uuid,
        agent: Option<&'a str>,
        outcome: Option<&'static str>,
        outcome_at: Option<Timestamp>,
    }
}

/// Writes what became of them.
pub(crate) async fn tickets(write: &Write<'_>, tickets: &Tickets) -> Result<(), Error> {
    let mut rows = TicketColumns::default();
    let mut spans = SpanColumns::default();
    let mut resolutions = ResolutionColumns::default();
    let mut clocks = ClockColumns::default();
    for (id, ticket) in tickets {
        rows.push(TicketRow::of(id, ticket));
        for span in &ticket.spans.ended {
            spans.push(SpanRow::of(id, ticket.opened_at, span));
        }
        for resolution in ticket.resolutions.changed() {
            resolutions.push(ResolutionRow::of(id, resolution));
        }
        for run in ticket.clocks.changed() {
            clocks.push(ClockRow::of(id, run));
        }
    }
    futures::try_join!(
        rows.write(write, include_str!("sql/write_tickets.sql")),
        spans.insert(write, "spans"),
        resolutions.write(write, include_str!("sql/write_resolutions.sql")),
        clocks.write(write, include_str!("sql/write_clocks.sql")),
    )?;
    Ok(())
}

/// A length as it is stored, in microseconds.
fn micros(length: SignedDuration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

impl Ticket {
    /// How long the first response took: in working time where a clock measured it, else by the clock on
    /// the wall.
    fn first_response(&self) -> (Option<SignedDuration>, bool) {
        let Some(at) = self.conversation.first_response_at else {
            return (None, false);
        };
        // A clock that the resolution stopped says nothing of an answer that came later.
        let mut runs = self.clocks.runs.iter();
        let measured = runs
            .find(|run| run.clock == SlaClock::FirstResponse && run.stopped_at == Some(at))
            .and_then(|run| run.score);
        match measured {
            Some((_, worked)) => (Some(worked), true),
            None => (Some(at.duration_since(self.opened_at)), false),
        }
    }
}

impl<'a> TicketRow<'a> {
    fn of((tenant, id): &'a Id, ticket: &'a Ticket) -> Self {
        let said = &ticket.conversation;
        let facts = &ticket.facts;
        let (first_response, worked) = ticket.first_response();
        let policy = ticket.clocks.policy.as_ref();
        Self {
            tenant,
            ticket: *id,
            version: ticket.version,
            number: ticket.number.as_deref(),
            subject: &ticket.subject,
            contact: ticket.contact,
            order_id: ticket.order,
            parent: ticket.parent,
            follow_up_of: ticket.follow_up_of,
            merged_into: ticket.merged_into,
            opened_at: ticket.opened_at,
            changed_at: ticket.changed_at,
            state: facts.state.name(),
            status: ticket.status.name(),
            state_since: ticket.state_since,
            pending: ticket.pending.map(|(pending, _)| pending.name()),
            pending_until: ticket.pending.and_then(|(_, until)| until),
            resolved_at: ticket.resolved_at,
            resolved_by: ticket.resolved_by.as_deref(),
            closed_at: ticket.closed_at,
            first_response_at: said.first_response_at,
            first_response_by: said.first_response_by.as_deref(),
            first_response_queue: said.first_response_queue,
            first_response_length: first_response.map(micros),
            first_response_worked: worked,
            waiting_since: said.waiting_since,
            agent_replies: said.agent_replies,
            customer_replies: said.customer_replies,
            acted_by: said.acted_by.as_deref(),
            queue: facts.queue,
            agent: facts.agent.as_deref(),
            priority: facts.priority.name(),
            kind: facts.kind.name(),
            channel: facts.channel.name(),
            category: facts.category.as_deref(),
            customer: facts.customer,
            resolutions: ticket.resolutions.count,
            spans: ticket.spans.count,
            valid_from: ticket.spans.from,
            policy: policy.map(|(key, _)| key.as_str()),
            policy_version: policy.map(|(_, version)| *version),
            sla_met: ticket.clocks.met(),
            due_at: ticket.clocks.due_at(),
        }
    }
}

impl<'a> SpanRow<'a> {
    fn of((tenant, id): &'a Id, opened_at: Timestamp, span: &'a Span) -> Self {
        Self {
            tenant,
            ticket: *id,
            n: span.n,
            opened_at,
            valid_from: span.from,
            valid_until: span.until,
            state: span.facts.state.name(),
            queue: span.facts.queue,
            agent: span.facts.agent.as_deref(),
            priority: span.facts.priority.name(),
            kind: span.facts.kind.name(),
            channel: span.facts.channel.name(),
            category: span.facts.category.as_deref(),
            customer: span.facts.customer,
        }
    }
}

impl<'a> ResolutionRow<'a> {
    fn of((tenant, id): &'a Id, resolution: &'a Resolution) -> Self {
        Self {
            tenant,
            ticket: *id,
            n: resolution.n,
            resolved_at: resolution.at,
            agent: &resolution.agent,
            queue: resolution.queue,
            plain: micros(resolution.plain),
            worked: resolution.worked.map(micros),
            reopened_at: resolution.reopened_at,
        }
    }
}

impl<'a> ClockRow<'a> {
    fn of((tenant, id): &'a Id, run: &'a Run) -> Self {
        let outcome = run.outcome();
        Self {
            tenant,
            ticket: *id,
            clock: run.clock.name(),
            n: run.n,
            since: run.since,
            policy: run.policy.as_ref().map(|(key, _)| key.as_str()),
            policy_version: run.policy.as_ref().map(|(_, version)| *version),
            target: run.target.map(micros),
            due_at: run.due_at,
            breached_at: run.breached_at,
            escalated_at: run.escalated_at,
            stopped_at: run.stopped_at,
            stopped_met: run.score.map(|(met, _)| met),
            worked: run.score.map(|(_, worked)| micros(worked)),
            dropped: run.dropped,
            queue: run.signed.queue,
            agent: run.signed.agent.as_deref(),
            outcome: outcome.map(|(outcome, _)| outcome.name()),
            outcome_at: outcome.map(|(_, at)| at),
        }
    }
}
