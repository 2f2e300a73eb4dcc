//! Which terms hold for a ticket, and what a command must read to know.

use guanxi_decider::{Context, Reads, Refusal};
use guanxi_events::{
    PersonId,
    service::{SLA_POLICIES, SlaPolicyVersion, ticket::SlaTerms},
};

use super::{Clocks, InForce};
use crate::domain::{
    calendar::{self, Calendar},
    queue::Queue,
    sla_policy::{Profile, SlaPolicies},
    ticket::Work,
};

/// The rules by which a ticket's clocks are measured: the calendar in force, and the policies where
/// the terms may be chosen anew.
pub fn reads(work: Option<&Work>, chooses: bool) -> Reads {
    let calendar = work.and_then(|work| work.clocks.calendar());
    let reads = Reads::none().and_if::<Calendar>(calendar);
    if chooses {
        reads.and::<SlaPolicies>(SLA_POLICIES)
    } else {
        reads
    }
}

/// The calendars of the policies, where the terms may be chosen anew.
pub fn reads_further(reads: Reads, chooses: bool, context: &Context) -> Reads {
    if !chooses {
        return reads;
    }
    let Ok(policies) = context.read::<SlaPolicies>(SLA_POLICIES) else {
        return reads;
    };
    let calendars = policies.calendars().into_iter();
    calendars.fold(reads, Reads::and::<Calendar>)
}

/// The terms that the policies of now choose for a ticket.
pub(super) fn chosen(work: &Work, context: &Context) -> Result<Option<InForce>, Refusal> {
    let policies = context.read::<SlaPolicies>(SLA_POLICIES)?;
    let Some((policy, targets)) = policies.choose(profile(work)) else {
        return Ok(None);
    };
    Ok(Some(InForce {
        terms: SlaTerms {
            policy: SlaPolicyVersion {
                key: policy.key.clone(),
                version: policies.version,
            },
            calendar: calendar::current(policy.calendar, context)?,
            priority: work.priority,
        },
        targets: targets.clone(),
    }))
}

/// Who is told after the ticket's agent, by its queue.
pub(super) fn ladder(work: &Work, context: &Context) -> Result<Vec<PersonId>, Refusal> {
    let queue = context.read::<Queue>(work.queue)?;
    Ok(queue.settings().escalation.clone())
}

impl Clocks {
    /// Whether these terms and this ladder hold already.
    pub(super) fn holds(&self, chosen: Option<&InForce>, ladder: &[PersonId]) -> bool {
        self.in_force.as_ref() == chosen && (chosen.is_none() || self.ladder == ladder)
    }
}

fn profile(work: &Work) -> Profile {
    Profile {
        priority: work.priority,
        queue: work.queue,
        kind: work.details.kind,
        channel: work.details.channel,
        customer: work.details.customer,
    }
}
