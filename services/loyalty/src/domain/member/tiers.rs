//! How a member's tier follows from what counts towards it (L-05): up at once, down only at the end
//! of a period, and first the tier, then what follows from it.
//!
//! What comes in late counts as if it had come in time: a member rises when it is enough in any
//! window that holds its day, also in one that has ended.

use guanxi_decider::{Context, Refusal};
use guanxi_events::loyalty::{
    Fall, MemberEvent, MemberQualified, MemberTierChanged, MemberTierConfirmed, QualifiedBy,
    QualifyingCause, TierKey, TierReason, TierReview, TierWindow,
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use super::{Membership, totals::figure};
use crate::domain::tier_ladder::{Ladder, first_day, period_end};

/// A member, and what happens to its tier.
struct Course<'a> {
    member: Membership,
    ladder: &'a Ladder,
    zone: &'a TimeZone,
    events: Vec<MemberEvent>,
}

/// What is written to the member when something counts towards its tier: reviews that were due first,
/// then what counts, and the tier that it makes. For the decision that earns, in the same append; it
/// must have read the member and the ladder of its program.
pub fn after(
    member: &Membership,
    ladder: Option<&Ladder>,
    qualified: MemberQualified,
    context: &Context,
) -> Vec<MemberEvent> {
    let Some(ladder) = ladder.filter(|_| member.stays()) else {
        return vec![qualified.into()];
    };
    let mut course = Course::of(member, ladder, &context.zone);
    course.settle(context);
    let (on, cause) = (qualified.on, qualified.cause);
    let counts = figure(&qualified.sums, ladder.definition.measure) > Decimal::ZERO;
    course.push(qualified);
    if counts {
        course.rise(on, Some(cause));
        course.settle(context);
    }
    course.events
}

/// The member's tier when every review that is due has been done: by it, something is earned.
pub fn current(member: &Membership, ladder: Option<&Ladder>, context: &Context) -> Option<TierKey> {
    let Some(ladder) = ladder.filter(|_| member.stays()) else {
        return member.tier.clone();
    };
    let mut course = Course::of(member, ladder, &context.zone);
    course.settle(context);
    course.member.tier
}

/// The tier of a new member: the one that takes nothing.
pub(super) fn first(
    member: &Membership,
    ladder: Option<&Ladder>,
    context: &Context,
) -> Vec<MemberEvent> {
    let Some(ladder) = ladder else {
        return Vec::new();
    };
    let mut course = Course::of(member, ladder, &context.zone);
    let rank = ladder.reached(Decimal::ZERO);
    if rank.is_some() {
        course.change(rank, TierReason::Enrolled, member.enrolled_on);
    }
    course.events
}

/// What a review makes: what was due, and, where the ladder changed, what it now says.
pub(super) fn review(member: &Membership, ladder: &Ladder, context: &Context) -> Vec<MemberEvent> {
    let mut course = Course::of(member, ladder, &context.zone);
    course.settle(context);
    if course.events.is_empty() {
        let today = context.today();
        course.rise(today, None);
        if course.events.is_empty() && member.review.is_none() {
            let rank = ladder.rank(course.member.tier.as_ref());
            let review = course.next_review(rank, today);
            if review.is_some() {
                course.confirm(None, review);
            }
        }
    }
    course.events
}

/// A tier by hand: it holds until the end of the period like any other.
///
/// # Errors
/// `TIER_UNKNOWN`.
pub(super) fn by_hand(
    member: &Membership,
    ladder: &Ladder,
    to: Option<&TierKey>,
    reason: &str,
    context: &Context,
) -> Result<Vec<MemberEvent>, Refusal> {
    let rank = ladder.rank(to);
    if let Some(unknown) = to.filter(|_| rank.is_none()) {
        return Err(Refusal::precondition(
            "TIER_UNKNOWN",
            format!(
                "version {} of the ladder has no tier {unknown}",
                ladder.version
            ),
        )
        .figure("tier", unknown)
        .figure("ladder_version", ladder.version));
    }
    let on = context.date_of(context.occurred_at()?);
    let mut course = Course::of(member, ladder, &context.zone);
    course.settle(context);
    if course.member.tier.as_ref() != to {
        let by = context.actor.person.clone();
        let reason = reason.to_owned();
        course.change(rank, TierReason::ByHand { by, reason }, on);
    }
    Ok(course.events)
}

impl<'a> Course<'a> {
    fn of(member: &Membership, ladder: &'a Ladder, zone: &'a TimeZone) -> Self {
        Self {
            member: member.clone(),
            ladder,
            zone,
            events: Vec::new(),
        }
    }

    fn push(&mut self, event: impl Into<MemberEvent>) {
        let event = event.into();
        self.member = self.member.clone().after(&event);
        self.events.push(event);
    }

    /// Every review that is due.
    fn settle(&mut self, context: &Context) {
        // Each review is later than the one before: the year 9999 ends it.
        while let Some(due) = self.member.review.filter(|review| review.at <= context.now) {
            self.reviewed(due);
        }
    }

    /// One period has ended.
    fn reviewed(&mut self, due: TierReview) {
        let Some(downgrade) = self.ladder.definition.downgrade else {
            return self.confirm(None, None);
        };
        let until = due.on.saturating_sub(1.day());
        let by = self.counted(Some(due.from), until, None);
        let reached = self.ladder.reached(by.total);
        let rank = self.ladder.rank(self.member.tier.as_ref());
        let to = match (rank, downgrade.fall) {
            // A tier that the ladder has no more, or less than the total is enough for.
            (None, _) => reached,
            (rank, _) if reached >= rank => reached,
            (_, Fall::ToBalance) => reached,
            (Some(rank), Fall::OneStep) => rank.checked_sub(1),
        };
        let review = self.review_after(to, due);
        if self.ladder.at(to) == self.member.tier.as_ref() {
            self.confirm(Some(by), review);
        } else {
            self.change_until(to, TierReason::Reviewed(by), due.on, review);
        }
    }

    /// Up, when it is enough in some window that holds the day.
    fn rise(&mut self, on: Date, cause: Option<QualifyingCause>) {
        let window = self.ladder.definition.window;
        let holds = |until: &Date| first_day(window, *until).is_none_or(|first| first <= on);
        let others = self.member.totals.days_from(on).filter(|day| *day != on);
        let mut best: Option<(usize, QualifiedBy)> = None;
        for until in std::iter::once(on).chain(others).take_while(holds) {
            let by = self.counted(first_day(window, until), until, cause);
            let rank = self.ladder.reached(by.total);
            if let Some(rank) = rank.filter(|rank| best.as_ref().is_none_or(|(b, _)| rank > b)) {
                best = Some((rank, by));
            }
        }
        let Some((rank, by)) = best else { return };
        if Some(rank) > self.ladder.rank(self.member.tier.as_ref()) {
            let since = by.until;
            self.change(Some(rank), TierReason::Qualified(by), since);
        }
    }

    fn counted(
        &self,
        from: Option<Date>,
        until: Date,
        cause: Option<QualifyingCause>,
    ) -> QualifiedBy {
        let measure = self.ladder.definition.measure;
        QualifiedBy {
            measure,
            from,
            until,
            total: self.member.totals.total(measure, from, until),
            cause,
        }
    }

    fn change(&mut self, to: Option<usize>, reason: TierReason, on: Date) {
        let review = self.next_review(to, on);
        self.change_until(to, reason, on, review);
    }

    fn change_until(
        &mut self,
        to: Option<usize>,
        reason: TierReason,
        on: Date,
        review: Option<TierReview>,
    ) {
        self.push(MemberTierChanged {
            from: self.member.tier.clone(),
            to: self.ladder.at(to).cloned(),
            ladder: self.ladder.named(self.member.program),
            reason,
            on,
            review,
        });
    }

    fn confirm(&mut self, qualified_by: Option<QualifiedBy>, review: Option<TierReview>) {
        self.push(MemberTierConfirmed {
            tier: self.member.tier.clone(),
            ladder: self.ladder.named(self.member.program),
            qualified_by,
            review,
        });
    }

    /// The review of a tier that is held since `on`: at the end of the period, and of its grace. None
    /// where there is nothing to lose.
    fn next_review(&self, tier: Option<usize>, on: Date) -> Option<TierReview> {
        let definition = &self.ladder.definition;
        let grace = definition.downgrade?.grace_days;
        let held = definition.tiers.get(tier?)?;
        let end = period_end(definition.window, on).filter(|_| held.threshold > Decimal::ZERO)?;
        let from = match definition.window {
            TierWindow::CalendarYear => on.first_of_year(),
            _ => on,
        };
        let on = end.saturating_add(i64::from(grace).days());
        let at = on.to_zoned(self.zone.clone()).ok()?.timestamp();
        Some(TierReview { from, on, at })
    }

    /// The review after one: of the period that begins where the reviewed one ended, its grace left
    /// aside.
    fn review_after(&self, tier: Option<usize>, done: TierReview) -> Option<TierReview> {
        let later = |next: &TierReview| next.on > done.on;
        let begins = period_end(self.ladder.definition.window, done.from)?;
        let next = self.next_review(tier, begins).filter(later);
        // Without one, the ladder's periods became shorter meanwhile.
        next.or_else(|| self.next_review(tier, done.on).filter(later))
    }
}
