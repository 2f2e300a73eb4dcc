//! `ListTickets`.

use guanxi_events::service::ticket::PendingFor;
use guanxi_proto::query::v1::{
    ListTicketsRequest, ListTicketsResponse, TicketPending, TicketRow, TicketState, TicketTargets,
};
use guanxi_runtime::{Fields, instant_to_wire};
use guanxi_service_figures::{
    State,
    queries::{Ticket, TicketCursor, TicketsQuery},
};
use jiff::Timestamp;
use tonic::Status;

use super::{ServiceFigures, reader, request, wire};
use crate::{
    asked::Asked,
    failure,
    pages::{Binding, Place},
    request::{choices, finished},
    wire::{duration, id, text},
};

impl Place for TicketCursor {
    fn write(&self) -> String {
        format!("{}.{}", self.opened_at.as_microsecond(), self.ticket)
    }

    fn read(text: &str) -> Option<Self> {
        let (opened_at, ticket) = text.split_once('.')?;
        Some(Self {
            opened_at: Timestamp::from_microsecond(opened_at.parse().ok()?).ok()?,
            ticket: ticket.parse().ok()?,
        })
    }
}

impl ServiceFigures {
    pub(super) async fn tickets(
        &self,
        asked: &Asked,
        request: ListTicketsRequest,
    ) -> Result<ListTicketsResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let listed = reader(&snapshot, asked).tickets(&query).await;
        let mut rows = listed.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut rows, query.limit, |row| &row.cursor);
        Ok(ListTicketsResponse {
            tickets: rows.iter().map(ticket).collect(),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &ListTicketsRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<TicketsQuery, Status> {
    let mut fields = Fields::default();
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let states = choices(&mut fields, "states", &request.states, state);
    let zone = &asked.home.zone;
    let opened = request::days(&mut fields, "opened", request.opened.as_ref(), zone);
    let sla_met = fields.choice("targets", request.targets, |targets| {
        Some(match targets {
            TicketTargets::Unspecified => None,
            TicketTargets::Met => Some(true),
            TicketTargets::Missed => Some(false),
        })
    });
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(TicketsQuery {
            filter: filter?,
            states: states?,
            opened: opened?,
            sla_met: sla_met?,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn state(state: TicketState) -> Option<State> {
    Some(match state {
        TicketState::Unspecified => return None,
        TicketState::New => State::New,
        TicketState::Open => State::Open,
        TicketState::Pending => State::Pending,
        TicketState::Resolved => State::Resolved,
        TicketState::Closed => State::Closed,
        TicketState::Merged => State::Merged,
    })
}

fn ticket(row: &Ticket) -> TicketRow {
    let pending = row.waiting.map(|waiting| match waiting.pending {
        PendingFor::Customer => TicketPending::Customer,
        PendingFor::ThirdParty => TicketPending::ThirdParty,
        PendingFor::Date => TicketPending::Date,
    });
    let targets = match row.sla_met {
        None => TicketTargets::Unspecified,
        Some(true) => TicketTargets::Met,
        Some(false) => TicketTargets::Missed,
    };
    let at = |instant: Option<Timestamp>| instant.map(instant_to_wire);
    TicketRow {
        ticket_id: row.cursor.ticket.to_string(),
        number: text(row.number.as_ref()),
        subject: row.subject.clone(),
        state: wire::state(row.state).into(),
        state_since: at(Some(row.state_since)),
        pending: pending.unwrap_or_default().into(),
        pending_until: at(row.waiting.and_then(|waiting| waiting.until)),
        priority: wire::priority(row.priority).into(),
        kind: wire::kind(row.kind).into(),
        channel: wire::channel(row.channel).into(),
        category: text(row.category.as_ref()),
        queue_id: row.queue.to_string(),
        queue_name: text(row.queue_name.as_ref()),
        agent: text(row.agent.as_ref()),
        customer_id: id(row.customer),
        customer_name: text(row.customer_name.as_ref()),
        customer_number: text(row.customer_number.as_ref()),
        contact_id: id(row.contact),
        order_id: id(row.order),
        parent_id: id(row.parent),
        merged_into_id: id(row.merged_into),
        opened_at: at(Some(row.cursor.opened_at)),
        changed_at: at(Some(row.changed_at)),
        first_response_at: at(row.first_response_at),
        first_response_time: row.first_response.map(duration),
        waiting_since: at(row.waiting_since),
        resolved_at: at(row.resolved_at),
        resolved_by: text(row.resolved_by.as_ref()),
        closed_at: at(row.closed_at),
        resolutions: row.resolutions,
        due_at: at(row.due_at),
        targets: targets.into(),
    }
}
