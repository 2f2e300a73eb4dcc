//! Batches of card numbers: prefix, serial number and check digit (L-04).
//!
//! A batch deals its numbers in order, each once and without a gap: its cursor moves in the very
//! append that gives the card to a member, so of two replicas that draw at once one draws again. Or
//! its cards are printed already, and each is named as it is given out.

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::loyalty::{
    CardBatchClosed, CardBatchCreated, CardBatchEvent, CardBatchId, CardNumbersEvent,
    CardNumbersReserved, CheckDigit, Dealing,
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    card_numbers::CardNumbersOfProgram,
    number_format,
    program::{self, Program},
};

#[cfg(test)]
mod tests;

/// The decider of a batch.
#[derive(Debug)]
pub struct CardBatch;

/// A batch that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// What it is.
    pub created: CardBatchCreated,
    /// The serial number that is drawn next, where they are drawn.
    pub next: u64,
    /// Why it gives out no more.
    pub closed: Option<String>,
}

/// What can be asked of a batch. Cards are given out by commands to members and cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Create it.
    Create(CardBatchCreated),
    /// It gives out no more.
    Close {
        /// Why.
        reason: String,
    },
}

impl CardBatch {
    /// A serial number has at most so many digits.
    pub const MOST_DIGITS: u8 = 12;
}

impl Decider for CardBatch {
    type State = Option<Batch>;
    type Command = Command;
    type Event = CardBatchEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, command: &Command) -> Reads {
        match command {
            Command::Create(create) => Reads::none()
                .and::<Program>(create.program)
                .and::<CardNumbersOfProgram>(create.program),
            Command::Close { .. } => Reads::none(),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<CardBatchEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Create(create), None) => create_batch(create, context)?,
            (Command::Create(_), Some(_)) => {
                return Err(Refusal::already_exists(
                    "CARD_BATCH_EXISTS",
                    format!("card batch {} is there already", context.id),
                ));
            }
            (Command::Close { .. }, None) => {
                return Err(Refusal::not_found("card batch", context.id));
            }
            (Command::Close { .. }, Some(batch)) if batch.closed.is_some() => Decision::nothing(),
            (Command::Close { reason }, Some(_)) => Decision::event(CardBatchClosed {
                reason: reason.clone(),
            }),
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &CardBatchEvent) -> Self::State {
        match (event, state) {
            (CardBatchEvent::Created(created), _) => Some(Batch {
                created: created.clone(),
                next: created.numbers.first,
                closed: None,
            }),
            (CardBatchEvent::Drawn(drawn), Some(batch)) => Some(Batch {
                next: drawn.serial.saturating_add(1),
                ..batch
            }),
            (CardBatchEvent::Closed(closed), Some(batch)) => Some(Batch {
                closed: Some(closed.reason.clone()),
                ..batch
            }),
            (_, None) => None,
        }
    }
}

impl Batch {
    /// How many numbers can still be drawn; none where they are not drawn.
    pub fn left(&self) -> Option<u64> {
        let last = self.created.numbers.last;
        let drawn = self.created.dealing == Dealing::InOrder;
        drawn.then(|| (last + 1).saturating_sub(self.next))
    }
}

fn create_batch(
    create: &CardBatchCreated,
    context: &Context,
) -> Result<Decision<CardBatchEvent>, Refusal> {
    sound(create)?;
    program::known(create.program, context)?;
    let taken = context.read::<CardNumbersOfProgram>(create.program)?;
    if let Some(batch) = taken.taken_by(&create.numbers) {
        return Err(Refusal::precondition(
            "CARD_NUMBERS_TAKEN",
            format!("some of the numbers are card batch {batch}'s already"),
        )
        .figure("card_batch_id", batch));
    }
    let reserved = CardNumbersReserved {
        batch: CardBatchId(context.id),
        numbers: create.numbers.clone(),
    };
    Ok(Decision::event(create.clone()).elsewhere::<CardNumbersEvent>(create.program, reserved))
}

fn sound(create: &CardBatchCreated) -> Result<(), Refusal> {
    let numbers = &create.numbers;
    let mut violations = Vec::new();
    let mut bad = |field: &str, description: String| {
        violations.push(FieldViolation {
            field: format!("numbers.{field}"),
            description,
        });
    };
    if !numbers.prefix.bytes().all(|b| b.is_ascii_alphanumeric()) {
        bad(
            "prefix",
            "has something other than letters and digits".to_owned(),
        );
    } else if numbers.check == CheckDigit::Luhn
        && !numbers.prefix.bytes().all(|b| b.is_ascii_digit())
    {
        bad(
            "prefix",
            "has letters, over which there is no check digit by Luhn".to_owned(),
        );
    }
    if !(1..=CardBatch::MOST_DIGITS).contains(&numbers.digits) {
        let most = CardBatch::MOST_DIGITS;
        bad(
            "serial_digits",
            format!("{} is not between 1 and {most}", numbers.digits),
        );
    } else if numbers.last >= 10_u64.pow(numbers.digits.into()) {
        let digits = numbers.digits;
        bad(
            "last_serial",
            format!("{} has more than {digits} digits", numbers.last),
        );
    }
    if numbers.first > numbers.last {
        bad(
            "first_serial",
            format!("{} is above {}", numbers.first, numbers.last),
        );
    }
    if number_format::length(numbers) < 4 {
        bad(
            "serial_digits",
            "makes numbers of less than 4 characters".to_owned(),
        );
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(violations))
    }
}
