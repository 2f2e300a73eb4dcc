//! The clocks of tickets: when they run, what they come to, and that it does not matter when a fact
//! became known.

use std::collections::BTreeSet;

use guanxi_decider::testing::Scenario;
use guanxi_events::service::{
    CalendarDefined, CalendarDefinition, CalendarEvent, CalendarId, Channel, Holiday, Hours,
    MessageId, Priority, QueueId, QueueOpened, SLA_POLICIES, SlaClock, SlaCondition,
    SlaPoliciesSet, SlaPolicy, SlaTarget, SlaTargets, TicketDetails, TicketEvent, TicketId,
    TicketKind, Week,
    ticket::{PendingFor, SlaScore},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::{
    calendar::Calendar,
    queue::{Desk, Queue},
    sla_policy::SlaPolicies,
    ticket::{Command, Open, Say, Speaker, Ticket},
};
use guanxi_decider::Decider;

mod edges;
mod known_later;
mod legs;
mod running;

const TICKET: TicketId = TicketId(Uuid::from_u128(0x71));
const OFFICE: CalendarId = CalendarId(Uuid::from_u128(0xca));
const SECOND: QueueId = QueueId(Uuid::from_u128(0x92));

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn target(span: SignedDuration, warnings: &[SignedDuration]) -> SlaTarget {
    SlaTarget {
        span,
        warn_before: warnings.iter().copied().collect(),
        escalate_after: Some(hours(2)),
    }
}

/// First response in 2 hours and a next one in 4, resolved in 8 with a warning an hour before; critical
/// ones in a quarter of it.
fn policy() -> SlaPolicy {
    let targets = |share: i32| {
        SlaTargets::from([
            (SlaClock::FirstResponse, target(hours(2) / share, &[])),
            (SlaClock::NextResponse, target(hours(4) / share, &[])),
            (SlaClock::Resolution, target(hours(8) / share, &[hours(1)])),
        ])
    };
    SlaPolicy {
        key: "standard".into(),
        name: "Standard".into(),
        condition: SlaCondition::default(),
        calendar: OFFICE,
        targets: [
            (Priority::Medium, targets(1)),
            (Priority::Critical, targets(4)),
        ]
        .into(),
    }
}

/// Mondays to Fridays from 8 to 18 in UTC.
fn office() -> CalendarDefinition {
    let day = vec![Hours {
        from: 8 * 3600,
        until: 18 * 3600,
    }];
    CalendarDefinition {
        name: "Office".into(),
        zone: "UTC".into(),
        week: Week {
            monday: day.clone(),
            tuesday: day.clone(),
            wednesday: day.clone(),
            thursday: day.clone(),
            friday: day,
            ..Week::default()
        },
        holidays: Vec::new(),
        special_days: Vec::new(),
    }
}

/// A ticket and the rules around it, told what happens one thing after the other.
#[derive(Clone)]
struct Story {
    calendars: Vec<CalendarDefinition>,
    policies: Vec<Vec<SlaPolicy>>,
    /// All that happened, with what followed.
    log: Vec<TicketEvent>,
}

impl Story {
    fn new() -> Self {
        Self::by(office(), vec![policy()])
    }

    fn by(calendar: CalendarDefinition, policies: Vec<SlaPolicy>) -> Self {
        Self {
            calendars: vec![calendar],
            policies: vec![policies],
            log: Vec::new(),
        }
    }

    /// A ticket that was opened then.
    fn opened(then: &str) -> Self {
        Self::new().then(then, open(false))
    }

    fn scenario(&self) -> Scenario<Ticket> {
        let versions = self.calendars.iter().zip(1..);
        let calendars: Vec<CalendarEvent> = versions
            .map(|(definition, version)| {
                let definition = definition.clone();
                CalendarDefined {
                    version,
                    definition,
                }
                .into()
            })
            .collect();
        let versions = self.policies.iter().zip(1..);
        let policies = versions.map(|(policies, version)| {
            let policies = policies.clone();
            SlaPoliciesSet { version, policies }.into()
        });
        let mut settings = Desk::default().settings;
        settings.close_days = None;
        settings.reopen_days = 30;
        settings.escalation = vec!["lena".parse().unwrap(), "max".parse().unwrap()];
        let opened = |settings| QueueOpened {
            settings,
            members: Vec::new(),
        };
        Scenario::new(TICKET)
            .by("anna")
            .by_importer()
            .given(self.log.clone())
            .reading::<Calendar>(OFFICE, calendars)
            .reading::<SlaPolicies>(SLA_POLICIES, policies)
            .reading::<Queue>(QueueId::OF_TENANT, [opened(settings.clone()).into()])
            .reading::<Queue>(SECOND, [opened(settings).into()])
    }

    /// This is asked at this instant, after what was due before has happened.
    #[track_caller]
    fn then(self, now: &str, command: Command) -> Self {
        let scenario = self.scenario().at(now);
        self.take(scenario, command)
    }

    /// This is told at an instant, of one before.
    #[track_caller]
    fn told(self, now: Timestamp, of: Timestamp, command: Command) -> Self {
        let scenario = self.scenario().at(&now.to_string()).dated(&of.to_string());
        self.take(scenario, command)
    }

    #[track_caller]
    fn take(mut self, scenario: Scenario<Ticket>, command: Command) -> Self {
        let outcome = scenario.when(command);
        self.log.extend(outcome.overdue.clone());
        let decided = outcome.decision().events;
        self.log.extend(decided.into_iter().map(|(event, _)| event));
        self
    }

    fn state(&self) -> Option<crate::domain::ticket::Work> {
        self.log.iter().fold(None, Ticket::evolve)
    }

    /// When something is due next.
    fn due(&self) -> Option<Timestamp> {
        Ticket::due(&self.state())
    }

    /// Time passes, and what is due happens.
    fn until(mut self, now: &str) -> Self {
        let now = at(now);
        while let Some(due) = self.due().filter(|due| *due <= now) {
            let fired = Ticket::fire(&self.state(), due);
            assert!(!fired.is_empty());
            self.log.extend(fired);
            assert!(
                self.due().is_none_or(|next| next > due),
                "it is due for ever"
            );
        }
        self
    }

    /// What came of the clocks: of each its last score, of the next response every one.
    fn scores(&self) -> Vec<SlaScore> {
        let mut scores: Vec<SlaScore> = Vec::new();
        for event in &self.log {
            let TicketEvent::SlaStopped(stopped) = event else {
                continue;
            };
            for score in &stopped.scores {
                let again = |old: &SlaScore| {
                    old.clock == score.clock && score.clock != SlaClock::NextResponse
                };
                scores.retain(|old| !again(old));
                scores.push(score.clone());
            }
        }
        scores
    }

    /// The score of a clock in short: met, hours.
    fn score(&self, clock: SlaClock) -> Option<(bool, SignedDuration)> {
        let scores = self.scores();
        let score = scores.iter().rfind(|score| score.clock == clock)?;
        Some((score.met, score.elapsed))
    }

    /// What was missed and stayed so, with when.
    fn misses(&self) -> Vec<(SlaClock, Timestamp)> {
        let mut misses = Vec::new();
        for event in &self.log {
            match event {
                TicketEvent::SlaBreached(breached) => {
                    misses.push((breached.clock, breached.breached_at));
                }
                TicketEvent::SlaBreachWithdrawn(withdrawn) => {
                    let miss = (withdrawn.clock, withdrawn.breached_at);
                    let place = misses.iter().position(|known| *known == miss);
                    misses.remove(place.expect("only what was missed is taken back"));
                }
                _ => {}
            }
        }
        misses
    }

    /// What was said of the clocks.
    fn of_clocks(&self) -> Vec<TicketEvent> {
        let own = |event: &&TicketEvent| {
            guanxi_events::DomainEvent::event_type(*event)
                .name
                .starts_with("service.ticket_sla_")
        };
        self.log.iter().filter(own).cloned().collect()
    }
}

fn open(replay: bool) -> Command {
    Command::Open(Box::new(Open {
        details: TicketDetails {
            kind: TicketKind::Question,
            channel: Channel::Email,
            subject: "Where is it?".into(),
            category: None,
            customer: None,
            contact: None,
            order: None,
        },
        priority: Priority::Medium,
        queue: QueueId::OF_TENANT,
        assignee: None,
        text: None,
        attachments: Vec::new(),
        follow_up_of: None,
        replay,
    }))
}

fn says(speaker: Speaker) -> Command {
    Command::Reply(Box::new(Say {
        message: MessageId::new(),
        speaker,
        channel: None,
        text: "Good day".into(),
        template: None,
        attachments: Vec::new(),
    }))
}

fn answer() -> Command {
    says(Speaker::Agent)
}

fn asks() -> Command {
    says(Speaker::Customer(None))
}

fn waits(until: Option<&str>) -> Command {
    Command::Wait {
        pending: PendingFor::ThirdParty,
        until: until.map(at),
        reason: None,
    }
}

fn resolve() -> Command {
    Command::Resolve { text: None }
}

fn urgent(to: Priority) -> Command {
    Command::Prioritise { to, reason: None }
}
