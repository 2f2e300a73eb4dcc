//! Random histories of two members: earning, returns, bounces, redemptions and their refunds,
//! adjustments, transfers, batches of history, cards that are replaced, tiers that rise and fall, and
//! the passing of time, under random rules. After every step the accounts are what a plain calculation
//! makes of all events alone, and the law of conservation holds (L-19).

use std::cell::Cell;

use guanxi_events::loyalty::{PurchaseId, ShortfallPolicy};
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseResult, TestRunner},
};
use rust_decimal::{Decimal, RoundingStrategy};

use super::*;
use crate::domain::{
    in_memory::{ANNE, BEN},
    program::Program,
    purchase::Purchase,
};

mod game;
mod oracle;
mod wishes;

use game::{Game, order};
use oracle::Figures;
use wishes::{Op, op, program, tiers};

/// What a rule may refuse of these wishes.
const EXPECTED: [&str; 8] = [
    "NOT_ENOUGH_POINTS",
    "NOT_ENOUGH_TIER_POINTS",
    "POINTS_SPENT",
    "RETURNED_TOO_MUCH",
    "REFUNDED_TOO_MUCH",
    "PURCHASE_OF_AN_ORDER",
    "PURCHASE_MATCHED",
    "SAME_MEMBER",
];

/// What was tried.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    histories: u64,
    steps: u64,
    /// Cards that were replaced.
    replaced: u64,
    /// Tiers that members fell from.
    falls: u64,
    /// Points that were taken back of what a higher tier had earned than the member's.
    after_falls: u64,
}

impl Game {
    /// What was taken back of each purchase is the share of it that came back.
    fn purchases_are_level(&self) {
        let orders = (0..3).map(|no| PurchaseId(order(no)));
        for id in self.purchases.iter().copied().chain(orders) {
            let Some(purchase) = self.club.state::<Purchase>(id) else {
                continue;
            };
            for earning in &purchase.earnings {
                let part = purchase.part(earning.part).unwrap();
                assert!(earning.reversed >= Decimal::ZERO && earning.reversed <= earning.points);
                let by_lines = purchase
                    .credits
                    .iter()
                    .any(|credit| !credit.lines.is_empty());
                if !part.settled {
                    assert_eq!(earning.reversed, earning.points);
                } else if purchase.credits.is_empty() {
                    assert_eq!(earning.reversed, Decimal::ZERO);
                } else if purchase.parts.len() == 1 && !by_lines {
                    let base = part.total - part.returned;
                    let credited = purchase.credited() - part.returned;
                    let credited = credited.clamp(Decimal::ZERO, base);
                    let scale = u32::from(
                        self.club
                            .state::<Program>(earning.program)
                            .unwrap()
                            .rules
                            .scale,
                    );
                    let share = if base.is_zero() {
                        Decimal::ZERO
                    } else {
                        earning.points * credited / base
                    };
                    let wanted =
                        share.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
                    assert_eq!(earning.reversed, wanted, "{purchase:?}");
                }
            }
        }
    }
}

#[test]
fn points_are_conserved_in_every_history() {
    let mut runner = TestRunner::new(Config {
        test_name: Some(concat!(
            module_path!(),
            "::points_are_conserved_in_every_history"
        )),
        source_file: Some(file!()),
        ..Config::default()
    });
    let tally = Cell::new(Tally::default());
    let histories = (program(), tiers(), prop::collection::vec(op(), 1..60));
    let played = runner.run(&histories, |(rules, ladder, ops)| {
        let shortfall = rules.shortfall;
        let mut game = Game::new(rules, ladder);
        let mut all = tally.get();
        all.histories += 1;
        for op in &ops {
            step(&mut game, op, shortfall, &mut all)?;
        }
        all.replaced += game.replaced() as u64;
        tally.set(all);
        Ok(())
    });
    let tally = tally.get();
    println!("{tally:?}");
    if let Err(failure) = played {
        panic!("{failure}\n{runner}");
    }
    let tried = tally.replaced > 0 && tally.falls > 0 && tally.after_falls > 0;
    assert!(tried || tally.histories < 200, "{tally:?}");
}

/// One step, and what must hold after it.
fn step(game: &mut Game, op: &Op, shortfall: ShortfallPolicy, tally: &mut Tally) -> TestCaseResult {
    let ranks = [ANNE, BEN].map(|member| game.rank(member));
    let booked = [ANNE, BEN].map(|member| game.booked(member).len());
    if let Err(refusal) = game.play(op) {
        let expected = EXPECTED.contains(&refusal.code);
        prop_assert!(expected, "{:?} was refused with {}", op, refusal);
    }
    tally.steps += 1;
    for ((member, before), booked) in [ANNE, BEN].into_iter().zip(ranks).zip(booked) {
        let events = game.booked(member);
        let ledger = game.club.ledger(member);
        prop_assert_eq!(
            Figures::of(events),
            Figures::kept(&ledger),
            "after {:?}",
            op
        );
        prop_assert_eq!(ledger.imbalance(), Decimal::ZERO, "after {:?}", op);
        let below = shortfall != ShortfallPolicy::GoNegative && ledger.debt > Decimal::ZERO;
        prop_assert!(!below, "only one policy goes below zero");
        let idle = (ledger.debt > Decimal::ZERO || ledger.owed() > Decimal::ZERO)
            && ledger.in_lots() > Decimal::ZERO;
        prop_assert!(!idle, "points lie there while some are owed");
        tally.falls += u64::from(game.rank(member) < before);
        for event in &events[booked..] {
            if let PointsEvent::Reversed(reversed) = event {
                let earned = game.rank_that_earned(member, reversed.lot);
                tally.after_falls += u64::from(earned > game.rank(member));
            }
        }
    }
    let there = game.club.ledger(ANNE).sums.sent - game.club.ledger(BEN).sums.received;
    prop_assert_eq!(there, Decimal::ZERO, "what Anne sent has Ben");
    game.purchases_are_level();
    Ok(())
}
