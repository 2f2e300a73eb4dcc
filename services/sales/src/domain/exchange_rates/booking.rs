//! At which rate a document is booked, and what it is worth in the base currency.

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    sales::{BOOK_RATES, account::Booked, exchange_rates_id},
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::ExchangeRates;
use crate::domain::limits;

/// The rates that whoever books a document in this currency reads:
/// `Reads::none().and::<ExchangeRates>(book_rates(currency))`. Also for the base currency, which
/// `reads` does not know; it has no rates, and nobody sets one.
pub fn book_rates(currency: Currency) -> Uuid {
    exchange_rates_id(BOOK_RATES, currency)
}

/// How much of the tenant's base currency one unit of the currency is worth on a day; none for the
/// base currency itself.
///
/// # Errors
/// `NO_RATE`; an internal refusal when [`book_rates`] were not read.
pub fn book_rate(
    currency: Currency,
    on: Date,
    context: &Context,
) -> Result<Option<Decimal>, Refusal> {
    let base = context.base_currency;
    if currency == base {
        return Ok(None);
    }
    let rates = context.read::<ExchangeRates>(book_rates(currency))?;
    if let Some((_, rate)) = rates.rate_on(base, on) {
        return Ok(Some(rate));
    }
    let (from, to) = (currency.code(), base.code());
    let first = rates.on_days(base).keys().next();
    let first = first.map_or_else(
        || format!("no {from}/{to} rate is set at all"),
        |day| format!("the first {from}/{to} rate begins on {day}"),
    );
    Err(Refusal::precondition(
        "NO_RATE",
        format!(
            "there is no {BOOK_RATES} rate for {from} in {to} on {on} ({first}); set one that \
             begins on {on} or before"
        ),
    )
    .figure("source", BOOK_RATES)
    .figure("from", from)
    .figure("to", to)
    .figure("on", on))
}

/// An amount of 0 or more and its worth in the base currency at a rate, rounded half-up to the base
/// currency's minor unit; without a rate it is in the base currency already.
///
/// # Errors
/// `AMOUNT_TOO_LARGE` when that is more than [`limits::AMOUNT`].
pub fn booked(amount: Decimal, rate: Option<Decimal>, base: Currency) -> Result<Booked, Refusal> {
    // Up to the limit the product of an amount and a rate has at most 29 digits, so it is exact,
    // and rounded only once.
    let worth = amount.checked_mul(rate.unwrap_or(Decimal::ONE));
    let worth = worth.unwrap_or(Decimal::MAX);
    limits::amount_within(worth)?;
    Ok(Booked {
        amount,
        base: Money::rounded(worth, base).amount,
    })
}
