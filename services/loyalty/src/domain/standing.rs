//! Where a member stands when points are booked: its program with the rules, its tier, and whether
//! it may earn and spend (L-01, L-03, L-12).

use std::sync::Arc;

use guanxi_decider::Decider;
use guanxi_decider::{Context, Decision, Reads, Refusal};
use guanxi_events::{
    DomainEvent,
    loyalty::{
        MemberEvent, MemberId, MemberQualified, MemberStatus, ProgramId, QualifyingCause,
        QualifyingSums, TierKey,
    },
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    member::{Member, Membership, tiers},
    program::{self, OpenProgram, Program},
    tier_ladder::{Ladder, TierLadder},
};

/// A member as its points see it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The member's id.
    pub id: MemberId,
    /// The member.
    pub member: Membership,
    /// Its program.
    pub program: OpenProgram,
    ladder: Arc<Option<Ladder>>,
}

/// A member by its id.
///
/// # Errors
/// `NOT_FOUND`.
pub fn member(id: MemberId, context: &Context) -> Result<Membership, Refusal> {
    let member = context.read::<Member>(id)?;
    let member = member.as_ref().as_ref();
    member
        .cloned()
        .ok_or_else(|| Refusal::not_found("member", id))
}

/// What a decision reads of a program, besides the member: its rules and its tier ladder.
#[must_use]
pub fn and_program(reads: Reads, program: ProgramId) -> Reads {
    reads.and::<Program>(program).and::<TierLadder>(program)
}

/// The same, for the member that has been read, if there is one.
#[must_use]
pub fn and_program_of(reads: Reads, id: MemberId, context: &Context) -> Reads {
    match member(id, context) {
        Ok(member) => and_program(reads, member.program),
        Err(_) => reads,
    }
}

impl Standing {
    /// Of a member whose program and ladder have been read.
    ///
    /// # Errors
    /// `NOT_FOUND`: the member; `PROGRAM_UNKNOWN`.
    pub fn of(id: MemberId, context: &Context) -> Result<Self, Refusal> {
        let member = member(id, context)?;
        Ok(Self {
            id,
            program: program::known(member.program, context)?,
            ladder: context.read::<TierLadder>(member.program)?,
            member,
        })
    }

    /// Whether it earns on this day.
    pub fn earns_on(&self, day: Date) -> bool {
        let may = self.program.rules.may_earn.contains(&self.member.status);
        may && self.program.earns_on(day)
    }

    /// A member of the same program, in this status, may be given points (L-03).
    ///
    /// # Errors
    /// `MEMBER_MAY_NOT_EARN`.
    pub fn may_earn(&self, status: MemberStatus) -> Result<(), Refusal> {
        if self.program.rules.may_earn.contains(&status) {
            return Ok(());
        }
        let status = format!("{status:?}").to_lowercase();
        Err(Refusal::precondition(
            "MEMBER_MAY_NOT_EARN",
            format!("the member is {status}: by the program's rules such members get no points"),
        )
        .figure("status", status))
    }

    /// It may spend (L-03).
    ///
    /// # Errors
    /// `MEMBER_MAY_NOT_SPEND`.
    pub fn may_spend(&self) -> Result<(), Refusal> {
        let status = self.member.status;
        if self.program.rules.may_spend.contains(&status) {
            return Ok(());
        }
        let status = format!("{status:?}").to_lowercase();
        Err(Refusal::precondition(
            "MEMBER_MAY_NOT_SPEND",
            format!("the member is {status}: by the program's rules such members do not spend"),
        )
        .figure("status", status))
    }

    /// Its tier now.
    pub fn tier(&self, context: &Context) -> Option<TierKey> {
        tiers::current(&self.member, self.ladder.as_ref().as_ref(), context)
    }

    /// What is earned in the tier is multiplied by this.
    pub fn factor(&self, tier: Option<&TierKey>) -> Decimal {
        let ladder = self.ladder.as_ref().as_ref();
        ladder.map_or(Decimal::ONE, |ladder| {
            ladder.privileges(tier).earning_factor
        })
    }

    /// The version of the ladder, where there is one.
    pub fn ladder_version(&self) -> Option<u32> {
        self.ladder.as_ref().as_ref().map(|ladder| ladder.version)
    }

    /// Something counts towards its tier: what follows is the member's, in the same append.
    pub fn qualify(
        &mut self,
        on: Date,
        cause: QualifyingCause,
        sums: QualifyingSums,
        context: &Context,
    ) -> Vec<MemberEvent> {
        if sums == QualifyingSums::default() {
            return Vec::new();
        }
        let qualified = MemberQualified { on, cause, sums };
        let ladder = self.ladder.as_ref().as_ref();
        let events = tiers::after(&self.member, ladder, qualified, context);
        let state = events
            .iter()
            .fold(Some(self.member.clone()), Member::evolve);
        if let Some(member) = state {
            self.member = member;
        }
        events
    }
}

/// A decision with events of its own.
pub fn decided<E: DomainEvent>(events: Vec<E>) -> Decision<E> {
    events.into_iter().fold(Decision::nothing(), Decision::and)
}

/// And events of another aggregate.
pub fn and_elsewhere<E: DomainEvent, O: DomainEvent>(
    decision: Decision<E>,
    id: impl Into<uuid::Uuid>,
    events: Vec<O>,
) -> Decision<E> {
    let id = id.into();
    events.into_iter().fold(decision, |decision, event| {
        decision.elsewhere::<O>(id, event)
    })
}
