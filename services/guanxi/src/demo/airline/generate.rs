//! An airline's program that never was, in the shape of the public files and always the same for a
//! seed. It has every quirk that the rules are about.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

use super::{ActivityRow, Card, MemberRow};

/// The first month of activity.
const FIRST: Date = date(2017, 1, 1);
const MONTHS: i32 = 24;

/// Generates so many members and what they flew; the public files have 16 737.
pub fn program(seed: u64, members: u32) -> (Vec<MemberRow>, Vec<ActivityRow>) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rows = Vec::new();
    let mut activities = Vec::new();
    for index in 0..members {
        let number = (100_018 + index * 7).to_string();
        let card = [Card::Star, Card::Nova, Card::Aurora][random.random_range(0..3)];
        let enrolled = FIRST.saturating_add(random.random_range(-36..18).months());
        let cancelled = (index % 8 == 3).then(|| FIRST.saturating_add(23.months()));
        rows.push(MemberRow::new(number.clone(), card, enrolled, cancelled));
        for month in 0..MONTHS {
            let month = FIRST.saturating_add(month.months());
            // One in nine is active before the month of enrolment.
            if month < enrolled && index % 9 != 1 {
                continue;
            }
            let quarters = match random.random_range(0..2) {
                0 => 0,
                _ => random.random_range(40..3_600),
            };
            let redeemed = match random.random_range(0..16) {
                0 => random.random_range(200..900),
                _ => 0,
            };
            let earned = Decimal::new(quarters * 25, 2).normalize();
            let row = ActivityRow::new(number.clone(), month, earned, redeemed.into());
            // One in fifty months is said twice.
            if random.random_range(0..50) == 0 {
                activities.push(row.clone());
            }
            activities.push(row);
        }
    }
    (rows, activities)
}
