//! What the relay makes of the streams that it may find.

use guanxi_events::{Incarnation, Service};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn generation(base: i64) -> Generation {
    Generation {
        service: Service::Sales,
        incarnation: Incarnation(Uuid::nil()),
        base: Position(base),
    }
}

fn id(n: i64) -> EventId {
    EventId(Uuid::from_u128(n.unsigned_abs().into()))
}

/// A stream in which every message is the log's event.
fn sound(base: i64, last_sequence: u64) -> Observed {
    let last = base + last_sequence as i64;
    Observed {
        generation: generation(base),
        last_sequence,
        messages: last_sequence,
        tail: if last_sequence == 0 {
            Tail::Missing
        } else {
            Tail::Event(Position(last), id(last))
        },
        spoiled: false,
    }
}

fn decide(observed: &Observed, head: i64) -> Plan {
    let last = observed.last_position();
    let log_tail = (last.0 > 0 && last.0 <= head).then(|| id(last.0));
    plan(Some(observed), Position(head), log_tail, 10)
}

fn goes_on(base: i64, after: i64) -> Plan {
    Plan::Continue {
        generation: generation(base),
        after: Position(after),
    }
}

fn why(plan: Plan) -> Why {
    match plan {
        Plan::Open { why, .. } => why,
        Plan::Continue { after, .. } => panic!("goes on after {after}"),
    }
}

#[test]
fn without_a_stream_the_first_generation_begins_before_the_head() {
    let open = |head| plan(None, Position(head), None, 10);
    for (head, base) in [(0, 0), (4, 0), (10, 0), (25, 15)] {
        assert_eq!(
            open(head),
            Plan::Open {
                base: Position(base),
                replace_first: false,
                why: Why::None
            }
        );
    }
}

#[test]
fn a_sound_stream_is_gone_on_with() {
    assert_eq!(decide(&sound(0, 0), 0), goes_on(0, 0));
    assert_eq!(decide(&sound(0, 0), 9), goes_on(0, 0));
    assert_eq!(decide(&sound(5, 3), 8), goes_on(5, 8));
    assert_eq!(decide(&sound(5, 3), 99), goes_on(5, 8));
}

#[test]
fn a_stream_ahead_of_the_log_is_replaced() {
    assert_eq!(why(decide(&sound(0, 9), 8)), Why::AheadOfTheLog);
    assert_eq!(
        decide(&sound(20, 0), 8),
        Plan::Open {
            base: Position(0),
            replace_first: true,
            why: Why::AheadOfTheLog
        }
    );
}

#[test]
fn a_purge_ends_a_generation() {
    let purged = Observed {
        messages: 0,
        tail: Tail::Missing,
        ..sound(0, 30)
    };
    assert_eq!(
        decide(&purged, 30),
        Plan::Open {
            base: Position(20),
            replace_first: false,
            why: Why::Emptied
        }
    );
}

#[test]
fn messages_that_expired_in_front_do_not_end_a_generation() {
    let expired = Observed {
        messages: 1,
        ..sound(0, 30)
    };
    assert_eq!(decide(&expired, 31), goes_on(0, 30));
}

#[test]
fn a_tail_that_is_not_the_logs_event_ends_a_generation() {
    let with = |tail| Observed {
        tail,
        ..sound(0, 30)
    };
    for (tail, expected) in [
        (Tail::Missing, Why::TailMissing),
        (Tail::Foreign, Why::ForeignTail),
        (Tail::Event(Position(30), id(29)), Why::OtherTail),
        (Tail::Event(Position(29), id(30)), Why::OtherTail),
    ] {
        assert_eq!(why(decide(&with(tail), 40)), expected);
    }
}

#[test]
fn a_foreign_message_before_a_sound_tail_ends_a_generation() {
    let spoiled = Observed {
        spoiled: true,
        ..sound(0, 30)
    };
    assert_eq!(why(decide(&spoiled, 30)), Why::Spoiled);
}

#[test]
fn a_foreign_message_on_a_fresh_stream_is_removed_before_its_name_is_used_again() {
    let foreign = Observed {
        tail: Tail::Foreign,
        ..sound(0, 1)
    };
    assert_eq!(
        decide(&foreign, 0),
        Plan::Open {
            base: Position(0),
            replace_first: true,
            why: Why::AheadOfTheLog
        }
    );
}

fn any_tail() -> impl Strategy<Value = Tail> {
    prop_oneof![
        Just(Tail::Missing),
        Just(Tail::Foreign),
        (0..60i64, 0..60i64).prop_map(|(position, n)| Tail::Event(Position(position), id(n))),
    ]
}

proptest! {
    #[test]
    fn it_goes_on_only_after_the_logs_own_event_or_at_the_very_beginning(
        base in 0..40i64, last in 0..20u64, messages in 0..20u64, tail in any_tail(),
        spoiled: bool, head in 0..60i64,
    ) {
        let observed = Observed {
            generation: generation(base),
            last_sequence: last,
            messages: messages.min(last),
            tail,
            spoiled,
        };
        if let Plan::Continue { after, .. } = decide(&observed, head) {
            prop_assert_eq!(after.0, base + last as i64);
            prop_assert!(after.0 <= head);
            prop_assert!(last == 0 || tail == Tail::Event(after, id(after.0)) && !spoiled);
        }
    }

    #[test]
    fn a_new_generation_is_the_newest_one_and_within_the_log(
        base in 0..40i64, last in 0..20u64, tail in any_tail(), head in 0..60i64,
    ) {
        let observed = Observed {
            generation: generation(base), last_sequence: last, messages: last, tail,
            spoiled: false,
        };
        if let Plan::Open { base: new, replace_first, .. } = decide(&observed, head) {
            prop_assert!(new.0 <= head);
            prop_assert!(replace_first || new.0 > base);
        }
    }
}
