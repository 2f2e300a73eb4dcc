//! Random histories of an account, against figures that are computed from the events alone: the
//! sum of open items is what was invoiced, charged and refunded less what was received, credited,
//! discounted and written off, on every day; nothing is used beyond what there is, on any day; and
//! nothing gets stuck: everything can be taken back, in any order, until nothing is open.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guanxi_decider::{Actor, Home};
use guanxi_events::{
    DomainEvent, Money,
    sales::{
        AccountEvent, CreditNoteId, CustomerCopied, ExchangeRateSet, InvoiceId, PaymentId,
        PaymentMethod, RECEIVABLES_POLICY, ReceivablesPolicySet, ReceivablesRules, RefundId,
        account::{AllocationNo, Booked, EarlyDiscount, ItemNo, WriteOffNo},
    },
};
use iso_currency::Currency;
use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::{
    customer_copy::CustomerCopy,
    exchange_rates::{ExchangeRates, book_rates},
    receivables_policy::ReceivablesPolicy,
};

mod figures;
mod game;
mod unwinding;

use figures::Figures;
use game::Game;

const CUSTOMER: Uuid = Uuid::from_u128(7);
const CURRENCIES: [Currency; 3] = [Currency::EUR, Currency::USD, Currency::JPY];

/// One thing that somebody tries. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Op {
    Invoice {
        currency: usize,
        parts: Vec<i64>,
        discount: bool,
    },
    CreditNote {
        invoice: usize,
        amount: i64,
    },
    Void(usize),
    Reschedule {
        invoice: usize,
        parts: i64,
    },
    Fee(i64),
    Waive(usize),
    Receive {
        currency: usize,
        amount: i64,
        keep: bool,
        small: bool,
    },
    Allocate {
        from: usize,
        to: usize,
        amount: Option<i64>,
    },
    Deallocate {
        allocation: usize,
        later: Option<i64>,
    },
    Bounce(usize),
    Reinstate(usize),
    Refund {
        credit: usize,
        amount: Option<i64>,
    },
    ReturnRefund(usize),
    WriteOff {
        debit: usize,
        amount: Option<i64>,
    },
    TakeBack {
        write_off: usize,
        amount: Option<i64>,
    },
    Recover {
        write_off: usize,
        amount: i64,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let which = any::<prop::sample::Index>().prop_map(|index| index.index(1000));
    let amount = 1..200_i64;
    let some = || prop::option::of(1..200_i64);
    prop_oneof![
        4 => (0..3_usize, prop::collection::vec(1..200_i64, 1..4), any::<bool>()).prop_map(
            |(currency, parts, discount)| Op::Invoice { currency, parts, discount }
        ),
        2 => (which.clone(), amount.clone())
            .prop_map(|(invoice, amount)| Op::CreditNote { invoice, amount }),
        1 => which.clone().prop_map(Op::Void),
        1 => (which.clone(), 1..4_i64).prop_map(|(invoice, parts)| Op::Reschedule { invoice, parts }),
        1 => amount.clone().prop_map(Op::Fee),
        1 => which.clone().prop_map(Op::Waive),
        6 => (0..3_usize, amount.clone(), any::<bool>(), any::<bool>()).prop_map(
            |(currency, amount, keep, small)| Op::Receive { currency, amount, keep, small }
        ),
        4 => (which.clone(), which.clone(), some())
            .prop_map(|(from, to, amount)| Op::Allocate { from, to, amount }),
        3 => (which.clone(), prop::option::of(0..40_i64))
            .prop_map(|(allocation, later)| Op::Deallocate { allocation, later }),
        2 => which.clone().prop_map(Op::Bounce),
        1 => which.clone().prop_map(Op::Reinstate),
        1 => (which.clone(), some()).prop_map(|(credit, amount)| Op::Refund { credit, amount }),
        1 => which.clone().prop_map(Op::ReturnRefund),
        2 => (which.clone(), some()).prop_map(|(debit, amount)| Op::WriteOff { debit, amount }),
        1 => (which.clone(), some())
            .prop_map(|(write_off, amount)| Op::TakeBack { write_off, amount }),
        1 => (which, amount).prop_map(|(write_off, amount)| Op::Recover { write_off, amount }),
    ]
}

/// What may be refused in a random history; anything else is a defect.
const EXPECTED: [&str; 14] = [
    "EXCEEDS_OPEN",
    "INVOICE_SETTLED",
    "VOIDED_ALREADY",
    "FEE_SETTLED",
    "NOT_A_FEE",
    "BOUNCED_ALREADY",
    "RETURNED_ALREADY",
    "NOT_BOUNCED",
    "NOTHING_WRITTEN_OFF",
    "DATED_BEFORE_THE_DOCUMENT",
    "PLAN_IS_NOT_WHAT_IS_OPEN",
    "EXCEEDS_PAID",
    "REFUNDED_TOO_EARLY",
    "AMOUNT_TOO_SMALL",
];

/// Tenths of a major unit, whole yen.
fn money(amount: i64, currency: Currency) -> Money {
    let amount = match currency {
        Currency::JPY => Decimal::from(amount * 10),
        _ => Decimal::new(amount, 1),
    };
    Money { amount, currency }
}

fn rate_to_base(currency: Currency) -> Decimal {
    match currency {
        Currency::USD => Decimal::new(9137, 4),
        Currency::JPY => Decimal::new(61, 4),
        _ => Decimal::ONE,
    }
}

/// Two rates, so that there are gains and losses.
fn rates(currency: Currency) -> Vec<guanxi_events::sales::ExchangeRatesEvent> {
    let set = |on: &str, rate| {
        ExchangeRateSet {
            source: "book".into(),
            from: currency,
            to: Currency::EUR,
            on: on.parse().unwrap(),
            rate,
        }
        .into()
    };
    let rate = rate_to_base(currency);
    vec![
        set("2025-01-01", rate),
        set("2026-01-10", rate * Decimal::new(11, 1)),
    ]
}

fn some_of<'a, T: Copy + 'a>(mut all: impl ExactSizeIterator<Item = &'a T>, n: usize) -> Option<T> {
    let len = all.len();
    (len > 0).then(|| all.nth(n % len).copied()).flatten()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn an_account_adds_up_on_every_day_and_nothing_gets_stuck(
        ops in prop::collection::vec((op(), 0..4_i64, 0..20_i64), 1..60),
    ) {
        let mut game = Game::new();
        for (op, passes, back) in &ops {
            game.today += passes.days();
            game.attempt(op, *back);
        }
        let figures = Figures::of(&game.history);
        figures.agree_with(&game.ledger);
        figures.agree_on_what_is_settled(&game.ledger);
        figures.agree_on_what_is_recovered(&game.ledger);
        for day in figures.days() {
            figures.add_up_on(day);
            figures.nothing_is_used_twice_on(day);
        }
        let text = serde_json::to_string(&game.ledger).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Ledger>(&text).unwrap(), &game.ledger);
        unwinding::everything(&mut game);
    }
}
