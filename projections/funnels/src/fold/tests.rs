//! The fold against the plain definition: the state as of an instant is what the facts dated up to
//! it give, in the order of the log.

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn opened(seconds: i64) -> State {
    State {
        stage: "prospecting".into(),
        stage_since: at(seconds),
        status: Status::Open,
        probability: 10,
        closed_at: None,
        close_reason: None,
        owner: "ann".into(),
        team: None,
        details: Details::default(),
    }
}

fn enter(stage: &str) -> Change {
    Change::Step {
        step: Step::Entered,
        stage: stage.into(),
        probability: 50,
    }
}

fn give(owner: &str) -> Change {
    Change::People {
        owner: owner.into(),
        team: None,
    }
}

fn eur(value: i64) -> Amount {
    Amount {
        value: value.into(),
        currency: "EUR".into(),
    }
}

fn win(stage: &str, value: i64) -> Change {
    let step = Step::Won {
        amount: eur(value),
        reason: "price".into(),
    };
    Change::Step {
        step,
        stage: stage.into(),
        probability: 100,
    }
}

/// The course of an opportunity opened at 0.
fn course(changes: &[(Change, i64)]) -> Course {
    let mut course = Course::opened(Uuid::nil(), 1, opened(0));
    for (change, seconds) in changes {
        course.change(change, at(*seconds));
    }
    course
}

/// Through all spans: when, where, whose.
fn outline(course: &Course) -> Vec<(i64, &str, &str)> {
    let spans = course.earlier.iter().chain([&course.last]);
    spans
        .map(|span| {
            (
                span.from.as_second(),
                span.state.stage.as_str(),
                span.state.owner.as_str(),
            )
        })
        .collect()
}

/// The state as of an instant, by the spans.
fn standing(course: &Course, when: Timestamp) -> Option<&State> {
    let mut spans = course.earlier.iter().chain([&course.last]);
    spans
        .rfind(|span| span.from <= when)
        .map(|span| &span.state)
}

#[test]
fn each_step_ends_a_span_and_begins_one() {
    let course = course(&[(enter("engaging"), 10), (win("engaging", 500), 30)]);
    assert_eq!(
        outline(&course),
        [
            (0, "prospecting", "ann"),
            (10, "engaging", "ann"),
            (30, "engaging", "ann")
        ]
    );
    assert!(course.earlier.iter().all(|span| span.left));
    let last = &course.last.state;
    assert_eq!((last.status, last.closed_at), (Status::Won, Some(at(30))));
    assert_eq!(
        last.stage_since,
        at(10),
        "it came to its stage before it was won there"
    );
    assert_eq!(last.details.amount, Some(eur(500)));
}

#[test]
fn a_stage_passed_in_no_time_was_still_passed() {
    let course = course(&[(enter("engaging"), 0), (win("engaging", 500), 0)]);
    let stays: Vec<_> = course
        .earlier
        .iter()
        .map(|span| span.state.stage.as_str())
        .collect();
    assert_eq!(stays, ["prospecting", "engaging"]);
    assert_eq!(standing(&course, at(0)).unwrap().status, Status::Won);
}

#[test]
fn a_change_dated_back_holds_from_its_own_date_on() {
    let course = course(&[
        (enter("engaging"), 20),
        (give("bob"), 40),
        (give("cid"), 30),
    ]);
    assert_eq!(
        outline(&course),
        [
            (0, "prospecting", "ann"),
            (20, "engaging", "ann"),
            (30, "engaging", "cid"),
            (40, "engaging", "cid")
        ]
    );
}

#[test]
fn a_step_dated_between_other_changes_splits_the_span_between_them() {
    let course = course(&[(give("bob"), 40), (enter("engaging"), 20)]);
    assert_eq!(
        outline(&course),
        [
            (0, "prospecting", "ann"),
            (20, "engaging", "ann"),
            (40, "engaging", "bob")
        ]
    );
    assert_eq!(
        course
            .earlier
            .iter()
            .map(|span| span.left)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(course.last.state.stage_since, at(20));
}

#[test]
fn a_step_never_counts_before_the_step_that_it_follows() {
    let course = course(&[(enter("engaging"), 20), (enter("closing"), 5)]);
    assert_eq!(
        outline(&course),
        [
            (0, "prospecting", "ann"),
            (20, "engaging", "ann"),
            (20, "closing", "ann")
        ]
    );
}

#[test]
fn nothing_is_true_of_an_opportunity_before_it_was_opened() {
    let mut course = Course::opened(Uuid::nil(), 1, opened(100));
    course.change(&give("bob"), at(50));
    assert_eq!(outline(&course), [(100, "prospecting", "bob")]);
}

#[test]
fn a_reopened_opportunity_is_open_again_and_its_closing_stays_in_its_past() {
    let course = course(&[(win("prospecting", 5), 10), (enter("engaging"), 20)]);
    assert_eq!(standing(&course, at(15)).unwrap().status, Status::Won);
    let last = &course.last.state;
    assert_eq!((last.status, last.closed_at), (Status::Open, None));
    assert_eq!((last.stage_since, &last.close_reason), (at(20), &None));
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        prop::sample::select(vec!["prospecting", "engaging", "closing"]).prop_map(enter),
        prop::sample::select(vec!["ann", "bob", "cid"]).prop_map(give),
        (1_i64..1_000).prop_map(|value| Change::Amount(Some(eur(value)))),
        (1_i64..1_000).prop_map(|value| win("engaging", value)),
        Just(Change::Step {
            step: Step::Lost {
                reason: "price".into()
            },
            stage: "engaging".into(),
            probability: 0,
        }),
    ]
}

proptest! {
    #[test]
    fn the_state_as_of_an_instant_is_what_the_facts_dated_up_to_it_give(
        changes in prop::collection::vec((any_change(), 0_i64..20), 0..12),
        when in 0_i64..22,
    ) {
        let course = course(&changes);
        let (mut plain, mut last_step) = (opened(0), 0);
        for (change, seconds) in &changes {
            let mut dated = *seconds;
            if matches!(change, Change::Step { .. }) {
                dated = dated.max(last_step);
                last_step = dated;
            }
            if dated <= when {
                plain.change(change, at(dated));
            }
        }
        prop_assert_eq!(standing(&course, at(when)), Some(&plain));
    }

    #[test]
    fn every_stay_is_kept_once_with_its_two_ends(
        changes in prop::collection::vec((any_change(), 0_i64..20), 0..12),
    ) {
        let course = course(&changes);
        let (mut stays, mut stay, mut last_step) = (Vec::new(), Some(("prospecting".to_owned(), 0)), 0);
        for (change, seconds) in &changes {
            let Change::Step { step, stage, .. } = change else { continue };
            last_step = last_step.max(*seconds);
            stays.extend(stay.take().map(|(stage, from)| (stage, from, last_step)));
            stay = matches!(step, Step::Entered).then(|| (stage.clone(), last_step));
        }
        let ends = course.earlier.iter().skip(1).map(|span| span.from).chain([course.last.from]);
        let kept: Vec<_> = course
            .earlier
            .iter()
            .zip(ends)
            .filter(|(span, _)| span.left && span.state.status == Status::Open)
            .map(|(span, end)| {
                (span.state.stage.clone(), span.state.stage_since.as_second(), end.as_second())
            })
            .collect();
        prop_assert_eq!(kept, stays);
        let open = (course.last.state.status == Status::Open)
            .then(|| (course.last.state.stage.clone(), course.last.state.stage_since.as_second()));
        prop_assert_eq!(open, stay);
    }
}
