//! Early payments (S-20): what is kept back of an instalment within its days is settled as
//! discount, and so is what is kept back of several that one payment is used for.

use guanxi_decider::Refusal;
use guanxi_events::sales::account::ItemNo;
use rust_decimal::Decimal;

use crate::domain::account::{Book, Item, Kind};

impl Book {
    /// How much of a debit may be kept back when the credit is used for it: its discount, where
    /// the credit is an early payment and nothing but early payments has settled of it so far.
    pub(super) fn may_keep_back(&self, credit: &Item, debit: &Item) -> Decimal {
        match (&debit.kind, &credit.kind) {
            (
                Kind::Instalment {
                    discount: Some(discount),
                    ..
                },
                Kind::Payment { .. },
            ) if credit.on <= discount.until && self.paid_early_only(debit) => discount.amount,
            _ => Decimal::ZERO,
        }
    }

    fn paid_early_only(&self, debit: &Item) -> bool {
        let Kind::Instalment {
            discount: Some(discount),
            ..
        } = debit.kind
        else {
            return false;
        };
        let early = debit.allocations.iter().filter_map(|no| {
            let used = self.ledger.allocations.get(no)?;
            let credit = self.ledger.items.get(&used.from)?;
            let payment = matches!(credit.kind, Kind::Payment { .. });
            (payment && credit.on <= discount.until).then_some(used.settled.amount)
        });
        early.fold(debit.open.amount, Decimal::saturating_add) == debit.booked.amount
    }

    /// Of debits that a credit is used for in this order: how much of what is available each leaves
    /// for those behind it. Those that it reaches less their discounts are settled together, so
    /// that 98 early settles 60 and 40, of which 2 % may be kept back each.
    pub(super) fn left_for_later(
        &self,
        credit: &Item,
        debits: &[ItemNo],
        available: Decimal,
    ) -> Result<Vec<Decimal>, Refusal> {
        let mut wanted = Vec::with_capacity(debits.len());
        let mut reached = Decimal::ZERO;
        for no in debits {
            let debit = self.item(*no)?;
            let least = debit.open.amount - self.may_keep_back(credit, debit);
            if reached + least > available {
                break;
            }
            reached += least;
            wanted.push(least);
        }
        let mut behind = reached;
        let mut left: Vec<Decimal> = wanted
            .into_iter()
            .map(|least| {
                behind -= least;
                behind
            })
            .collect();
        left.resize(debits.len(), Decimal::ZERO);
        Ok(left)
    }
}
