//! What follows from each command to an account.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::loyalty::{
    MemberId, PointsBatchBooked, PointsBatchEvent, PointsEvent, QualifyingCause, QualifyingSums,
    points::{AdjustmentNo, AdjustmentRejected, AdjustmentRequested, PointsAdjusted},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Command, Ledger, PointsAccount,
    ledger::WaitingAdjustment,
    stated::{Stated, accrue, booking, open},
};
use crate::domain::{
    points_batch::PointsBatch,
    program::life,
    standing::{Standing, and_elsewhere, decided},
};

type Decided = Result<Decision<PointsEvent>, Refusal>;

pub(super) fn decide(ledger: &Ledger, command: &Command, context: &Context) -> Decided {
    let standing = Standing::of(MemberId(context.id), context)?;
    match command {
        Command::Adjust {
            points,
            tier_points,
            reason,
        } => {
            let wish = WaitingAdjustment {
                points: standing.program.exact(*points)?,
                tier_points: standing.program.exact(*tier_points)?,
                reason: reason.clone(),
                by: context.actor.person.clone(),
            };
            adjust(ledger, standing, wish, context)
        }
        Command::Approve(no) => {
            let wish = waiting(ledger, *no)?;
            if wish.by == context.actor.person {
                return Err(Refusal::forbidden(
                    "NOT_BY_WHO_ASKED",
                    "an adjustment above the limit is approved by somebody else than who asked",
                ));
            }
            let approved_by = Some(context.actor.person.clone());
            adjusted(ledger, standing, *no, wish.clone(), approved_by, context)
        }
        Command::Reject { adjustment, reason } => {
            waiting(ledger, *adjustment)?;
            Ok(Decision::event(AdjustmentRejected {
                adjustment: *adjustment,
                reason: reason.clone(),
            }))
        }
        Command::Transfer { to, points, reason } => {
            let points = standing.program.exact(*points)?;
            transfer(ledger, &standing, *to, points, reason.clone(), context)
        }
        Command::Accrue {
            points,
            tier_points,
            reference,
        } => {
            let id = booking(standing.id, reference);
            if context.read::<PointsBatch>(id)?.is_some() {
                return Err(Refusal::already_exists(
                    "REFERENCE_BOOKED",
                    format!("{reference} is booked for this member already"),
                )
                .figure("reference", reference));
            }
            standing.may_earn(standing.member.status)?;
            let at = context.occurred_at()?;
            let mut book = open(ledger, at, context);
            let earned = Stated {
                points: standing.program.exact(*points)?,
                tier_points: standing.program.exact(*tier_points)?,
                reference: reference.clone(),
            };
            let mut standing = standing;
            let events = accrue(&mut book, &mut standing, earned, at, context);
            let booked = PointsBatchBooked {
                member: standing.id,
                source: reference.clone(),
                booked: 1,
                refused: Vec::new(),
            };
            let decision = decided(book.into_events()).elsewhere::<PointsBatchEvent>(id, booked);
            Ok(and_elsewhere(decision, context.id, events))
        }
    }
}

fn adjust(
    ledger: &Ledger,
    standing: Standing,
    wish: WaitingAdjustment,
    context: &Context,
) -> Decided {
    let no = AdjustmentNo(ledger.adjustments.saturating_add(1));
    let limit = standing.program.rules.adjustment_limit;
    let largest = wish.points.abs().max(wish.tier_points.abs());
    if limit.is_some_and(|limit| largest > limit) {
        return Ok(Decision::event(AdjustmentRequested {
            adjustment: no,
            points: wish.points,
            tier_points: wish.tier_points,
            reason: wish.reason,
            by: wish.by,
        }));
    }
    adjusted(ledger, standing, no, wish, None, context)
}

fn adjusted(
    ledger: &Ledger,
    mut standing: Standing,
    no: AdjustmentNo,
    wish: WaitingAdjustment,
    approved_by: Option<guanxi_events::PersonId>,
    context: &Context,
) -> Decided {
    let at = context.occurred_at()?;
    let life = life::at_once(&standing.program.rules, at, &context.zone);
    let mut book = open(ledger, at, context);
    book.adjust(PointsAdjusted {
        adjustment: no,
        at,
        points: wish.points,
        tier_points: wish.tier_points,
        reason: wish.reason,
        by: wish.by,
        approved_by,
        program: standing.program.as_of_now(standing.member.program),
        lot: None,
        expires_at: life.expires_at.filter(|_| wish.points > Decimal::ZERO),
        lots: Vec::new(),
    })?;
    let cause = Uuid::new_v5(&context.id, format!("adjustment {no}").as_bytes());
    let sums = QualifyingSums {
        tier_points: wish.tier_points,
        ..QualifyingSums::default()
    };
    let cause = QualifyingCause::Adjustment(cause);
    let events = standing.qualify(context.date_of(at), cause, sums, context);
    Ok(and_elsewhere(
        decided(book.into_events()),
        context.id,
        events,
    ))
}

fn waiting(ledger: &Ledger, no: AdjustmentNo) -> Result<&WaitingAdjustment, Refusal> {
    ledger.waiting.get(&no).ok_or_else(|| {
        Refusal::precondition(
            "ADJUSTMENT_NOT_WAITING",
            format!("adjustment {no} waits for no approval"),
        )
        .figure("adjustment", no)
    })
}

fn transfer(
    ledger: &Ledger,
    from: &Standing,
    to: MemberId,
    points: Decimal,
    reason: Option<String>,
    context: &Context,
) -> Decided {
    if !from.program.rules.transfers {
        return Err(Refusal::precondition(
            "TRANSFERS_NOT_ALLOWED",
            "members of this program do not give points to each other",
        ));
    }
    if to == from.id {
        return Err(Refusal::precondition(
            "SAME_MEMBER",
            "points are given to somebody else",
        ));
    }
    from.may_spend()?;
    let receiver = crate::domain::standing::member(to, context)?;
    if receiver.program != from.member.program {
        return Err(
            Refusal::precondition("PROGRAMS_DIFFER", "both are members of one program")
                .figure("program_id", from.member.program)
                .figure("other_program_id", receiver.program),
        );
    }
    from.may_earn(receiver.status)?;
    let at = context.occurred_at()?;
    let mut book = open(ledger, at, context);
    let sent = book.send(at, to, points, reason)?;
    let other = context.read::<PointsAccount>(to)?;
    let mut others = open(&other, at, context);
    others.receive(at, from.id, sent);
    let decision = decided(book.into_events());
    Ok(and_elsewhere(decision, to, others.into_events()))
}
