//! What a till says: a purchase, who bought it after all, and what came back (L-06, L-16).

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    Money,
    loyalty::{
        CardId, MatchedBy, MemberId, PurchaseCredited, PurchaseEvent, PurchaseMatched,
        PurchasePaid, PurchaseRecorded, ReturnedLine,
    },
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Back, Found, Record, course::Course, state::Recorded};
use crate::domain::{
    card::{self, Card},
    program,
    standing::member,
};

type Decided = Result<Decision<PurchaseEvent>, Refusal>;

/// The member for whom a shown card earns now.
fn by_card(id: CardId, context: &Context) -> Option<MemberId> {
    let shown = context.read::<Card>(id).ok()?;
    card::usable(id, shown.as_ref().as_ref()).ok()
}

pub(super) fn record(state: Option<&Recorded>, record: &Record, context: &Context) -> Decided {
    if let Some(recorded) = state {
        return if recorded.is(record) {
            Ok(Decision::nothing())
        } else {
            Err(Refusal::already_exists(
                "PURCHASE_EXISTS",
                format!(
                    "purchase {} is recorded already, with other content",
                    context.id
                ),
            ))
        };
    }
    let rules = program::known(record.program, context)?.rules;
    if rules.currency != record.currency {
        return Err(Refusal::precondition(
            "CURRENCY_DIFFERS",
            format!(
                "the program counts in {}, the purchase is in {}",
                rules.currency.code(),
                record.currency.code()
            ),
        )
        .figure("currency", rules.currency.code()));
    }
    let total: Decimal = record.lines.iter().map(|line| line.amount).sum();
    let paid: Decimal = record.payments.iter().map(|part| part.amount).sum();
    if paid != total || total < Decimal::ZERO {
        return Err(Refusal::precondition(
            "PAYMENTS_DIFFER",
            format!(
                "the lines come to {total}, the payments to {paid}: both are one sum, 0 or more"
            ),
        )
        .figure("total", total)
        .figure("paid", paid));
    }
    let mut course = Course::recorded(
        PurchaseRecorded {
            customer: None,
            program: Some(record.program),
            card: record.card,
            shop: record.shop.clone(),
            reference: record.reference.clone(),
            currency: record.currency,
            lines: record.lines.clone(),
            payments: record.payments.clone(),
        },
        context,
    )?;
    if let Some(found) = who(record, context)? {
        course.push(PurchaseMatched {
            members: vec![(record.program, found.member)],
            by: found.by,
        });
    }
    course.push(PurchasePaid {
        part: context.id,
        at: course.at,
        on: course.on(),
        total,
        credited: Decimal::ZERO,
        kept_back: Decimal::ZERO,
        returned: Decimal::ZERO,
    });
    course.earn()?;
    course.settle()
}

/// Who bought: whom the till's look-up found, if that is still so. A card that is lost or stands for
/// nobody, and a number that is somebody else's by now, leave the purchase unmatched: it was made all
/// the same, and may be matched later.
fn who(record: &Record, context: &Context) -> Result<Option<Found>, Refusal> {
    let Some(found) = record.member else {
        return Ok(None);
    };
    of_program(found.member, record.program, context)?;
    let there = member(found.member, context)?;
    let wanted = &record.wanted;
    let still = match found.by {
        MatchedBy::Card => {
            let holder = record.card.and_then(|card| by_card(card, context));
            holder == Some(found.member)
        }
        MatchedBy::Phone => wanted
            .phone
            .as_deref()
            .is_some_and(|it| there.has_phone(it)),
        MatchedBy::Email => wanted
            .email
            .as_deref()
            .is_some_and(|it| there.has_email(it)),
        MatchedBy::Member | MatchedBy::Customer | MatchedBy::Hand => true,
    };
    Ok(still.then_some(found))
}

fn of_program(
    id: MemberId,
    program: guanxi_events::loyalty::ProgramId,
    context: &Context,
) -> Result<(), Refusal> {
    if member(id, context)?.program == program {
        return Ok(());
    }
    Err(Refusal::precondition(
        "MEMBER_OF_ANOTHER_PROGRAM",
        format!("member {id} is of another program than the till"),
    )
    .figure("member_id", id)
    .figure("program_id", program))
}

pub(super) fn match_late(state: Option<&Recorded>, id: MemberId, context: &Context) -> Decided {
    let recorded = known(state, context)?;
    if let Some((_, there)) = recorded.members.first() {
        return if recorded.members.iter().any(|(_, member)| *member == id) {
            Ok(Decision::nothing())
        } else {
            Err(Refusal::precondition(
                "PURCHASE_MATCHED",
                format!("the purchase is member {there}'s"),
            )
            .figure("member_id", there))
        };
    }
    let program = of_till(recorded)?;
    of_program(id, program, context)?;
    let mut course = Course::of(recorded, context)?;
    course.push(PurchaseMatched {
        members: vec![(program, id)],
        by: MatchedBy::Hand,
    });
    course.earn()?;
    course.settle()
}

pub(super) fn give_back(
    state: Option<&Recorded>,
    credit: Uuid,
    what: &Back,
    reason: Option<String>,
    context: &Context,
) -> Decided {
    let recorded = known(state, context)?;
    of_till(recorded)?;
    if recorded.has_credit(credit) {
        return Ok(Decision::nothing());
    }
    let left = recorded.total() - recorded.credited();
    let (amount, lines) = match what {
        Back::Rest if left.is_zero() => return Ok(Decision::nothing()),
        Back::Rest => (left, Vec::new()),
        Back::Amount(amount) => (*amount, Vec::new()),
        Back::Lines(lines) => recorded.worth(lines)?,
    };
    if amount > left {
        return Err(Refusal::precondition(
            "RETURNED_TOO_MUCH",
            format!("{amount} is to come back, {left} of the purchase did not come back yet"),
        )
        .figure("asked", amount)
        .figure("left", left));
    }
    let mut course = Course::of(recorded, context)?;
    course.push(PurchaseCredited {
        credit,
        amount,
        lines,
        reason,
    });
    course.settle()
}

fn known<'a>(state: Option<&'a Recorded>, context: &Context) -> Result<&'a Recorded, Refusal> {
    state.ok_or_else(|| Refusal::not_found("purchase", context.id))
}

/// What a till recorded, a till gives back; an order's purchase follows the sales service.
fn of_till(recorded: &Recorded) -> Result<guanxi_events::loyalty::ProgramId, Refusal> {
    recorded.program.ok_or_else(|| {
        Refusal::precondition(
            "PURCHASE_OF_AN_ORDER",
            "it follows its order: a return or a credit note there takes the points back here",
        )
    })
}

impl Recorded {
    /// Whether it says the same.
    fn is(&self, record: &Record) -> bool {
        self.program == Some(record.program)
            && self.card == record.card
            && self.shop == record.shop
            && self.reference == record.reference
            && self.currency == record.currency
            && self.lines == record.lines
            && self.payments == record.payments
    }

    /// What goods are worth that come back: of each line in proportion, the last takes the rest.
    fn worth(&self, lines: &[ReturnedLine]) -> Result<(Decimal, Vec<ReturnedLine>), Refusal> {
        let mut back = self.back();
        let mut amount = Decimal::ZERO;
        for part in lines {
            let index = usize::try_from(part.line).ok();
            let index = index.and_then(|number| number.checked_sub(1));
            let Some(line) = index.and_then(|index| self.lines.get(index)) else {
                return Err(Refusal::precondition(
                    "LINE_UNKNOWN",
                    format!("the purchase has no line {}", part.line),
                )
                .figure("line", part.line));
            };
            let before = back.entry(part.line).or_default();
            let after = *before + part.quantity;
            if after > line.quantity {
                let left = line.quantity - *before;
                return Err(Refusal::precondition(
                    "RETURNED_TOO_MUCH",
                    format!(
                        "of line {}, {} are to come back, {left} did not come back yet",
                        part.line, part.quantity
                    ),
                )
                .figure("line", part.line)
                .figure("asked", part.quantity)
                .figure("left", left));
            }
            let worth = |quantity: Decimal| {
                let part = line.amount * quantity / line.quantity;
                Money::rounded(part, self.currency).amount
            };
            amount += worth(after) - worth(*before);
            *before = after;
        }
        Ok((amount, lines.to_vec()))
    }
}
