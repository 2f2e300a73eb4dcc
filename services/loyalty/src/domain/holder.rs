//! Of which programs a customer is a member: one membership for customer and program (L-01, L-03).
//! Nobody commands it; enrolments and closings of members write it. Its id is the customer's, so a
//! reaction that knows the customer finds the members.

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::loyalty::{HolderEvent, MemberId, ProgramId};
use serde::{Deserialize, Serialize};

/// The aggregate.
#[derive(Debug)]
pub enum Holder {}

/// The memberships of one customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    members: BTreeMap<ProgramId, MemberId>,
}

/// There is no command.
#[derive(Debug, Clone, Copy)]
pub enum Command {}

impl State {
    /// The member that the customer is in a program.
    pub fn member_of(&self, program: ProgramId) -> Option<MemberId> {
        self.members.get(&program).copied()
    }

    /// Every membership that has not ended.
    pub fn members(&self) -> impl Iterator<Item = (ProgramId, MemberId)> + '_ {
        self.members
            .iter()
            .map(|(program, member)| (*program, *member))
    }
}

impl Decider for Holder {
    type State = State;
    type Command = Command;
    type Event = HolderEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(_: &State, command: &Command, _: &Context) -> Result<Decision<HolderEvent>, Refusal> {
        match *command {}
    }

    fn evolve(mut state: State, event: &HolderEvent) -> State {
        match event {
            HolderEvent::Joined(joined) => {
                state.members.insert(joined.program, joined.member);
            }
            HolderEvent::Left(left) => {
                if state.member_of(left.program) == Some(left.member) {
                    state.members.remove(&left.program);
                }
            }
        }
        state
    }
}
