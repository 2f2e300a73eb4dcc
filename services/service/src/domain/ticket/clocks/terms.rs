//! Which terms hold for a ticket, and what a command must read to know.

use guanxi_decider::{Context, Reads, Refusal};
use guanxi_events::{
    PersonId,
    service::{SLA_POLICIES, SlaPolicyVersion, ticket::SlaTerms},
};

use super::{Clocks, InForce, Phase};
use crate::domain::{
    calendar::{self, Calendar},
    queue::Queue,
    sla_policy::{Profile, SlaPolicies},
    ticket::{Command, Work},
};

/// What else a command reads for the clocks: the calendar in force, and where the terms may be chosen
/// anew the policies, and the queue for who is told.
pub(in crate::domain::ticket) fn reads(
    reads: Reads,
    work: Option<&Work>,
    command: &Command,
) -> Reads {
    let calendar = work.and_then(|work| work.clocks.calendar());
    let reads = reads.and_if::<Calendar>(calendar);
    if !chooses(work, command) {
        return reads;
    }
    let queue = work.map(|work| work.queue);
    reads
        .and::<SlaPolicies>(SLA_POLICIES)
        .and_if::<Queue>(queue)
}

/// The calendars of the policies, where the terms may be chosen anew.
pub(in crate::domain::ticket) fn reads_further(
    work: Option<&Work>,
    command: &Command,
    context: &Context,
) -> Reads {
    if !chooses(work, command) {
        return Reads::none();
    }
    let Ok(policies) = context.read::<SlaPolicies>(SLA_POLICIES) else {
        return Reads::none();
    };
    let calendars = policies.calendars().into_iter();
    calendars.fold(Reads::none(), Reads::and::<Calendar>)
}

/// Whether the terms may be chosen anew by it.
fn chooses(work: Option<&Work>, command: &Command) -> bool {
    match command {
        Command::Open(_) => work.is_none(),
        Command::Change(_)
        | Command::Prioritise { .. }
        | Command::Transfer { .. }
        | Command::Reopen { .. } => work.is_some(),
        // A customer may reopen it.
        Command::Reply(_) => work.is_some_and(|work| work.phase() == Phase::Stopped),
        _ => false,
    }
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
    let desk = context.read::<Queue>(work.queue)?;
    Ok(desk.settings.escalation.clone())
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
