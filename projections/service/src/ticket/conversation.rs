//! Who said something on a ticket, and when (V-04).

use guanxi_events::service::{Author, ticket::TicketReplied};
use jiff::Timestamp;
use uuid::Uuid;

/// What counts of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conversation {
    /// When an agent first spoke.
    pub(crate) first_response_at: Option<Timestamp>,
    /// Who that was.
    pub(crate) first_response_by: Option<String>,
    /// The ticket's queue then.
    pub(crate) first_response_queue: Option<Uuid>,
    /// Since when the customer waits for an answer.
    pub(crate) waiting_since: Option<Timestamp>,
    pub(crate) agent_replies: i32,
    pub(crate) customer_replies: i32,
    /// Who answered or resolved last.
    pub(crate) acted_by: Option<String>,
}

impl Conversation {
    pub(super) fn said(&mut self, replied: &TicketReplied, queue: Uuid) {
        let at = replied.at;
        match &replied.message.author {
            Author::Agent(person) => {
                let person = person.as_str().to_owned();
                if self.first_response_at.is_none() {
                    self.first_response_at = Some(at);
                    self.first_response_by = Some(person.clone());
                    self.first_response_queue = Some(queue);
                }
                self.agent_replies = self.agent_replies.saturating_add(1);
                self.waiting_since = None;
                self.acted_by = Some(person);
            }
            Author::Customer(_) => {
                self.customer_replies = self.customer_replies.saturating_add(1);
                self.waiting_since.get_or_insert(at);
            }
        }
    }
}
