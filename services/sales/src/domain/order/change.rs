//! What a change of an order's lines must leave as it is.

use guanxi_decider::Refusal;
use guanxi_events::sales::SaleLine;

use super::{
    line::OrderLine,
    parts::cancelled,
    sale::{Sale, Status},
};

impl Sale {
    /// Its lines may be changed to these: freely in a draft; afterwards lines keep their numbers,
    /// a line never falls below what was delivered, billed or cancelled of it, and what is billed
    /// or delivered of it stays what it was sold as.
    pub(super) fn may_change(&self, lines: &[SaleLine]) -> Result<(), Refusal> {
        match self.status() {
            Status::Draft => return Ok(()),
            Status::Cancelled => return Err(cancelled()),
            Status::Completed => {
                return Err(Refusal::precondition(
                    "ORDER_COMPLETED",
                    "it is completed: place another order for what is still wanted",
                ));
            }
            _ => {}
        }
        if lines.len() < self.lines.len() {
            return Err(Refusal::precondition(
                "LINES_MISSING",
                format!(
                    "it has {} lines, and {} are given: a line of a confirmed order is not taken \
                     away, its rest is cancelled",
                    self.lines.len(),
                    lines.len()
                ),
            )
            .figure("lines", self.lines.len())
            .figure("given", lines.len()));
        }
        let mut reasons = Vec::new();
        for ((number, before), line) in self.numbered_lines().zip(lines) {
            reasons.extend(before.may_become(number, line));
        }
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(Refusal::preconditions("LINES_IN_USE", reasons))
        }
    }
}

impl OrderLine {
    fn may_become(&self, number: u32, line: &SaleLine) -> Option<(&'static str, String)> {
        let before = &self.line;
        let least = self.least();
        if line.quantity < before.quantity && line.quantity < least {
            return Some((
                "BELOW_WHAT_HAPPENED",
                format!(
                    "line {number} cannot fall to {}: {} of it is delivered, {} billed, {} \
                     cancelled",
                    line.quantity.normalize(),
                    self.delivered.normalize(),
                    self.billed.quantity.normalize(),
                    self.all_cancelled().normalize(),
                ),
            ));
        }
        let billed = !self.billed.quantity.is_zero();
        let moved = billed || !self.delivered.is_zero();
        if moved && line.product != before.product {
            return Some((
                "GOODS_IN_USE",
                format!("of line {number} goods are delivered or billed: they stay what they are"),
            ));
        }
        let same_price = line.unit_price == before.unit_price
            && line.discount_percent == before.discount_percent
            && line.tax_rate == before.tax_rate;
        if billed && !same_price {
            return Some((
                "PRICE_IS_BILLED",
                format!(
                    "of line {number}, {} is billed at {}: its price, discount and tax stay",
                    self.billed.quantity.normalize(),
                    before.unit_price.normalize(),
                ),
            ));
        }
        None
    }
}
