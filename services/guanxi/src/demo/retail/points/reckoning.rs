//! What members must have earned and given back, reckoned in plain steps from what customers did:
//! what they were billed, what they paid, what bounced and what came back. Nothing of the loyalty
//! service is in here, nor of the payer's books.
//!
//! The rules of the wholesaler's program:
//!
//! - An invoice earns once, when nothing is open of it for the first time: a point for each pound of
//!   money that was paid for it. What a credit settled of it is no money.
//! - As long as something is open of it again, because a payment bounced, all of that is taken back.
//! - What comes back of its order takes a share of the points, rounded half-up to a hundredth: that
//!   which came back since it earned, of what could still come back then. What had come back before,
//!   as far as credits settled the invoice, takes nothing, for that part never earned.
//! - An invoice with lines of its own earns as any other, and nothing of it can come back. A credit
//!   note with lines of its own returns nothing, and bad debts are not invoices.

use std::{collections::HashMap, sync::Arc};

use rust_decimal::{Decimal, RoundingStrategy};

use crate::demo::retail::{Deed, Step};

/// A member's points, at the end of the story.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::demo::retail) struct Reckoned {
    /// By all invoices that were ever settled.
    pub(in crate::demo::retail) earned: Decimal,
    /// Of these, what is taken back.
    pub(in crate::demo::retail) taken_back: Decimal,
}

/// What one customer's steps come to.
pub(in crate::demo::retail) fn reckon(steps: &[Step]) -> Reckoned {
    let mut account = Account::default();
    for step in steps {
        account.take_in(&step.deed);
    }
    let mut points = Reckoned::default();
    for invoice in account.invoices.values() {
        if let Some(earned) = &invoice.earned {
            points.earned += earned.points;
            points.taken_back += invoice.taken_back(earned);
        }
    }
    points
}

#[derive(Default)]
struct Account {
    /// By document.
    invoices: HashMap<Arc<str>, Invoice>,
    /// Invoice and amount, by the payment's key.
    payments: HashMap<Arc<str>, (Arc<str>, Decimal)>,
}

/// An invoice, and what came back of its order.
#[derive(Default)]
struct Invoice {
    total: Decimal,
    open: Decimal,
    /// What credits of any kind settled of it.
    by_credits: Decimal,
    /// What returns credited of its order, whatever those credits were used for.
    returned: Decimal,
    earned: Option<Earned>,
}

/// How it earned.
struct Earned {
    points: Decimal,
    /// What had come back of its order by then, as far as credits settled it: which credits they were
    /// an account does not tell, so its own returns count first.
    returned_before: Decimal,
}

impl Account {
    fn take_in(&mut self, deed: &Deed) {
        match deed {
            Deed::Sold(sale) => self.bill(&sale.document, sale.total),
            Deed::Charged(note) => self.bill(&note.document, note.total),
            Deed::Returned(back) => self.of(&back.sale, |invoice| {
                invoice.returned += back.total;
                invoice.credit(back.total.min(invoice.open));
            }),
            Deed::Netted(used) => self.of(&used.invoice, |invoice| invoice.credit(used.amount)),
            Deed::Paid(payment) => {
                let paid = (payment.invoice.clone(), payment.amount);
                self.payments.insert(payment.key.clone(), paid);
                self.of(&payment.invoice, |invoice| invoice.settle(payment.amount));
            }
            Deed::Bounced { payment } => {
                if let Some((invoice, amount)) = self.payments.remove(payment) {
                    self.of(&invoice, |invoice| invoice.open += amount);
                }
            }
            Deed::Credited(_)
            | Deed::PaidOut { .. }
            | Deed::DebtCharged { .. }
            | Deed::WrittenOff { .. } => {}
        }
    }

    fn bill(&mut self, document: &Arc<str>, total: Decimal) {
        let invoice = Invoice {
            total,
            open: total,
            ..Invoice::default()
        };
        self.invoices.insert(document.clone(), invoice);
    }

    fn of(&mut self, document: &str, change: impl FnOnce(&mut Invoice)) {
        if let Some(invoice) = self.invoices.get_mut(document) {
            change(invoice);
        }
    }
}

impl Invoice {
    fn credit(&mut self, amount: Decimal) {
        self.by_credits += amount;
        self.settle(amount);
    }

    fn settle(&mut self, amount: Decimal) {
        self.open -= amount;
        if self.open.is_zero() && self.earned.is_none() {
            self.earned = Some(Earned {
                points: self.total - self.by_credits,
                returned_before: self.by_credits.min(self.returned),
            });
        }
    }

    fn taken_back(&self, earned: &Earned) -> Decimal {
        if self.open > Decimal::ZERO {
            return earned.points;
        }
        let could_come_back = self.total - earned.returned_before;
        let came_back = (self.returned - earned.returned_before).min(could_come_back);
        let share = (earned.points * came_back).checked_div(could_come_back);
        // What came back whole before it earned has earned nothing.
        let share = share.unwrap_or_default();
        share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    }
}
