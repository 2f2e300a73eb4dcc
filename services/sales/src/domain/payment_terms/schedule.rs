//! From terms, a date and a total to what is due when.

use std::collections::BTreeMap;

use guanxi_events::{
    Money,
    sales::{DueRule, EarlyPayment, PaymentTermsDefinition, account::EarlyDiscount},
};
use iso_currency::Currency;
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use crate::domain::account::Due;

/// The day on which a portion is due. A month has as many days as it has: 31 January + 1 month is
/// the end of February.
pub fn due(rule: DueRule, invoice_date: Date) -> Date {
    let (first, last) = (invoice_date.first_of_month(), invoice_date.last_of_month());
    match rule {
        DueRule::DaysAfterInvoice(days) => invoice_date.saturating_add(i64::from(days).days()),
        DueRule::MonthsAfterInvoice(n) => invoice_date.saturating_add(i64::from(n).months()),
        DueRule::DaysAfterMonthEnd(days) => last.saturating_add(i64::from(days).days()),
        DueRule::MonthsAfterMonthEnd(n) => {
            first.saturating_add(i64::from(n).months()).last_of_month()
        }
    }
}

/// A total from 0 to [`limits::AMOUNT`](crate::domain::limits::AMOUNT), split as the terms say, by due date; without terms all of it is due on the
/// invoice's date.
///
/// Portions that fall on the same day are one instalment, for an instalment is what is due on one
/// day. Each is rounded half-up to the currency's minor unit, and the last takes the remainder, so
/// that they add up. A total too small for all its portions goes to the first ones: no instalment
/// is 0 or less, and a total of 0 has none.
pub fn instalments(
    terms: Option<&PaymentTermsDefinition>,
    invoice_date: Date,
    total: Decimal,
    currency: Currency,
) -> Vec<Due> {
    let mut percents: BTreeMap<Date, Decimal> = BTreeMap::new();
    match terms {
        None => {
            percents.insert(invoice_date, Decimal::ONE_HUNDRED);
        }
        Some(terms) => {
            for portion in &terms.portions {
                *percents.entry(due(portion.due, invoice_date)).or_default() += portion.percent;
            }
        }
    }
    let early = terms.and_then(|terms| terms.early_payment.as_ref());
    let last = percents.len().saturating_sub(1);
    let mut left = total;
    let mut instalments = Vec::with_capacity(percents.len());
    for (index, (due, percent)) in percents.into_iter().enumerate() {
        let amount = if index == last {
            left
        } else {
            share(total, percent, currency).min(left)
        };
        left -= amount;
        if amount > Decimal::ZERO {
            let early =
                early.and_then(|early| discount(early, invoice_date, due, amount, currency));
            instalments.push(Due {
                due,
                amount,
                discount: early,
            });
        }
    }
    instalments
}

/// What may be kept back of an instalment. Nobody pays early after the day on which it is due; and
/// where rounding makes it nothing, or the whole instalment, there is no discount.
fn discount(
    early: &EarlyPayment,
    invoice_date: Date,
    due: Date,
    amount: Decimal,
    currency: Currency,
) -> Option<EarlyDiscount> {
    let kept = share(amount, early.percent, currency);
    let until = invoice_date.saturating_add(i64::from(early.days).days());
    (kept > Decimal::ZERO && kept < amount).then_some(EarlyDiscount {
        until: until.min(due),
        amount: kept,
    })
}

fn share(amount: Decimal, percent: Decimal, currency: Currency) -> Decimal {
    let exact = amount.saturating_mul(percent) / Decimal::ONE_HUNDRED;
    Money::rounded(exact, currency).amount
}
