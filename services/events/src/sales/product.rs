//! What can happen to a product (S-04).

use serde::{Deserialize, Serialize};

use crate::{Money, domain_events, typed_id};

typed_id! {
    /// One product.
    ProductId
}

/// What is told about a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductDetails {
    /// The article number; unique within the tenant, upper and lower case being the same.
    pub sku: String,
    /// For people.
    pub name: String,
    /// What one of it is: `piece`, `kg`, `hour`.
    pub unit: String,
    /// The class by which it is taxed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_class: Option<String>,
    /// What one of it costs to buy or make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// A product was created; it is active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCreated {
    /// What is told about it.
    pub details: ProductDetails,
}

/// What is told about a product was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductChanged {
    /// What is told about it from now on, whole.
    pub details: ProductDetails,
}

/// A product is not sold any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRetired {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A retired product is sold again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductReactivated {}

domain_events! {
    /// What can happen to a product.
    ProductEvent in Sales, "product" {
        /// It was created.
        Created(ProductCreated) = "sales.product_created" / 1,
        /// What is told about it was changed.
        Changed(ProductChanged) = "sales.product_changed" / 1,
        /// It is not sold any more.
        Retired(ProductRetired) = "sales.product_retired" / 1,
        /// It is sold again.
        Reactivated(ProductReactivated) = "sales.product_reactivated" / 1,
    }
}
