//! The oracle: what is told of the accounts, counted by hand.

use std::collections::BTreeMap;

use guanxi_points::ledger::Figures;
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::history::{Holds, Told};

/// A member's points by the oracle.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counted {
    pub(crate) figures: Figures,
    /// Tier points: earned, adjusted, reversed.
    pub(crate) tier: [Decimal; 3],
    pub(crate) lots: BTreeMap<u32, Holds>,
}

/// Every member to whose points something had happened before one instant, as known before another.
pub(crate) fn count(
    told: &[Told],
    until: Timestamp,
    known: Option<Timestamp>,
) -> BTreeMap<Uuid, Counted> {
    let mut members: BTreeMap<Uuid, Counted> = BTreeMap::new();
    for told in told {
        if told.at >= until || known.is_some_and(|known| told.recorded >= known) {
            continue;
        }
        let counted = members.entry(told.member).or_default();
        let (before, after) = (&told.before, &told.after);
        add(&mut counted.figures, &after.figures, Decimal::ONE);
        add(&mut counted.figures, &before.figures, -Decimal::ONE);
        for (n, sum) in counted.tier.iter_mut().enumerate() {
            *sum += after.tier[n] - before.tier[n];
        }
        for (no, holds) in &after.lots {
            let was = before.lots.get(no).cloned().unwrap_or_default();
            if was == *holds {
                continue;
            }
            let lot = counted.lots.entry(*no).or_default();
            for (n, sum) in lot.sums.iter_mut().enumerate() {
                *sum += holds.sums[n] - was.sums[n];
            }
            if was.told != holds.told {
                lot.told += 1;
                lot.expires_at = holds.expires_at;
            }
        }
    }
    members
}

fn add(sum: &mut Figures, figures: &Figures, sign: Decimal) {
    for (sum, figure) in fields(sum).into_iter().zip(fields(&mut figures.clone())) {
        *sum += sign * *figure;
    }
}

fn fields(figures: &mut Figures) -> [&mut Decimal; 12] {
    [
        &mut figures.earned,
        &mut figures.adjusted,
        &mut figures.transferred_in,
        &mut figures.pending,
        &mut figures.active,
        &mut figures.spent,
        &mut figures.settled,
        &mut figures.transferred_out,
        &mut figures.expired,
        &mut figures.reversed,
        &mut figures.debt,
        &mut figures.owed,
    ]
}
