//! The tenant's SLA policies: an ordered list as one versioned rule (V-05). The first policy that is for
//! a ticket is its policy.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    service::{
        CalendarId, Channel, Priority, QueueId, SlaCondition, SlaPoliciesSet, SlaPolicy,
        SlaPolicyEvent, SlaTarget, SlaTargets, TicketKind,
    },
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::calendar::{self, Calendar};

#[cfg(test)]
mod tests;

/// The decider of a tenant's policies. Their id is
/// [`SLA_POLICIES`](guanxi_events::service::SLA_POLICIES).
#[derive(Debug)]
pub struct SlaPolicies;

/// The policies that hold now; none, and version 0, before any were set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// 1 when they were set first, one more with each change.
    pub version: u32,
    /// What holds now, in the order in which they are tried.
    pub list: Vec<SlaPolicy>,
}

/// What can be asked of the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Replace them.
    Set(Vec<SlaPolicy>),
}

/// What of a ticket a policy looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// How urgent it is.
    pub priority: Priority,
    /// Its queue.
    pub queue: QueueId,
    /// What it is about.
    pub kind: TicketKind,
    /// How it came.
    pub channel: Channel,
    /// Whom it is for.
    pub customer: Option<CustomerId>,
}

impl Policies {
    /// The policy of a ticket, and its targets.
    pub fn choose(&self, ticket: Profile) -> Option<(&SlaPolicy, &SlaTargets)> {
        self.list.iter().find_map(|policy| {
            let targets = policy.targets.get(&ticket.priority)?;
            fits(&policy.condition, ticket).then_some((policy, targets))
        })
    }

    /// The calendars by which they measure.
    pub fn calendars(&self) -> BTreeSet<CalendarId> {
        calendars(&self.list)
    }
}

fn calendars(policies: &[SlaPolicy]) -> BTreeSet<CalendarId> {
    policies.iter().map(|policy| policy.calendar).collect()
}

/// Whether a ticket fits every list that is not empty.
fn fits(condition: &SlaCondition, ticket: Profile) -> bool {
    fn among<T: Ord>(list: &BTreeSet<T>, value: Option<&T>) -> bool {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    }
    among(&condition.queues, Some(&ticket.queue))
        && among(&condition.kinds, Some(&ticket.kind))
        && among(&condition.channels, Some(&ticket.channel))
        && among(&condition.customers, ticket.customer.as_ref())
}

impl Decider for SlaPolicies {
    type State = Policies;
    type Command = Command;
    type Event = SlaPolicyEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Policies, command: &Command) -> Reads {
        let Command::Set(list) = command;
        let calendars = calendars(list).into_iter();
        calendars.fold(Reads::none(), Reads::and::<Calendar>)
    }

    fn decide(
        state: &Policies,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<SlaPolicyEvent>, Refusal> {
        let Command::Set(list) = command;
        let bad = bad_fields(list);
        if !bad.is_empty() {
            return Err(Refusal::invalid(bad));
        }
        for id in calendars(list) {
            calendar::current(id, context)?;
        }
        if *list == state.list {
            return Ok(Decision::nothing());
        }
        let set = SlaPoliciesSet {
            version: state.version.saturating_add(1),
            policies: list.clone(),
        };
        Ok(Decision::event(set).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Policies, event: &SlaPolicyEvent) -> Policies {
        let SlaPolicyEvent::Set(set) = event;
        Policies {
            version: set.version,
            list: set.policies.clone(),
        }
    }
}

fn bad_fields(list: &[SlaPolicy]) -> Vec<FieldViolation> {
    let mut bad = Vec::new();
    let mut note = |field: String, description: &str| {
        let description = description.to_owned();
        bad.push(FieldViolation { field, description });
    };
    let mut keys = BTreeSet::new();
    for (index, policy) in list.iter().enumerate() {
        let field = format!("policies[{index}]");
        if !keys.insert(&policy.key) {
            note(format!("{field}.key"), "is another policy's already");
        }
        if policy.targets.values().all(SlaTargets::is_empty) {
            note(
                format!("{field}.targets"),
                "has no target, so it measures nothing",
            );
        }
        for target in policy.targets.values().flat_map(SlaTargets::values) {
            if let Err(why) = sound(target) {
                note(format!("{field}.targets"), why);
            }
        }
    }
    bad
}

fn sound(target: &SlaTarget) -> Result<(), &'static str> {
    let warned = |before: &SignedDuration| *before < target.span && before.is_positive();
    if !target.span.is_positive() {
        Err("has a target of no time")
    } else if !target.warn_before.iter().all(warned) {
        Err("has a warning that is not within its target's time")
    } else if target
        .escalate_after
        .is_some_and(|after| !after.is_positive())
    {
        Err("has an escalation that is not after the miss")
    } else {
        Ok(())
    }
}
