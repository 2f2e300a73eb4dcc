//! What can happen to a price list: prices as a versioned rule (S-04).

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ProductId;
use crate::{domain_events, typed_id};

typed_id! {
    /// One price list.
    PriceListId
}

/// Whole days on which something holds, both ends included; an absent end is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validity {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Validity {
    /// Whether it holds on the day.
    pub fn holds_on(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether some day lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        let before = |until: Option<Date>, from: Option<Date>| {
            until.zip(from).is_some_and(|(until, from)| until < from)
        };
        !before(self.until, other.from) && !before(other.until, self.from)
    }
}

/// Whom a price list is for, and when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceListTerms {
    /// For people.
    pub name: String,
    /// The customer level that it is for; everyone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_level: Option<String>,
    /// The days on which it holds.
    #[serde(default)]
    pub validity: Validity,
}

/// A price of one product from a quantity on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityPrice {
    /// It holds from this quantity on (the break included); at most 4 decimal places.
    pub from_quantity: Decimal,
    /// The price of one unit in the list's currency.
    pub unit_price: Decimal,
    /// The days on which it holds, within those of the list.
    #[serde(default)]
    pub validity: Validity,
}

/// A price list was created; this is its version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceListCreated {
    /// The currency of all its prices, for ever.
    pub currency: Currency,
    /// Whom it is for, and when.
    pub terms: PriceListTerms,
}

/// Whom a price list is for, or when it holds, was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceListChanged {
    /// The version that this change made.
    pub version: u32,
    /// The terms from now on.
    pub terms: PriceListTerms,
}

/// The prices of one product were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceListPricesSet {
    /// The version that this change made.
    pub version: u32,
    /// The product.
    pub product: ProductId,
    /// All its prices from now on; none takes it off the list.
    pub prices: Vec<QuantityPrice>,
}

domain_events! {
    /// What can happen to a price list.
    PriceListEvent in Sales, "price_list" {
        /// It was created.
        Created(PriceListCreated) = "sales.price_list_created" / 1,
        /// Its terms were changed.
        Changed(PriceListChanged) = "sales.price_list_changed" / 1,
        /// The prices of one product were set.
        PricesSet(PriceListPricesSet) = "sales.price_list_prices_set" / 1,
    }
}
