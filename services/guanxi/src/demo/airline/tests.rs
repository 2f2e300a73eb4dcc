//! What the files come to.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::*;
use crate::demo::tests::data_with;

fn member(enrolled: Date) -> MemberRow {
    MemberRow::new("1".into(), Card::Nova, enrolled, None)
}

fn month(month: i8, earned: i64, redeemed: i64) -> ActivityRow {
    let day = date(2017, month, 1);
    ActivityRow::new("1".into(), day, Decimal::new(earned, 2), redeemed.into())
}

fn told(enrolled: Date, activities: &[ActivityRow]) -> Story {
    tell(&[member(enrolled)], activities).unwrap()
}

#[test]
fn a_redemption_takes_what_was_earned_until_then_and_no_more() {
    let rows = [month(2, 10_025, 100), month(1, 5_000, 51), month(3, 0, 50)];
    let story = told(date(2016, 1, 1), &rows);
    let covered = story.members["1"].months.iter().map(|month| month.covered);
    // January has 50 for 51; February 150.25 for 100; March 50.25 for 50.
    assert_eq!(covered.collect::<Vec<_>>(), [false, true, true]);
    let totals = story.totals();
    assert_eq!(totals.earned, Decimal::new(15_025, 2));
    assert_eq!((totals.redeemed, totals.refused), (150.into(), 1));
    assert_eq!(totals.refused_points, 51.into());
}

#[test]
fn who_earns_before_the_month_of_enrolment_is_enrolled_by_then() {
    let rows = [month(1, 0, 0), month(2, 100, 0), month(3, 100, 0)];
    let story = told(date(2017, 3, 1), &rows);
    assert_eq!(story.enrolled_early, 1);
    assert_eq!(story.members["1"].enrolled, date(2017, 2, 1));
}

#[test]
fn a_month_that_is_said_twice_counts_twice() {
    let story = told(date(2016, 1, 1), &[month(1, 100, 0), month(1, 100, 0)]);
    assert_eq!(story.repeated, 1);
    assert_eq!(story.totals().earned, Decimal::TWO);
}

#[test]
fn somebody_who_is_no_member_is_an_error() {
    let stranger = ActivityRow::new("2".into(), date(2017, 1, 1), 1.into(), 0.into());
    let said = tell(&[member(date(2016, 1, 1))], &[stranger]).unwrap_err();
    assert!(said.to_string().contains("2 is no member"), "{said}");
}

#[test]
fn a_generated_program_has_every_quirk() {
    let (members, activities) = program(1, 200);
    let story = tell(&members, &activities).unwrap();
    let totals = story.totals();
    assert!(story.enrolled_early > 0 && story.repeated > 0);
    assert!(totals.cancelled > 0 && totals.refused > 0);
    assert!(!totals.redeemed.is_zero());
    let mut months = story.members.values().flat_map(|member| &member.months);
    assert!(months.any(|month| !month.earned.fract().is_zero()));
}

#[test]
fn the_public_files_come_to_their_known_totals() {
    let Some(data) = data_with(Dataset::is_in) else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let story = Dataset::read(&data, None).unwrap().story;
    let totals = story.totals();
    assert_eq!((totals.members, totals.cancelled), (16_737, 2_067));
    assert_eq!(totals.earned, Decimal::new(5_017_273_625, 2));
    assert_eq!(totals.redeemed + totals.refused_points, 12_451_388.into());
    assert_eq!(totals.worth + totals.refused_worth, 1_007_774.into());
}
