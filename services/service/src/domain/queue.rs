//! Queues of tickets (V-03): their rules, who works in them, and whose turn it is.
//!
//! The turn and what each member has are the queue's own state, written in the same append as the
//! ticket that is given: two tickets of the same instant, decided by two replicas, never see the
//! same turn.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Refusal};
use guanxi_events::{
    PersonId,
    service::{
        QueueChanged, QueueEvent, QueueId, QueueMember, QueueMemberLeft, QueueMemberSet,
        QueueOpened, QueueSettings, QueueVersion, Strategy,
    },
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;
mod turn;

/// The decider of a queue.
#[derive(Debug)]
pub struct Queue;

/// A queue has at most this many members.
pub const MAX_MEMBERS: usize = 200;

/// A queue as decisions know it. The default is one that nobody gave settings: the tenant's own
/// ([`QueueId::OF_TENANT`]) works with it, any other does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The version of the settings: 1 when it was opened, one more with each change; 0 before.
    pub version: u32,
    /// Its rules.
    pub settings: QueueSettings,
    /// Who works in it, in the order of their turns.
    pub members: Vec<QueueMember>,
    /// The place of the member whose turn is next.
    pub turn: usize,
    /// How many of its tickets each person has.
    pub load: BTreeMap<PersonId, u32>,
}

/// By hand; reopened within 7 days, closed after them; nobody is asked for a rating.
impl Default for Desk {
    fn default() -> Self {
        Self {
            version: 0,
            settings: QueueSettings {
                name: "tickets".to_owned(),
                strategy: Strategy::ByHand,
                reopen_days: 7,
                close_days: Some(7),
                rating: None,
                escalation: Vec::new(),
            },
            members: Vec::new(),
            turn: 0,
            load: BTreeMap::new(),
        }
    }
}

/// What can be asked of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it.
    Open(QueueOpened),
    /// Give it other rules.
    Change(QueueSettings),
    /// Let somebody work in it, or with another capacity or availability.
    SetMember(QueueMember),
    /// Let somebody work in it no more.
    RemoveMember {
        /// Who.
        person: PersonId,
    },
    /// Say whether a member is given tickets now: the member does, or who manages.
    SetAvailability {
        /// Who; who asks when absent.
        person: Option<PersonId>,
        /// Whether the person is given any.
        available: bool,
    },
}

impl Decider for Queue {
    type State = Desk;
    type Command = Command;
    type Event = QueueEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        desk: &Desk,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<QueueEvent>, Refusal> {
        let decision = match command {
            Command::Open(_) if desk.version > 0 => return Err(exists(desk, context)),
            Command::Open(opened) => Decision::event(checked(opened)?),
            command => desk
                .existing(QueueId(context.id))?
                .asked(command, context)?,
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut desk: Desk, event: &QueueEvent) -> Desk {
        match event {
            QueueEvent::Opened(opened) => {
                desk.version = 1;
                desk.settings = opened.settings.clone();
                desk.members.clone_from(&opened.members);
            }
            QueueEvent::Changed(changed) => {
                desk.version = changed.version;
                desk.settings = changed.settings.clone();
            }
            QueueEvent::MemberSet(set) => desk.seat(&set.member),
            QueueEvent::MemberLeft(left) => desk.unseat(&left.person),
            QueueEvent::TicketTaken(taken) => desk.took(taken),
            QueueEvent::TicketLeft(left) => desk.gave_up(&left.person),
        }
        desk
    }
}

impl Desk {
    /// The queue itself.
    ///
    /// # Errors
    /// `NOT_FOUND` when it was never opened and is not the tenant's own.
    pub fn existing(&self, id: QueueId) -> Result<&Self, Refusal> {
        if self.version > 0 || id == QueueId::OF_TENANT {
            Ok(self)
        } else {
            Err(Refusal::not_found("queue", id))
        }
    }

    /// This queue as events name it.
    pub fn named(&self, id: QueueId) -> QueueVersion {
        QueueVersion {
            id,
            version: self.version,
        }
    }

    /// Somebody who is to have one of its tickets by hand works in it. A queue without members is
    /// everybody's.
    ///
    /// # Errors
    /// `NOT_QUEUE_MEMBER`.
    pub fn may_take(&self, person: &PersonId) -> Result<(), Refusal> {
        if self.members.is_empty() || self.member(person).is_some() {
            return Ok(());
        }
        let name = &self.settings.name;
        Err(Refusal::precondition(
            "NOT_QUEUE_MEMBER",
            format!("{person} does not work in the queue {name:?}"),
        )
        .figure("person", person)
        .figure("queue", name))
    }

    fn member(&self, person: &PersonId) -> Option<&QueueMember> {
        self.members.iter().find(|member| member.person == *person)
    }

    fn asked(&self, command: &Command, context: &Context) -> Result<Decision<QueueEvent>, Refusal> {
        Ok(match command {
            Command::Open(_) => Decision::nothing(),
            Command::Change(settings) if *settings == self.settings => Decision::nothing(),
            Command::Change(settings) => Decision::event(QueueChanged {
                version: self.version.saturating_add(1),
                settings: settings.clone(),
            }),
            Command::SetMember(member) => {
                if self.member(&member.person).is_none() {
                    room_for_one_more(self.members.len())?;
                }
                self.set(member.clone())
            }
            Command::RemoveMember { person } if self.member(person).is_none() => {
                Decision::nothing()
            }
            Command::RemoveMember { person } => Decision::event(QueueMemberLeft {
                person: person.clone(),
            }),
            Command::SetAvailability { person, available } => {
                let actor = &context.actor;
                let person = person.as_ref().unwrap_or(&actor.person);
                if *person != actor.person && !actor.manages {
                    return Err(Refusal::forbidden(
                        "NOT_YOURS",
                        format!("only {person} and who manages may say whether {person} is there"),
                    ));
                }
                self.may_take(person)?;
                let Some(member) = self.member(person) else {
                    return Ok(Decision::nothing());
                };
                self.set(QueueMember {
                    available: *available,
                    ..member.clone()
                })
            }
        })
    }

    fn set(&self, member: QueueMember) -> Decision<QueueEvent> {
        if self.member(&member.person) == Some(&member) {
            return Decision::nothing();
        }
        Decision::event(QueueMemberSet { member })
    }
}

fn exists(desk: &Desk, context: &Context) -> Refusal {
    let name = &desk.settings.name;
    Refusal::already_exists(
        "QUEUE_EXISTS",
        format!("queue {} is there already, {name:?}", context.id),
    )
}

fn room_for_one_more(members: usize) -> Result<(), Refusal> {
    if members < MAX_MEMBERS {
        return Ok(());
    }
    Err(Refusal::precondition(
        "TOO_MANY_MEMBERS",
        format!("the queue has {members} members; {MAX_MEMBERS} are allowed"),
    )
    .figure("members", members)
    .figure("limit", MAX_MEMBERS))
}

/// Its members, each once.
fn checked(opened: &QueueOpened) -> Result<QueueOpened, Refusal> {
    let mut seen = BTreeSet::new();
    let members = opened.members.iter().enumerate();
    let twice: Vec<FieldViolation> = members
        .filter(|(_, member)| !seen.insert(&member.person))
        .map(|(index, member)| FieldViolation {
            field: format!("members[{index}].person"),
            description: format!("{} is there twice", member.person),
        })
        .collect();
    if twice.is_empty() {
        Ok(opened.clone())
    } else {
        Err(Refusal::invalid(twice))
    }
}
