//! The rules of an account, as given / when / then.

use std::str::FromStr;

use guanxi_decider::testing::{Outcome, Scenario};
use guanxi_events::{
    Money,
    sales::{
        AccountEvent, CustomerCopied, InvoiceId, PaymentId, PaymentMethod,
        account::{Booked, EarlyDiscount, Instalment, InvoicePosted, ItemNo},
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::customer_copy::CustomerCopy;

mod allocating;
mod bouncing;
mod credit;
mod currencies;
mod documents;
mod paying_early;
mod settling;
mod write_offs;

pub(super) const CUSTOMER: Uuid = Uuid::from_u128(7);

pub(super) fn invoice(n: u128) -> InvoiceId {
    InvoiceId(Uuid::from_u128(100 + n))
}

pub(super) fn payment(n: u128) -> PaymentId {
    PaymentId(Uuid::from_u128(200 + n))
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn dec(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

pub(super) fn eur(text: &str) -> Money {
    Money {
        amount: dec(text),
        currency: Currency::EUR,
    }
}

/// In the base currency.
pub(super) fn booked(text: &str) -> Booked {
    Booked {
        amount: dec(text),
        base: dec(text),
    }
}

/// An invoice of one instalment in the base currency.
pub(super) fn invoiced(n: u128, item: u32, on: &str, due: &str, amount: &str) -> AccountEvent {
    posted(n, on, vec![instalment(item, due, amount)])
}

pub(super) fn posted(n: u128, on: &str, instalments: Vec<Instalment>) -> AccountEvent {
    InvoicePosted {
        invoice: invoice(n),
        order: None,
        on: day(on),
        currency: Currency::EUR,
        rate: None,
        instalments,
        owner: None,
        team: None,
    }
    .into()
}

pub(super) fn instalment(item: u32, due: &str, amount: &str) -> Instalment {
    Instalment {
        item: ItemNo(item),
        due: day(due),
        booked: booked(amount),
        discount: None,
    }
}

pub(super) fn discounted(item: u32, due: &str, amount: &str, until: &str, off: &str) -> Instalment {
    let (until, amount_off) = (day(until), dec(off));
    Instalment {
        discount: Some(EarlyDiscount {
            until,
            amount: amount_off,
        }),
        ..instalment(item, due, amount)
    }
}

pub(super) fn receive(n: u128, amount: &str) -> Receive {
    Receive {
        payment: payment(n),
        amount: eur(amount),
        method: PaymentMethod::BankTransfer,
        reference: None,
        order: None,
        use_for: Use::OldestFirst,
        how: How::default(),
    }
}

/// An account of a known customer, told by somebody who may date facts far back.
pub(super) fn account() -> Scenario<Account> {
    let copied = CustomerCopied {
        name: "Silk Road".into(),
        ..CustomerCopied::default()
    };
    Scenario::new(CUSTOMER)
        .at("2017-12-31T12:00:00Z")
        .by_importer()
        .reading::<CustomerCopy>(CUSTOMER, [copied.into()])
}

/// Several commands, each on its day; the account after them.
pub(super) fn after(given: Vec<AccountEvent>, commands: Vec<(&str, Command)>) -> Vec<AccountEvent> {
    let mut history = given;
    for (on, command) in commands {
        let outcome = on_day(history.clone(), on, command);
        history.extend(
            outcome
                .decision()
                .events
                .into_iter()
                .map(|(event, _)| event),
        );
    }
    history
}

pub(super) fn on_day(history: Vec<AccountEvent>, on: &str, command: Command) -> Outcome<Account> {
    account()
        .dated(&format!("{on}T10:00:00Z"))
        .given(history)
        .when(command)
}

pub(super) fn ledger(history: &[AccountEvent]) -> Ledger {
    history.iter().fold(Ledger::default(), Account::evolve)
}

/// What is open of an item, below 0 of a credit.
pub(super) fn open(history: &[AccountEvent], item: u32) -> Decimal {
    let ledger = ledger(history);
    let item = &ledger.items[&ItemNo(item)];
    match item.kind.side() {
        Side::Debit => item.open.amount,
        Side::Credit => -item.open.amount,
    }
}

#[test]
fn an_account_of_a_customer_that_nobody_knows_is_refused() {
    Scenario::<Account>::new(CUSTOMER)
        .when(Command::Receive(receive(1, "10.00")))
        .then_refused("NOT_FOUND");
}

#[test]
fn a_payment_is_above_zero_and_received_once() {
    account()
        .when(Command::Receive(receive(1, "0.00")))
        .then_refused("AMOUNT_NOT_ABOVE_ZERO");
    let history = after(
        vec![],
        vec![("2017-03-01", Command::Receive(receive(1, "10.00")))],
    );
    on_day(history, "2017-03-02", Command::Receive(receive(1, "10.00")))
        .then_refused("PAYMENT_EXISTS");
}

#[test]
fn a_payment_draws_a_number_of_the_year_in_which_it_was_received() {
    let decision = on_day(vec![], "2017-03-01", Command::Receive(receive(1, "10.00"))).decision();
    assert_eq!(decision.events[0].1, ["PY-2017"]);
}
