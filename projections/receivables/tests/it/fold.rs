//! The fold alone, on hundreds of thousands of steps: for every pair of days the open items are the
//! oracle's, and add up to the control account in every currency and in the base currency (S-27).

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::{DomainEvent, sales::AccountEvent};
use guanxi_receivables::ledger::{Figure, Ledger, Unbookable};
use iso_currency::Currency;
use jiff::Timestamp;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::{
    history::{self, Told, cents, day},
    oracle,
};

/// Days of a history; what has to be later may be.
const DAYS: i32 = 24;

/// A booking of an event: item or figure, day, day of recording, amount, base amount.
struct Row<T> {
    of: T,
    on: i32,
    recorded: i32,
    amount: i64,
    base: i64,
}

/// What the fold makes of a history.
struct Folded {
    entries: Vec<Row<u32>>,
    postings: Vec<Row<(Currency, Figure)>>,
    currencies: BTreeMap<u32, Currency>,
}

fn fold(told: &[Told]) -> Folded {
    let mut ledger = Ledger::default();
    let mut entries = Vec::new();
    let mut postings = Vec::new();
    for told in told {
        let at = Timestamp::from_second(i64::from(told.recorded) * 86_400).unwrap();
        let booked = ledger.book(&told.event, at).unwrap();
        entries.extend(booked.entries.into_iter().map(|entry| Row {
            of: u32::try_from(entry.item).unwrap(),
            on: history::number(entry.on),
            recorded: told.recorded,
            amount: cents(entry.amounts.amount),
            base: cents(entry.amounts.base),
        }));
        postings.extend(booked.postings.into_iter().map(|posting| Row {
            of: (posting.currency, posting.figure),
            on: history::number(posting.on),
            recorded: told.recorded,
            amount: cents(posting.amounts.amount),
            base: cents(posting.amounts.base),
        }));
    }
    let items = ledger.items();
    let currencies = items.map(|(no, item)| {
        let currency = item.currency;
        (u32::try_from(no).unwrap(), currency)
    });
    Folded {
        entries,
        postings,
        currencies: currencies.collect(),
    }
}

/// Sums by what they are of, as of a day, as known on a day; nothing that is 0 in both currencies.
fn sums<T: Ord + Copy>(rows: &[Row<T>], as_of: i32, known: i32) -> BTreeMap<T, (i64, i64)> {
    let mut sums: BTreeMap<T, (i64, i64)> = BTreeMap::new();
    for row in rows {
        if row.on <= as_of && row.recorded <= known {
            let sum = sums.entry(row.of).or_default();
            sum.0 += row.amount;
            sum.1 += row.base;
        }
    }
    sums.retain(|_, sum| *sum != (0, 0));
    sums
}

fn compare(told: &[Told], folded: &Folded, customer: Uuid, as_of: i32, known: i32) {
    let wanted = oracle::account(told, customer, day(as_of), known);
    let mut open: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
    for (no, item) in &wanted.items {
        // The history is one that could be: nothing is ever used more than once.
        let sign = if item.kind.is_credit() { -1 } else { 1 };
        assert!(
            sign * item.open >= 0,
            "item {no} on {as_of} known {known}: {item:?}"
        );
        open.insert(*no, (item.open, item.base));
    }
    open.retain(|_, sum| *sum != (0, 0));
    let found = sums(&folded.entries, as_of, known);
    assert_eq!(found, open, "open on day {as_of} as known on {known}");
    let mut control = wanted.control;
    control.retain(|_, sum| *sum != (0, 0));
    let found = sums(&folded.postings, as_of, known);
    assert_eq!(found, control, "control on day {as_of} as known on {known}");
}

/// For every pair of days the items add up to the control account.
fn adds_up(folded: &Folded) {
    let days = folded.entries.iter().map(|row| row.on);
    let days: BTreeSet<i32> = days
        .chain(folded.postings.iter().map(|row| row.on))
        .collect();
    let known: BTreeSet<i32> = folded.entries.iter().map(|row| row.recorded).collect();
    for known in &known {
        // Differences of items less control, by currency, day by day.
        let mut moved: BTreeMap<(i32, Currency), (i64, i64)> = BTreeMap::new();
        for row in folded.entries.iter().filter(|row| row.recorded <= *known) {
            let sum = moved
                .entry((row.on, folded.currencies[&row.of]))
                .or_default();
            sum.0 += row.amount;
            sum.1 += row.base;
        }
        for row in folded.postings.iter().filter(|row| row.recorded <= *known) {
            let sum = moved.entry((row.on, row.of.0)).or_default();
            sum.0 -= row.amount;
            sum.1 -= row.base;
        }
        let mut apart: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
        for as_of in &days {
            for ((_, currency), moved) in
                moved.range((*as_of, Currency::AED)..(*as_of + 1, Currency::AED))
            {
                let apart = apart.entry(*currency).or_default();
                apart.0 += moved.0;
                apart.1 += moved.1;
            }
            assert!(
                apart.values().all(|apart| *apart == (0, 0)),
                "on day {as_of} as known on {known}: {apart:?}"
            );
        }
    }
}

#[test]
fn for_every_pair_of_days_the_items_are_the_oracles_and_add_up_to_the_control_account() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut steps = 0;
    let mut known = BTreeSet::new();
    for n in 1..=5_000 {
        let customer = Uuid::from_u128(n);
        let told = history::account(&mut rng, customer, 90, DAYS);
        steps += told.len();
        known.extend(told.iter().map(|told| told.event.event_type().name));
        let folded = fold(&told);
        adds_up(&folded);
        for _ in 0..6 {
            let as_of = rng.random_range(-1..DAYS + 4);
            let known = rng.random_range(0..=DAYS);
            compare(&told, &folded, customer, as_of, known);
        }
    }
    println!("{steps} steps");
    assert!(steps > 400_000, "only {steps} steps");
    let missing = AccountEvent::TYPES
        .iter()
        .filter(|kind| !known.contains(kind.name));
    let missing: Vec<&str> = missing.map(|kind| kind.name).collect();
    assert_eq!(
        missing,
        [
            "sales.account_invoice_settled",
            "sales.account_invoice_unsettled",
            "sales.account_credit_limit_set",
            "sales.account_commitment_set"
        ],
        "events that no history has"
    );
}

#[test]
fn every_day_as_known_on_every_day_is_the_oracles() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    for n in 1..=12 {
        let customer = Uuid::from_u128(n);
        let told = history::account(&mut rng, customer, 60, DAYS);
        let folded = fold(&told);
        for as_of in -1..DAYS + 6 {
            for known in 0..=DAYS {
                compare(&told, &folded, customer, as_of, known);
            }
        }
    }
}

/// Items and allocations have numbers of their own: what comes under one that is given is refused.
#[test]
fn what_comes_under_a_number_that_is_given_is_refused() {
    let mut rng = StdRng::seed_from_u64(7);
    let told = history::account(&mut rng, Uuid::from_u128(1), 200, DAYS);
    let mut ledger = Ledger::default();
    let (mut items, mut allocations) = (0, 0);
    for told in &told {
        ledger.book(&told.event, Timestamp::UNIX_EPOCH).unwrap();
        let again = ledger.clone().book(&told.event, Timestamp::UNIX_EPOCH);
        match &told.event {
            AccountEvent::PaymentReceived(received) => {
                let no = received.item.0.into();
                assert_eq!(again, Err(Unbookable::ItemTwice(no)));
                items += 1;
            }
            AccountEvent::Allocated(allocated) => {
                let no = allocated.allocation.0.into();
                assert_eq!(again, Err(Unbookable::AllocationTwice(no)));
                allocations += 1;
            }
            _ => {}
        }
    }
    assert!(items > 0 && allocations > 0, "{items}, {allocations}");
}
