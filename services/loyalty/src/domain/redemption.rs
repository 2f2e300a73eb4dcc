//! Redemptions of points (积分兑换): points are spent as payment, for a reward or for a coupon, and
//! come back to their own lots when that is refunded (L-15, L-16).
//!
//! The redemption keeps the lots that it took, with the life they had left, so that the account can
//! forget them: a refund years later, after a change of rules or tiers or cards, finds them here.

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    Money,
    loyalty::{
        CardId, MemberId, PointsRedeemed, RedeemFor, RedemptionEvent, RedemptionId,
        RedemptionRefunded, TakenLot, points::LotPart,
    },
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    card::{self, Card},
    member::Member,
    points::{PointsAccount, stated::open},
    program::{OpenProgram, life},
    standing::{Standing, and_elsewhere, and_program_of},
};

/// The decider of a redemption.
#[derive(Debug)]
pub struct Redemption;

/// A redemption that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeemed {
    /// What was made.
    pub made: PointsRedeemed,
    /// What is not refunded yet, in the order in which it was taken.
    pub left: Vec<TakenLot>,
}

/// What can be asked of a redemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Make it.
    Redeem(Redeem),
    /// Refund it.
    Refund {
        /// How many points; all that are left when absent.
        points: Option<Decimal>,
        /// Why.
        reason: String,
    },
}

/// What points are to be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// By whom.
    pub member: MemberId,
    /// The card that was shown, which must stand for the member.
    pub card: Option<CardId>,
    /// How many; above 0.
    pub points: Decimal,
    /// The bill of which they pay a part.
    pub bill: Option<Money>,
    /// What for.
    pub purpose: RedeemFor,
    /// The shop.
    pub shop: Option<String>,
    /// The till's receipt, the reward, the coupon.
    pub reference: Option<String>,
}

impl Decider for Redemption {
    type State = Option<Redeemed>;
    type Command = Command;
    type Event = RedemptionEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let (member, card) = match (command, state) {
            (Command::Redeem(redeem), _) => (redeem.member, redeem.card),
            (Command::Refund { .. }, Some(redeemed)) => (redeemed.made.member, None),
            (Command::Refund { .. }, None) => return Reads::none(),
        };
        Reads::none()
            .and::<Member>(member)
            .and::<PointsAccount>(member)
            .and_if::<Card>(card)
    }

    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let member = match (command, state) {
            (Command::Redeem(redeem), _) => redeem.member,
            (Command::Refund { .. }, Some(redeemed)) => redeemed.made.member,
            (Command::Refund { .. }, None) => return Reads::none(),
        };
        and_program_of(Reads::none(), member, context)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<RedemptionEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Redeem(redeem), None) => make(redeem, context)?,
            (Command::Redeem(_), Some(_)) => {
                return Err(Refusal::already_exists(
                    "REDEMPTION_EXISTS",
                    format!("redemption {} is made already", context.id),
                ));
            }
            (Command::Refund { .. }, None) => {
                return Err(Refusal::not_found("redemption", context.id));
            }
            (Command::Refund { points, reason }, Some(redeemed)) => {
                refund(redeemed, *points, reason, context)?
            }
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &RedemptionEvent) -> Self::State {
        match event {
            RedemptionEvent::Redeemed(made) => Some(Redeemed {
                made: made.clone(),
                left: made.lots.clone(),
            }),
            RedemptionEvent::Refunded(refunded) => state.map(|mut redeemed| {
                for part in &refunded.lots {
                    let lots = redeemed.left.iter_mut();
                    if let Some(lot) = lots.into_iter().find(|lot| lot.lot == part.lot) {
                        lot.points -= part.points;
                    }
                }
                redeemed.left.retain(|lot| lot.points > Decimal::ZERO);
                redeemed
            }),
        }
    }
}

impl Redeemed {
    /// How many points are not refunded.
    pub fn points_left(&self) -> Decimal {
        self.left.iter().map(|lot| lot.points).sum()
    }

    /// So many points of what is left: the last that were taken, which live longest, come back first.
    fn come_back(&self, points: Decimal) -> Vec<TakenLot> {
        let mut wanted = points;
        let mut parts = Vec::new();
        for lot in self.left.iter().rev() {
            let points = lot.points.min(wanted);
            if points > Decimal::ZERO {
                wanted -= points;
                parts.push(TakenLot {
                    points,
                    ..lot.clone()
                });
            }
        }
        parts
    }
}

fn make(redeem: &Redeem, context: &Context) -> Result<Decision<RedemptionEvent>, Refusal> {
    let standing = Standing::of(redeem.member, context)?;
    if let Some(id) = redeem.card {
        let shown = context.read::<Card>(id)?;
        let holder = card::usable(id, shown.as_ref().as_ref())?;
        if holder != redeem.member {
            return Err(Refusal::precondition(
                "CARD_OF_ANOTHER",
                "the card stands for another member",
            ));
        }
    }
    standing.may_spend()?;
    let program = &standing.program;
    let points = program.exact(redeem.points)?;
    let value = allowed(program, points, redeem.bill)?;
    let at = context.occurred_at()?;
    let ledger = context.read::<PointsAccount>(redeem.member)?;
    let mut book = open(&ledger, at, context);
    let lots = book.spend(at, RedemptionId(context.id), points, None)?;
    let made = PointsRedeemed {
        member: redeem.member,
        program: program.as_of_now(standing.member.program),
        points,
        value,
        bill: redeem.bill,
        purpose: redeem.purpose,
        shop: redeem.shop.clone(),
        reference: redeem.reference.clone(),
        lots,
    };
    let decision = Decision::event(made);
    Ok(and_elsewhere(decision, redeem.member, book.into_events()))
}

/// What the points are worth, when the program lets so many be spent at once for this bill (L-15).
fn allowed(program: &OpenProgram, points: Decimal, bill: Option<Money>) -> Result<Money, Refusal> {
    let rules = &program.rules.spending;
    if points < rules.minimum {
        return Err(Refusal::precondition(
            "BELOW_MINIMUM",
            format!(
                "{points} points are fewer than the {} at least",
                rules.minimum
            ),
        )
        .figure("points", points)
        .figure("minimum", rules.minimum));
    }
    if !(points % rules.step).is_zero() {
        return Err(Refusal::precondition(
            "NOT_IN_STEPS",
            format!("{points} points are no multiple of {}", rules.step),
        )
        .figure("points", points)
        .figure("step", rules.step));
    }
    let currency = program.rules.currency;
    let value = Money::rounded(points.saturating_mul(program.rules.point_value), currency);
    let Some(bill) = bill else { return Ok(value) };
    if bill.currency != currency {
        return Err(Refusal::precondition(
            "CURRENCY_DIFFERS",
            format!("the bill is {bill}, points are worth {}", currency.code()),
        )
        .figure("bill", bill)
        .figure("currency", currency.code()));
    }
    let share = rules.max_share_percent / Decimal::ONE_HUNDRED;
    let most = bill.amount.saturating_mul(share);
    if value.amount > most {
        let most = Money {
            amount: most.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::ToZero),
            currency,
        };
        return Err(Refusal::precondition(
            "TOO_LARGE_A_SHARE",
            format!(
                "{points} points are worth {value}: of a bill of {bill}, {} % at most are paid \
                 with points, which is {most}",
                rules.max_share_percent
            ),
        )
        .figure("value", value)
        .figure("bill", bill)
        .figure("most", most));
    }
    Ok(value)
}

fn refund(
    redeemed: &Redeemed,
    points: Option<Decimal>,
    reason: &str,
    context: &Context,
) -> Result<Decision<RedemptionEvent>, Refusal> {
    let standing = Standing::of(redeemed.made.member, context)?;
    let left = redeemed.points_left().normalize();
    let points = match points {
        Some(points) => standing.program.exact(points)?,
        None if left.is_zero() => return Ok(Decision::nothing()),
        None => left,
    };
    if points > left {
        return Err(Refusal::precondition(
            "REFUNDED_TOO_MUCH",
            format!("{points} points are to come back, {left} are not refunded yet"),
        )
        .figure("asked", points)
        .figure("left", left));
    }
    let at = context.occurred_at()?;
    let back = redeemed.come_back(points);
    let grace = life::grace(&standing.program.rules, context.date_of(at), &context.zone);
    let ledger = context.read::<PointsAccount>(redeemed.made.member)?;
    let mut book = open(&ledger, at, context);
    book.give_back(at, RedemptionId(context.id), &back, grace);
    let lots = back.iter().map(|part| LotPart {
        lot: part.lot,
        points: part.points,
    });
    let refunded = Decision::event(RedemptionRefunded {
        points,
        lots: lots.collect(),
        reason: reason.to_owned(),
    });
    Ok(and_elsewhere(
        refunded,
        redeemed.made.member,
        book.into_events(),
    ))
}
