//! What one allocation comes to: how much of the credit, how much of the debit, and which rests
//! go with it (S-20, S-24).

use guanxi_decider::Refusal;
use guanxi_events::{Money, sales::ReceivablesRules};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{How, exceeds};
use crate::domain::{account::Item, receivables_policy::tolerance};

/// [`How`] a credit is used, with what the tenant's policy tolerates.
#[derive(Clone, Copy, Default)]
pub(in crate::domain::account) struct Terms<'a> {
    pub(super) how: How,
    /// The rules by which small rests of debits are written off; none where they are not.
    small_rests: Option<&'a ReceivablesRules>,
    /// Whether a small rest of the credit is written off as well: nothing else is to use it.
    pub(super) surplus: bool,
    /// Whether the actor may use a rate that is far from the booked one.
    manages: bool,
}

impl<'a> Terms<'a> {
    /// As the caller wishes, by these rules.
    pub(in crate::domain::account) fn of(
        how: How,
        rules: &'a ReceivablesRules,
        manages: bool,
    ) -> Self {
        Self {
            how,
            small_rests: how.write_off_small_rests.then_some(rules),
            surplus: false,
            manages,
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

/// A stated rate differs from the one at which the two items were booked by at most a tenth of it.
const MAY_DIFFER: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// What one allocation would be.
pub(super) struct Plan {
    pub(super) settled: Decimal,
    pub(super) taken: Decimal,
    pub(super) discount: Decimal,
    pub(super) shortfall: Decimal,
    pub(super) surplus: Decimal,
}

/// How much of the credit can be used for debits of a currency, in that currency.
pub(super) fn available(credit: &Item, currency: Currency, rate: Option<Decimal>) -> Decimal {
    let open = credit.open.amount;
    rate.map_or(open, |rate| {
        Money::rounded(open.saturating_mul(rate), currency).amount
    })
}

/// How much of each is used; nothing where nothing is open. So much of the debit as `may_keep_back`
/// is settled as discount, if it is its whole rest.
pub(super) fn plan(
    credit: &Item,
    debit: &Item,
    asked: Option<Decimal>,
    rate: Option<Decimal>,
    may_keep_back: Decimal,
    terms: Terms<'_>,
) -> Result<Option<Plan>, Refusal> {
    let available = available(credit, debit.currency, rate);
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
    if taken.is_zero() {
        return Err(Refusal::precondition(
            "AMOUNT_TOO_SMALL",
            format!(
                "{settled} {} is less than the smallest amount of {} at that rate",
                debit.currency.code(),
                credit.currency.code()
            ),
        ));
    }
    let rest = open - settled;
    let discount = if rest <= may_keep_back {
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

/// The rate between the two currencies; none where they are the same.
pub(super) fn rate_between(
    credit: &Item,
    debit: &Item,
    terms: Terms<'_>,
) -> Result<Option<Decimal>, Refusal> {
    let (from, to) = (credit.currency, debit.currency);
    if from == to {
        return Ok(None);
    }
    if let Some(rate) = terms.how.rate {
        let one = Decimal::ONE;
        let worth = |item: &Item| item.rate.unwrap_or(one);
        let booked = worth(credit).checked_div(worth(debit)).unwrap_or(one);
        let away = rate.saturating_sub(booked).abs();
        if away <= booked.saturating_mul(MAY_DIFFER) || terms.manages {
            return Ok(Some(rate));
        }
        // Or a debt could be settled for next to nothing, past the approval of a write-off.
        return Err(Refusal::forbidden(
            "RATE_FAR_FROM_BOOK",
            format!(
                "the two were booked at {} {} for one {}; only a manager may use {rate}",
                booked.round_dp(6),
                to.code(),
                from.code()
            ),
        )
        .figure("rate", rate)
        .figure("booked", booked.round_dp(6)));
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
