//! What one allocation comes to: how much of the credit, how much of the debit, and which rests
//! go with it (S-20, S-24).

use guanxi_decider::Refusal;
use guanxi_events::{
    Money,
    sales::{ReceivablesRules, account::EarlyDiscount},
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{How, exceeds};
use crate::domain::{
    account::{Item, Kind},
    receivables_policy::tolerance,
};

/// [`How`] a credit is used, with what the tenant's policy tolerates.
#[derive(Clone, Copy, Default)]
pub(in crate::domain::account) struct Terms<'a> {
    pub(super) how: How,
    /// The rules by which small rests of debits are written off; none where they are not.
    small_rests: Option<&'a ReceivablesRules>,
    /// Whether a small rest of the credit is written off as well: nothing else is to use it.
    pub(super) surplus: bool,
}

impl<'a> Terms<'a> {
    /// As the caller wishes, by these rules.
    pub(in crate::domain::account) fn of(how: How, rules: &'a ReceivablesRules) -> Self {
        Self {
            how,
            small_rests: how.write_off_small_rests.then_some(rules),
            surplus: false,
        }
    }

    /// The same for the last debit that the credit is used for.
    pub(super) fn last_if(self, last: bool) -> Self {
        Self {
            surplus: last,
            ..self
        }
    }

    /// The rest, where it is small enough to be written off.
    fn small(&self, rest: Decimal, currency: Currency) -> Decimal {
        let tolerated = |rules| rest <= tolerance(rules, currency);
        if self.small_rests.is_some_and(tolerated) {
            rest
        } else {
            Decimal::ZERO
        }
    }
}

/// What one allocation would be.
pub(super) struct Plan {
    pub(super) settled: Decimal,
    pub(super) taken: Decimal,
    pub(super) discount: Decimal,
    pub(super) shortfall: Decimal,
    pub(super) surplus: Decimal,
}

/// How much of each is used; nothing where nothing is open.
pub(super) fn plan(
    credit: &Item,
    debit: &Item,
    asked: Option<Decimal>,
    rate: Option<Decimal>,
    terms: Terms<'_>,
) -> Result<Option<Plan>, Refusal> {
    let available = match rate {
        None => credit.open.amount,
        Some(rate) => {
            Money::rounded(credit.open.amount.saturating_mul(rate), debit.currency).amount
        }
    };
    let open = debit.open.amount;
    if let Some(asked) = asked {
        if asked > open {
            return Err(exceeds(debit.kind.name(), "", open, asked));
        }
        if asked > available {
            return Err(exceeds(credit.kind.name(), "", available, asked));
        }
    }
    let settled = asked.unwrap_or(open).min(available);
    if settled <= Decimal::ZERO {
        return Ok(None);
    }
    let taken = match rate {
        Some(rate) if settled < available => {
            let exact = settled.checked_div(rate).unwrap_or_default();
            let taken = Money::rounded(exact, credit.currency).amount;
            taken.min(credit.open.amount)
        }
        Some(_) => credit.open.amount,
        None => settled,
    };
    let rest = open - settled;
    let discount = if asked.is_none() && rest <= debit.discount_for(credit) {
        rest
    } else {
        Decimal::ZERO
    };
    let surplus = credit.open.amount - taken;
    Ok(Some(Plan {
        settled,
        taken,
        discount,
        shortfall: terms.small(rest - discount, debit.currency),
        surplus: if terms.surplus {
            terms.small(surplus, credit.currency)
        } else {
            Decimal::ZERO
        },
    }))
}

impl Item {
    /// The discount that may be kept back when the credit is used for it (S-20): an early payment
    /// settles the rest as discount.
    fn discount_for(&self, credit: &Self) -> Decimal {
        match (&self.kind, &credit.kind) {
            (
                Kind::Instalment {
                    discount: Some(EarlyDiscount { until, amount }),
                    ..
                },
                Kind::Payment { .. },
            ) if credit.on <= *until => *amount,
            _ => Decimal::ZERO,
        }
    }
}

/// The rate between the two currencies; none where they are the same.
pub(super) fn rate_between(
    credit: &Item,
    debit: &Item,
    rate: Option<Decimal>,
) -> Result<Option<Decimal>, Refusal> {
    let (from, to) = (credit.currency, debit.currency);
    if from == to {
        return Ok(None);
    }
    if rate.is_some() {
        return Ok(rate);
    }
    Err(Refusal::precondition(
        "RATE_NEEDED",
        format!(
            "a credit in {} is used for a debit in {} only at a stated rate: how many {} for one {}",
            from.code(),
            to.code(),
            to.code(),
            from.code()
        ),
    )
    .figure("from", from.code())
    .figure("to", to.code()))
}
