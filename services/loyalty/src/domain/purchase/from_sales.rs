//! What the sales service says of an order's invoices and credit notes (L-06, L-13, L-16). A customer
//! without a membership earns nothing, and nothing is to do.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    customers::CustomerId,
    loyalty::{
        MatchedBy, MemberId, ProgramId, PurchaseCreditTakenBack, PurchaseCredited, PurchaseEvent,
        PurchaseMatched, PurchasePaid, PurchaseRecorded, PurchaseUnpaid,
    },
};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Settle, course::Course, state::Recorded};
use crate::domain::holder::Holder;

type Decided = Result<Decision<PurchaseEvent>, Refusal>;

pub(super) fn settle(state: Option<&Recorded>, settle: &Settle, context: &Context) -> Decided {
    let part = state.and_then(|recorded| recorded.part(settle.part));
    if part.is_some_and(|part| part.settled) || settle.total <= Decimal::ZERO {
        return Ok(Decision::nothing());
    }
    let Some(mut course) = begun(state, settle.customer, settle.currency, context)? else {
        return Ok(Decision::nothing());
    };
    let covered: Decimal = course.purchase.parts.iter().map(|part| part.returned).sum();
    let open = (course.purchase.credited() - covered).max(Decimal::ZERO);
    course.push(PurchasePaid {
        part: settle.part,
        at: course.at,
        on: settle.on,
        total: settle.total,
        credited: settle.credited,
        kept_back: settle.kept_back,
        returned: part.map_or(settle.credited.min(open), |part| part.returned),
    });
    course.earn()?;
    course.settle()
}

pub(super) fn unsettle(state: Option<&Recorded>, part: Uuid, context: &Context) -> Decided {
    let Some(recorded) = state else {
        return Ok(Decision::nothing());
    };
    if !recorded.part(part).is_some_and(|part| part.settled) {
        return Ok(Decision::nothing());
    }
    let mut course = Course::of(recorded, context)?;
    course.push(PurchaseUnpaid { part });
    course.settle()
}

pub(super) fn credit(
    state: Option<&Recorded>,
    customer: CustomerId,
    (credit, amount, currency): (Uuid, Decimal, Currency),
    context: &Context,
) -> Decided {
    if state.is_some_and(|recorded| recorded.has_credit(credit)) {
        return Ok(Decision::nothing());
    }
    let Some(mut course) = begun(state, customer, currency, context)? else {
        return Ok(Decision::nothing());
    };
    course.push(PurchaseCredited {
        credit,
        amount,
        lines: Vec::new(),
        reason: None,
    });
    course.settle()
}

pub(super) fn take_credit_back(
    state: Option<&Recorded>,
    credit: Uuid,
    context: &Context,
) -> Decided {
    let Some(recorded) = state.filter(|recorded| recorded.has_credit(credit)) else {
        return Ok(Decision::nothing());
    };
    let mut course = Course::of(recorded, context)?;
    course.push(PurchaseCreditTakenBack { credit });
    course.settle()
}

/// The purchase, or a new one of the customer's; none for a customer without a membership.
fn begun<'a>(
    state: Option<&Recorded>,
    customer: CustomerId,
    currency: Currency,
    context: &'a Context,
) -> Result<Option<Course<'a>>, Refusal> {
    if let Some(recorded) = state {
        return Course::of(recorded, context).map(Some);
    }
    let holder = context.read::<Holder>(customer)?;
    let members: Vec<(ProgramId, MemberId)> = holder.members().collect();
    if members.is_empty() {
        return Ok(None);
    }
    let mut course = Course::recorded(
        PurchaseRecorded {
            customer: Some(customer),
            program: None,
            card: None,
            shop: None,
            reference: None,
            currency,
            lines: Vec::new(),
            payments: Vec::new(),
        },
        context,
    )?;
    course.push(PurchaseMatched {
        members,
        by: MatchedBy::Customer,
    });
    Ok(Some(course))
}
