//! A purchase in the course of a decision, with the accounts of its members beside it: what a fact
//! makes of their points.

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    Money,
    loyalty::{
        MemberEvent, MemberId, PurchaseEvent, PurchaseId, PurchaseReversed, QualifyingCause,
        QualifyingSums,
    },
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{
    shares,
    state::{Earning, Recorded},
};
use crate::domain::{
    points::{
        PointsAccount,
        book::Book,
        reversing::{Before, Share},
        stated::open,
    },
    program::life,
    standing::{Standing, and_elsewhere, decided},
};

/// A member's account and standing.
pub(super) struct Side {
    pub(super) book: Book,
    pub(super) standing: Standing,
    pub(super) qualified: Vec<MemberEvent>,
}

/// The purchase and what follows.
pub(super) struct Course<'a> {
    pub(super) purchase: Recorded,
    pub(super) context: &'a Context,
    /// When the fact counts.
    pub(super) at: Timestamp,
    events: Vec<PurchaseEvent>,
    sides: BTreeMap<MemberId, Side>,
    counted: bool,
}

impl<'a> Course<'a> {
    /// Of a purchase that is known.
    pub(super) fn of(purchase: &Recorded, context: &'a Context) -> Result<Self, Refusal> {
        Ok(Self {
            counted: shares::counts(purchase) && !purchase.members.is_empty(),
            purchase: purchase.clone(),
            context,
            at: context.occurred_at()?,
            events: Vec::new(),
            sides: BTreeMap::new(),
        })
    }

    pub(super) fn push(&mut self, event: impl Into<PurchaseEvent>) {
        let event = event.into();
        self.purchase = self.purchase.clone().after(&event);
        self.events.push(event);
    }

    /// Beginning with what recorded it.
    pub(super) fn recorded(
        event: guanxi_events::loyalty::PurchaseRecorded,
        context: &'a Context,
    ) -> Result<Self, Refusal> {
        let event = PurchaseEvent::from(event);
        let purchase = super::evolve::after(None, &event)
            .ok_or_else(|| Refusal::internal("what was recorded is not there"))?;
        let mut course = Self::of(&purchase, context)?;
        course.events.push(event);
        Ok(course)
    }

    pub(super) fn id(&self) -> PurchaseId {
        PurchaseId(self.context.id)
    }

    /// A member's account, as the facts before left it.
    pub(super) fn side(&mut self, member: MemberId) -> Result<&mut Side, Refusal> {
        if !self.sides.contains_key(&member) {
            let ledger = self.context.read::<PointsAccount>(member)?;
            let side = Side {
                book: open(&ledger, self.at, self.context),
                standing: Standing::of(member, self.context)?,
                qualified: Vec::new(),
            };
            self.sides.insert(member, side);
        }
        self.sides
            .get_mut(&member)
            .ok_or_else(|| Refusal::internal("an account is not there"))
    }

    /// Takes back or gives again, until each part's points are what the state says; and counts the
    /// purchase as an order, or no more. Then all that follows is decided.
    pub(super) fn settle(mut self) -> Result<Decision<PurchaseEvent>, Refusal> {
        let earnings = self.purchase.earnings.clone();
        for earning in &earnings {
            self.level(earning)?;
        }
        let counts = shares::counts(&self.purchase) && !self.purchase.members.is_empty();
        if counts != self.counted {
            let (cause, orders) = if counts {
                (QualifyingCause::Purchase(self.context.id), 1)
            } else {
                (QualifyingCause::PurchaseReturn(self.context.id), -1)
            };
            let sums = QualifyingSums {
                orders,
                ..QualifyingSums::default()
            };
            for (_, member) in self.purchase.members.clone() {
                self.qualify(member, self.on(), cause, sums)?;
            }
        }
        let mut decision = decided(self.events);
        for (member, side) in self.sides {
            decision = and_elsewhere(decision, member, side.book.into_events());
            decision = and_elsewhere(decision, member, side.qualified);
        }
        Ok(decision)
    }

    /// The business day of the fact.
    pub(super) fn on(&self) -> Date {
        self.context.date_of(self.at)
    }

    pub(super) fn qualify(
        &mut self,
        member: MemberId,
        on: Date,
        cause: QualifyingCause,
        sums: QualifyingSums,
    ) -> Result<(), Refusal> {
        let context = self.context;
        let side = self.side(member)?;
        let events = side.standing.qualify(on, cause, sums, context);
        side.qualified.extend(events);
        Ok(())
    }

    fn level(&mut self, earning: &Earning) -> Result<(), Refusal> {
        let share = shares::taken(&self.purchase, earning);
        let paid = self.purchase.part(earning.part).map(|part| part.paid);
        let currency = self.purchase.currency;
        let spend = Money::rounded(shares::of(share, paid.unwrap_or_default()), currency).amount;
        let program = self.side(earning.member)?.standing.program.clone();
        let points = program.rounded(shares::of(share, earning.points)) - earning.reversed;
        let tier_points =
            program.rounded(shares::of(share, earning.tier_points)) - earning.tier_reversed;
        let spend = spend - earning.spend_reversed;
        if points.is_zero() && tier_points.is_zero() && spend.is_zero() {
            return Ok(());
        }
        let lapsed = self.move_points(earning, points, tier_points)?;
        self.push(PurchaseReversed {
            part: earning.part,
            member: earning.member,
            points,
            lapsed,
            tier_points,
            spend,
        });
        let sums = QualifyingSums {
            tier_points: -tier_points,
            spend: -spend,
            ..QualifyingSums::default()
        };
        let cause = QualifyingCause::PurchaseReturn(self.context.id);
        let on = self.on();
        self.qualify(earning.member, on, cause, sums)
    }

    /// Takes points back, or gives them again where they are below 0; the answer is how many of them
    /// had expired. Both kinds of points go the same way, for one share moves both.
    fn move_points(
        &mut self,
        earning: &Earning,
        points: Decimal,
        tier_points: Decimal,
    ) -> Result<Decimal, Refusal> {
        let (at, context, purchase) = (self.at, self.context, self.id());
        let on = self.on();
        let side = self.side(earning.member)?;
        let rules = &side.standing.program.rules;
        let share = Share {
            purchase,
            lot: earning.lot,
            points: points.abs(),
            tier_points: tier_points.abs(),
        };
        if points > Decimal::ZERO || tier_points > Decimal::ZERO {
            return side.book.reverse(at, share, rules.shortfall);
        }
        if points.is_zero() && tier_points.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let before = Before {
            active_at: earning.active_at,
            life: earning.life,
            reversed: earning.reversed,
            lapsed: earning.lapsed,
        };
        let grace = life::grace(rules, on, &context.zone);
        Ok(-side.book.restore(at, share, before, grace))
    }
}
