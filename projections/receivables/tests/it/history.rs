//! Random histories of accounts: whatever could happen to one, as its own service would let it.

mod account;
mod documents;
mod money;
mod settlements;

use guanxi_events::sales::{AccountEvent, account::Booked};
use iso_currency::Currency;
use jiff::{ToSpan, civil::Date};
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use account::Account;

/// Day 0.
const FIRST: Date = jiff::civil::date(2024, 2, 1);
/// The base currency.
pub(crate) const BASE: Currency = Currency::EUR;

/// A day by its number.
pub(crate) fn day(number: i32) -> Date {
    FIRST.checked_add(number.days()).unwrap()
}

/// The number of a day.
pub(crate) fn number(day: Date) -> i32 {
    (day - FIRST).get_days()
}

/// An event of an account, in log order, and the day on which it was recorded.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) customer: Uuid,
    pub(crate) recorded: i32,
    pub(crate) event: AccountEvent,
}

/// What an account does within these days, in so many steps.
pub(crate) fn account(rng: &mut StdRng, customer: Uuid, steps: usize, days: i32) -> Vec<Told> {
    let mut account = Account::new(customer, days);
    let mut recorded = rng.random_range(0..3);
    for step in 0..steps {
        account.recorded = recorded;
        account.step(rng);
        let left = i32::try_from(steps - step).unwrap();
        // Now and then a few days pass, so that all of them are spent at the end.
        if rng.random_ratio(1, 3) {
            recorded += rng.random_range(0..=((days - recorded) * 6 / left).max(1));
            recorded = recorded.min(days);
        }
    }
    account.told
}

/// Cents as an amount.
pub(crate) fn amount(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

/// An amount in cents.
pub(crate) fn cents(amount: Decimal) -> i64 {
    let mut exact = amount;
    exact.rescale(2);
    assert_eq!(exact, amount, "an amount of less than a cent");
    i64::try_from(exact.mantissa()).unwrap()
}

/// Cents, and what they are worth in the base currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Worth {
    pub(crate) cents: i64,
    pub(crate) base: i64,
}

impl Worth {
    pub(crate) fn booked(self) -> Booked {
        Booked {
            amount: amount(self.cents),
            base: amount(self.base),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            cents: self.cents + other.cents,
            base: self.base + other.base,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            cents: self.cents - other.cents,
            base: self.base - other.base,
        }
    }

    /// The share that so many cents of it are; all take all of the base value.
    fn share(self, cents: i64) -> Self {
        assert!((0..=self.cents).contains(&cents), "{cents} of {self:?}");
        if cents == self.cents {
            return self;
        }
        let base = (2 * cents * self.base + self.cents) / (2 * self.cents);
        Self { cents, base }
    }
}

fn one<T: Copy>(rng: &mut StdRng, of: &[T]) -> Option<T> {
    (!of.is_empty()).then(|| of[rng.random_range(0..of.len())])
}
