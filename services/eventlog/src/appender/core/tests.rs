//! When a batch goes out: alone on a log, and where others write to it.

use std::{sync::Arc, time::Duration};

use guanxi_events::{Incarnation, Position, Service};
use tokio::{sync::oneshot, time::Instant};

use super::Core;
use crate::{
    Append, LogOptions, Places, PlainCodec,
    appender::{Caller, Request, Stage, outrun::tests::going_on, session::Verdict},
    prepared::Prepared,
};

/// Commands, most of which write nothing, from callers that wait.
struct Line {
    core: Core,
    /// The log's, in which those who come decide.
    life: Incarnation,
    places: Places,
    callers: Vec<oneshot::Receiver<Result<crate::Outcome, crate::AppendError>>>,
}

impl Line {
    fn new() -> Self {
        Self::with(2, 512)
    }

    fn with(pipeline_from: usize, max_batch_commands: usize) -> Self {
        let options = LogOptions {
            pipeline_from,
            max_batch_commands,
            ..LogOptions::new(Service::Sales)
        };
        Self {
            core: Core::new(&options),
            life: Incarnation::new(),
            places: Places::new(1_000),
            callers: Vec::new(),
        }
    }

    fn grow(&mut self, by: usize) {
        self.grow_until(by, Instant::now() + Duration::from_secs(3_600));
    }

    /// By callers whose time is over then.
    fn grow_until(&mut self, by: usize, until: Instant) {
        for _ in 0..by {
            let append = Append::of_nothing("acme".parse().unwrap());
            let prepared = Prepared::new(append, self.life, &PlainCodec).unwrap();
            self.take(prepared, until);
        }
    }

    fn take(&mut self, prepared: Prepared, until: Instant) {
        let (reply, answer) = oneshot::channel();
        self.callers.push(answer);
        let place = self.places.take(&prepared.append.tenant).unwrap();
        self.core.take(Request {
            prepared,
            caller: Caller {
                reply,
                since: Instant::now(),
                until,
            },
            stage: Arc::new(Stage::default()),
            _place: place,
        });
    }

    /// How many go out, so long after the last answer.
    fn goes(&mut self, under_way: usize, waited: Duration) -> Option<usize> {
        let batch = self.core.next(under_way, waited)?;
        Some(batch.commands.len())
    }

    /// Somebody else has moved the head since our last batch.
    fn in_company(&mut self) {
        self.core.landed(false, Position(0), Position(1));
        self.core.landed(false, Position(5), Position(6));
    }
}

/// Too long for those who come straight back, and not long enough for anything else.
const SOON: Duration = Duration::from_micros(1_500);
/// Longer than any batch waits.
const LONG: Duration = Duration::from_millis(11);

#[test]
fn alone_a_second_batch_follows_the_first_as_soon_as_it_is_as_large() {
    let mut line = Line::new();
    line.grow(4);
    assert_eq!(line.goes(0, LONG), Some(4));
    line.grow(3);
    assert_eq!(line.goes(1, LONG), None);
    line.grow(1);
    assert_eq!(line.goes(1, Duration::ZERO), Some(4));
}

#[test]
fn one_command_alone_is_not_worth_a_second_batch() {
    let mut line = Line::new();
    line.grow(1);
    assert_eq!(line.goes(0, LONG), Some(1));
    line.grow(1);
    assert_eq!(line.goes(1, LONG), None);
    line.grow(1);
    assert_eq!(line.goes(1, LONG), Some(2));
}

#[test]
fn a_batch_waits_until_as_many_are_there_as_went_out_last_or_time_is_up() {
    let mut line = Line::new();
    line.grow(1);
    assert_eq!(line.goes(0, SOON), Some(1), "one caller never waits");
    line.grow(1);
    assert_eq!(line.goes(0, SOON), Some(1));
    line.grow(20);
    assert_eq!(line.goes(0, SOON), Some(20));
    line.core.answered();
    line.grow(19);
    assert_eq!(line.goes(0, SOON), None);
    line.grow(1);
    assert_eq!(line.goes(0, SOON), Some(20));
    line.grow(1);
    assert_eq!(line.goes(0, SOON), None);
    assert_eq!(line.goes(0, LONG), Some(1));
}

#[test]
fn the_more_went_out_last_the_longer_a_batch_waits_for_others() {
    let mut line = Line::new();
    let millis = Duration::from_millis;
    for (size, gather) in [(1, 2), (20, 2), (50, 5), (100, 10), (300, 10)] {
        line.grow(size);
        assert_eq!(line.goes(0, LONG), Some(size));
        assert_eq!(line.core.gather(), millis(gather), "after {size}");
    }
}

#[test]
fn those_who_are_back_at_once_go_out_at_once_and_the_others_behind_them() {
    let mut line = Line::new();
    line.grow(6);
    assert_eq!(line.goes(0, Duration::ZERO), Some(6));
    line.core.answered();
    line.grow(2);
    assert_eq!(line.goes(0, Duration::ZERO), None);
    line.grow(1);
    assert_eq!(line.goes(0, SOON), None);
    assert_eq!(line.goes(0, Duration::ZERO), Some(3));
    line.grow(3);
    assert_eq!(line.goes(1, Duration::ZERO), Some(3));
}

#[test]
fn who_came_before_the_answer_is_not_back() {
    let mut line = Line::new();
    line.grow(6);
    assert_eq!(line.goes(0, Duration::ZERO), Some(6));
    line.grow(5);
    line.core.answered();
    assert_eq!(line.goes(0, Duration::ZERO), None);
}

#[test]
fn callers_in_turn_come_to_halves_whatever_went_out_first() {
    for first in [20, 33, 40, 50, 63, 64] {
        let mut line = Line::new();
        line.grow(first);
        assert_eq!(line.goes(0, LONG), Some(first));
        line.grow(64 - first);
        // A small rest does not follow at once; of those who are answered so many are back first
        // that they make up half with it.
        let mut behind = line.goes(1, LONG).unwrap_or(0);
        if behind == 0 {
            line.core.answered();
            let missing = 32_usize.saturating_sub(64 - first);
            if missing > 0 {
                line.grow(missing - 1);
                assert_eq!(line.goes(0, Duration::ZERO), None, "after {first}");
                line.grow(1);
            }
            assert_eq!(line.goes(0, Duration::ZERO), Some(32), "after {first}");
            line.grow(32);
            behind = line.goes(1, Duration::ZERO).unwrap_or(0);
            assert_eq!(behind, 32, "after {first}");
        }
        assert!((28..=44).contains(&behind), "{behind} after {first}");
    }
}

#[test]
fn a_batch_that_is_about_as_large_may_follow() {
    let mut line = Line::new();
    line.grow(40);
    assert_eq!(line.goes(0, LONG), Some(40));
    line.grow(34);
    assert_eq!(line.goes(1, LONG), None);
    line.grow(1);
    assert_eq!(line.goes(1, LONG), Some(35));
}

#[test]
fn in_company_no_second_batch_follows_the_first() {
    let mut line = Line::new();
    line.in_company();
    line.grow(8);
    assert_eq!(line.goes(1, LONG), None);
    assert_eq!(line.goes(0, LONG), Some(8));
}

#[test]
fn in_company_a_batch_waits_until_it_is_as_large_as_the_last_or_time_is_up() {
    let mut line = Line::new();
    line.in_company();
    line.grow(3);
    assert_eq!(line.goes(0, Duration::ZERO), Some(3));
    line.grow(2);
    assert_eq!(line.goes(0, Duration::ZERO), None);
    assert_eq!(line.goes(0, LONG), Some(2));
    // Now two are as many as went out last.
    line.grow(2);
    assert_eq!(line.goes(0, Duration::ZERO), Some(2));
}

#[test]
fn where_few_go_out_at_once_a_second_batch_need_not_be_larger() {
    let mut line = Line::with(32, 4);
    line.grow(4);
    assert_eq!(line.goes(0, LONG), Some(4));
    line.grow(3);
    assert_eq!(line.goes(1, LONG), None);
    line.grow(1);
    assert_eq!(line.goes(1, LONG), Some(4));
}

#[test]
fn nothing_is_sent_for_callers_whose_time_is_over_though_they_have_not_noticed() {
    let mut line = Line::new();
    line.grow_until(2, Instant::now());
    line.grow(1);
    line.grow_until(1, Instant::now());
    assert_eq!(line.goes(0, LONG), Some(1));
    assert!(line.core.is_idle());
    line.grow_until(3, Instant::now());
    assert_eq!(line.goes(0, LONG), None);
}

#[test]
fn what_is_sent_once_more_is_not_sent_for_those_who_gave_up() {
    let mut line = Line::new();
    line.grow(3);
    let batch = line.core.next(0, LONG).unwrap();
    assert_eq!(batch.commands.len(), 3);
    line.core
        .open(std::iter::once(batch), |_, _| panic!("nothing is told"));
    drop(line.callers.remove(1));
    let again = line.core.next(0, Duration::ZERO).unwrap();
    assert!(again.resent);
    assert_eq!((again.commands.len(), again.callers.len()), (2, 2));

    // Nor for whoever is about to give up, and has not noticed yet because the process stood still.
    let mut again = again;
    again.callers[0].until = Instant::now();
    line.core
        .open(std::iter::once(again), |_, _| panic!("nothing is told"));
    let again = line.core.next(0, Duration::ZERO).unwrap();
    assert_eq!(again.commands.len(), 1);

    // Nobody waits any more: then nothing goes out at all.
    line.core
        .open(std::iter::once(again), |_, _| panic!("nothing is told"));
    line.callers.clear();
    assert!(line.core.next(0, LONG).is_none());
}

#[test]
fn a_batch_that_disappoints_goes_the_long_way_next_and_one_more_behind_it() {
    let mut line = Line::new();
    let goes = |line: &mut Line| {
        line.grow(1);
        line.core.next(0, LONG).unwrap()
    };
    let batch = goes(&mut line);
    assert!(batch.trusting);
    let unanswered = |_: Caller, _| panic!("a disappointment is nothing to tell");
    let open = line.core.failed(batch, Verdict::Retry, unanswered);
    assert!(open.is_none());
    // What has failed goes before what has come meanwhile.
    let trusted = [(); 3].map(|()| goes(&mut line).trusting);
    assert_eq!(trusted, [false, false, true]);
}

#[test]
fn a_batch_with_one_who_comes_too_late_goes_the_long_way_at_once_and_the_next_is_trusted() {
    let mut line = Line::new();
    let mut goes = |under_way, commands: &[(u128, i64)]| {
        for (stream, expected) in commands {
            let until = Instant::now() + Duration::from_secs(3_600);
            line.take(going_on(*stream, *expected, 1), until);
        }
        let batch = line.core.next(under_way, LONG).unwrap();
        (batch.commands.len(), batch.trusting)
    };
    assert_eq!(goes(0, &[(1, 4), (2, 0)]), (2, true));
    assert_eq!(goes(1, &[(1, 4), (3, 7)]), (2, false));
    assert_eq!(goes(0, &[(1, 5), (3, 8)]), (2, true));
}
