//! What the updates come to.

use jiff::civil::{DateTime, datetime};

use super::*;
use crate::demo::tests::data_with;

fn at(minute: i8) -> DateTime {
    datetime(2016, 3, 7, 9, minute, 0, 0)
}

fn row(minute: i8, state: &str) -> Row {
    Row {
        line: 2,
        number: "INC1".into(),
        state: state.into(),
        made_sla: true,
        caller: "Caller 1".into(),
        opened_at: at(0),
        at: at(minute),
        contact: "Phone".into(),
        category: String::new(),
        priority: "3 - Moderate".into(),
        group: "Group 1".into(),
        resolver: String::new(),
    }
}

fn told(rows: Vec<Row>) -> Story {
    tell(rows.into_iter().map(Ok)).unwrap()
}

fn deeds(story: &Story) -> Vec<Deed> {
    let steps = story.tickets[0].steps.iter();
    steps.map(|step| step.deed.clone()).collect()
}

#[test]
fn a_plain_course_is_told_step_by_step() {
    let mut rows = vec![
        row(1, "New"),
        row(2, "Active"),
        row(3, "Awaiting Vendor"),
        row(4, "Active"),
        row(5, "Resolved"),
        row(6, "Closed"),
    ];
    for row in &mut rows[1..] {
        row.resolver = "Resolver 7".into();
    }
    assert_eq!(
        deeds(&told(rows)),
        [
            Deed::Assigned("Resolver 7".into()),
            Deed::Answered,
            Deed::Waits(State::WaitsForOthers),
            Deed::Resumed,
            Deed::Resolved,
            Deed::Closed,
        ]
    );
}

#[test]
fn jumps_that_tickets_do_not_know_become_those_that_they_do_and_are_counted() {
    let story = told(vec![row(1, "New"), row(2, "Closed")]);
    assert_eq!(
        deeds(&story),
        [Deed::Answered, Deed::Resolved, Deed::Closed]
    );
    assert_eq!(story.mapped.get(&Mapped::ClosedUnresolved), Some(&1));

    let story = told(vec![
        row(1, "Resolved"),
        row(2, "Awaiting Evidence"),
        row(3, "-100"),
    ]);
    assert_eq!(
        deeds(&story),
        [
            Deed::Answered,
            Deed::Resolved,
            Deed::Reopened,
            Deed::Waits(State::WaitsForCaller),
        ]
    );
    assert_eq!(story.mapped.get(&Mapped::WentOnUnopened), Some(&1));
    assert_eq!(story.mapped.get(&Mapped::StateUnknown), Some(&1));
}

#[test]
fn who_is_named_while_it_is_new_is_given_it_when_it_is_seen_to() {
    let mut rows = vec![row(1, "New"), row(2, "New"), row(3, "Active")];
    for row in &mut rows {
        row.resolver = "Resolver 7".into();
    }
    rows[1].group = "Group 2".into();
    rows[2].group = "Group 2".into();
    let story = told(rows);
    assert_eq!(
        deeds(&story),
        [
            Deed::Transferred {
                queue: "Group 2".into(),
                agent: None,
            },
            Deed::Assigned("Resolver 7".into()),
            Deed::Answered,
        ]
    );
    assert_eq!(story.mapped.get(&Mapped::GivenWhileNew), Some(&1));
}

#[test]
fn what_changes_after_the_resolution_is_left_out_and_comes_back_when_it_is_reopened() {
    let mut rows = vec![row(1, "Resolved"), row(2, "Resolved"), row(3, "Active")];
    rows[1].group = "Group 2".into();
    rows[2].group = "Group 2".into();
    let story = told(rows);
    assert_eq!(
        deeds(&story),
        [
            Deed::Answered,
            Deed::Resolved,
            Deed::Reopened,
            Deed::Transferred {
                queue: "Group 2".into(),
                agent: None,
            },
        ]
    );
    assert_eq!(story.mapped.get(&Mapped::ChangedAfterResolution), Some(&1));
}

#[test]
fn an_update_before_the_opening_opens_it() {
    let mut early = row(1, "New");
    early.opened_at = at(5);
    let story = told(vec![early]);
    assert_eq!(story.tickets[0].opened_at, at(1));
    assert_eq!(story.mapped.get(&Mapped::OpenedLate), Some(&1));
}

#[test]
fn a_generated_desk_has_every_quirk_and_its_steps_are_in_order() {
    let story = told(desk(1, 200));
    assert_eq!(story.mapped.len(), 6, "{:?}", story.mapped);
    assert_eq!(story.counts().new, 1);
    for ticket in &story.tickets {
        assert!(
            ticket.steps.is_sorted_by_key(|step| step.at),
            "{}",
            ticket.number
        );
        assert!(ticket.steps.iter().all(|step| step.at >= ticket.opened_at));
    }
}

#[test]
fn the_public_file_comes_to_its_known_totals() {
    let Some(data) = data_with(Dataset::is_in) else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let story = Dataset::read(&data, None).unwrap().story;
    let counts = story.counts();
    assert_eq!(
        (counts.tickets, counts.closed, counts.new, counts.made_sla),
        (20_769, 20_768, 1, 12_595)
    );
}
