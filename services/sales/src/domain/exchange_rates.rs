//! Exchange rates: dated, of each source, and the one at which a document is booked (S-30).

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Refusal};
use guanxi_events::sales::{ExchangeRateSet, ExchangeRatesEvent};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod booking;
#[cfg(test)]
mod tests;

pub use booking::{book_rate, book_rates, booked};

/// The decider of the rates of one source and one currency.
#[derive(Debug)]
pub struct ExchangeRates;

/// The rates of one currency in others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// For each other currency, from which day on one unit is worth how much of it.
    in_currency: BTreeMap<Currency, BTreeMap<Date, Decimal>>,
}

/// What can be asked of exchange rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A rate holds from a day on, until the next one. One of the same day is replaced.
    Set(ExchangeRateSet),
}

impl Decider for ExchangeRates {
    type State = Rates;
    type Command = Command;
    type Event = ExchangeRatesEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        rates: &Rates,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ExchangeRatesEvent>, Refusal> {
        let Command::Set(set) = command;
        if set.from == set.to {
            return Err(Refusal::invalid(vec![FieldViolation {
                field: "to_currency_code".into(),
                description: format!("{} is always worth 1 of itself", set.from.code()),
            }]));
        }
        if rates.on_days(set.to).get(&set.on) == Some(&set.rate) {
            return Ok(Decision::nothing());
        }
        Ok(Decision::event(set.clone()).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut rates: Rates, event: &ExchangeRatesEvent) -> Rates {
        let ExchangeRatesEvent::Set(set) = event;
        let days = rates.in_currency.entry(set.to).or_default();
        days.insert(set.on, set.rate);
        rates
    }
}

impl Rates {
    /// The rate that holds on a day, and since when: the latest of that day or before.
    pub fn rate_on(&self, to: Currency, day: Date) -> Option<(Date, Decimal)> {
        let latest = self.on_days(to).range(..=day).next_back()?;
        Some((*latest.0, *latest.1))
    }

    /// Every rate in one currency, by the day on which it begins.
    pub fn on_days(&self, to: Currency) -> &BTreeMap<Date, Decimal> {
        static NONE: BTreeMap<Date, Decimal> = BTreeMap::new();
        self.in_currency.get(&to).unwrap_or(&NONE)
    }
}
