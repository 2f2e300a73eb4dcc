//! What is said on a ticket, and what that makes of it (V-02, V-04).

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::service::{
    Author, Message, TicketId,
    ticket::{
        PendingEnded, Reopened, TicketNoted, TicketPendingEnded, TicketReopened, TicketReplied,
        TicketRepliedLate,
    },
};
use jiff::Timestamp;

use super::{Say, Speaker, Status, Work, decide::Decided};

impl Work {
    pub(super) fn reply(&self, say: &Say, at: Timestamp, context: &Context) -> Decided {
        let message = self.message(say, context)?;
        match say.speaker {
            Speaker::Agent => self.agent_replies(message, at),
            Speaker::Customer(_) => self.customer_replies(message, at, context),
        }
    }

    /// What is noted never changes what the ticket is.
    pub(super) fn note(&self, say: &Say, context: &Context) -> Decided {
        let message = self.message(say, context)?;
        Ok(Decision::event(TicketNoted { message }))
    }

    fn agent_replies(&self, message: Message, at: Timestamp) -> Decided {
        self.is_not_closed()?;
        let replied = TicketReplied {
            at,
            message,
            first_response: self.conversation.first_response_at.is_none(),
        };
        Ok(Decision::event(replied).and_if(self.start(at)))
    }

    /// The customer is never sent away: what waited goes on, what was done is reopened, and what
    /// cannot be reopened any more becomes a new ticket, once.
    fn customer_replies(&self, message: Message, at: Timestamp, context: &Context) -> Decided {
        let replied = |message| {
            Decision::event(TicketReplied {
                at,
                message,
                first_response: false,
            })
        };
        match self.status {
            Status::New | Status::Open => Ok(replied(message)),
            Status::Pending { .. } => Ok(replied(message).and(TicketPendingEnded {
                at,
                because: PendingEnded::CustomerReplied,
            })),
            Status::Resolved | Status::Closed => {
                if self.reopens_until().is_some_and(|until| at <= until) {
                    return Ok(replied(message).and(TicketReopened {
                        at,
                        because: Reopened::CustomerReplied,
                        reason: None,
                    }));
                }
                self.too_late(message, at, context)
            }
        }
    }

    fn too_late(&self, message: Message, at: Timestamp, context: &Context) -> Decided {
        if let Some(follow_up) = self.follow_up {
            return Err(Refusal::precondition(
                "TICKET_FOLLOWED_UP",
                format!("it cannot be reopened any more; ticket {follow_up} follows it up"),
            )
            .figure("follow_up", follow_up));
        }
        Ok(Decision::event(TicketRepliedLate {
            at,
            follow_up: TicketId(context.id).after(message.id),
            message,
            opening: self.details.clone(),
            priority: self.priority,
            queue: self.queue,
            replay: self.replay,
        }))
    }

    fn message(&self, say: &Say, context: &Context) -> Result<Message, Refusal> {
        Ok(Message {
            id: say.message,
            author: match say.speaker {
                Speaker::Agent => Author::Agent(context.actor.person.clone()),
                Speaker::Customer(contact) => Author::Customer(contact.or(self.details.contact)),
            },
            said_at: context.occurred_at()?,
            channel: say.channel.unwrap_or(self.details.channel),
            text: say.text.clone(),
            template: say.template.clone(),
            attachments: say.attachments.clone(),
        })
    }
}
