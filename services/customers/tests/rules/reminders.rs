//! C-05 over random plans: each reminder fires once and at its own instant, whenever the clock is
//! looked at; and any order of events can be folded.

use std::{collections::BTreeSet, fs, path::Path};

use guanxi_customers::domain::{
    Customer, FollowUp,
    follow_up::{self, Command, Plan, Wanted},
};
use guanxi_decider::{Actor, AnyState, Context, Decider, Home};
use guanxi_events::{
    CommandId, DomainEvent, EventId, EventType, Meta, Position, Recorded, StreamKey, StreamVersion,
    customers::{
        ClaimQuotaEvent, ContactEvent, CustomerEvent, FollowUpEvent, InteractionEvent,
        InteractionKind, PoolEvent,
    },
};
use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, sample::Index};
use uuid::Uuid;

use crate::{
    fixtures::{ACME, NOON, at, person, registered},
    world::decider_of,
};

/// A plan, or a change of it: made so many minutes after the one before.
#[derive(Debug, Clone)]
struct Made {
    after: i64,
    ahead: i64,
    duration: u32,
    reminders: BTreeSet<u32>,
}

fn made() -> impl Strategy<Value = Made> {
    (
        1..3000_i64,
        1..3000_i64,
        0..100_u32,
        prop::collection::btree_set(0..3000_u32, 0..6),
    )
        .prop_map(|(after, ahead, duration, reminders)| Made {
            after,
            ahead,
            duration,
            reminders,
        })
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// What must have fired by the end: reminders and overdue marks with their instants, in order.
fn oracle(plans: &[(Timestamp, Made)], end: Timestamp) -> (Vec<Timestamp>, Vec<Timestamp>) {
    let (mut reminders, mut overdue) = (Vec::new(), Vec::new());
    for (n, (made_at, made)) in plans.iter().enumerate() {
        let until = plans.get(n + 1).map_or(end, |(next, _)| *next);
        let planned = *made_at + minutes(made.ahead);
        let mut instants: Vec<Timestamp> = made
            .reminders
            .iter()
            .map(|before| planned - minutes(i64::from(*before)))
            .filter(|instant| instant > made_at && *instant <= until)
            .collect();
        instants.sort();
        reminders.extend(instants);
        let over = planned + minutes(made.duration.into());
        overdue.extend((over <= until).then_some(over));
    }
    (reminders, overdue)
}

fn observe(
    state: follow_up::State,
    now: Timestamp,
    seen: &mut Vec<FollowUpEvent>,
) -> follow_up::State {
    let mut state = state;
    while let Some(due) = FollowUp::due(&state).filter(|due| *due <= now) {
        let fired = FollowUp::fire(&state, due);
        assert!(!fired.is_empty(), "nothing fires at {due}");
        for event in fired {
            state = FollowUp::evolve(state, &event);
            seen.push(event);
        }
        assert!(
            FollowUp::due(&state).is_none_or(|next| next > due),
            "{due} comes again"
        );
        let snapshot = serde_json::to_vec(&state).unwrap();
        state = serde_json::from_slice(&snapshot).unwrap();
    }
    state
}

proptest! {
    #[test]
    fn every_reminder_fires_once_at_its_instant_whenever_the_clock_is_looked_at(
        plans in prop::collection::vec(made(), 1..5),
        looks in prop::collection::vec(0..20_000_i64, 0..40),
    ) {
        let start = at(NOON);
        let mut clock = start;
        let plans: Vec<(Timestamp, Made)> = plans
            .into_iter()
            .map(|plan| {
                clock += minutes(plan.after);
                (clock, plan)
            })
            .collect();
        let end = clock + minutes(40_000);
        let mut instants: Vec<(Timestamp, Option<&Made>)> =
            plans.iter().map(|(at, plan)| (*at, Some(plan))).collect();
        instants.extend(looks.iter().map(|look| (start + minutes(*look), None)));
        instants.push((end, None));
        instants.sort_by_key(|(at, _)| *at);

        let mut state = follow_up::State::default();
        let mut seen = Vec::new();
        for (now, plan) in instants {
            state = observe(state, now, &mut seen);
            if let Some(plan) = plan {
                state = make(state, now, plan);
            }
        }
        let (mut reminders, mut overdue) = (Vec::new(), Vec::new());
        for event in seen {
            match event {
                FollowUpEvent::Reminded(reminded) => reminders.push(reminded.due_at),
                FollowUpEvent::BecameOverdue(mark) => overdue.push(mark.due_at),
                other => panic!("{other:?} fired"),
            }
        }
        prop_assert_eq!((reminders, overdue), oracle(&plans, end));
    }

    #[test]
    fn whatever_a_log_holds_can_be_folded(order in prop::collection::vec(any::<Index>(), 0..60)) {
        let samples = samples();
        let mut states: Vec<AnyState> =
            samples.iter().map(|sample| decider_of(&sample.stream.category).initial()).collect();
        for index in order {
            let n = index.index(samples.len());
            let decider = decider_of(&samples[n].stream.category);
            // One state for each kind of aggregate: that of the kind's first sample.
            let kind = samples
                .iter()
                .position(|sample| sample.stream.category == samples[n].stream.category)
                .unwrap();
            let folded = decider.fold(states[kind].clone(), &samples[n..=n]).unwrap();
            let overdue = decider.overdue(folded.clone(), Timestamp::MAX);
            prop_assert!(!overdue.stuck, "{decider:?} is due for ever");
            let snapshot = decider.to_snapshot(&folded).unwrap();
            let restored = decider.from_snapshot(&snapshot).unwrap();
            prop_assert_eq!(decider.to_snapshot(&restored).unwrap(), snapshot);
            states[kind] = restored;
        }
    }
}

/// Plans, or puts off what is planned.
fn make(state: follow_up::State, now: Timestamp, made: &Made) -> follow_up::State {
    let wanted = Wanted {
        planned_at: now + minutes(made.ahead),
        duration_minutes: made.duration,
        remind_before_minutes: made.reminders.clone(),
    };
    let command = if state.plan.is_some() {
        Command::Reschedule {
            wanted,
            reason: None,
        }
    } else {
        Command::Plan(Box::new(Plan {
            customer: ACME,
            contact: None,
            kind: InteractionKind::Call,
            person: None,
            subject: "Ask again".to_owned(),
            note: None,
            opportunity: None,
            wanted,
        }))
    };
    let actor = Actor {
        person: person("anna"),
        may_backdate: false,
        manages: false,
    };
    let tenant = "acme".parse().unwrap();
    let mut context = Context::new(tenant, Uuid::from_u128(1), actor, now, Home::default());
    let acme = Customer::evolve(Default::default(), &registered("anna"));
    context.add(CustomerEvent::CATEGORY, ACME.0, std::sync::Arc::new(acme));
    let decision = FollowUp::decide(&state, &command, &context).unwrap();
    decision
        .events
        .iter()
        .fold(state, |state, (event, _)| FollowUp::evolve(state, event))
}

/// The sample of every event type of the service, as if recorded.
fn samples() -> Vec<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/samples");
    let kinds = [
        (CustomerEvent::CATEGORY, CustomerEvent::TYPES),
        (ContactEvent::CATEGORY, ContactEvent::TYPES),
        (InteractionEvent::CATEGORY, InteractionEvent::TYPES),
        (FollowUpEvent::CATEGORY, FollowUpEvent::TYPES),
        (PoolEvent::CATEGORY, PoolEvent::TYPES),
        (ClaimQuotaEvent::CATEGORY, ClaimQuotaEvent::TYPES),
    ];
    let mut recorded = Vec::new();
    for (category, types) in kinds {
        for info in types {
            let file = folder.join(format!("{}.{}.json", info.name, info.version));
            let sample: serde_json::Value =
                serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            let command = CommandId::new();
            recorded.push(Recorded {
                position: Position::START,
                stream: StreamKey {
                    tenant: "acme".parse().unwrap(),
                    category: category.clone(),
                    id: Uuid::from_u128(1),
                },
                version: StreamVersion(1),
                id: EventId::new(),
                event_type: EventType {
                    name: info.name.into(),
                    version: info.version,
                },
                occurred_at: at(NOON),
                recorded_at: at(NOON),
                data: serde_json::to_vec(&sample["data"]).unwrap(),
                meta: Meta::of_command(person("anna"), command),
                numbers: Default::default(),
            });
        }
    }
    recorded
}
