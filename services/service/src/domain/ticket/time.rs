//! When what is asked of a ticket happens, and what is due before it (V-02).

use guanxi_decider::{Context, Refusal};
use guanxi_events::service::{
    TicketEvent,
    ticket::{Closed, PendingEnded, TicketClosed, TicketPendingEnded},
};
use jiff::{Span, Timestamp, tz::TimeZone};

use super::{Command, Status, Work};

impl Work {
    /// When a command happens for the ticket. What is said may have been said before the latest
    /// change; it changes the ticket no earlier than that.
    ///
    /// # Errors
    /// As for [`Context::occurred_at`]; `DATED_BEFORE_OPENING`, `DATED_BEFORE_LAST_CHANGE`.
    pub(super) fn moment(
        &self,
        command: &Command,
        context: &Context,
    ) -> Result<Timestamp, Refusal> {
        let at = context.occurred_at()?;
        if context.requested_at.is_some() {
            let before = |code, what: &str, limit: Timestamp| {
                let message = format!("{at} is before {limit}, when it {what}");
                Refusal::precondition(code, message)
                    .figure("occurred_at", at)
                    .figure("not_before", limit)
            };
            if at < self.opened_at {
                return Err(before("DATED_BEFORE_OPENING", "was opened", self.opened_at));
            }
            if command.is_dated() && at < self.changed_at {
                let code = "DATED_BEFORE_LAST_CHANGE";
                return Err(before(code, "was last changed", self.changed_at));
            }
        }
        // The clock of this machine may be a little behind that of the one before it.
        Ok(at.max(self.changed_at))
    }

    /// What happens next by itself, by today's clock. Nothing does to a merged ticket, nor to one
    /// that tells history again.
    pub(super) fn due(&self) -> Option<Timestamp> {
        if self.replay {
            return None;
        }
        self.due_by_itself()
    }

    fn due_by_itself(&self) -> Option<Timestamp> {
        if self.merged_into.is_some() {
            return None;
        }
        let due = match self.status {
            Status::Pending { until, .. } => until,
            Status::Resolved => self.resolution.as_ref().and_then(|held| held.close_at),
            Status::New | Status::Open | Status::Closed => None,
        };
        // One whose time came while it was merged, or was told late, goes on when it can.
        due.map(|due| due.max(self.changed_at))
    }

    pub(super) fn fired(&self, due: Timestamp) -> Vec<TicketEvent> {
        match self.status {
            Status::Pending { .. } => vec![
                TicketPendingEnded {
                    at: due,
                    because: PendingEnded::TimeCame,
                }
                .into(),
            ],
            Status::Resolved => vec![
                TicketClosed {
                    at: due,
                    because: Closed::TimeCame,
                }
                .into(),
            ],
            Status::New | Status::Open | Status::Closed => Vec::new(),
        }
    }

    /// What the history that a replay tells has let happen by an instant of it. A date to wait for
    /// was told with the history, so it comes; a close by itself was not: where there was one, the
    /// history tells it.
    pub(super) fn told_until(&self, at: Timestamp) -> Vec<TicketEvent> {
        let waits = matches!(self.status, Status::Pending { .. });
        match self.due_by_itself() {
            Some(due) if self.replay && waits && due <= at => self.fired(due),
            _ => Vec::new(),
        }
    }
}

/// So many days later by the calendar of the tenant, at the same time of the day.
pub(super) fn days_after(at: Timestamp, days: u16, zone: &TimeZone) -> Timestamp {
    let later = at
        .to_zoned(zone.clone())
        .checked_add(Span::new().days(i64::from(days)));
    later.map_or(Timestamp::MAX, |later| later.timestamp())
}
