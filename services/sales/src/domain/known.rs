//! What a sale names must be known to this service: its customer by the service's own copy of it,
//! its products by their own aggregates.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Reads, Refusal};
use guanxi_events::{customers::CustomerId, sales::ProductId};

use crate::domain::{customer_copy::CustomerCopy, product::Product};

/// And these products, each once.
pub fn and_products(reads: Reads, products: impl IntoIterator<Item = ProductId>) -> Reads {
    let products: BTreeSet<ProductId> = products.into_iter().collect();
    products
        .into_iter()
        .fold(reads, |reads, product| reads.and::<Product>(product))
}

/// The customer stands in this service's own copy.
///
/// # Errors
/// `CUSTOMER_UNKNOWN`.
pub fn customer(id: CustomerId, context: &Context) -> Result<(), Refusal> {
    let copy = context.read::<CustomerCopy>(id)?;
    if copy.is_some() {
        return Ok(());
    }
    Err(Refusal::precondition(
        "CUSTOMER_UNKNOWN",
        format!(
            "the sales service knows no customer {id}; one registered a moment ago may still be \
             on its way"
        ),
    )
    .figure("customer_id", id))
}

/// The products exist and are sold; one that stood in a line before may stay when it is retired.
///
/// # Errors
/// `PRODUCTS_NOT_SOLD` with a reason for each product.
pub fn products_sold(
    asked: impl IntoIterator<Item = ProductId>,
    before: impl IntoIterator<Item = ProductId>,
    context: &Context,
) -> Result<(), Refusal> {
    let before: BTreeSet<ProductId> = before.into_iter().collect();
    let asked: BTreeSet<ProductId> = asked.into_iter().collect();
    let mut reasons = Vec::new();
    for id in asked {
        let product = context.read::<Product>(id)?;
        match product.as_ref() {
            None => reasons.push(("PRODUCT_UNKNOWN", format!("there is no product {id}"))),
            Some(item) if item.retired && !before.contains(&id) => {
                let sku = &item.details.sku;
                reasons.push((
                    "PRODUCT_RETIRED",
                    format!("{sku} ({id}) is not sold any more"),
                ));
            }
            Some(_) => {}
        }
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Refusal::preconditions("PRODUCTS_NOT_SOLD", reasons))
    }
}
