//! Which card numbers of a program are which batch's, so that no number is dealt twice however the
//! batches are cut (L-04). Nobody commands it; batches reserve their numbers as they are created.

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::loyalty::{CardBatchId, CardNumbersEvent, CardNumbersReserved};
use serde::{Deserialize, Serialize};

use crate::domain::number_format;

/// The aggregate; its id is the program's.
#[derive(Debug)]
pub enum CardNumbersOfProgram {}

/// The reserved numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    reserved: Vec<CardNumbersReserved>,
}

/// There is no command.
#[derive(Debug, Clone, Copy)]
pub enum Command {}

impl State {
    /// The batch that has some of these numbers already.
    pub fn taken_by(&self, numbers: &guanxi_events::loyalty::CardNumbers) -> Option<CardBatchId> {
        self.reserved
            .iter()
            .find(|other| number_format::overlap(&other.numbers, numbers))
            .map(|other| other.batch)
    }
}

impl Decider for CardNumbersOfProgram {
    type State = State;
    type Command = Command;
    type Event = CardNumbersEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        _: &State,
        command: &Command,
        _: &Context,
    ) -> Result<Decision<CardNumbersEvent>, Refusal> {
        match *command {}
    }

    fn evolve(mut state: State, event: &CardNumbersEvent) -> State {
        let CardNumbersEvent::Reserved(reserved) = event;
        state.reserved.push(reserved.clone());
        state
    }
}
