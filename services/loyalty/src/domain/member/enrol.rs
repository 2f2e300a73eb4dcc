//! How one becomes a member (L-03).

use guanxi_decider::{Context, Decision, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    loyalty::{
        ContactKeys, HolderEvent, HolderJoined, MemberEnrolled, MemberEvent, MemberId,
        MemberQualified, MemberStatus, ProgramId, QualifyingCause, QualifyingSums,
    },
};

use super::{Member, Membership, cards, keys, known_customer, tiers};
use crate::domain::{
    card_issue::Source,
    customer_copy::CustomerCopy,
    holder::Holder,
    program::{self, Program},
    tier_ladder::TierLadder,
};

/// Who is to be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The program.
    pub program: ProgramId,
    /// Who it is, where that is known.
    pub customer: Option<CustomerId>,
    /// Whether it is active at once.
    pub active: bool,
    /// The home shop.
    pub shop: Option<String>,
    /// Who brought it in.
    pub referrer: Option<MemberId>,
    /// By what it can be found.
    pub keys: ContactKeys,
    /// The card that it gets at once.
    pub card: Option<Source>,
}

impl Enrolment {
    pub(super) fn reads(&self) -> Reads {
        let reads = Reads::none()
            .and::<Program>(self.program)
            .and::<TierLadder>(self.program)
            .and_if::<CustomerCopy>(self.customer)
            .and_if::<Holder>(self.customer)
            .and_if::<Member>(self.referrer);
        match &self.card {
            Some(source) => source.reads(reads),
            None => reads,
        }
    }
}

/// A new member: with the tier that takes nothing, and its first card.
pub(super) fn enrol(
    enrolment: &Enrolment,
    context: &Context,
) -> Result<Decision<MemberEvent>, Refusal> {
    let member = MemberId(context.id);
    let program = enrolment.program;
    program::known(program, context)?;
    if let Some(customer) = enrolment.customer {
        known_customer(customer, context)?;
        no_other_membership(customer, program, context)?;
    }
    let enrolled = MemberEnrolled {
        member,
        program,
        customer: enrolment.customer,
        status: if enrolment.active {
            MemberStatus::Active
        } else {
            MemberStatus::New
        },
        on: context.date_of(context.occurred_at()?),
        shop: enrolment.shop.clone(),
        referrer: enrolment.referrer,
        keys: enrolment.keys.clone(),
    };
    let new = Membership::new(&enrolled);
    let ladder = context.read::<TierLadder>(program)?;
    let mut decision = Decision::event(enrolled).numbered(Member::SERIES);
    for event in tiers::first(&new, Option::as_ref(&ladder), context) {
        decision = decision.and(event);
    }
    let nothing = ContactKeys::default();
    decision = keys::exchanged(decision, program, &nothing, &enrolment.keys);
    if let Some(source) = &enrolment.card {
        decision = cards::add(decision, &new, source, context)?;
    }
    if let Some(customer) = enrolment.customer {
        decision = decision.elsewhere::<HolderEvent>(customer, HolderJoined { program, member });
    }
    match enrolment.referrer {
        Some(referrer) => brought_in(decision, referrer, &new, context),
        None => Ok(decision),
    }
}

fn no_other_membership(
    customer: CustomerId,
    program: ProgramId,
    context: &Context,
) -> Result<(), Refusal> {
    let holder = context.read::<Holder>(customer)?;
    let Some(other) = holder.member_of(program) else {
        return Ok(());
    };
    Err(Refusal::already_exists(
        "ALREADY_MEMBER",
        format!("customer {customer} is member {other} of program {program} already"),
    )
    .figure("member_id", other))
}

/// A referral counts towards the tier of who brought the member in, and lifts it at once (L-05).
fn brought_in(
    decision: Decision<MemberEvent>,
    referrer: MemberId,
    new: &Membership,
    context: &Context,
) -> Result<Decision<MemberEvent>, Refusal> {
    let state = context.read::<Member>(referrer)?;
    let Some(other) = state
        .as_ref()
        .as_ref()
        .filter(|other| other.program == new.program && other.stays())
    else {
        return Err(Refusal::precondition(
            "REFERRER_UNKNOWN",
            format!(
                "program {} has no member {referrer} who could refer",
                new.program
            ),
        )
        .figure("referrer_id", referrer));
    };
    let ladder = context.read::<TierLadder>(new.program)?;
    let qualified = MemberQualified {
        on: new.enrolled_on,
        cause: QualifyingCause::Referral(new.id),
        sums: QualifyingSums {
            referrals: 1,
            ..QualifyingSums::default()
        },
    };
    let events = tiers::after(other, Option::as_ref(&ladder), qualified, context);
    Ok(events.into_iter().fold(decision, |decision, event| {
        decision.elsewhere::<MemberEvent>(referrer, event)
    }))
}
