//! C-05: plans, and what becomes of them.

use std::collections::BTreeSet;

use guanxi_customers::domain::{
    Customer, FollowUp, Interaction,
    follow_up::{Command, Plan, Wanted},
};
use guanxi_decider::testing::Scenario;
use guanxi_events::{
    PersonId,
    customers::{
        FollowUpBecameOverdue, FollowUpCancelled, FollowUpDone, FollowUpEvent, FollowUpId,
        FollowUpPlanned, FollowUpReminded, FollowUpRescheduled, InteractionEvent, InteractionId,
        InteractionKind, InteractionRecorded, Schedule,
    },
};
use uuid::Uuid;

use crate::fixtures::{ACME, GLOBEX, at, call, called, person, registered};

const ID: FollowUpId = FollowUpId(Uuid::from_u128(0xA1));
const DONE: InteractionId = InteractionId(Uuid::from_u128(0xF1));

fn wanted<const N: usize>(planned_at: &str, minutes: [u32; N]) -> Wanted {
    Wanted {
        planned_at: at(planned_at),
        duration_minutes: 30,
        remind_before_minutes: BTreeSet::from(minutes),
    }
}

fn visit(person: Option<PersonId>, wanted: Wanted) -> Command {
    Command::Plan(Box::new(Plan {
        customer: ACME,
        contact: None,
        kind: InteractionKind::Visit,
        person,
        subject: "Show the new model".to_owned(),
        note: None,
        opportunity: None,
        wanted,
    }))
}

fn schedule<const N: usize, const M: usize>(
    planned_at: &str,
    minutes: [u32; N],
    reminders: [&str; M],
) -> Schedule {
    Schedule {
        planned_at: at(planned_at),
        duration_minutes: 30,
        remind_before_minutes: BTreeSet::from(minutes),
        reminders: reminders.into_iter().map(at).collect(),
    }
}

/// A visit of bob's on the 16th at 10, planned by anna, with reminders an hour and ten minutes
/// before.
fn planned() -> FollowUpEvent {
    let planned = FollowUpPlanned {
        customer: ACME,
        contact: None,
        kind: InteractionKind::Visit,
        person: person("bob"),
        planner: person("anna"),
        subject: "Show the new model".to_owned(),
        note: None,
        opportunity: None,
        schedule: schedule(
            "2026-01-16T10:00:00Z",
            [10, 60],
            ["2026-01-16T09:00:00Z", "2026-01-16T09:50:00Z"],
        ),
    };
    planned.into()
}

fn scenario() -> Scenario<FollowUp> {
    Scenario::<FollowUp>::new(ID).reading::<Customer>(ACME, [registered("anna")])
}

fn reminded(due_at: &str) -> FollowUpEvent {
    let reminded = FollowUpReminded {
        due_at: at(due_at),
        planned_at: at("2026-01-16T10:00:00Z"),
        person: person("bob"),
    };
    reminded.into()
}

fn overdue(due_at: &str) -> FollowUpEvent {
    FollowUpBecameOverdue {
        due_at: at(due_at),
        person: person("bob"),
    }
    .into()
}

fn complete() -> Command {
    Command::Complete {
        interaction: DONE,
        account: Box::new(call()),
    }
}

fn cancel() -> Command {
    Command::Cancel {
        reason: "the customer is away".to_owned(),
    }
}

fn put_off() -> Command {
    Command::Reschedule {
        wanted: wanted("2026-01-20T10:00:00Z", [60]),
        reason: Some("snow".to_owned()),
    }
}

#[test]
fn a_plan_knows_the_instants_of_its_reminders() {
    let command = visit(
        Some(person("bob")),
        wanted("2026-01-16T10:00:00Z", [10, 60]),
    );
    scenario().when(command).then([planned()]);
}

#[test]
fn a_plan_is_for_its_planner_unless_it_says_for_whom() {
    let decision = scenario()
        .when(visit(None, wanted("2026-01-16T10:00:00Z", [])))
        .decision();
    let FollowUpEvent::Planned(planned) = &decision.events[0].0 else {
        panic!("{decision:?}");
    };
    assert_eq!(
        (&planned.person, &planned.planner),
        (&person("anna"), &person("anna"))
    );
}

#[test]
fn a_reminder_that_would_have_been_before_the_plan_is_left_out() {
    let command = visit(None, wanted("2026-01-15T12:30:00Z", [10, 30, 60]));
    let state = scenario().when(command).state();
    assert_eq!(state.pending, BTreeSet::from([at("2026-01-15T12:20:00Z")]));
    assert_eq!(
        state.plan.unwrap().schedule.remind_before_minutes,
        BTreeSet::from([10, 30, 60]),
        "but it comes back when the plan is put off"
    );
}

#[test]
fn a_plan_is_for_the_future_unless_it_is_imported() {
    let past = || visit(None, wanted("2026-01-15T11:00:00Z", []));
    scenario().when(past()).then_refused("PLANNED_IN_THE_PAST");
    assert_eq!(
        scenario()
            .by_importer()
            .when(past())
            .decision()
            .events
            .len(),
        1
    );
}

#[test]
fn its_customer_exists() {
    Scenario::<FollowUp>::new(ID)
        .when(visit(None, wanted("2026-01-16T10:00:00Z", [])))
        .then_refused("NOT_FOUND");
}

#[test]
fn a_plan_is_made_once() {
    scenario()
        .given([planned()])
        .when(visit(None, wanted("2026-01-16T10:00:00Z", [])))
        .then_refused("FOLLOW_UP_EXISTS");
}

#[test]
fn nothing_is_done_to_a_plan_that_does_not_exist() {
    for command in [complete(), cancel(), put_off()] {
        scenario().when(command).then_refused("NOT_FOUND");
    }
}

#[test]
fn reminders_and_the_overdue_mark_come_first_and_carry_their_own_instants() {
    let outcome = scenario()
        .at("2026-01-18T08:00:00Z")
        .given([planned()])
        .when(cancel());
    assert_eq!(
        outcome.overdue,
        [
            reminded("2026-01-16T09:00:00Z"),
            reminded("2026-01-16T09:50:00Z"),
            overdue("2026-01-16T10:30:00Z"),
        ]
    );
    outcome.then([FollowUpCancelled {
        reason: "the customer is away".to_owned(),
    }
    .into()]);
}

#[test]
fn a_plan_is_overdue_when_the_time_that_it_takes_has_passed() {
    let at_the_end = |now| {
        scenario()
            .at(now)
            .given([planned()])
            .when(cancel())
            .state
            .overdue
    };
    assert!(!at_the_end("2026-01-16T10:29:59Z"));
    assert!(at_the_end("2026-01-16T10:30:00Z"));
}

#[test]
fn an_overdue_plan_can_still_be_done() {
    let outcome = scenario()
        .at("2026-01-18T08:00:00Z")
        .given([planned()])
        .when(complete());
    outcome.then([FollowUpDone { interaction: DONE }.into()]);
}

#[test]
fn doing_it_records_the_interaction_with_the_plans_customer() {
    let mut account = call();
    account.customer = Some(GLOBEX);
    let decision = scenario()
        .given([planned()])
        .when(Command::Complete {
            interaction: DONE,
            account: Box::new(account),
        })
        .decision();
    let recorded = decision.elsewhere_of::<InteractionEvent>();
    let [(id, InteractionEvent::Recorded(recorded))] = recorded.as_slice() else {
        panic!("{recorded:?}");
    };
    assert_eq!(
        (*id, recorded.details.customer, recorded.follow_up),
        (DONE.0, ACME, Some(ID))
    );
    assert_eq!(recorded.details.staff, person("anna"));
}

#[test]
fn doing_it_needs_an_interaction_id_that_is_free() {
    let details = called();
    scenario()
        .given([planned()])
        .reading::<Interaction>(
            DONE,
            [InteractionRecorded {
                details,
                follow_up: None,
            }
            .into()],
        )
        .when(complete())
        .then_refused("INTERACTION_EXISTS");
}

#[test]
fn putting_it_off_renews_the_reminders_and_takes_the_overdue_mark_away() {
    let outcome = scenario()
        .at("2026-01-18T08:00:00Z")
        .given([planned()])
        .when(put_off());
    assert!(outcome.state.overdue);
    let rescheduled = FollowUpRescheduled {
        from: at("2026-01-16T10:00:00Z"),
        schedule: schedule("2026-01-20T10:00:00Z", [60], ["2026-01-20T09:00:00Z"]),
        reason: Some("snow".to_owned()),
    };
    let state = scenario()
        .given([
            planned(),
            overdue("2026-01-16T10:30:00Z"),
            rescheduled.clone().into(),
        ])
        .when(cancel())
        .state;
    assert!(!state.overdue);
    assert_eq!(state.pending, BTreeSet::from([at("2026-01-20T09:00:00Z")]));
    outcome.then([rescheduled.into()]);
}

#[test]
fn what_is_done_or_cancelled_stays_so_and_reminds_no_more() {
    let done = FollowUpEvent::from(FollowUpDone { interaction: DONE });
    let cancelled = FollowUpEvent::from(FollowUpCancelled {
        reason: "no".to_owned(),
    });
    for end in [done, cancelled] {
        for command in [complete(), cancel(), put_off()] {
            let outcome = scenario()
                .at("2026-01-18T08:00:00Z")
                .given([planned(), end.clone()])
                .when(command);
            assert_eq!(outcome.overdue, []);
            outcome.then_refused("FOLLOW_UP_FINISHED");
        }
    }
}

#[test]
fn a_plan_is_changed_by_its_person_its_planner_or_a_manager() {
    let given = || scenario().given([planned()]);
    for (who, may) in [("anna", true), ("bob", true), ("eve", false)] {
        let outcome = given().by(who).when(cancel());
        assert_eq!(outcome.result.is_ok(), may, "{who}");
    }
    given().by("eve").when(complete()).then_refused("NOT_YOURS");
    assert!(given().by("eve").by_manager().when(cancel()).result.is_ok());
}
