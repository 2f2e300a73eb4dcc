//! From open to closed, and back (V-02).

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::service::{
    RatingRules,
    ticket::{
        Closed, PendingEnded, PendingFor, RatingAsked, Reopened, TicketClosed, TicketPendingEnded,
        TicketPendingSet, TicketReopened, TicketResolved,
    },
};
use jiff::Timestamp;

use super::{Status, Work, decide::Decided, time::days_after, work::desk};

impl Work {
    pub(super) fn wait(
        &self,
        pending: PendingFor,
        until: Option<Timestamp>,
        reason: Option<&String>,
        at: Timestamp,
    ) -> Decided {
        self.is_live()?;
        if self.status == (Status::Pending { pending, until }) {
            return Ok(Decision::nothing());
        }
        if pending == PendingFor::Date && until.is_none() {
            return Err(Refusal::precondition(
                "UNTIL_MISSING",
                "what waits for a date needs to know which",
            ));
        }
        if let Some(until) = until.filter(|until| *until <= at) {
            return Err(Refusal::precondition(
                "UNTIL_HAS_PASSED",
                format!("it cannot wait until {until} from {at} on"),
            )
            .figure("until", until)
            .figure("at", at));
        }
        let set = TicketPendingSet {
            at,
            pending,
            until,
            reason: reason.cloned(),
        };
        Ok(Decision::nothing().and_if(self.start(at)).and(set))
    }

    pub(super) fn resume(&self, at: Timestamp) -> Decided {
        self.is_live()?;
        Ok(match self.status {
            Status::Pending { .. } => Decision::event(TicketPendingEnded {
                at,
                because: PendingEnded::ByHand,
            }),
            _ => Decision::nothing(),
        })
    }

    pub(super) fn resolve(
        &self,
        text: Option<&String>,
        at: Timestamp,
        context: &Context,
    ) -> Decided {
        self.is_not_closed()?;
        if self.status == Status::Resolved {
            return Ok(Decision::nothing());
        }
        let desk = desk(self.queue, context)?;
        let after = |days| days_after(at, days, &context.zone);
        let rating = desk.settings.rating.filter(|_| !self.replay);
        Ok(Decision::event(TicketResolved {
            at,
            resolution: self.resolutions.saturating_add(1),
            agent: self
                .assignee
                .clone()
                .unwrap_or_else(|| context.actor.person.clone()),
            text: text.cloned(),
            queue: desk.named(self.queue),
            reopen_until: after(desk.settings.reopen_days),
            close_at: desk.settings.close_days.map(after),
            rating: rating.map(|rules| self.asks(rules, after(rules.answer_days))),
        }))
    }

    fn asks(&self, rules: RatingRules, expires_at: Timestamp) -> RatingAsked {
        RatingAsked {
            customer: self.details.customer,
            contact: self.details.contact,
            channel: self.details.channel,
            low_score: rules.low_score,
            expires_at,
        }
    }

    pub(super) fn close(&self, at: Timestamp) -> Decided {
        match self.status {
            Status::Resolved => Ok(Decision::event(TicketClosed {
                at,
                because: Closed::ByHand,
            })),
            Status::Closed => Ok(Decision::nothing()),
            Status::New | Status::Open | Status::Pending { .. } => Err(Refusal::precondition(
                "TICKET_NOT_RESOLVED",
                "it is not resolved: only what is resolved is closed",
            )),
        }
    }

    pub(super) fn reopen(&self, reason: Option<&String>, at: Timestamp) -> Decided {
        if self.is_live().is_ok() {
            return Ok(Decision::nothing());
        }
        if let Some(until) = self.reopens_until().filter(|until| at > *until) {
            return Err(Refusal::precondition(
                "REOPEN_WINDOW_OVER",
                format!("it could be reopened until {until}: open a new ticket and link them"),
            )
            .figure("reopen_until", until)
            .figure("at", at));
        }
        Ok(Decision::event(TicketReopened {
            at,
            because: Reopened::ByHand,
            reason: reason.cloned(),
        }))
    }

    /// Until when a ticket that is done can be reopened.
    pub(super) fn reopens_until(&self) -> Option<Timestamp> {
        self.resolution.as_ref().map(|held| held.reopen_until)
    }
}
