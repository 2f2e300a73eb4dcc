//! Product lines: what each comes to, and what they come to together.

use guanxi_decider::Refusal;
use guanxi_events::{
    Money, MoneyError,
    sales::{ProductId, ProductLine},
};
use rust_decimal::Decimal;

use crate::domain::limits;

/// One line as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInput {
    /// Which product.
    pub product: ProductId,
    /// How much of it; above 0, at most 4 decimal places.
    pub quantity: Decimal,
    /// The price of one unit.
    pub unit_price: Money,
}

/// An opportunity has at most this many lines, so that its events stay small.
pub const MAX_LINES: usize = 200;

/// The lines with their amounts, each rounded half-up to the currency's minor unit, and the sum of
/// the rounded amounts; no sum without lines.
///
/// # Errors
/// `CURRENCIES_DIFFER`, `AMOUNT_TOO_LARGE`, `TOO_MANY_LINES`.
pub(super) fn priced(lines: &[LineInput]) -> Result<(Vec<ProductLine>, Option<Money>), Refusal> {
    limits::lines_within(lines.len(), MAX_LINES)?;
    let lines: Vec<ProductLine> = lines.iter().map(priced_line).collect::<Result<_, _>>()?;
    let mut sum: Option<Money> = None;
    for line in &lines {
        sum = Some(match sum {
            None => line.amount,
            Some(sum) => sum.plus(line.amount).map_err(refused)?,
        });
    }
    if let Some(sum) = sum {
        limits::amount_within(sum.amount)?;
    }
    Ok((lines, sum))
}

fn priced_line(line: &LineInput) -> Result<ProductLine, Refusal> {
    let exact = line
        .quantity
        .checked_mul(line.unit_price.amount)
        .ok_or_else(|| refused(MoneyError::Overflow))?;
    limits::amount_within(exact)?;
    Ok(ProductLine {
        product: line.product,
        quantity: line.quantity,
        unit_price: line.unit_price,
        amount: Money::rounded(exact, line.unit_price.currency),
    })
}

fn refused(error: MoneyError) -> Refusal {
    let code = match error {
        MoneyError::CurrenciesDiffer(..) => "CURRENCIES_DIFFER",
        MoneyError::TooPrecise { .. } | MoneyError::Overflow => "AMOUNT_TOO_LARGE",
    };
    Refusal::precondition(code, error.to_string())
}
