//! Products: what is sold (S-04).

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::sales::{
    ProductChanged, ProductCreated, ProductDetails, ProductEvent, ProductReactivated,
    ProductRetired,
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// The decider of a product.
#[derive(Debug)]
pub struct Product;

/// A product that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is told about it.
    pub details: ProductDetails,
    /// Whether it is not sold any more.
    pub retired: bool,
}

/// What can be asked of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Create it.
    Create(ProductDetails),
    /// Replace what is told about it.
    Change(ProductDetails),
    /// Sell it no more. It keeps its SKU, for what was sold names it.
    Retire {
        /// Why.
        reason: Option<String>,
    },
    /// Sell it again.
    Reactivate,
}

/// The unique key of a product within its tenant.
const SKU: &str = "sku";

impl Decider for Product {
    type State = Option<Item>;
    type Command = Command;
    type Event = ProductEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ProductEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Create(details), None) => Decision::event(ProductCreated {
                details: details.clone(),
            })
            .claim(SKU, normal(&details.sku)),
            (Command::Create(_), Some(item)) => return Err(exists(item, context)),
            (_, None) => return Err(Refusal::not_found("product", context.id)),
            (Command::Change(details), Some(item)) => item.change(details),
            (Command::Retire { .. }, Some(item)) if item.retired => Decision::nothing(),
            (Command::Retire { reason }, Some(_)) => Decision::event(ProductRetired {
                reason: reason.clone(),
            }),
            (Command::Reactivate, Some(item)) if !item.retired => Decision::nothing(),
            (Command::Reactivate, Some(_)) => Decision::event(ProductReactivated {}),
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &ProductEvent) -> Self::State {
        let retired = match event {
            ProductEvent::Created(created) => {
                return Some(Item {
                    details: created.details.clone(),
                    retired: false,
                });
            }
            ProductEvent::Changed(changed) => {
                return state.map(|item| Item {
                    details: changed.details.clone(),
                    ..item
                });
            }
            ProductEvent::Retired(_) => true,
            ProductEvent::Reactivated(_) => false,
        };
        state.map(|item| Item { retired, ..item })
    }
}

impl Item {
    fn change(&self, details: &ProductDetails) -> Decision<ProductEvent> {
        if *details == self.details {
            return Decision::nothing();
        }
        let decision = Decision::event(ProductChanged {
            details: details.clone(),
        });
        let (old, new) = (normal(&self.details.sku), normal(&details.sku));
        if old == new {
            decision
        } else {
            decision.release(SKU, old).claim(SKU, new)
        }
    }
}

/// A SKU as it is compared: people write `gtx-1` and `GTX-1` for the same thing.
fn normal(sku: &str) -> String {
    sku.trim().to_uppercase()
}

fn exists(item: &Item, context: &Context) -> Refusal {
    Refusal::already_exists(
        "PRODUCT_EXISTS",
        format!(
            "product {} is there already, {:?}",
            context.id, item.details.sku
        ),
    )
}
