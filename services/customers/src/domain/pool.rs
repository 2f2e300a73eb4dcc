//! A public pool (公海, C-06): its rules and its people.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        PoolChanged, PoolClosed, PoolEvent, PoolOpened, PoolPeople, PoolPeopleChanged,
        PoolReopened, PoolSettings,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::violation;

/// The aggregate.
#[derive(Debug)]
pub enum Pool {}

/// What a pool is; the default is "there is none".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub settings: PoolSettings,
    /// The version of the rules, from 1; 0 is a pool that does not exist.
    pub version: u32,
    /// Whether it is switched on.
    pub open: bool,
    /// Who may claim.
    pub members: BTreeSet<PersonId>,
    /// Who may assign, and change the pool.
    pub admins: BTreeSet<PersonId>,
}

/// What can be asked of a pool.
#[derive(Debug, Clone)]
pub enum Command {
    /// Open it.
    Open(PoolOpened),
    /// Give it a name and rules, which together are a new version.
    Change {
        /// Its name.
        name: String,
        /// Its rules.
        settings: PoolSettings,
    },
    /// Let people come and go.
    ChangePeople {
        /// Who comes.
        add: PoolPeople,
        /// Who goes.
        remove: PoolPeople,
    },
    /// Switch it off.
    Close {
        /// Why.
        reason: String,
    },
    /// Switch it on again.
    Reopen,
}

impl State {
    /// The pool itself.
    ///
    /// # Errors
    /// `NOT_FOUND` when it was never opened.
    pub fn existing(&self, id: impl Into<Uuid>) -> Result<&Self, Refusal> {
        if self.version == 0 {
            Err(Refusal::not_found("pool", id.into()))
        } else {
            Ok(self)
        }
    }

    /// Refuses those who neither administer the pool nor manage.
    ///
    /// # Errors
    /// `NOT_POOL_ADMIN`.
    pub fn administered_by(&self, context: &Context) -> Result<(), Refusal> {
        let actor = &context.actor;
        if actor.manages || self.admins.contains(&actor.person) {
            return Ok(());
        }
        let message = format!("{} is no admin of the pool {:?}", actor.person, self.name);
        Err(Refusal::forbidden("NOT_POOL_ADMIN", message))
    }

    /// Why nothing may enter or be claimed, when it is switched off.
    pub fn closed(&self) -> Option<(&'static str, String)> {
        let message = || format!("the pool {:?} is closed", self.name);
        (!self.open).then(|| ("POOL_CLOSED", message()))
    }
}

impl Decider for Pool {
    type State = State;
    type Command = Command;
    type Event = PoolEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PoolEvent>, Refusal> {
        if let Command::Open(pool) = command {
            return open(state, pool, context);
        }
        let pool = state.existing(context.id)?;
        pool.administered_by(context)?;
        let decision = match command {
            Command::Open(_) => Decision::nothing(),
            Command::Change { name, settings } => change(pool, name, settings),
            Command::ChangePeople { add, remove } => change_people(pool, add, remove)?,
            Command::Close { .. } if !pool.open => Decision::nothing(),
            Command::Close { reason } => Decision::event(PoolClosed {
                reason: reason.clone(),
            }),
            Command::Reopen if pool.open => Decision::nothing(),
            Command::Reopen => Decision::event(PoolReopened {}),
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut state: State, event: &PoolEvent) -> State {
        match event {
            PoolEvent::Opened(opened) => State {
                name: opened.name.clone(),
                settings: opened.settings.clone(),
                version: 1,
                open: true,
                members: opened.members.clone(),
                admins: opened.admins.clone(),
            },
            PoolEvent::Changed(changed) => State {
                name: changed.name.clone(),
                settings: changed.settings.clone(),
                version: changed.version,
                ..state
            },
            PoolEvent::PeopleChanged(changed) => {
                let PoolPeopleChanged { added, removed } = changed;
                let came = |now: &BTreeSet<_>, added: &BTreeSet<_>, removed: &BTreeSet<_>| {
                    &(now | added) - removed
                };
                state.members = came(&state.members, &added.members, &removed.members);
                state.admins = came(&state.admins, &added.admins, &removed.admins);
                state
            }
            PoolEvent::Closed(_) => State {
                open: false,
                ..state
            },
            PoolEvent::Reopened(_) => State {
                open: true,
                ..state
            },
        }
    }
}

fn open(
    state: &State,
    pool: &PoolOpened,
    context: &Context,
) -> Result<Decision<PoolEvent>, Refusal> {
    if state.version > 0 {
        let message = format!("there is a pool {} already", context.id);
        return Err(Refusal::already_exists("POOL_EXISTS", message));
    }
    let at = context.occurred_at()?;
    Ok(Decision::event(pool.clone()).occurred_at(Some(at)))
}

fn change(pool: &State, name: &str, settings: &PoolSettings) -> Decision<PoolEvent> {
    if pool.name == name && pool.settings == *settings {
        return Decision::nothing();
    }
    Decision::event(PoolChanged {
        version: pool.version.saturating_add(1),
        name: name.to_owned(),
        settings: settings.clone(),
    })
}

/// Only real comings and goings are written.
fn change_people(
    pool: &State,
    add: &PoolPeople,
    remove: &PoolPeople,
) -> Result<Decision<PoolEvent>, Refusal> {
    let both = |add: &BTreeSet<PersonId>, remove: &BTreeSet<PersonId>, field: &str| {
        let person = add.intersection(remove).next()?;
        Some(violation(
            field,
            format!("{person} cannot come and go at once"),
        ))
    };
    let violations: Vec<_> = [
        both(&add.members, &remove.members, "remove_members"),
        both(&add.admins, &remove.admins, "remove_admins"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    let added = PoolPeople {
        members: &add.members - &pool.members,
        admins: &add.admins - &pool.admins,
    };
    let removed = PoolPeople {
        members: &remove.members & &pool.members,
        admins: &remove.admins & &pool.admins,
    };
    if added == PoolPeople::default() && removed == PoolPeople::default() {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(PoolPeopleChanged { added, removed }))
}
