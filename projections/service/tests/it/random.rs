//! Random histories of a desk, as the service service could have told them.

mod steps;

use std::collections::BTreeMap;

use guanxi_events::{
    TenantId,
    service::{
        Channel, Priority, SlaClock, TicketEvent, TicketKind, ticket::TicketSlaBreachWithdrawn,
    },
};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, rngs::StdRng};
use uuid::Uuid;

use crate::desk::{Told, What, applied, details, due, opened, queue, stopped};

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
}
