//! Ids of the service service's aggregates.

use uuid::Uuid;

use crate::typed_id;

typed_id! {
    /// A ticket (服务工单), V-01.
    TicketId
}

typed_id! {
    /// A queue of tickets, V-03.
    QueueId
}

typed_id! {
    /// A message of a ticket's conversation, V-04.
    MessageId
}

typed_id! {
    /// A satisfaction survey (满意度调查), V-11.
    SurveyId
}

impl QueueId {
    /// The tenant's own queue: where tickets go that name none. Its settings are the tenant's.
    pub const OF_TENANT: Self = Self(Uuid::from_u128(0x5e7e_0000_0000_8000_8000_0000_0000_0001));
}

impl TicketId {
    /// The new ticket that a customer's message became, which came too late to reopen this one:
    /// derived, so that one message makes one ticket.
    pub fn after(self, message: MessageId) -> Self {
        let name = format!("follow-up {message}");
        Self(Uuid::new_v5(&self.0, name.as_bytes()))
    }
}

impl SurveyId {
    /// The survey of one resolution of a ticket, the resolutions counted from 1: derived, so that
    /// there is one.
    pub fn of(ticket: TicketId, resolution: u32) -> Self {
        let name = format!("survey {resolution}");
        Self(Uuid::new_v5(&ticket.0, name.as_bytes()))
    }
}
