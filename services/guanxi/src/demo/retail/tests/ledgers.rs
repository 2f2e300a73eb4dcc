//! A ledger that says anything else than the plain calculation is found, and named.

use std::collections::BTreeMap;

use super::{
    deeds::{paid, returned, sold, steps},
    points::Check,
    *,
};
use crate::demo::{
    ids::Ids,
    ledgers::{Ledger, Ledgers},
};

fn ids() -> Ids {
    Ids::of("a small wholesaler")
}

/// Two members and somebody who pays cash: one has 100 points of which 25 are taken back, the other
/// nothing.
fn story() -> Story {
    let buyer = |deeds: Vec<Deed>| Buyer {
        country: "EIRE".into(),
        steps: steps(deeds),
    };
    let bought = || {
        vec![
            sold("1", "100"),
            paid("1", 1, "100"),
            returned("1", 1, "25"),
        ]
    };
    let buyers = [
        ("12346", buyer(bought())),
        ("13047", buyer(vec![sold("2", "9")])),
        (CASH, buyer(bought())),
    ];
    Story {
        buyers: buyers.map(|(key, buyer)| (key.into(), buyer)).into(),
        ..told("536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n")
    }
}

fn ledger(earned: &str, reversed: &str, pending: &str, active: &str) -> Ledger {
    Ledger {
        earned: gbp(earned),
        reversed: gbp(reversed),
        spent: Decimal::ZERO,
        pending: gbp(pending),
        active: gbp(active),
    }
}

/// Ledgers of these members, added up.
fn ledgers<'a>(members: impl IntoIterator<Item = (&'a str, Ledger)>) -> Ledgers {
    let mut total = Ledger::default();
    let members = members.into_iter().map(|(key, ledger)| {
        total.earned += ledger.earned;
        total.reversed += ledger.reversed;
        total.pending += ledger.pending;
        total.active += ledger.active;
        (load::member(ids(), key).to_string(), ledger)
    });
    let members: BTreeMap<_, _> = members.collect();
    Ledgers {
        members,
        total,
        conserves: true,
    }
}

fn checked(ledgers: Ledgers) -> Check {
    Check::of(&story(), ids(), ledgers)
}

#[test]
fn ledgers_that_say_what_the_story_comes_to_are_right_whether_points_are_pending_or_active() {
    let right = ledger("100", "25", "10", "65");
    assert!(checked(ledgers([("12346", right)])).holds());
    let named = ledgers([("12346", right), ("13047", Ledger::default())]);
    assert!(checked(named).holds(), "to have nothing may be said");
    let broken = Ledgers {
        conserves: false,
        ..ledgers([("12346", right)])
    };
    assert!(!checked(broken).holds());
}

#[test]
fn a_member_whose_ledger_says_anything_else_is_named_with_what_it_must_be() {
    let right = ledger("100", "25", "0", "75");
    let nothing = Ledger::default();
    let spent = Ledger {
        spent: Decimal::ONE,
        ..ledger("100", "25", "0", "74")
    };
    for (key, found) in [
        ("12346", ledger("100.01", "25", "0", "75.01")),
        ("12346", ledger("100", "24.99", "0", "75.01")),
        ("12346", ledger("100", "25", "0", "74.99")),
        ("12346", spent),
        ("12346", nothing),
        ("13047", ledger("9", "0", "9", "0")),
        ("13047", ledger("9", "9", "0", "0")),
    ] {
        let wrong = match key {
            "12346" => ledgers([(key, found)]),
            _ => ledgers([("12346", right), (key, found)]),
        };
        let check = checked(wrong);
        assert!(!check.holds(), "{key} {found:?}");
        let named: Vec<_> = check.wrong.iter().map(|w| (&*w.member, w.found)).collect();
        assert_eq!(named, [(key, found)]);
    }
    let check = checked(ledgers([("12346", ledger("99", "25", "1", "73"))]));
    assert_eq!(
        check.wrong[0].to_string(),
        "member 12346: expected 100.00 earned, 25.00 taken back, 75.00 held; \
         found 99.00, 25.00, 74.00 and 0.00 spent"
    );
}

#[test]
fn two_mistakes_that_cancel_each_other_out_in_the_total_are_found() {
    let swapped = ledgers([
        ("12346", ledger("60", "25", "0", "35")),
        ("13047", ledger("40", "0", "0", "40")),
    ]);
    assert_eq!(swapped.total, ledger("100", "25", "0", "75"));
    let check = checked(swapped);
    assert_eq!(check.wrong.len(), 2);
    assert!(!check.holds());
}

#[test]
fn a_total_that_is_not_that_of_the_members_and_points_of_nobody_in_the_file_are_found() {
    let mut ledgers = ledgers([("12346", ledger("100", "25", "0", "75"))]);
    let stranger = ledger("5", "0", "0", "5");
    let mut more = ledgers.clone();
    more.members.insert("somebody".to_owned(), stranger);
    let check = checked(more);
    assert!(!check.holds());
    assert_eq!(check.wrong.len(), 1);
    assert_eq!(
        (&*check.wrong[0].member, check.wrong[0].found),
        ("somebody", stranger)
    );
    ledgers.total.earned += Decimal::ONE;
    let check = checked(ledgers);
    assert!(check.wrong.is_empty() && !check.holds());
}
