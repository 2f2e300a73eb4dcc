//! What should have been counted, thing by thing: the naive oracle.

use std::collections::BTreeMap;

use guanxi_dashboards::{Figure, queries::Line};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

/// When a thing counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    At(Timestamp),
    On(Date),
}

/// One thing that counts.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) tenant: &'static str,
    pub(crate) figure: Figure,
    pub(crate) when: When,
    pub(crate) owner: String,
    pub(crate) detail: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: &'static str,
}

impl Thing {
    fn day(&self, zone: &TimeZone) -> Date {
        match self.when {
            When::At(at) => at.to_zoned(zone.clone()).date(),
            When::On(day) => day,
        }
    }
}

/// Figure, detail and currency.
type Place = (&'static str, String, String);

/// The lines of these things within these days, day by day and in all.
pub(crate) fn lines<'a>(
    things: impl Iterator<Item = &'a Thing>,
    (first, last): (Date, Date),
    zone: &TimeZone,
) -> (Vec<Line>, Vec<Line>) {
    let mut days: BTreeMap<(Date, Place), (Figure, i64, Decimal)> = BTreeMap::new();
    let mut sums: BTreeMap<Place, (Figure, i64, Decimal)> = BTreeMap::new();
    for thing in things {
        let day = thing.day(zone);
        if day < first || day > last {
            continue;
        }
        let place = (
            thing.figure.name(),
            thing.detail.clone(),
            thing.currency.to_owned(),
        );
        let empty = (thing.figure, 0, Decimal::ZERO);
        for sum in [
            days.entry((day, place.clone())).or_insert(empty),
            sums.entry(place).or_insert(empty),
        ] {
            sum.1 += 1;
            sum.2 += thing.amount;
        }
    }
    let line =
        |day, (_, detail, currency): Place, (figure, count, amount): (Figure, i64, Decimal)| Line {
            day,
            figure,
            detail,
            currency,
            count,
            amount,
        };
    (
        days.into_iter()
            .map(|((day, place), sum)| line(Some(day), place, sum))
            .collect(),
        sums.into_iter()
            .map(|(place, sum)| line(None, place, sum))
            .collect(),
    )
}
