//! The list of policies, and which one is a ticket's.

use guanxi_decider::testing::Scenario;
use guanxi_events::service::{
    CalendarDefined, CalendarDefinition, CalendarEvent, Hours, SLA_POLICIES, SlaClock, Week,
};
use jiff::SignedDuration;
use uuid::Uuid;

use super::*;

const OFFICE: CalendarId = CalendarId(Uuid::from_u128(1));
const QUEUE: QueueId = QueueId(Uuid::from_u128(2));
const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(3));

fn office() -> CalendarEvent {
    let all_day = Hours {
        from: 0,
        until: 86_400,
    };
    CalendarDefined {
        version: 1,
        definition: CalendarDefinition {
            name: "Always".into(),
            zone: "UTC".into(),
            week: Week {
                monday: vec![all_day],
                ..Week::default()
            },
            holidays: Vec::new(),
            special_days: Vec::new(),
        },
    }
    .into()
}

fn target(hours: i64) -> SlaTarget {
    SlaTarget {
        span: SignedDuration::from_hours(hours),
        warn_before: BTreeSet::new(),
        escalate_after: None,
    }
}

fn policy(key: &str, condition: SlaCondition, priorities: &[Priority]) -> SlaPolicy {
    let targets = SlaTargets::from([(SlaClock::Resolution, target(8))]);
    SlaPolicy {
        key: key.into(),
        name: key.into(),
        condition,
        calendar: OFFICE,
        targets: priorities.iter().map(|p| (*p, targets.clone())).collect(),
    }
}

fn scenario() -> Scenario<SlaPolicies> {
    Scenario::new(SLA_POLICIES).reading::<Calendar>(OFFICE, [office()])
}

fn set(version: u32, policies: Vec<SlaPolicy>) -> SlaPolicyEvent {
    SlaPoliciesSet { version, policies }.into()
}

fn ticket() -> Profile {
    Profile {
        priority: Priority::High,
        queue: QUEUE,
        kind: TicketKind::Question,
        channel: Channel::Email,
        customer: Some(CUSTOMER),
    }
}

fn chosen(list: &[SlaPolicy], ticket: Profile) -> Option<String> {
    let policies = Policies {
        version: 1,
        list: list.to_vec(),
    };
    policies
        .choose(ticket)
        .map(|(policy, _)| policy.key.clone())
}

#[test]
fn policies_are_set_whole_and_each_change_makes_a_version() {
    let one = vec![policy("all", SlaCondition::default(), &[Priority::High])];
    scenario()
        .when(Command::Set(one.clone()))
        .then([set(1, one.clone())]);
    let given = scenario().given([set(1, one.clone())]);
    given.when(Command::Set(one.clone())).then_nothing();
    scenario()
        .given([set(1, one)])
        .when(Command::Set(Vec::new()))
        .then([set(2, Vec::new())]);
}

#[test]
fn a_policy_needs_a_calendar_that_exists() {
    let list = vec![policy("all", SlaCondition::default(), &[Priority::High])];
    Scenario::<SlaPolicies>::new(SLA_POLICIES)
        .when(Command::Set(list))
        .then_refused("CALENDAR_UNKNOWN");
}

#[test]
fn every_bad_policy_is_named() {
    let all = || policy("all", SlaCondition::default(), &[Priority::High]);
    let with = |change: fn(&mut SlaTarget)| {
        let mut policy = all();
        let targets = policy.targets.values_mut().flat_map(SlaTargets::values_mut);
        targets.for_each(change);
        policy.key = uuid::Uuid::now_v7().to_string();
        policy
    };
    let list = vec![
        all(),
        policy("all", SlaCondition::default(), &[]),
        with(|target| target.span = SignedDuration::ZERO),
        with(|target| target.warn_before = [target.span].into()),
        with(|target| target.escalate_after = Some(SignedDuration::ZERO)),
    ];
    scenario().when(Command::Set(list)).then_invalid([
        "policies[1].key",
        "policies[1].targets",
        "policies[2].targets",
        "policies[3].targets",
        "policies[4].targets",
    ]);
}

#[test]
fn the_first_policy_that_is_for_a_ticket_is_its_policy() {
    let all = [Priority::Critical, Priority::High];
    let only = |condition| policy("only", condition, &all);
    let rest = policy("rest", SlaCondition::default(), &all);
    let choose = |condition| chosen(&[only(condition), rest.clone()], ticket()).unwrap();
    let none = SlaCondition::default;
    let (this, other) = (QUEUE, QueueId::new());
    for (fits, condition) in [
        (
            true,
            SlaCondition {
                queues: [this, other].into(),
                ..none()
            },
        ),
        (
            false,
            SlaCondition {
                queues: [other].into(),
                ..none()
            },
        ),
        (
            true,
            SlaCondition {
                kinds: [TicketKind::Question].into(),
                ..none()
            },
        ),
        (
            false,
            SlaCondition {
                kinds: [TicketKind::Complaint].into(),
                ..none()
            },
        ),
        (
            true,
            SlaCondition {
                channels: [Channel::Email].into(),
                ..none()
            },
        ),
        (
            false,
            SlaCondition {
                channels: [Channel::Phone].into(),
                ..none()
            },
        ),
        (
            true,
            SlaCondition {
                customers: [CUSTOMER].into(),
                ..none()
            },
        ),
        (
            false,
            SlaCondition {
                customers: [CustomerId::new()].into(),
                ..none()
            },
        ),
        (
            false,
            SlaCondition {
                customers: [CUSTOMER].into(),
                channels: [Channel::Phone].into(),
                ..none()
            },
        ),
    ] {
        let wanted = if fits { "only" } else { "rest" };
        assert_eq!(choose(condition.clone()), wanted, "{condition:?}");
    }
}

#[test]
fn a_policy_is_for_no_ticket_of_a_priority_without_targets_nor_of_nobody_where_it_names_customers()
{
    let urgent = policy("urgent", SlaCondition::default(), &[Priority::Critical]);
    let gold = SlaCondition {
        customers: [CUSTOMER].into(),
        ..SlaCondition::default()
    };
    let gold = policy("gold", gold, &[Priority::High]);
    let list = [urgent, gold];
    assert_eq!(chosen(&list, ticket()), Some("gold".into()));
    let nobodys = Profile {
        customer: None,
        ..ticket()
    };
    assert_eq!(chosen(&list, nobodys), None);
}
