//! What can happen to exchange rates (S-30). One stream for each source and currency, with its rates
//! in all others: whoever books a document reads the rates of the document's currency, and need not
//! know the tenant's base currency to say which stream that is.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain_events;

/// The source of the rates at which documents are booked.
pub const BOOK_RATES: &str = "book";

/// The id of the stream of one source and one currency.
pub fn exchange_rates_id(source: &str, from: Currency) -> Uuid {
    let name = format!("{source}/{}", from.code());
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
}

/// A rate holds from a day on, until the next one; another one for the same day replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeRateSet {
    /// Who says so: `book`, `ecb`, …
    pub source: String,
    /// One unit of this …
    pub from: Currency,
    /// … is worth so many of that.
    pub to: Currency,
    /// The first day.
    pub on: Date,
    /// Above 0, at most 10 decimal places.
    pub rate: Decimal,
}

domain_events! {
    /// What can happen to exchange rates.
    ExchangeRatesEvent in Sales, "exchange_rates" {
        /// A rate holds from a day on.
        Set(ExchangeRateSet) = "sales.exchange_rate_set" / 1,
    }
}
