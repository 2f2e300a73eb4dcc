//! Tickets out of the tables: as much of each as the events of a batch can change.

use std::collections::{BTreeMap, BTreeSet};

use futures::try_join;
use guanxi_events::Recorded;
use guanxi_projection::Write;
use jiff::SignedDuration;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use crate::{
    clocks::{Clocks, Run, Signed},
    ticket::{Conversation, Facts, Resolution, Resolutions, Spans, Ticket},
    values::Stored,
};

/// Tenant and aggregate.
pub(crate) type Id = (String, Uuid);

/// The tickets of a batch, in the order of their keys, so that two transactions never wait for each
/// other crosswise.
pub(crate) type Tickets = BTreeMap<Id, Ticket>;

pub(crate) fn id(event: &Recorded) -> Id {
    (event.stream.tenant.as_str().to_owned(), event.stream.id)
}

/// Loads them, each with all its clocks and its last resolution.
pub(crate) async fn tickets(write: &Write<'_>, ids: &BTreeSet<Id>) -> Result<Tickets, Error> {
    let mut tickets = Tickets::new();
    if ids.is_empty() {
        return Ok(tickets);
    }
    let tenants: Vec<&str> = ids.iter().map(|(tenant, _)| tenant.as_str()).collect();
    let ids: Vec<Uuid> = ids.iter().map(|(_, id)| *id).collect();
    let wanted = |sql| {
        let (tenants, ids) = (&tenants, &ids);
        async move { write.query(sql, &[tenants, ids]).await }
    };
    let (rows, clocks, resolutions) = try_join!(
        wanted(include_str!("sql/load_tickets.sql")),
        wanted(include_str!("sql/load_clocks.sql")),
        wanted(include_str!("sql/load_resolutions.sql")),
    )?;
    for row in &rows {
        tickets.insert(row_id(row)?, ticket(row)?);
    }
    for row in &clocks {
        if let Some(ticket) = tickets.get_mut(&row_id(row)?) {
            let run = run(row)?;
            ticket.clocks.stored.push(run.clone());
            ticket.clocks.runs.push(run);
        }
    }
    for row in &resolutions {
        if let Some(ticket) = tickets.get_mut(&row_id(row)?) {
            let resolution = resolution(row)?;
            ticket.resolutions.stored.push(resolution.clone());
            ticket.resolutions.known.push(resolution);
        }
    }
    Ok(tickets)
}

fn row_id(row: &Row) -> Result<Id, Error> {
    Ok((row.try_get("tenant")?, row.try_get("ticket")?))
}

fn ticket(row: &Row) -> Result<Ticket, Error> {
    let pending: Option<Stored<_>> = row.try_get("pending")?;
    let until = row.try_get("pending_until")?;
    Ok(Ticket {
        version: row.try_get("version")?,
        number: row.try_get("number")?,
        subject: row.try_get("subject")?,
        contact: row.try_get("contact")?,
        order: row.try_get("order_id")?,
        parent: row.try_get("parent")?,
        follow_up_of: row.try_get("follow_up_of")?,
        merged_into: row.try_get("merged_into")?,
        opened_at: row.try_get("opened_at")?,
        changed_at: row.try_get("changed_at")?,
        status: row.try_get::<_, Stored<_>>("status")?.0,
        state_since: row.try_get("state_since")?,
        pending: pending.map(|pending| (pending.0, until)),
        resolved_at: row.try_get("resolved_at")?,
        resolved_by: row.try_get("resolved_by")?,
        closed_at: row.try_get("closed_at")?,
        conversation: Conversation {
            first_response_at: row.try_get("first_response_at")?,
            first_response_by: row.try_get("first_response_by")?,
            first_response_queue: row.try_get("first_response_queue")?,
            waiting_since: row.try_get("waiting_since")?,
            agent_replies: row.try_get("agent_replies")?,
            customer_replies: row.try_get("customer_replies")?,
            acted_by: row.try_get("acted_by")?,
        },
        facts: Facts {
            state: row.try_get::<_, Stored<_>>("state")?.0,
            queue: row.try_get("queue")?,
            agent: row.try_get("agent")?,
            priority: row.try_get::<_, Stored<_>>("priority")?.0,
            kind: row.try_get::<_, Stored<_>>("kind")?.0,
            channel: row.try_get::<_, Stored<_>>("channel")?.0,
            category: row.try_get("category")?,
            customer: row.try_get("customer")?,
        },
        spans: Spans {
            count: row.try_get("spans")?,
            from: row.try_get("valid_from")?,
            ended: Vec::new(),
        },
        resolutions: Resolutions {
            count: row.try_get("resolutions")?,
            known: Vec::new(),
            stored: Vec::new(),
        },
        clocks: Clocks {
            policy: policy(row)?,
            runs: Vec::new(),
            stored: Vec::new(),
        },
    })
}

fn run(row: &Row) -> Result<Run, Error> {
    let met: Option<bool> = row.try_get("stopped_met")?;
    Ok(Run {
        clock: row.try_get::<_, Stored<_>>("clock")?.0,
        n: row.try_get("n")?,
        since: row.try_get("since")?,
        policy: policy(row)?,
        target: length(row, "target")?,
        due_at: row.try_get("due_at")?,
        breached_at: row.try_get("breached_at")?,
        escalated_at: row.try_get("escalated_at")?,
        stopped_at: row.try_get("stopped_at")?,
        score: met.zip(length(row, "worked")?),
        dropped: row.try_get("dropped")?,
        signed: Signed {
            queue: row.try_get("queue")?,
            agent: row.try_get("agent")?,
        },
    })
}

fn resolution(row: &Row) -> Result<Resolution, Error> {
    Ok(Resolution {
        n: row.try_get("n")?,
        at: row.try_get("resolved_at")?,
        agent: row.try_get("agent")?,
        queue: row.try_get("queue")?,
        plain: length(row, "plain")?.unwrap_or_default(),
        worked: length(row, "worked")?,
        reopened_at: row.try_get("reopened_at")?,
    })
}

fn policy(row: &Row) -> Result<Option<(String, i32)>, Error> {
    let key: Option<String> = row.try_get("policy")?;
    let version: Option<i32> = row.try_get("policy_version")?;
    Ok(key.zip(version))
}

/// A length that is stored in microseconds.
pub(crate) fn length(row: &Row, column: &str) -> Result<Option<SignedDuration>, Error> {
    let length: Option<i64> = row.try_get(column)?;
    Ok(length.map(SignedDuration::from_micros))
}
