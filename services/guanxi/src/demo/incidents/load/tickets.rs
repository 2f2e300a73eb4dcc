//! The tickets: the steps of one in their order, tickets side by side.

use anyhow::Context;
use guanxi_proto::service::v1::{
    AssignTicketRequest, Channel as WireChannel, CloseTicketRequest, OpenTicketRequest, PendingFor,
    PrioritizeTicketRequest, ReopenTicketRequest, ReplyToTicketRequest, ResolveTicketRequest,
    ResumeTicketRequest, SetTicketPendingRequest, TicketDetails, TicketKind, TransferTicketRequest,
    UnassignTicketRequest, ticket_service_client::TicketServiceClient,
};
use guanxi_runtime::Token;
use tonic::transport::Channel as Connection;
use uuid::Uuid;

use super::{Loading, queue};
use crate::demo::{
    incidents::{Channel, Deed, State, Step, Story, Ticket},
    load::{abreast, bar, finish, token},
};

/// How many commands open the tickets and do what is done to them.
pub(super) fn commands(story: &Story) -> u64 {
    story.tickets.iter().map(ticket_commands).sum()
}

fn ticket_commands(ticket: &Ticket) -> u64 {
    1 + ticket.steps.len() as u64
}

/// Opens the tickets and does what is done to them.
pub(super) async fn load(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let bar = bar("tickets", commands(loading.story));
    let client = TicketServiceClient::new(loading.caller.service.clone());
    let last = abreast(&loading.story.tickets, &bar, async |ticket: &Ticket| {
        let id = loading.ids.of_thing("ticket", &ticket.number);
        let telling = Telling {
            loading,
            client: &client,
            ticket,
            id,
        };
        let told = telling.tell().await;
        let told = told.with_context(|| format!("ticket {}", ticket.number))?;
        Ok((told, ticket_commands(ticket)))
    })
    .await?;
    finish(&bar)?;
    Ok(last)
}

/// One ticket that is told.
struct Telling<'a> {
    loading: &'a Loading<'a>,
    client: &'a TicketServiceClient<Connection>,
    ticket: &'a Ticket,
    id: Uuid,
}

/// Sends one command about the ticket of `$telling` and evaluates to its token.
macro_rules! send {
    ($telling:expr, $method:ident, $message:expr) => {{
        let call = async |request| $telling.client.clone().$method(request).await;
        token($telling.loading.caller.send($message, call).await?.receipt)
    }};
}

impl Telling<'_> {
    async fn tell(&self) -> anyhow::Result<Option<Token>> {
        let mut last = self.open().await?;
        for (number, step) in self.ticket.steps.iter().enumerate() {
            let done = self.step(number, step).await;
            last = done.with_context(|| format!("step {}: {step:?}", number + 1))?;
        }
        Ok(last)
    }

    async fn open(&self) -> anyhow::Result<Option<Token>> {
        let (loading, ticket) = (self.loading, self.ticket);
        let customer = Some(&ticket.caller).filter(|caller| !caller.is_empty());
        let customer = customer.map(|caller| loading.customer(caller).to_string());
        let message = OpenTicketRequest {
            header: loading.header(self.id, "open", ticket.opened_at)?,
            ticket_id: self.id.to_string(),
            details: Some(TicketDetails {
                kind: TicketKind::Request.into(),
                channel: match ticket.channel {
                    Channel::Phone => WireChannel::Phone,
                    Channel::Email => WireChannel::Email,
                }
                .into(),
                subject: ticket.number.clone(),
                category: ticket.category.clone(),
                customer_id: customer.unwrap_or_default(),
                ..TicketDetails::default()
            }),
            priority: ticket.priority.on_wire().into(),
            queue_id: queue(loading.ids, &ticket.queue).to_string(),
            text: ticket.number.clone(),
            // It is history: nothing of it happens by today's clock.
            replay: true,
            ..OpenTicketRequest::default()
        };
        Ok(send!(self, open_ticket, message))
    }

    async fn step(&self, number: usize, step: &Step) -> anyhow::Result<Option<Token>> {
        let header = self
            .loading
            .header(self.id, &format!("step {number}"), step.at)?;
        let ticket_id = self.id.to_string();
        Ok(match &step.deed {
            Deed::Answered => {
                let message = ReplyToTicketRequest {
                    header,
                    ticket_id,
                    text: "We are looking into it.".to_owned(),
                    ..ReplyToTicketRequest::default()
                };
                send!(self, reply_to_ticket, message)
            }
            Deed::Transferred { queue: to, agent } => {
                let message = TransferTicketRequest {
                    header,
                    ticket_id,
                    queue_id: queue(self.loading.ids, to).to_string(),
                    assignee: agent.as_deref().map(Loading::person).unwrap_or_default(),
                    ..TransferTicketRequest::default()
                };
                send!(self, transfer_ticket, message)
            }
            Deed::Assigned(agent) => {
                let message = AssignTicketRequest {
                    header,
                    ticket_id,
                    assignee: Loading::person(agent),
                };
                send!(self, assign_ticket, message)
            }
            Deed::Unassigned => {
                let message = UnassignTicketRequest {
                    header,
                    ticket_id,
                    reason: "assigned_to is unknown".to_owned(),
                };
                send!(self, unassign_ticket, message)
            }
            Deed::Prioritised(priority) => {
                let message = PrioritizeTicketRequest {
                    header,
                    ticket_id,
                    priority: priority.on_wire().into(),
                    ..PrioritizeTicketRequest::default()
                };
                send!(self, prioritize_ticket, message)
            }
            Deed::Waits(state) => {
                let message = SetTicketPendingRequest {
                    header,
                    ticket_id,
                    pending_for: match state {
                        State::WaitsForCaller => PendingFor::Customer,
                        _ => PendingFor::ThirdParty,
                    }
                    .into(),
                    ..SetTicketPendingRequest::default()
                };
                send!(self, set_ticket_pending, message)
            }
            Deed::Resumed => {
                send!(
                    self,
                    resume_ticket,
                    ResumeTicketRequest { header, ticket_id }
                )
            }
            Deed::Resolved => {
                let message = ResolveTicketRequest {
                    header,
                    ticket_id,
                    ..ResolveTicketRequest::default()
                };
                send!(self, resolve_ticket, message)
            }
            Deed::Closed => send!(self, close_ticket, CloseTicketRequest { header, ticket_id }),
            Deed::Reopened => {
                let message = ReopenTicketRequest {
                    header,
                    ticket_id,
                    ..ReopenTicketRequest::default()
                };
                send!(self, reopen_ticket, message)
            }
        })
    }
}
