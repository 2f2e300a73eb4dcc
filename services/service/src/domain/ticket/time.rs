//! When what is asked of a ticket happens, and what is due before it (V-02).

use guanxi_decider::{Context, Refusal};
use guanxi_events::service::{
    TicketEvent,
    ticket::{Closed, PendingEnded, TicketClosed, TicketPendingEnded},
};
use jiff::{Span, Timestamp, tz::TimeZone};

use super::{
    Command, Status, Work,
    clocks::{self, Phase},
};

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

    /// What happens next by itself, by today's clock: the wait is over, it closes, a clock is due.
    /// Nothing does to a merged ticket, nor to one that tells history again.
    pub(super) fn due(&self) -> Option<Timestamp> {
        if self.replay {
            return None;
        }
        let own = self.due_by_itself().into_iter();
        own.chain(self.clocks.due()).min()
    }

    fn due_by_itself(&self) -> Option<Timestamp> {
        if self.merged_into.is_some() {
            return None;
        }
        let due = match self.status {
            Status::Pending { until, .. } => until,
            // When a replay's ticket was closed, the history tells.
            Status::Resolved if self.replay => None,
            Status::Resolved => self.resolution.as_ref().and_then(|held| held.close_at),
            Status::New | Status::Open | Status::Closed => None,
        };
        // One whose time came while it was merged, or was told late, goes on when it can.
        due.map(|due| due.max(self.changed_at))
    }

    /// Whether its clocks run.
    pub(super) fn phase(&self) -> Phase {
        match self.status {
            Status::Resolved | Status::Closed => Phase::Stopped,
            Status::Pending { .. } => Phase::Paused(self.due_by_itself()),
            Status::New | Status::Open if self.merged_into.is_some() => Phase::Paused(None),
            Status::New | Status::Open => Phase::Running,
        }
    }

    /// All that happens by itself until an instant, in order.
    pub(super) fn happened(&self, by: Timestamp) -> Vec<TicketEvent> {
        let mut work = self.clone();
        let mut events = Vec::new();
        loop {
            let own = work.due_by_itself().filter(|due| *due <= by);
            let next = match (own, work.clocks.due()) {
                (Some(own), clock) if clock.is_none_or(|clock| own <= clock) => work.turns(own),
                _ => clocks::first(&work, by),
            };
            let Some(event) = next else {
                return events;
            };
            work = work.after(&event);
            let behind = clocks::behind(&work, &event);
            work = behind.iter().fold(work, Work::after);
            events.push(event);
            events.extend(behind);
        }
    }

    /// The wait is over, or it closes.
    fn turns(&self, at: Timestamp) -> Option<TicketEvent> {
        match self.status {
            Status::Pending { .. } => Some(TicketEvent::from(TicketPendingEnded {
                at,
                because: PendingEnded::TimeCame,
            })),
            Status::Resolved => Some(TicketEvent::from(TicketClosed {
                at,
                because: Closed::TimeCame,
            })),
            Status::New | Status::Open | Status::Closed => None,
        }
    }

    /// What the history that a replay tells has let happen by an instant of it. A date to wait for
    /// was told with the history, so it comes, and so does what its clocks make of it; a close by
    /// itself was not: where there was one, the history tells it.
    pub(super) fn told_until(&self, at: Timestamp) -> Vec<TicketEvent> {
        if self.replay {
            self.happened(at)
        } else {
            Vec::new()
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
