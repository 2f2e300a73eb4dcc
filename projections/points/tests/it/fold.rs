//! The fold in memory: of every event of a random history it leaves what the naive account shows.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_points::ledger::{Account, Booking, Figures};
use jiff::Timestamp;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    history::{Told, choices, history},
    oracle::{Counted, count},
};

/// What the bookings of a history leave of each member, as the oracle counts it.
fn folded(history: &[Told]) -> BTreeMap<Uuid, Counted> {
    let mut members: BTreeMap<Uuid, Counted> = BTreeMap::new();
    for told in history {
        let booking = Booking::of(&told.event);
        let member = members.entry(told.member).or_default();
        for line in &booking.lines {
            match line.account {
                Account::Reward => member.figures += line.figures,
                Account::Tier => {
                    member.tier[0] += line.figures.earned;
                    member.tier[1] += line.figures.adjusted;
                    member.tier[2] += line.figures.reversed;
                }
            }
        }
        for moved in &booking.moves {
            let lot = member.lots.entry(moved.lot.0).or_default();
            lot.sums[0] += moved.pending;
            lot.sums[1] += moved.remaining;
            lot.sums[2] += moved.expired;
            if let Some(new) = &moved.new {
                lot.expires_at = new.life.expires_at;
                lot.told += 1;
            }
        }
    }
    members
}

proptest! {
    #[test]
    fn what_is_folded_is_what_the_naive_account_shows(chosen in choices(1..120)) {
        let history = history(&chosen);
        let end = Timestamp::MAX;
        prop_assert_eq!(folded(&history), count(&history, end, None));
    }

    #[test]
    fn every_single_line_conserves_points(chosen in choices(1..120)) {
        for told in history(&chosen) {
            for line in Booking::of(&told.event).lines {
                prop_assert_eq!(line.figures.imbalance(), Decimal::ZERO, "{:?}", told.event);
                prop_assert!(line.figures != Figures::default() || !line.lapsed.is_zero());
            }
        }
    }

    #[test]
    fn at_every_moment_what_lots_hold_less_the_debt_is_active(chosen in choices(1..120)) {
        let history = history(&chosen);
        for told in &history {
            let until = told.at;
            for counted in count(&history, until, None).values() {
                let held: Decimal = counted.lots.values().map(|lot| lot.sums[1]).sum();
                let pending: Decimal = counted.lots.values().map(|lot| lot.sums[0]).sum();
                prop_assert_eq!(counted.figures.active, held - counted.figures.debt);
                prop_assert_eq!(counted.figures.pending, pending);
                prop_assert_eq!(counted.figures.imbalance(), Decimal::ZERO);
            }
        }
    }
}

#[test]
fn random_histories_have_something_of_every_kind() {
    let mut runner = TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..20 {
        let chosen = choices(100..200).new_tree(&mut runner).unwrap().current();
        for told in history(&chosen) {
            for line in Booking::of(&told.event).lines {
                kinds.insert((line.account, line.kind));
            }
        }
    }
    // Of reward points all eleven; tier points are earned, reversed and adjusted.
    assert_eq!(kinds.len(), 14, "{kinds:?}");
}
