//! What a paid part of a purchase earns its members: by the rules of each one's program, once (L-12).

use guanxi_decider::Refusal;
use guanxi_events::loyalty::{
    MemberId, PaymentKind, ProgramId, PurchaseEarned, QualifyingCause, QualifyingSums, TierKey,
    points::{EarnedBy, PointsEarned, PointsSource, RulesApplied},
};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    course::Course,
    shares,
    state::{Part, Recorded},
};
use crate::domain::{
    earning_rules::{
        EarningRules, Rules,
        sale::{Earns, Sale, earns},
    },
    points::Ledger,
    program::life,
};

impl Course<'_> {
    /// Every part that is paid earns for every member, if it has not.
    pub(super) fn earn(&mut self) -> Result<(), Refusal> {
        for part in self.purchase.parts.clone() {
            for (program, member) in self.purchase.members.clone() {
                if part.settled && !shares::earned(&self.purchase, part.id, member) {
                    self.earn_for(&part, program, member)?;
                }
            }
        }
        Ok(())
    }

    fn earn_for(
        &mut self,
        part: &Part,
        program: ProgramId,
        member: MemberId,
    ) -> Result<(), Refusal> {
        let rules = self.context.read::<EarningRules>(program)?;
        let (context, purchase, id) = (self.context, self.purchase.clone(), self.id());
        let side = self.side(member)?;
        let standing = &side.standing;
        let same_money = standing.program.rules.currency == purchase.currency;
        if rules.version == 0 || !same_money || !standing.earns_on(part.on) {
            return Ok(());
        }
        let tier = standing.tier(context);
        let factor = standing.factor(tier.as_ref());
        let first = side.book.ledger().earnings.count == 0;
        let (sale, paid) = sale(&purchase, part, &rules, tier.as_ref(), factor, first);
        let earned = earns(&rules, &sale, standing.program.scale());
        let points = earned.points.min(room(&rules, side.book.ledger(), part.on));
        let life = life::of_purchase(&standing.program.rules, part.on, part.at, &context.zone);
        let lot = side.book.ledger().next_lot(0);
        let version = standing.program.as_of_now(program);
        let ladder_version = standing.ladder_version();
        let Earns {
            points: computed,
            tier_points,
            rules: applied,
            by_line,
        } = earned;
        side.book.earn(PointsEarned {
            lot,
            at: part.at,
            on: part.on,
            points,
            tier_points,
            source: PointsSource::Purchase(id),
            program: version,
            by: EarnedBy::Rules(RulesApplied {
                version: rules.version,
                tier,
                ladder_version,
                factor,
                rules: applied,
                capped: computed - points,
            }),
            active_at: life.active_at,
            expires_at: life.expires_at,
        });
        self.push(PurchaseEarned {
            part: part.id,
            member,
            program,
            lot,
            points,
            tier_points,
            by_line: if purchase.lines.is_empty() {
                Vec::new()
            } else {
                by_line
            },
            at: part.at,
            active_at: life.active_at,
            expires_at: life.expires_at,
        });
        let sums = QualifyingSums {
            tier_points,
            spend: paid,
            ..QualifyingSums::default()
        };
        self.qualify(member, part.on, QualifyingCause::Purchase(context.id), sums)
    }
}

/// The part as the rules see it, and what was really paid of it in ways that earn.
fn sale<'a>(
    purchase: &'a Recorded,
    part: &Part,
    rules: &Rules,
    tier: Option<&'a TierKey>,
    factor: Decimal,
    first: bool,
) -> (Sale<'a>, Decimal) {
    let earns = |kind: &PaymentKind| rules.paid_by.contains(kind);
    let paid: Decimal = if purchase.payments.is_empty() {
        part.paid
    } else {
        let parts = purchase.payments.iter().filter(|paid| earns(&paid.kind));
        parts.map(|paid| paid.amount).sum()
    };
    let total = purchase.total();
    let lines = if purchase.lines.is_empty() || total.is_zero() {
        vec![(None, paid)]
    } else {
        let lines = purchase.lines.iter();
        lines
            .map(|line| (line.category.as_deref(), line.amount * paid / total))
            .collect()
    };
    let sale = Sale {
        on: part.on,
        shop: purchase.shop.as_deref(),
        lines,
        tier,
        factor,
        first,
    };
    (sale, paid)
}

/// How many points the caps leave room for on this day.
fn room(rules: &Rules, ledger: &Ledger, on: Date) -> Decimal {
    let (caps, earnings) = (&rules.caps, &ledger.earnings);
    let between = |first: Date, last: Date| -> Decimal {
        let days = earnings.by_day.range(first..=last);
        days.map(|(_, points)| *points).sum()
    };
    let left = |cap: Option<Decimal>, used: Decimal| {
        cap.map_or(Decimal::MAX, |cap| (cap - used).max(Decimal::ZERO))
    };
    let month_end = on
        .first_of_month()
        .saturating_add(1.month())
        .saturating_sub(1.day());
    left(caps.per_day, between(on, on))
        .min(left(
            caps.per_month,
            between(on.first_of_month(), month_end),
        ))
        .min(left(caps.per_member, earnings.total))
}
