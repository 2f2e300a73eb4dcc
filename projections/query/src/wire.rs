//! From what read models hold to messages.

use guanxi_events::Money;
use guanxi_proto::google_type;
use guanxi_runtime::{errors, money_to_wire};
use iso_currency::Currency;
use rust_decimal::Decimal;
use tonic::Status;

/// An amount in a currency, by its code.
pub(crate) fn money(amount: Decimal, currency: &str) -> Result<google_type::Money, Status> {
    match Currency::from_code(currency) {
        Some(currency) => Ok(money_to_wire(&Money { amount, currency })),
        None => Err(errors::internal(&format_args!(
            "a row has the currency {currency:?}"
        ))),
    }
}
