//! What can happen to the receivable plan of an order (回款计划, S-21). Its id is the order's.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{OrderId, PaymentTermsVersion};
use crate::{customers::CustomerId, domain_events};

/// The version of a receivable plan by which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanVersion {
    /// The order whose plan it is.
    pub order: OrderId,
    /// 1 when it was made, one more with each change.
    pub version: u32,
}

/// An amount that is to be received by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedInstalment {
    /// The last day on which it is not overdue.
    pub due: Date,
    /// In the order's currency, tax included; above 0.
    pub amount: Decimal,
}

/// The plan of an order was made, or changed by a new version. What has been billed of the order
/// keeps its instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivablePlanSet {
    /// Who is to pay.
    pub customer: CustomerId,
    /// The version that this makes, from 1.
    pub version: u32,
    /// The order's currency.
    pub currency: Currency,
    /// By due date; they add up to the order.
    pub instalments: Vec<PlannedInstalment>,
    /// The terms that made them; absent for a plan made by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PaymentTermsVersion>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

domain_events! {
    /// What can happen to a receivable plan.
    ReceivablePlanEvent in Sales, "receivable_plan" {
        /// It was made or changed.
        Set(ReceivablePlanSet) = "sales.receivable_plan_set" / 1,
    }
}
