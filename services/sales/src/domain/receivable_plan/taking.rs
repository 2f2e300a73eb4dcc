//! What an invoice is due, by the plan of its order: the earliest parts of the plan that no standing
//! invoice has taken.

use guanxi_events::sales::PlannedInstalment;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{account::Ledger, order::Sale};

/// How much of each instalment of a plan is taken: by the standing invoices of its order, and by
/// what was paid ahead of them. More than all of it only of the last one, with which is due what goes
/// beyond the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken(Vec<Decimal>);

impl Taken {
    /// By the invoices of an order that stand, which are due as they were posted to the account: each
    /// keeps its parts when another one is voided. What was billed before there was a plan has taken
    /// the earliest parts that are left.
    pub fn by_invoices(plan: &[PlannedInstalment], sale: &Sale, ledger: &Ledger) -> Self {
        let invoices = sale.invoices().iter();
        let posted = invoices.filter_map(|id| ledger.invoices.get(id));
        let posted = posted.flat_map(|invoice| invoice.posted.iter().copied());
        Self::of(plan, posted, sale.billed_gross())
    }

    /// By parts that fall on days of the plan, and by what is left of all that was billed.
    pub(super) fn of(
        plan: &[PlannedInstalment],
        posted: impl IntoIterator<Item = (Date, Decimal)>,
        billed: Decimal,
    ) -> Self {
        let mut taken = vec![Decimal::ZERO; plan.len()];
        for (due, amount) in posted {
            let index = plan.iter().position(|planned| planned.due == due);
            if let Some((index, sum)) = index.and_then(|i| Some((i, taken.get_mut(i)?))) {
                *sum = sum.saturating_add(amount);
                if index + 1 < plan.len() {
                    *sum = (*sum).min(plan[index].amount);
                }
            }
        }
        let taken = Self(taken);
        let left = billed.saturating_sub(taken.sum());
        taken.and(plan, left)
    }

    /// And so much more of the earliest parts that are left; nothing when it is not above 0.
    pub(super) fn and(self, plan: &[PlannedInstalment], more: Decimal) -> Self {
        let more = self.next(plan, more);
        let sums = self.0.iter().zip(more);
        Self(sums.map(|(one, other)| one.saturating_add(other)).collect())
    }

    /// The sum of what is taken.
    pub(super) fn sum(&self) -> Decimal {
        self.0
            .iter()
            .copied()
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// How much of the instalment with this index is taken.
    pub(super) fn at(&self, index: usize) -> Decimal {
        self.0.get(index).copied().unwrap_or_default()
    }

    /// What is taken, by day, each above 0.
    pub(super) fn parts(&self, plan: &[PlannedInstalment]) -> Vec<(Date, Decimal)> {
        dated(plan, self.0.iter().copied())
    }

    /// So much of each instalment comes next.
    fn next(&self, plan: &[PlannedInstalment], amount: Decimal) -> Vec<Decimal> {
        let mut left = amount.max(Decimal::ZERO);
        let parts = plan.iter().enumerate().map(|(index, instalment)| {
            let part = if index + 1 == plan.len() {
                left
            } else {
                let free = instalment.amount.saturating_sub(self.at(index));
                free.max(Decimal::ZERO).min(left)
            };
            left -= part;
            part
        });
        parts.collect()
    }
}

/// When how much of an amount is due that is billed next: the plan is used up from its earliest part
/// that is not taken, and what goes beyond it is due with its last instalment. Each day once, by
/// date, each above 0; they come to the amount. Nothing for a plan without instalments, which none
/// that was accepted is.
pub fn take(plan: &[PlannedInstalment], taken: &Taken, amount: Decimal) -> Vec<(Date, Decimal)> {
    dated(plan, taken.next(plan, amount))
}

fn dated(
    plan: &[PlannedInstalment],
    amounts: impl IntoIterator<Item = Decimal>,
) -> Vec<(Date, Decimal)> {
    let parts = plan.iter().zip(amounts);
    let parts = parts.map(|(planned, amount)| (planned.due, amount));
    parts
        .filter(|(_, amount)| *amount > Decimal::ZERO)
        .collect()
}
