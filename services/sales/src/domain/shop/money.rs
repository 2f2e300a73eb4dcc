//! The customer's account in the shop.

use guanxi_events::{
    Money,
    sales::{
        BOOK_RATES, ExchangeRateSet, PaymentId, PaymentMethod, RefundId, account::AllocationNo,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Shop, credit_note, invoice, order};
use crate::domain::{
    account::{Account, Command, How, Ledger, Receive, Source, Use},
    exchange_rates::{ExchangeRates, book_rates},
    order::tests::{CUSTOMER, dec},
};

pub(crate) fn payment(n: u128) -> PaymentId {
    PaymentId(Uuid::from_u128(400 + n))
}

pub(crate) fn refund(n: u128) -> RefundId {
    RefundId(Uuid::from_u128(500 + n))
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn eur(text: &str) -> Money {
    money(text, Currency::EUR)
}

pub(crate) fn money(text: &str, currency: Currency) -> Money {
    Money {
        amount: dec(text),
        currency,
    }
}

/// A payment that settles what is oldest.
pub(crate) fn receive(n: u128, amount: Money) -> Receive {
    Receive {
        payment: payment(n),
        amount,
        method: PaymentMethod::BankTransfer,
        reference: None,
        order: None,
        use_for: Use::OldestFirst,
        how: How::default(),
    }
}

impl Shop {
    /// From a day on, so much EUR is one unit of a currency.
    pub(crate) fn with_rate(self, from: Currency, on: &str, rate: &str) -> Self {
        let set = ExchangeRateSet {
            source: BOOK_RATES.into(),
            from,
            to: self.home.currency,
            on: day(on),
            rate: dec(rate),
        };
        self.given::<ExchangeRates>(book_rates(from), set)
    }

    /// The customer has no more credit than this.
    #[track_caller]
    pub(crate) fn limited(mut self, limit: &str) -> Self {
        self.accounts(Command::SetLimit {
            limit: Some(eur(limit)),
            reason: "because".into(),
        });
        self
    }

    /// The `n`th payment comes in and settles what is oldest.
    #[track_caller]
    pub(crate) fn paid(self, n: u128, amount: &str) -> Self {
        self.received(receive(n, eur(amount)))
    }

    /// The `n`th payment comes in before the first order is billed.
    #[track_caller]
    pub(crate) fn paid_down(self, n: u128, amount: Money) -> Self {
        self.received(Receive {
            order: Some(order(1)),
            ..receive(n, amount)
        })
    }

    #[track_caller]
    pub(crate) fn received(mut self, receive: Receive) -> Self {
        self.accounts(Command::Receive(receive));
        self
    }

    /// A command to the account.
    #[track_caller]
    pub(crate) fn accounts(&mut self, command: Command) {
        self.does::<Account>(CUSTOMER, &command);
    }

    /// Everything that settles the `n`th invoice is taken off it.
    #[track_caller]
    pub(crate) fn unsettled(mut self, n: u128) -> Self {
        let ledger = self.ledger();
        let items = &ledger.invoices[&invoice(n)].items;
        for (allocation, _) in ledger.allocations_of(items) {
            self.taken_off(allocation);
        }
        self
    }

    #[track_caller]
    pub(crate) fn taken_off(&mut self, allocation: AllocationNo) {
        self.accounts(Command::Deallocate {
            allocation,
            on: None,
        });
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.state::<Account>(CUSTOMER)
    }

    /// What is open of the `n`th invoice.
    pub(crate) fn open_of(&self, n: u128) -> Decimal {
        self.ledger().open_of(invoice(n))
    }

    /// When what is due of the `n`th invoice, and its discount, as it was posted.
    pub(crate) fn due(&self, n: u128) -> Vec<(String, Decimal)> {
        let ledger = self.ledger();
        let items = ledger.invoices[&invoice(n)].items.iter();
        items
            .map(|no| {
                let item = &ledger.items[no];
                (item.due.to_string(), item.booked.amount)
            })
            .collect()
    }

    /// What is free of the `n`th credit note.
    pub(crate) fn free_of_note(&self, n: u128) -> Decimal {
        let ledger = self.ledger();
        let item = &ledger.items[&ledger.credit_notes[&credit_note(n)]];
        item.open.amount
    }

    /// What is free of the `n`th payment.
    pub(crate) fn free_of_payment(&self, n: u128) -> Decimal {
        let ledger = self.ledger();
        ledger.items[&ledger.payments[&payment(n)]].open.amount
    }

    /// What the `n`th refund paid out, with its worth in the base currency.
    pub(crate) fn paid_back(&self, n: u128) -> (Decimal, Decimal) {
        let ledger = self.ledger();
        let booked = ledger.items[&ledger.refunds[&refund(n)]].booked;
        (booked.amount, booked.base)
    }

    /// The `n`th credit note's credit, for commands to the account.
    pub(crate) fn credit_of(n: u128) -> Source {
        Source::CreditNote(credit_note(n))
    }
}
