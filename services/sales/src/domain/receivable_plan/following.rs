//! A plan follows its order: when the order comes to more or to less, its last instalments do.

use guanxi_events::sales::{OrderId, ReceivablePlanSet};
use rust_decimal::Decimal;

use super::{Plan, decide::covered};
use crate::domain::{account::Ledger, order::Sale};

impl Plan {
    /// The version of the plan that adds up to the order as it is now; none when this one does. What
    /// the order comes to more is due with the last instalment; what it comes to less is taken from
    /// the last ones, as far as nothing of them is billed or paid ahead. The plan of an order that
    /// comes to nothing stays as it is, in case the order is opened again.
    pub fn following(
        &self,
        sale: &Sale,
        ledger: &Ledger,
        order: OrderId,
    ) -> Option<ReceivablePlanSet> {
        let total = sale.gross();
        let amounts = self.instalments.iter().map(|planned| planned.amount);
        let planned = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
        if total <= Decimal::ZERO || planned == total {
            return None;
        }
        let taken = covered(&self.instalments, sale, ledger, order).taken;
        let mut instalments = self.instalments.clone();
        if let Some(last) = instalments.last_mut() {
            last.amount = last
                .amount
                .saturating_add((total - planned).max(Decimal::ZERO));
        }
        let mut less = (planned - total).max(Decimal::ZERO);
        for (index, planned) in instalments.iter_mut().enumerate().rev() {
            let free = planned.amount.saturating_sub(taken.at(index));
            let part = free.max(Decimal::ZERO).min(less);
            planned.amount -= part;
            less -= part;
        }
        instalments.retain(|planned| planned.amount > Decimal::ZERO);
        Some(ReceivablePlanSet {
            customer: self.customer,
            version: self.version.saturating_add(1),
            currency: self.currency,
            instalments,
            terms: self.terms,
            reason: Some(format!("the order comes to {}", sale.money(total))),
        })
    }
}
