//! When things happened.

use super::*;

#[test]
fn a_step_may_be_told_days_later() {
    let decision = scenario()
        .given([opened()])
        .dated("2026-01-12T08:00:00Z")
        .when(moves("engaging"))
        .decision();
    let at = "2026-01-12T08:00:00Z".parse().unwrap();
    assert_eq!(decision.occurred_at, Some(at));
    assert_eq!(
        decision.events[0].0,
        moved("prospecting", entry("engaging", 40, "2026-01-12T08:00:00Z"))
    );
}

#[test]
fn a_step_may_have_happened_at_the_same_moment_as_the_one_before() {
    scenario()
        .given([opened()])
        .dated(OPENED_AT)
        .when(moves("engaging"))
        .decision();
}

#[test]
fn nothing_is_dated_before_the_step_that_precedes_it() {
    let commands = [
        moves("engaging"),
        wins(None),
        loses(),
        Command::SetLines(vec![line("1", "1")]),
        Command::Change(Box::new(Patch {
            priority: Some(true),
            ..Patch::default()
        })),
    ];
    for command in commands {
        let refusal = scenario()
            .given([opened()])
            .dated("2026-01-10T08:59:59Z")
            .when(command)
            .then_refused("DATED_BEFORE_THE_LAST_STEP");
        assert_eq!(refusal.figures["occurred_at"], "2026-01-10T08:59:59Z");
        assert_eq!(refusal.figures["last_step_at"], OPENED_AT);
    }
    with_pipeline(pipeline(false, true))
        .given([opened(), won("2026-01-14T00:00:00Z")])
        .dated("2026-01-13T00:00:00Z")
        .when(reopens(None))
        .then_refused("DATED_BEFORE_THE_LAST_STEP");
}

#[test]
fn only_the_importer_dates_further_back_than_31_days() {
    let long_ago = "2016-10-20T00:00:00Z";
    scenario()
        .dated(long_ago)
        .when(opens(open()))
        .then_refused("BACKDATED_TOO_FAR");
    let state = scenario()
        .by_importer()
        .dated(long_ago)
        .when(opens(open()))
        .state();
    assert_eq!(state.unwrap().entry.at, long_ago.parse().unwrap());
}

#[test]
fn nothing_happens_in_the_future() {
    scenario()
        .dated("2026-01-16T00:00:00Z")
        .when(opens(open()))
        .then_refused("DATED_IN_THE_FUTURE");
}

#[test]
fn a_clock_that_was_a_little_ahead_does_not_block_who_says_nothing_of_time() {
    let ahead = "2026-01-15T12:00:30Z";
    let decision = scenario()
        .given([opened(), moved("prospecting", entry("engaging", 40, ahead))])
        .when(loses())
        .decision();
    assert_eq!(decision.occurred_at, Some(ahead.parse().unwrap()));
}
