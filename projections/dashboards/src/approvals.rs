//! What waits for somebody's approval. Each row is of one log.

use guanxi_events::{PersonId, Recorded};
use jiff::Timestamp;
use uuid::Uuid;

use crate::kept::{Id, Set, kept, part};

kept! {
    /// A request that somebody else has to approve.
    Approval in "approvals" {
        kind: String = "text",
        subject: Uuid = "uuid",
        customer: Option<Uuid> = "uuid",
        number: i32 = "int",
        reason: String = "text",
        requested_by: String = "text",
        requested_at: Timestamp = "timestamptz",
        waits: bool = "boolean",
    }
}

/// The kinds, as they are stored.
pub(crate) const RETURN: &str = "return";
pub(crate) const WRITE_OFF: &str = "write_off";
pub(crate) const ADJUSTMENT: &str = "adjustment";

/// The id of a request of an event's stream, by its kind and its number there.
pub(crate) fn request(event: &Recorded, kind: &str, number: u32) -> Id {
    part(event, &format!("{kind} {number}"))
}

impl Set<Approval> {
    /// Somebody asks.
    pub(crate) fn asked(
        &mut self,
        event: &Recorded,
        kind: &str,
        number: u32,
        customer: Option<Uuid>,
        (by, reason): (&PersonId, &str),
    ) {
        let approval = Approval {
            kind: kind.to_owned(),
            subject: event.stream.id,
            customer,
            number: i32::try_from(number).unwrap_or(i32::MAX),
            reason: reason.to_owned(),
            requested_by: by.as_str().to_owned(),
            requested_at: event.occurred_at,
            waits: true,
        };
        self.insert(request(event, kind, number), approval);
    }

    /// It was answered, or is of no use any more. What needed no approval was never asked for.
    pub(crate) fn answered(&mut self, event: &Recorded, kind: &str, number: u32) {
        if let Some(approval) = self.find(&request(event, kind, number)) {
            approval.waits = false;
        }
    }
}
