//! What counts towards a member's tier, day by day, in a bounded memory (L-05).

use std::collections::BTreeMap;

use guanxi_events::loyalty::{QualifyingSums, TierMeasure};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The sums of each day, as far back as a window may reach; what is older counts for life only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    days: BTreeMap<Date, QualifyingSums>,
    before: QualifyingSums,
}

impl Totals {
    /// So many days before the latest one are told apart: two years of window, its grace, and what
    /// comes in late.
    pub const DAYS_KEPT: i64 = 1_100;

    /// With what counts for a day added.
    pub(super) fn add(&mut self, on: Date, sums: &QualifyingSums) {
        let latest = self
            .days
            .last_key_value()
            .map_or(on, |(day, _)| *day)
            .max(on);
        let oldest = latest.saturating_sub(Self::DAYS_KEPT.days());
        add(self.days.entry(on).or_default(), sums);
        while let Some(first) = self.days.first_entry() {
            if *first.key() >= oldest {
                break;
            }
            add(&mut self.before, &first.remove());
        }
    }

    /// What came in from `from` (or ever) until `until`, both included.
    pub fn total(&self, measure: TierMeasure, from: Option<Date>, until: Date) -> Decimal {
        let (days, before) = match from {
            Some(from) if from > until => return Decimal::ZERO,
            Some(from) => (self.days.range(from..=until), Decimal::ZERO),
            None => (self.days.range(..=until), figure(&self.before, measure)),
        };
        days.map(|(_, sums)| figure(sums, measure))
            .fold(before, Decimal::saturating_add)
    }

    /// The days from `on` on for which something counts.
    pub(super) fn days_from(&self, on: Date) -> impl Iterator<Item = Date> + '_ {
        self.days.range(on..).map(|(day, _)| *day)
    }

    /// What counts for life.
    pub fn life_time(&self) -> QualifyingSums {
        let mut all = self.before;
        for sums in self.days.values() {
            add(&mut all, sums);
        }
        all
    }
}

fn add(to: &mut QualifyingSums, sums: &QualifyingSums) {
    to.tier_points = to.tier_points.saturating_add(sums.tier_points);
    to.spend = to.spend.saturating_add(sums.spend);
    to.orders = to.orders.saturating_add(sums.orders);
    to.referrals = to.referrals.saturating_add(sums.referrals);
}

/// The one figure of the sums that a ladder counts.
pub fn figure(sums: &QualifyingSums, measure: TierMeasure) -> Decimal {
    match measure {
        TierMeasure::TierPoints => sums.tier_points,
        TierMeasure::Spend => sums.spend,
        TierMeasure::Orders => sums.orders.into(),
        TierMeasure::Referrals => sums.referrals.into(),
    }
}
