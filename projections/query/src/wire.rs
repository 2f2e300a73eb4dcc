//! From what read models hold to messages.

use guanxi_events::Money;
use guanxi_proto::google_type;
use guanxi_runtime::{errors, money_to_wire};
use iso_currency::Currency;
use jiff::SignedDuration;
use rust_decimal::{Decimal, RoundingStrategy};
use tonic::Status;
use uuid::Uuid;

/// An amount in a currency, by its code.
pub(crate) fn money(amount: Decimal, currency: &str) -> Result<google_type::Money, Status> {
    match Currency::from_code(currency) {
        Some(currency) => Ok(money_to_wire(&Money { amount, currency })),
        None => Err(errors::internal(&format_args!(
            "a row has the currency {currency:?}"
        ))),
    }
}

/// A share as a decimal with four places, rounded half-up; empty of nothing.
pub(crate) fn share(part: i64, whole: i64) -> String {
    quotient(part, whole, 4)
}

/// A quotient as a decimal with so many places, rounded half-up; empty of nothing.
pub(crate) fn quotient(part: i64, whole: i64, places: u32) -> String {
    let Some(quotient) = Decimal::from(part).checked_div(Decimal::from(whole)) else {
        return String::new();
    };
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let mut quotient = quotient.round_dp_with_strategy(places, half_up);
    quotient.rescale(places);
    quotient.to_string()
}

/// A length of time.
pub(crate) fn duration(length: SignedDuration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: length.as_secs(),
        nanos: length.subsec_nanos(),
    }
}

/// An id, or nothing.
pub(crate) fn id(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Text, or nothing.
pub(crate) fn text(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_up_at_the_fourth_place_and_empty_of_nothing() {
        assert_eq!(share(4238, 6711), "0.6315");
        assert_eq!(share(1, 80_000), "0.0000");
        assert_eq!(share(1, 20_000), "0.0001");
        assert_eq!(share(1, 1), "1.0000");
        assert_eq!(share(0, 0), "");
    }
}
