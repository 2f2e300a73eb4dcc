//! Batches of history as tests.

use guanxi_events::loyalty::{ExpiryRule, ProgramRules};
use jiff::ToSpan;

use super::*;
use crate::domain::in_memory::{ANNE, Club, dec, rules};

fn item(at: &str, points: &str) -> Item {
    let points = dec(points);
    Item {
        at: at.parse().unwrap(),
        reference: at[..7].to_owned(),
        what: if points < Decimal::ZERO {
            What::Spent(-points)
        } else {
            What::Earned {
                points,
                tier_points: Decimal::ZERO,
            }
        },
    }
}

fn club() -> Club {
    Club::with(ProgramRules {
        expiry: ExpiryRule::YearEnd(0),
        scale: 2,
        ..rules()
    })
}

fn book(club: &mut Club, items: Vec<Item>, more_follows: bool) -> PointsBatchBooked {
    let id = club.id();
    let book = Command::Book {
        member: ANNE,
        source: "flights".into(),
        items,
        more_follows,
    };
    let mut events = club.run::<PointsBatch>(id, &book).unwrap();
    let PointsBatchEvent::Booked(booked) = events.remove(0);
    booked
}

#[test]
fn items_are_booked_in_the_order_of_their_dates_with_what_expired_in_between() {
    let mut club = club();
    let booked = book(
        &mut club,
        vec![
            item("2018-03-01T00:00:00Z", "-30.25"),
            item("2017-06-01T00:00:00Z", "100"),
            item("2018-02-01T00:00:00Z", "50.25"),
            item("2018-04-01T00:00:00Z", "-20.25"),
        ],
        false,
    );
    assert_eq!(booked.booked, 3);
    assert_eq!(booked.refused[0].index, 3);
    assert_eq!(booked.refused[0].active, dec("20"));
    let sums = club.ledger(ANNE).sums;
    assert_eq!((sums.spent, sums.expired), (dec("30.25"), dec("120")));
}

#[test]
fn nothing_happens_by_itself_while_more_history_follows_but_not_for_ever() {
    let mut club = club();
    book(&mut club, vec![item("2018-02-01T00:00:00Z", "100")], true);
    club.wake(ANNE);
    assert_eq!(club.ledger(ANNE).active(), dec("100"));
    let booked = book(&mut club, vec![item("2018-12-31T23:59:59Z", "-40")], true);
    assert_eq!(booked.refused, []);
    club.now += 25.hours();
    club.wake(ANNE);
    let sums = club.ledger(ANNE).sums;
    assert_eq!((sums.spent, sums.expired), (dec("40"), dec("60")));
}

#[test]
fn a_batch_is_booked_once_and_points_keep_the_programs_places() {
    let mut club = club();
    let booked = book(
        &mut club,
        vec![item("2025-02-01T00:00:00Z", "0.125")],
        false,
    );
    assert_eq!(booked.refused[0].code, "POINTS_TOO_FINE");
    let again = Command::Book {
        member: ANNE,
        source: "flights".into(),
        items: Vec::new(),
        more_follows: false,
    };
    let id = club.id();
    club.run::<PointsBatch>(id, &again).unwrap();
    let refused = club.run::<PointsBatch>(id, &again).unwrap_err();
    assert_eq!(refused.code, "BATCH_BOOKED");
}
