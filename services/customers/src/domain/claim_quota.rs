//! What one person has taken from one pool (C-06): how many claims on which day, and what they
//! own of it now. Nobody commands it; claims, releases and transfers of customers write it.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::customers::{ClaimQuotaEvent, CustomerId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The aggregate; its id is [`ClaimQuotaId::of`](guanxi_events::customers::ClaimQuotaId::of) the
/// pool and the person.
#[derive(Debug)]
pub enum ClaimQuota {}

/// What has been taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Claims by day. Several days are kept, because the clocks of two machines may stand on
    /// different sides of midnight.
    claims: BTreeMap<Date, u32>,
    /// Customers out of the pool that the person owns.
    held: BTreeSet<CustomerId>,
}

/// There is no command.
#[derive(Debug, Clone, Copy)]
pub enum Command {}

impl State {
    const DAYS_KEPT: usize = 7;

    /// How many claims were made on that day, whatever became of the customers.
    pub fn claimed_on(&self, day: Date) -> u32 {
        self.claims.get(&day).copied().unwrap_or_default()
    }

    /// How many customers out of the pool the person owns.
    pub fn held(&self) -> u32 {
        u32::try_from(self.held.len()).unwrap_or(u32::MAX)
    }
}

impl Decider for ClaimQuota {
    type State = State;
    type Command = Command;
    type Event = ClaimQuotaEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        _: &State,
        command: &Command,
        _: &Context,
    ) -> Result<Decision<ClaimQuotaEvent>, Refusal> {
        match *command {}
    }

    fn evolve(mut state: State, event: &ClaimQuotaEvent) -> State {
        match event {
            ClaimQuotaEvent::ClaimCounted(claim) => {
                *state.claims.entry(claim.on).or_default() += 1;
                while state.claims.len() > State::DAYS_KEPT {
                    state.claims.pop_first();
                }
                state.held.insert(claim.customer);
            }
            ClaimQuotaEvent::HoldingAdded(added) => {
                state.held.insert(added.customer);
            }
            ClaimQuotaEvent::HoldingRemoved(removed) => {
                state.held.remove(&removed.customer);
            }
        }
        state
    }
}
