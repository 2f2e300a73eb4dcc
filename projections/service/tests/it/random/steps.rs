//! What can happen next to a ticket.

use guanxi_events::service::{
    Author, Priority, SlaClock, SurveyExpired,
    ticket::{
        Closed, Given, PendingEnded, PendingFor, Reopened, SlaRung, SlaTold, TicketAssigned,
        TicketChanged, TicketClosed, TicketMerged, TicketNoted, TicketPendingEnded,
        TicketPendingSet, TicketPriorityChanged, TicketReopened, TicketSlaApplied,
        TicketSlaBreached, TicketSlaPaused, TicketSlaResumed, TicketSlaStarted, TicketStarted,
        TicketTransferred, TicketUnassigned, TicketUnmerged,
    },
};
use jiff::SignedDuration;
use rand::RngExt;
use uuid::Uuid;

use super::{AGENTS, Course};
use crate::desk::{
    Told, What, agent, answered, applied, asked, due, queue, replied, resolved, subject, terms,
};

impl Course<'_> {
    pub(super) fn step(&mut self) {
        if self.rng.random_bool(0.8) {
            let seconds = self.rng.random_range(1..200_000);
            self.at += SignedDuration::from_secs(seconds);
        }
        let at = self.at;
        if self.merged {
            self.merged = false;
            self.tell(TicketUnmerged {
                at,
                from: Uuid::from_u128(77).into(),
            });
            return;
        }
        match (self.rng.random_range(0..12), self.status) {
            (0, _) => {
                let facts = self.facts();
                self.tell(TicketChanged { at, details: facts });
            }
            (1, "new" | "open" | "pending") => self.assign(),
            (2, "new" | "open" | "pending") => self.transfer(),
            (3, "new" | "open" | "pending") => {
                let (from, to) = (self.priority, self.one(&[Priority::High, Priority::Low]));
                self.priority = to;
                self.tell(TicketPriorityChanged {
                    at,
                    from,
                    to,
                    reason: None,
                });
                let none = self.rng.random_bool(0.3);
                if none && !self.running.is_empty() {
                    self.running.clear();
                    self.tell(TicketSlaApplied {
                        terms: None,
                        targets: Default::default(),
                        ..applied(at, vec![])
                    });
                }
            }
            (4 | 5, "new" | "open" | "pending") => self.answer(),
            (6, "open" | "pending") => self.ask(),
            (7, "new" | "open") => self.pend(),
            (7 | 8, "pending") => self.resume(),
            (8, "new" | "open") => self.miss(),
            (9 | 10, "new" | "open" | "pending") => self.resolve(),
            (9, "resolved") => {
                self.status = "closed";
                self.tell(TicketClosed {
                    at,
                    because: Closed::ByHand,
                });
            }
            (10 | 11, "resolved" | "closed") => self.reopen(),
            (11, _) => {
                self.merged = true;
                self.tell(TicketMerged {
                    at,
                    into: Uuid::from_u128(77).into(),
                });
            }
            _ => {
                let note = replied(at, agent("ann")).message;
                self.tell(TicketNoted { message: note });
            }
        }
    }

    fn assign(&mut self) {
        let at = self.at;
        if let (Some(from), true) = (self.agent, self.rng.random_bool(0.3)) {
            self.agent = None;
            self.tell(TicketUnassigned {
                at,
                from: from.parse().unwrap(),
                reason: None,
            });
            return;
        }
        let to = self.one(&AGENTS);
        self.agent = Some(to);
        self.tell(TicketAssigned {
            at,
            to: to.parse().unwrap(),
            from: None,
            given: Given::ByHand,
            queue: queue(self.queue),
        });
        self.start();
    }

    fn start(&mut self) {
        if self.status == "new" {
            self.status = "open";
            self.tell(TicketStarted { at: self.at });
        }
    }

    fn transfer(&mut self) {
        let from = self.queue;
        self.queue = 3 - from;
        self.agent = None;
        self.tell(TicketTransferred {
            at: self.at,
            from: Uuid::from_u128(from).into(),
            to: queue(self.queue),
            from_assignee: None,
            reason: None,
        });
    }

    fn answer(&mut self) {
        let who = self.one(&AGENTS);
        self.tell(replied(self.at, agent(who)));
        self.answered = true;
        self.stop(&[SlaClock::FirstResponse, SlaClock::NextResponse]);
        self.start();
    }

    fn ask(&mut self) {
        self.tell(replied(self.at, Author::Customer(None)));
        let starts = self.answered && !self.running.is_empty();
        if starts && !self.running.contains_key(&SlaClock::NextResponse) {
            self.running.insert(SlaClock::NextResponse, None);
            let clock = due(SlaClock::NextResponse, Some(self.at));
            self.tell(TicketSlaStarted {
                at: self.at,
                clock,
                foreseen: None,
            });
        }
    }

    fn pend(&mut self) {
        self.status = "pending";
        let at = self.at;
        self.tell(TicketPendingSet {
            at,
            pending: PendingFor::Customer,
            until: None,
            reason: None,
        });
        if !self.running.is_empty() {
            self.tell(TicketSlaPaused { at, foreseen: None });
        }
    }

    fn resume(&mut self) {
        self.status = "open";
        let at = self.at;
        self.tell(TicketPendingEnded {
            at,
            because: PendingEnded::ByHand,
        });
        let due_at = Some(at + SignedDuration::from_hours(1));
        let clocks: Vec<_> = self
            .running
            .keys()
            .map(|clock| due(*clock, due_at))
            .collect();
        if !clocks.is_empty() {
            self.tell(TicketSlaResumed { at, clocks });
        }
    }

    /// A clock is missed at once, or, noticed early by somebody who then dates back, a little later.
    fn miss(&mut self) {
        let running: Vec<_> = self
            .running
            .iter()
            .map(|(clock, missed)| (*clock, *missed))
            .collect();
        let Some((clock, None)) = running.first().copied() else {
            return;
        };
        let ahead = SignedDuration::from_hours(self.rng.random_range(0..40));
        let breached_at = self.at + ahead;
        self.running.insert(clock, Some(breached_at));
        self.tell(TicketSlaBreached {
            breached_at,
            clock,
            target: SignedDuration::from_hours(4),
            terms: terms(),
            told: SlaTold {
                rung: SlaRung::Lead,
                person: None,
                queue: Uuid::from_u128(self.queue).into(),
            },
        });
    }

    fn resolve(&mut self) {
        self.status = "resolved";
        self.resolutions += 1;
        let who = self.agent.unwrap_or("dan");
        self.tell(resolved(self.at, self.resolutions, who, queue(self.queue)));
        self.stop(&SlaClock::ALL);
        if self.rng.random_bool(0.6) {
            self.survey(who);
        }
    }

    fn survey(&mut self, who: &str) {
        let about = subject(self.id, self.resolutions, who, queue(self.queue));
        let id = Uuid::new_v5(&self.id, &self.resolutions.to_be_bytes());
        let mut events = vec![asked(about.clone(), self.at).into()];
        let later = self.at + SignedDuration::from_hours(self.rng.random_range(1..90));
        match self.rng.random_range(0..3) {
            0 => events.push(SurveyExpired { due_at: later }.into()),
            1 => events.push(answered(about, self.rng.random_range(1..=5), later).into()),
            _ => {}
        }
        for event in events {
            self.told.push(Told {
                tenant: self.tenant.clone(),
                id,
                at: self.at,
                what: What::Survey(event),
            });
        }
    }

    fn reopen(&mut self) {
        self.status = "open";
        self.tell(TicketReopened {
            at: self.at,
            because: Reopened::ByHand,
            reason: None,
        });
        if self.rng.random_bool(0.7) {
            self.measure(&[SlaClock::Resolution]);
        }
    }
}
