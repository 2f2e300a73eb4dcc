//! What an invoice is due, by the plan of its order.

use guanxi_events::sales::PlannedInstalment;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// When how much of an amount is due that is billed after so much was billed before: the plan is
/// used up in its order, and what goes beyond it is due with its last instalment. Each day once, by
/// date, each above 0; they come to the amount. Nothing for a plan without instalments, which none
/// that was accepted is.
pub fn take(
    plan: &[PlannedInstalment],
    billed_before: Decimal,
    amount: Decimal,
) -> Vec<(Date, Decimal)> {
    let (mut before, mut left) = (billed_before.max(Decimal::ZERO), amount);
    let mut taken = Vec::new();
    for (index, instalment) in plan.iter().enumerate() {
        let free = if index + 1 == plan.len() {
            left
        } else {
            let used = before.min(instalment.amount);
            before -= used;
            instalment.amount - used
        };
        let part = free.min(left);
        if part > Decimal::ZERO {
            taken.push((instalment.due, part));
            left -= part;
        }
    }
    taken
}
