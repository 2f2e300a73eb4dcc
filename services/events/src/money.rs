//! Exact money.

use std::fmt;

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An exact amount in one currency. Amounts of different currencies are never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in major units, exact.
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: Currency,
}

/// Why two amounts, or an amount and its currency, do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies in one sum.
    #[error("{} and {} cannot be added", .0.code(), .1.code())]
    CurrenciesDiffer(Currency, Currency),
    /// More decimal places than the currency has.
    #[error("{amount} has more than the {places} decimal places of {}", currency.code())]
    TooPrecise {
        /// The amount given.
        amount: Decimal,
        /// Its currency.
        currency: Currency,
        /// The currency's minor unit.
        places: u32,
    },
    /// Beyond what a decimal holds.
    #[error("the sum is out of range")]
    Overflow,
}

impl Money {
    /// An amount that must already be exact in the currency's minor unit.
    ///
    /// # Errors
    /// [`MoneyError::TooPrecise`].
    pub fn exact(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let places = minor_places(currency);
        if amount.normalize().scale() > places {
            return Err(MoneyError::TooPrecise {
                amount,
                currency,
                places,
            });
        }
        Ok(Self { amount, currency })
    }

    /// Rounded half-up (away from zero at the half) to the currency's minor unit.
    pub fn rounded(amount: Decimal, currency: Currency) -> Self {
        let places = minor_places(currency);
        let amount = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        Self { amount, currency }
    }

    /// The sum.
    ///
    /// # Errors
    /// Different currencies, or out of range.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrenciesDiffer(self.currency, other.currency));
        }
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self {
            amount,
            currency: self.currency,
        })
    }
}

/// How many decimal places the currency has: 2 for EUR, 0 for JPY, 3 for KWD.
fn minor_places(currency: Currency) -> u32 {
    currency.exponent().map_or(2, u32::from)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With all places of the minor unit, as people write it, and never fewer than there are.
        let amount = self.amount.normalize();
        let places = amount.scale().max(minor_places(self.currency));
        let places = usize::try_from(places).unwrap_or_default();
        write!(f, "{amount:.places$} {}", self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, currency: Currency) -> Money {
        Money::rounded(text.parse().unwrap(), currency)
    }

    #[test]
    fn rounding_is_half_up_to_the_minor_unit_of_the_currency() {
        assert_eq!(money("1.005", Currency::EUR).to_string(), "1.01 EUR");
        assert_eq!(money("-1.005", Currency::EUR).to_string(), "-1.01 EUR");
        assert_eq!(money("100.5", Currency::JPY).to_string(), "101 JPY");
        assert_eq!(money("1.0005", Currency::KWD).to_string(), "1.001 KWD");
    }

    #[test]
    fn an_exact_amount_has_no_more_places_than_its_currency() {
        assert!(Money::exact("10.10".parse().unwrap(), Currency::EUR).is_ok());
        assert!(Money::exact("10.100".parse().unwrap(), Currency::EUR).is_ok());
        assert!(Money::exact("10.101".parse().unwrap(), Currency::EUR).is_err());
        assert!(Money::exact("10.1".parse().unwrap(), Currency::JPY).is_err());
    }

    #[test]
    fn money_is_written_with_all_places_of_its_currency() {
        let written = |text: &str, currency| {
            let amount = text.parse().unwrap();
            Money { amount, currency }.to_string()
        };
        assert_eq!(written("9800", Currency::EUR), "9800.00 EUR");
        assert_eq!(written("9800.1", Currency::EUR), "9800.10 EUR");
        assert_eq!(written("9800.00", Currency::JPY), "9800 JPY");
        assert_eq!(written("0.0001", Currency::EUR), "0.0001 EUR");
    }

    #[test]
    fn different_currencies_are_never_added() {
        let error = money("1", Currency::EUR)
            .plus(money("1", Currency::USD))
            .unwrap_err();
        assert_eq!(error.to_string(), "EUR and USD cannot be added");
    }
}
