//! Price lists: what a product costs, by quantity and day, as a versioned rule (S-04).

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::{
    Money,
    sales::{
        PriceListChanged, PriceListCreated, PriceListEvent, PriceListPricesSet, PriceListTerms,
        ProductId, QuantityPrice, Validity,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::product::Product;

#[cfg(test)]
mod tests;

/// The decider of a price list.
#[derive(Debug)]
pub struct PriceList;

/// A price list that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// 1 when it was created, one more with each change.
    pub version: u32,
    /// The currency of all its prices.
    pub currency: Currency,
    /// Whom it is for, and when it holds.
    pub terms: PriceListTerms,
    /// The prices of each product, by quantity and first day.
    pub by_product: BTreeMap<ProductId, Vec<QuantityPrice>>,
}

/// What can be asked of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Create it, without prices.
    Create {
        /// The currency of all its prices.
        currency: Currency,
        /// Whom it is for, and when it holds.
        terms: PriceListTerms,
    },
    /// Replace its terms.
    Change(PriceListTerms),
    /// Replace the prices of one product; none takes it off the list.
    SetPrices {
        /// The product.
        product: ProductId,
        /// Its prices.
        prices: Vec<QuantityPrice>,
    },
}

impl Decider for PriceList {
    type State = Option<Prices>;
    type Command = Command;
    type Event = PriceListEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, command: &Command) -> Reads {
        match command {
            Command::SetPrices { product, prices } if !prices.is_empty() => {
                Reads::none().and::<Product>(*product)
            }
            _ => Reads::none(),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PriceListEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Create { currency, terms }, None) => {
                checked(terms)?;
                Decision::event(PriceListCreated {
                    currency: *currency,
                    terms: terms.clone(),
                })
            }
            (Command::Create { .. }, Some(list)) => return Err(exists(list, context)),
            (_, None) => return Err(Refusal::not_found("price list", context.id)),
            (Command::Change(terms), Some(list)) if *terms == list.terms => Decision::nothing(),
            (Command::Change(terms), Some(list)) => {
                checked(terms)?;
                Decision::event(PriceListChanged {
                    version: list.version.saturating_add(1),
                    terms: terms.clone(),
                })
            }
            (Command::SetPrices { product, prices }, Some(list)) => {
                list.set(*product, prices, context)?
            }
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &PriceListEvent) -> Self::State {
        if let PriceListEvent::Created(created) = event {
            return Some(Prices {
                version: 1,
                currency: created.currency,
                terms: created.terms.clone(),
                by_product: BTreeMap::new(),
            });
        }
        let mut list = state?;
        match event {
            PriceListEvent::Created(_) => {}
            PriceListEvent::Changed(changed) => {
                list.version = changed.version;
                list.terms = changed.terms.clone();
            }
            PriceListEvent::PricesSet(set) => {
                list.version = set.version;
                if set.prices.is_empty() {
                    list.by_product.remove(&set.product);
                } else {
                    list.by_product.insert(set.product, set.prices.clone());
                }
            }
        }
        Some(list)
    }
}

impl Prices {
    /// What one unit of a product costs when `quantity` of it is bought on `day`: the price with
    /// the highest break not above the quantity, among those that hold on the day. None when the
    /// list does not hold on the day or has no such price.
    pub fn price_of(&self, product: ProductId, quantity: Decimal, day: Date) -> Option<Money> {
        if !self.terms.validity.holds_on(day) {
            return None;
        }
        let prices = self.by_product.get(&product)?;
        let reached = prices
            .iter()
            .filter(|price| price.from_quantity <= quantity && price.validity.holds_on(day));
        let price = reached.max_by_key(|price| price.from_quantity)?;
        Some(Money {
            amount: price.unit_price,
            currency: self.currency,
        })
    }

    fn set(
        &self,
        product: ProductId,
        prices: &[QuantityPrice],
        context: &Context,
    ) -> Result<Decision<PriceListEvent>, Refusal> {
        self.exact(prices)?;
        let mut prices = prices.to_vec();
        prices.sort_by_key(|price| (price.from_quantity, price.validity.from));
        let before = self.by_product.get(&product).map_or(&[][..], Vec::as_slice);
        if prices == before {
            return Ok(Decision::nothing());
        }
        if !prices.is_empty() {
            let known = context.read::<Product>(product)?;
            if known.is_none() {
                return Err(Refusal::precondition(
                    "PRODUCT_UNKNOWN",
                    format!("there is no product {product}"),
                )
                .figure("product_id", product));
            }
        }
        no_overlap(&prices)?;
        Ok(Decision::event(PriceListPricesSet {
            version: self.version.saturating_add(1),
            product,
            prices,
        }))
    }

    /// Prices have no more places than the list's currency, and days in the right order.
    fn exact(&self, prices: &[QuantityPrice]) -> Result<(), Refusal> {
        let mut violations = Vec::new();
        for (index, price) in prices.iter().enumerate() {
            let field = format!("prices[{index}]");
            if let Err(error) = Money::exact(price.unit_price, self.currency) {
                violations.push(FieldViolation {
                    field: format!("{field}.unit_price"),
                    description: error.to_string(),
                });
            }
            violations.extend(backwards(&format!("{field}.validity"), price.validity));
        }
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Refusal::invalid(violations))
        }
    }
}

/// Two prices from the same quantity on must not hold on the same day, or nobody could tell which
/// of them is meant. Expects them sorted by quantity.
fn no_overlap(prices: &[QuantityPrice]) -> Result<(), Refusal> {
    for (index, one) in prices.iter().enumerate() {
        let same_break = prices[index + 1..]
            .iter()
            .take_while(|other| other.from_quantity == one.from_quantity);
        for other in same_break {
            if one.validity.overlaps(other.validity) {
                return Err(Refusal::precondition(
                    "PRICES_OVERLAP",
                    format!(
                        "from {} on, the price {} ({}) and the price {} ({}) hold on the same day",
                        one.from_quantity.normalize(),
                        one.unit_price,
                        days(one.validity),
                        other.unit_price,
                        days(other.validity)
                    ),
                )
                .figure("from_quantity", one.from_quantity.normalize())
                .figure("first", days(one.validity))
                .figure("second", days(other.validity)));
            }
        }
    }
    Ok(())
}

fn checked(terms: &PriceListTerms) -> Result<(), Refusal> {
    match backwards("terms.validity", terms.validity) {
        Some(violation) => Err(Refusal::invalid(vec![violation])),
        None => Ok(()),
    }
}

fn backwards(field: &str, validity: Validity) -> Option<FieldViolation> {
    let (from, until) = validity.from.zip(validity.until)?;
    (until < from).then(|| FieldViolation {
        field: field.to_owned(),
        description: format!("ends on {until}, before it begins on {from}"),
    })
}

fn days(validity: Validity) -> String {
    let day = |day: Option<Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
    format!("{} to {}", day(validity.from), day(validity.until))
}

fn exists(list: &Prices, context: &Context) -> Refusal {
    Refusal::already_exists(
        "PRICE_LIST_EXISTS",
        format!(
            "price list {} is there already, {:?}",
            context.id, list.terms.name
        ),
    )
}
