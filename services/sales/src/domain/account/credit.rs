//! The credit limit (S-10): no command that asks for credit is accepted above it without a
//! recorded override; facts are accepted and flagged. The figures stand on the event.

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    sales::{
        OrderId,
        account::{CommitmentSet, CreditFigures, CreditLimitSet, CreditOverride},
    },
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{Book, Ledger};
use crate::domain::exchange_rates::booked;

/// The wish to be granted credit above the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Why.
    pub reason: String,
}

/// The figures of something that adds so much to the exposure, in the base currency.
pub(super) fn figures(ledger: &Ledger, adds: Decimal, base: Currency) -> CreditFigures {
    let money = |amount| Money {
        amount,
        currency: base,
    };
    CreditFigures {
        limit: ledger.limit,
        exposure: money(ledger.exposure()),
        adds: money(adds),
    }
}

/// The figures by which something that adds so much to the exposure (base currency) is accepted,
/// and the override that it took. What adds nothing is always accepted.
///
/// # Errors
/// `CREDIT_LIMIT_EXCEEDED` with the figures; `OVERRIDE_NOT_ALLOWED` when someone who does not
/// manage asks to go above it.
pub fn granted(
    ledger: &Ledger,
    adds: Decimal,
    grant: Option<&Grant>,
    context: &Context,
) -> Result<(CreditFigures, Option<CreditOverride>), Refusal> {
    let figures = figures(ledger, adds, context.base_currency);
    let limit = match figures.limit {
        Some(limit) if figures.over() && adds > Decimal::ZERO => limit,
        _ => return Ok((figures, None)),
    };
    let Some(grant) = grant else {
        return Err(exceeded(limit, &figures));
    };
    if !context.actor.manages {
        return Err(Refusal::forbidden(
            "OVERRIDE_NOT_ALLOWED",
            "only a manager may grant credit above the limit",
        ));
    }
    let after = figures.exposure.amount.saturating_add(adds);
    let above = Money {
        amount: after.saturating_sub(limit.amount),
        currency: context.base_currency,
    };
    let by = context.actor.person.clone();
    let reason = grant.reason.clone();
    Ok((figures, Some(CreditOverride { by, reason, above })))
}

fn exceeded(limit: Money, figures: &CreditFigures) -> Refusal {
    let (exposure, adds) = (figures.exposure.amount, figures.adds.amount);
    Refusal::precondition(
        "CREDIT_LIMIT_EXCEEDED",
        format!("credit limit {limit}, exposure {exposure}, this adds {adds}"),
    )
    .figure("limit", limit)
    .figure("exposure", figures.exposure)
    .figure("adds", figures.adds)
    .figure("above", exposure.saturating_add(adds) - limit.amount)
}

/// What a confirmed order will still be billed from now on (tax included, in its currency), and
/// how much that adds to the exposure; nothing when nothing changes. The caller asks [`granted`],
/// for it knows what else its decision adds.
///
/// # Errors
/// `AMOUNT_TOO_LARGE`.
pub fn commitment(
    ledger: &Ledger,
    order: OrderId,
    (currency, rate): (Currency, Option<Decimal>),
    unbilled: Decimal,
    base: Currency,
) -> Result<Option<(CommitmentSet, Decimal)>, Refusal> {
    let unbilled = booked(unbilled, rate, base)?;
    let before = ledger.commitments.get(&order).map(|c| c.unbilled);
    let before = before.unwrap_or_default();
    if before == unbilled {
        return Ok(None);
    }
    let set = CommitmentSet {
        order,
        currency,
        rate,
        unbilled,
        credit: None,
        granted: None,
    };
    Ok(Some((set, unbilled.base.saturating_sub(before.base))))
}

/// As [`commitment`], where nothing else adds to the exposure.
///
/// # Errors
/// As for [`granted`].
pub fn commit(
    ledger: &Ledger,
    order: OrderId,
    valued: (Currency, Option<Decimal>),
    unbilled: Decimal,
    grant: Option<&Grant>,
    context: &Context,
) -> Result<Option<CommitmentSet>, Refusal> {
    let base = context.base_currency;
    let Some((mut set, adds)) = commitment(ledger, order, valued, unbilled, base)? else {
        return Ok(None);
    };
    if adds > Decimal::ZERO {
        let (figures, above) = granted(ledger, adds, grant, context)?;
        set.credit = Some(figures);
        set.granted = above;
    }
    Ok(Some(set))
}

impl Book {
    /// Lets another limit hold. Lowering it below what is owed only flags.
    pub(super) fn set_limit(&mut self, limit: Option<Money>, reason: &str) -> Result<(), Refusal> {
        if let Some(limit) = limit
            && limit.currency != self.base
        {
            let base = self.base.code();
            return Err(Refusal::precondition(
                "LIMIT_NOT_IN_BASE_CURRENCY",
                format!(
                    "credit is limited in {base}, not in {}",
                    limit.currency.code()
                ),
            )
            .figure("base_currency", base));
        }
        if limit == self.ledger.limit {
            return Ok(());
        }
        let credit = CreditFigures {
            limit,
            ..figures(&self.ledger, Decimal::ZERO, self.base)
        };
        self.write(CreditLimitSet {
            limit,
            reason: reason.to_owned(),
            credit,
        });
        Ok(())
    }
}
