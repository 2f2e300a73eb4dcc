//! Tickets and their targets.

use guanxi_dashboards::Figure;
use guanxi_events::service::ticket::{
    Given, Reopened, SlaRung, SlaTerms, SlaTold, TicketAssigned, TicketOpened, TicketReopened,
    TicketResolved, TicketSlaBreachWithdrawn, TicketSlaBreached,
};
use guanxi_events::service::{
    Channel, Priority, QueueVersion, SlaClock, SlaPolicyVersion, TicketDetails, TicketEvent,
    TicketKind,
};
use jiff::SignedDuration;
use rand::RngExt;
use uuid::Uuid;

use super::{Teller, person};
use crate::oracle::When;

impl Teller<'_> {
    pub(super) async fn ticket(&mut self) {
        let (at, who) = (self.at(), self.person());
        let queue = QueueVersion {
            id: Uuid::from_u128(1).into(),
            version: 1,
        };
        let opened = TicketOpened {
            at,
            details: TicketDetails {
                kind: TicketKind::Complaint,
                channel: Channel::Phone,
                subject: "broken".into(),
                category: None,
                customer: None,
                contact: None,
                order: None,
            },
            priority: Priority::High,
            queue,
            text: None,
            attachments: vec![],
            follow_up_of: None,
            replay: false,
        };
        self.tell::<TicketEvent>(opened, at).await;
        self.count(Figure::TicketsOpened, When::At(at), "", "complaint");
        let assigned = TicketAssigned {
            at,
            to: person(who),
            from: None,
            given: Given::ByHand,
            queue,
        };
        self.tell::<TicketEvent>(assigned, at).await;
        if self.chance() {
            self.miss(who, queue).await;
        }
        for resolution in 1..=self.rng.random_range(1..3) {
            let at = self.at();
            let resolved = TicketResolved {
                at,
                resolution,
                agent: person(who),
                text: None,
                queue,
                reopen_until: at,
                close_at: None,
                rating: None,
            };
            self.tell::<TicketEvent>(resolved, at).await;
            self.count(Figure::TicketsResolved, When::At(at), who, "complaint");
            let at = self.at();
            let reopened = TicketReopened {
                at,
                because: Reopened::ByHand,
                reason: None,
            };
            self.tell::<TicketEvent>(reopened, at).await;
            self.count(Figure::TicketsReopened, When::At(at), who, "complaint");
        }
    }

    /// A target is missed, and perhaps not after all, by when the ticket may be another's.
    async fn miss(&mut self, who: &'static str, queue: QueueVersion) {
        let (at, clock) = (self.at(), SlaClock::FirstResponse);
        let breached = TicketSlaBreached {
            breached_at: at,
            clock,
            target: SignedDuration::from_hours(1),
            terms: SlaTerms {
                policy: SlaPolicyVersion {
                    key: "usual".into(),
                    version: 1,
                },
                calendar: guanxi_events::service::CalendarVersion {
                    id: Uuid::from_u128(1).into(),
                    version: 1,
                },
                priority: Priority::High,
            },
            told: SlaTold {
                rung: SlaRung::Lead,
                person: None,
                queue: queue.id,
            },
        };
        self.tell::<TicketEvent>(breached, at).await;
        if self.chance() {
            let assigned = TicketAssigned {
                at,
                to: person("cid"),
                from: None,
                given: Given::ByHand,
                queue,
            };
            self.tell::<TicketEvent>(assigned, at).await;
            let back = TicketSlaBreachWithdrawn {
                at,
                clock,
                breached_at: at,
            };
            self.tell::<TicketEvent>(back, at).await;
            return;
        }
        self.count(Figure::TicketsBreached, When::At(at), who, "first_response");
    }
}
