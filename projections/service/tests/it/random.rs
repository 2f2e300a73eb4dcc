//! Random histories of a desk, as the service service could have told them.

use std::collections::BTreeMap;

use guanxi_events::{
    TenantId,
    service::{
        Author, Channel, Priority, SlaClock, SurveyExpired, TicketEvent, TicketKind,
        ticket::{
            Closed, Given, PendingEnded, PendingFor, Reopened, SlaRung, SlaTold, TicketAssigned,
            TicketChanged, TicketClosed, TicketMerged, TicketNoted, TicketPendingEnded,
            TicketPendingSet, TicketPriorityChanged, TicketReopened, TicketSlaApplied,
            TicketSlaBreachWithdrawn, TicketSlaBreached, TicketSlaPaused, TicketSlaResumed,
            TicketSlaStarted, TicketStarted, TicketTransferred, TicketUnassigned, TicketUnmerged,
        },
    },
};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, rngs::StdRng};
use uuid::Uuid;

use crate::desk::{
    Told, What, agent, answered, applied, asked, details, due, opened, queue, replied, resolved,
    stopped, subject, terms,
};

const AGENTS: [&str; 3] = ["ann", "bob", "cid"];
const CATEGORIES: [&str; 2] = ["login", "invoice"];

/// What the teller must remember of a ticket.
struct Course<'a> {
    rng: &'a mut StdRng,
    tenant: TenantId,
    id: Uuid,
    at: Timestamp,
    told: Vec<Told>,
    status: &'static str,
    merged: bool,
    queue: u128,
    agent: Option<&'static str>,
    priority: Priority,
    resolutions: u32,
    answered: bool,
    /// The clocks that run, and when each was missed.
    running: BTreeMap<SlaClock, Option<Timestamp>>,
}

/// The history of so many tickets over so many hours, in no order between tickets.
pub(crate) fn history(rng: &mut StdRng, tenant: &TenantId, tickets: u128, hours: i64) -> Vec<Told> {
    let mut all = Vec::new();
    for n in 1..=tickets {
        let begin = Timestamp::from_second(rng.random_range(0..hours * 3_600)).unwrap();
        let mut course = Course {
            rng,
            tenant: tenant.clone(),
            id: Uuid::from_u128(n),
            at: begin,
            told: Vec::new(),
            status: "new",
            merged: false,
            queue: 1,
            agent: None,
            priority: Priority::Medium,
            resolutions: 0,
            answered: false,
            running: BTreeMap::new(),
        };
        course.open();
        for _ in 0..course.rng.random_range(0..14) {
            course.step();
        }
        all.extend(course.told);
    }
    all
}

impl Course<'_> {
    fn tell(&mut self, event: impl Into<TicketEvent>) {
        self.told.push(Told {
            tenant: self.tenant.clone(),
            id: self.id,
            at: self.at,
            what: What::Ticket(event.into()),
        });
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())]
    }

    fn facts(&mut self) -> guanxi_events::service::TicketDetails {
        let kinds = [TicketKind::Question, TicketKind::Complaint];
        let channels = [Channel::Email, Channel::Wechat, Channel::InPerson];
        let mut facts = details(self.one(&kinds), self.one(&channels));
        if self.rng.random_bool(0.6) {
            facts.category = Some(self.one(&CATEGORIES).to_owned());
        }
        if self.rng.random_bool(0.6) {
            facts.customer = Some(Uuid::from_u128(self.rng.random_range(1..4)).into());
        }
        facts
    }

    fn open(&mut self) {
        self.queue = self.rng.random_range(1..=2);
        let facts = self.facts();
        let mut event = opened(self.at, queue(self.queue), facts);
        event.priority = self.one(&[Priority::Critical, Priority::Low]);
        self.priority = event.priority;
        self.tell(event);
        if self.rng.random_bool(0.7) {
            self.measure(&[SlaClock::FirstResponse, SlaClock::Resolution]);
        }
    }

    fn measure(&mut self, clocks: &[SlaClock]) {
        let due_at = Some(self.at + SignedDuration::from_hours(4));
        let clocks: Vec<_> = clocks.iter().map(|clock| due(*clock, due_at)).collect();
        let named = |clock: &SlaClock| clocks.iter().any(|due| due.clock == *clock);
        self.running.retain(|clock, _| named(clock));
        for due in &clocks {
            self.running.entry(due.clock).or_insert(None);
        }
        self.tell(applied(self.at, clocks));
    }

    fn stop(&mut self, clocks: &[SlaClock]) {
        let mut scores = Vec::new();
        for clock in clocks {
            let Some(missed) = self.running.get(clock).copied() else {
                continue;
            };
            let withdrawn = missed.is_some_and(|missed| missed >= self.at);
            if let Some(breached_at) = missed.filter(|_| withdrawn) {
                let at = self.at;
                self.tell(TicketSlaBreachWithdrawn {
                    at,
                    clock: *clock,
                    breached_at,
                });
            }
            let late = missed.is_some() && !withdrawn || self.rng.random_bool(0.1);
            let seconds = self.rng.random_range(0..20_000);
            scores.push((*clock, seconds, !late));
            self.running.remove(clock);
        }
        if !scores.is_empty() {
            self.tell(stopped(self.at, &scores));
        }
    }

    fn step(&mut self) {
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
