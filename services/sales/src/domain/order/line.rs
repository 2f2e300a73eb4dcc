//! One line of an order and what became of it: the arithmetic that keeps an order honest.
//!
//! All quantities only say what happened; what may still happen follows from them:
//!
//! ```text
//! stands       = ordered − cancelled − credited and cancelled
//! comes to     = max(ordered, delivered) − cancelled
//! not credited = max(0, returned + credited and cancelled − credited)
//! may be billed in all = comes to − not credited
//! ```
//!
//! So what came back lowers what can be billed until it is credited, whichever of the two happens:
//! goods that were never billed need no credit note, and what is billed less what is credited ends
//! at what the customer keeps.

use guanxi_events::sales::{LinePart, SaleLine};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::sale_lines::{Amounts, Pricing};

/// A line of an order with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// What was ordered, at which price.
    pub line: SaleLine,
    /// How much was delivered, also what came back since.
    pub delivered: Decimal,
    /// How much of that came back.
    pub returned: Decimal,
    /// How much was cancelled that had not been billed.
    pub cancelled: Decimal,
    /// How much was cancelled after it had been billed and credited; it stays so.
    pub credited_and_cancelled: Decimal,
    /// What was billed by invoices that were not voided.
    pub billed: Share,
    /// What of that was credited by credit notes that were not voided.
    pub credited: Share,
}

/// A quantity of a line, and what its parts came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How much of the line.
    pub quantity: Decimal,
    /// Without tax.
    pub net: Decimal,
    /// The tax.
    pub tax: Decimal,
}

impl Share {
    pub(super) fn amounts(self) -> Amounts {
        Amounts {
            net: self.net,
            tax: self.tax,
        }
    }

    pub(super) fn add(&mut self, part: &LinePart) {
        self.quantity = self.quantity.saturating_add(part.quantity);
        self.net = self.net.saturating_add(part.net);
        self.tax = self.tax.saturating_add(part.tax);
    }

    pub(super) fn take(&mut self, part: &LinePart) {
        self.quantity = self.quantity.saturating_sub(part.quantity);
        self.net = self.net.saturating_sub(part.net);
        self.tax = self.tax.saturating_sub(part.tax);
    }
}

impl OrderLine {
    /// Nothing became of it yet.
    pub(super) fn new(line: SaleLine) -> Self {
        Self {
            line,
            delivered: Decimal::ZERO,
            returned: Decimal::ZERO,
            cancelled: Decimal::ZERO,
            credited_and_cancelled: Decimal::ZERO,
            billed: Share::default(),
            credited: Share::default(),
        }
    }

    /// Whether there is anything to deliver: postage, a discount and a fee are only billed.
    pub fn is_goods(&self) -> bool {
        self.line.product.is_some()
    }

    /// How much was ordered.
    pub fn ordered(&self) -> Decimal {
        self.line.quantity
    }

    /// How much was cancelled in all.
    pub fn all_cancelled(&self) -> Decimal {
        self.cancelled.saturating_add(self.credited_and_cancelled)
    }

    /// What was ordered and is not cancelled.
    pub fn stands(&self) -> Decimal {
        left(self.ordered(), self.all_cancelled())
    }

    /// What is still to be delivered.
    pub fn to_deliver(&self) -> Decimal {
        if self.is_goods() {
            left(self.stands(), self.delivered)
        } else {
            Decimal::ZERO
        }
    }

    /// How much may be delivered in all, where so many per cent more than was ordered are accepted.
    /// Once the rest is cancelled, what stands is all that the customer expects.
    pub fn deliverable(&self, over_percent: Decimal) -> Decimal {
        if !self.is_goods() {
            return Decimal::ZERO;
        }
        if self.all_cancelled() > Decimal::ZERO {
            return self.stands();
        }
        let parts = Decimal::ONE_HUNDRED.saturating_add(over_percent);
        let limit = self.ordered().saturating_mul(parts);
        limit
            .checked_div(Decimal::ONE_HUNDRED)
            .unwrap_or_default()
            .normalize()
    }

    /// What the line comes to in quantity: what was ordered or, where it is more, delivered, less
    /// what was cancelled before it was billed.
    pub fn comes_to(&self) -> Decimal {
        left(self.ordered().max(self.delivered), self.cancelled)
    }

    /// How much may be billed in all.
    fn billable(&self) -> Decimal {
        left(self.comes_to(), self.not_credited())
    }

    /// How much can still be billed.
    pub fn to_bill(&self) -> Decimal {
        left(self.billable(), self.billed.quantity)
    }

    /// How much can be credited.
    pub fn creditable(&self) -> Decimal {
        left(self.billed.quantity, self.credited.quantity)
    }

    /// How much is to be credited: it came back, and more is billed than the customer kept.
    pub fn to_credit(&self) -> Decimal {
        let paid_for = self.creditable();
        self.not_credited()
            .min(paid_for)
            .min(left(paid_for, self.kept()))
    }

    /// What came back, or was cancelled after it had been billed, and is not credited.
    fn not_credited(&self) -> Decimal {
        let back = self.returned.saturating_add(self.credited_and_cancelled);
        left(back, self.credited.quantity)
    }

    /// How much was delivered and did not come back.
    pub fn kept(&self) -> Decimal {
        left(self.delivered, self.returned)
    }

    /// What can be cancelled: neither delivered nor billed, or billed and credited again.
    pub fn to_cancel(&self) -> Decimal {
        let spoken_for = self.returned.saturating_add(self.credited_and_cancelled);
        let free_credit = left(self.credited.quantity, spoken_for);
        let billed = left(self.billed.quantity, self.credited_and_cancelled);
        let billed = left(billed, free_credit);
        left(self.stands(), self.delivered.max(billed))
    }

    /// Cancels a quantity: first what was never billed, the rest is what was credited again.
    pub(super) fn cancel(&mut self, quantity: Decimal) {
        let unbilled = left(left(self.ordered(), self.cancelled), self.billed.quantity);
        let never_billed = unbilled.min(quantity);
        self.cancelled = self.cancelled.saturating_add(never_billed);
        self.credited_and_cancelled = self
            .credited_and_cancelled
            .saturating_add(left(quantity, never_billed));
    }

    /// The least quantity that the line may be changed to.
    pub(super) fn least(&self) -> Decimal {
        let taken = self.delivered.max(self.billed.quantity);
        self.all_cancelled().saturating_add(taken)
    }

    /// A quantity to be billed next, and what it comes to: the sum up to then less what was billed
    /// before, so that the last part takes the remainder.
    pub(super) fn bill(&self, number: u32, quantity: Decimal, pricing: Pricing) -> LinePart {
        let then = self.billed.quantity.saturating_add(quantity);
        let sum = pricing.amounts(&self.line, then);
        self.part(number, quantity, sum, self.billed.amounts())
    }

    /// A quantity to be credited next, and what it comes to: when everything is credited, exactly
    /// what was billed.
    pub(super) fn credit(&self, number: u32, quantity: Decimal, pricing: Pricing) -> LinePart {
        let then = self.credited.quantity.saturating_add(quantity);
        let billed = self.billed.amounts();
        let sum = if then >= self.billed.quantity {
            billed
        } else {
            let share = pricing.amounts(&self.line, then);
            Amounts {
                net: nearer(share.net, billed.net),
                tax: nearer(share.tax, billed.tax),
            }
        };
        self.part(number, quantity, sum, self.credited.amounts())
    }

    fn part(&self, line: u32, quantity: Decimal, sum: Amounts, before: Amounts) -> LinePart {
        LinePart {
            line,
            quantity,
            net: self.onward(sum.net, before.net),
            tax: self.onward(sum.tax, before.tax),
        }
    }

    /// `sum − before`, never against the direction of the line: where an earlier part was taken
    /// back, the others may already come to a minor unit more than the sum.
    fn onward(&self, sum: Decimal, before: Decimal) -> Decimal {
        let part = sum.saturating_sub(before);
        if self.line.unit_price < Decimal::ZERO {
            part.min(Decimal::ZERO)
        } else {
            part.max(Decimal::ZERO)
        }
    }

    /// What the part that can still be billed will come to.
    pub fn unbilled(&self, pricing: Pricing) -> Amounts {
        self.rest(self.to_bill(), pricing)
    }

    /// What the line comes to: what was billed of it and what is left of it, returns left aside.
    pub fn worth(&self, pricing: Pricing) -> Amounts {
        let rest = left(self.comes_to(), self.billed.quantity);
        self.billed.amounts().plus(self.rest(rest, pricing))
    }

    fn rest(&self, quantity: Decimal, pricing: Pricing) -> Amounts {
        if quantity.is_zero() {
            return Amounts::default();
        }
        let part = self.bill(0, quantity, pricing);
        Amounts {
            net: part.net,
            tax: part.tax,
        }
    }
}

/// `whole − part`, not below 0.
fn left(whole: Decimal, part: Decimal) -> Decimal {
    whole.saturating_sub(part).max(Decimal::ZERO)
}

/// The one that is nearer to 0; both have the same sign.
fn nearer(one: Decimal, other: Decimal) -> Decimal {
    if one.abs() <= other.abs() { one } else { other }
}
