//! How much credit a customer has, and how much of it is used (S-10).

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{super::OrderId, Booked};
use crate::{Money, PersonId};

/// The figures by which credit was granted, or a fact was flagged. All in the base currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditFigures {
    /// The limit; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Money>,
    /// What was owed and ordered before: open receivables, free credits counted, and the unbilled
    /// part of confirmed orders.
    pub exposure: Money,
    /// What this adds to it; below 0 when it takes from it.
    pub adds: Money,
}

impl CreditFigures {
    /// Whether the customer is above the limit with it.
    pub fn over(&self) -> bool {
        let after = self.exposure.amount.saturating_add(self.adds.amount);
        self.limit.is_some_and(|limit| after > limit.amount)
    }
}

/// Credit above the limit was granted all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditOverride {
    /// Who granted it.
    pub by: PersonId,
    /// Why.
    pub reason: String,
    /// How far above the limit, in the base currency.
    pub above: Money,
}

/// Another credit limit holds from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLimitSet {
    /// The limit in the base currency; none is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Money>,
    /// Why.
    pub reason: String,
    /// What the customer owes by then, against the new limit: lowering it only flags.
    pub credit: CreditFigures,
}

/// What a confirmed order will still be billed has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentSet {
    /// The order.
    pub order: OrderId,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent when it is the base currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What is left to be billed, tax included; 0 ends the commitment.
    pub unbilled: Booked,
    /// The figures by which it was accepted, where it asked for credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
    /// Who granted it above the limit, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<CreditOverride>,
}
