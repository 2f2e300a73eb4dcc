//! The lines of orders, invoices and credit notes: what each comes to, wholly and in parts.
//!
//! A price excludes its tax or includes it. Excluding, net = quantity × price less discount and
//! tax = net × rate. Including, gross = quantity × price less discount, net = gross / (1 + rate)
//! and tax = gross − net. Each is rounded half-up to the currency's minor unit, line by line, and
//! a total is the sum of rounded lines.

use guanxi_decider::{FieldViolation, Refusal};
use guanxi_events::{
    DomainEvent, Money,
    sales::{ProductId, SaleLine},
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::domain::limits;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// A document has at most this many lines.
pub const MAX_LINES: usize = 1_200;
/// A price of one unit has at most this many decimal places, whatever its currency has.
pub const PRICE_PLACES: u32 = 4;
/// A discount has at most this many decimal places: then quantity × price × discount is exact in a
/// [`Decimal`] up to [`limits::AMOUNT`].
pub const DISCOUNT_PLACES: u32 = 2;
/// A tax rate has at most this many decimal places.
pub const TAX_PLACES: u32 = 4;
/// An event has at most this many bytes; the log takes no larger one.
pub const MAX_EVENT_BYTES: usize = 256 << 10;

/// One line as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleLineInput {
    /// Which goods; none for postage, a discount, a fee.
    pub product: Option<ProductId>,
    /// What it says to people; must be there where there are no goods.
    pub text: Option<String>,
    /// How much; above 0, at most [`limits::QUANTITY_PLACES`] decimal places.
    pub quantity: Decimal,
    /// The price of one unit, at most [`PRICE_PLACES`] decimal places; below 0 only where there
    /// are no goods.
    pub unit_price: Decimal,
    /// Taken off quantity × price: 0 to 100 per cent, at most [`DISCOUNT_PLACES`] decimal places.
    pub discount_percent: Decimal,
    /// The tax on it: 0 to 100 per cent, at most [`TAX_PLACES`] decimal places.
    pub tax_rate: Decimal,
}

/// How the lines of a document are priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pricing {
    /// The currency of all its lines.
    pub currency: Currency,
    /// Whether their prices include their tax.
    pub includes_tax: bool,
}

/// What a line, a part of one or a whole document comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Without tax.
    pub net: Decimal,
    /// The tax on that.
    pub tax: Decimal,
}

impl Amounts {
    /// With tax.
    pub fn gross(self) -> Decimal {
        self.net.saturating_add(self.tax)
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            net: self.net.saturating_add(other.net),
            tax: self.tax.saturating_add(other.tax),
        }
    }
}

impl Pricing {
    /// The lines with what each comes to.
    ///
    /// # Errors
    /// All bad fields at once (goods at a price below 0, a line without goods and without text,
    /// no line at all); `TOO_MANY_LINES`, `AMOUNT_TOO_LARGE`, and `TOTAL_BELOW_ZERO`: a total may
    /// be 0, but what is sold never comes to less.
    pub fn priced(self, lines: &[SaleLineInput]) -> Result<Vec<SaleLine>, Refusal> {
        limits::lines_within(lines.len(), MAX_LINES)?;
        sound(lines)?;
        let priced: Vec<SaleLine> = lines
            .iter()
            .map(|line| self.priced_line(line))
            .collect::<Result<_, _>>()?;
        let total = total(&priced).gross();
        limits::amount_within(total)?;
        if total < Decimal::ZERO {
            return Err(Refusal::precondition(
                "TOTAL_BELOW_ZERO",
                format!(
                    "the lines come to {total} {}: less than 0 is a credit note, not a sale",
                    self.currency.code()
                ),
            )
            .figure("total", total));
        }
        Ok(priced)
    }

    fn priced_line(self, input: &SaleLineInput) -> Result<SaleLine, Refusal> {
        limits::amount_within(input.quantity.saturating_mul(input.unit_price))?;
        let line = SaleLine {
            product: input.product,
            text: input.text.clone(),
            quantity: input.quantity,
            unit_price: input.unit_price,
            discount_percent: input.discount_percent,
            tax_rate: input.tax_rate,
            net: Decimal::ZERO,
            tax: Decimal::ZERO,
        };
        let Amounts { net, tax } = self.amounts(&line, line.quantity);
        limits::amount_within(net.saturating_add(tax))?;
        Ok(SaleLine { net, tax, ..line })
    }

    /// What a quantity of a line comes to at the line's price. It never falls as the quantity
    /// grows (where the price is 0 or more), so that the difference of two quantities is what the
    /// part between them comes to, and all parts add up to the line.
    pub fn amounts(self, line: &SaleLine, quantity: Decimal) -> Amounts {
        let hundred = Decimal::ONE_HUNDRED;
        let price = quantity
            .saturating_mul(line.unit_price)
            .saturating_mul(hundred.saturating_sub(line.discount_percent))
            .checked_div(hundred)
            .unwrap_or_default();
        let price = self.rounded(price);
        if self.includes_tax {
            let parts = hundred.saturating_add(line.tax_rate);
            let net = price.saturating_mul(hundred).checked_div(parts);
            let net = self.rounded(net.unwrap_or_default());
            Amounts {
                net,
                tax: price.saturating_sub(net),
            }
        } else {
            let tax = price.saturating_mul(line.tax_rate).checked_div(hundred);
            Amounts {
                net: price,
                tax: self.rounded(tax.unwrap_or_default()),
            }
        }
    }

    fn rounded(self, amount: Decimal) -> Decimal {
        Money::rounded(amount, self.currency).amount
    }
}

/// What lines come to together.
pub fn total<'a>(lines: impl IntoIterator<Item = &'a SaleLine>) -> Amounts {
    lines.into_iter().fold(Amounts::default(), |sum, line| {
        sum.plus(Amounts {
            net: line.net,
            tax: line.tax,
        })
    })
}

/// An event with these lines is one that the log takes.
///
/// # Errors
/// `LINES_TOO_LONG` with the bytes that it has and the bytes that are allowed.
pub fn fits<E: DomainEvent>(event: &E) -> Result<(), Refusal> {
    let encoded = event
        .encode()
        .map_err(|error| Refusal::internal(error.to_string()))?;
    if encoded.len() <= MAX_EVENT_BYTES {
        return Ok(());
    }
    Err(Refusal::precondition(
        "LINES_TOO_LONG",
        format!(
            "with its lines it has {} bytes; {MAX_EVENT_BYTES} are allowed: shorten the texts, or \
             split it",
            encoded.len()
        ),
    )
    .figure("bytes", encoded.len())
    .figure("limit_bytes", MAX_EVENT_BYTES))
}

/// What each field alone cannot say.
fn sound(lines: &[SaleLineInput]) -> Result<(), Refusal> {
    let mut violations = Vec::new();
    let mut bad = |field: String, description: &str| {
        violations.push(FieldViolation {
            field,
            description: description.to_owned(),
        });
    };
    if lines.is_empty() {
        bad("lines".to_owned(), "must have at least one line");
    }
    for (index, line) in lines.iter().enumerate() {
        if line.product.is_some() && line.unit_price < Decimal::ZERO {
            bad(
                format!("lines[{index}].unit_price"),
                "goods are never sold below 0: take it off with a line without a product",
            );
        }
        if line.product.is_none() && line.text.is_none() {
            bad(
                format!("lines[{index}].text"),
                "a line without a product must say what it is",
            );
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(violations))
    }
}
