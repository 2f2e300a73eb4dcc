//! How a card comes to a member, whoever asks for it: enrolment, one card more, or a replacement
//! (L-04). The batch's cursor, the card and the member's link move in one append.

use guanxi_decider::{Context, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::{
    DomainEvent,
    loyalty::{
        CardAssigned, CardBatchEvent, CardBatchId, CardDrawn, CardEvent, CardId, Dealing, MemberId,
        ProgramId,
    },
};

use crate::domain::{
    card::Card,
    card_batch::{Batch, CardBatch},
    member::Membership,
    number_format,
};

/// Where the card comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The next number of a batch.
    Draw(CardBatchId),
    /// A number of a batch whose cards are printed already.
    Named {
        /// The batch.
        batch: CardBatchId,
        /// The number, as printed.
        number: String,
    },
    /// The member's telephone number is the card.
    Phone,
}

/// A card that can be given out.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The card.
    pub card: CardId,
    assigned: CardAssigned,
    drawn: Option<(CardBatchId, CardDrawn)>,
}

impl Source {
    /// What must be read before the card is known.
    pub fn reads(&self, reads: Reads) -> Reads {
        match self {
            Self::Draw(batch) | Self::Named { batch, .. } => reads.and::<CardBatch>(*batch),
            Self::Phone => reads,
        }
    }
}

/// The card that would be given out, which must be read as well; none where there is none.
pub fn card_id(
    source: &Source,
    program: ProgramId,
    member: MemberId,
    context: &Context,
) -> Option<CardId> {
    match source {
        Source::Draw(batch) => {
            let batch = context.read::<CardBatch>(*batch).ok()?;
            let batch = Option::as_ref(&batch)?;
            let number = number_format::number(&batch.created.numbers, batch.next);
            Some(CardId::of(program, &number))
        }
        Source::Named { number, .. } => Some(CardId::of(program, number)),
        Source::Phone => Some(CardId::of_phone(member)),
    }
}

/// The card that is given out to a member.
///
/// # Errors
/// `CARD_BATCH_UNKNOWN`, `CARD_BATCH_CLOSED`, `CARD_BATCH_EXHAUSTED`, `CARDS_ARE_DRAWN`,
/// `CARDS_ARE_NAMED`, `CARD_EXISTS`, `NO_PHONE`; a number that is not of the batch is a bad field.
pub fn issue(
    source: &Source,
    member: &Membership,
    replaces: Option<CardId>,
    context: &Context,
) -> Result<Issued, Refusal> {
    let assigned = |number: Option<String>, batch| CardAssigned {
        program: member.program,
        member: member.id,
        number,
        batch,
        replaces,
    };
    let issued = match source {
        Source::Draw(id) => {
            let batch = open(*id, Dealing::InOrder, member.program, context)?;
            if batch.left() == Some(0) {
                let last = batch.created.numbers.last;
                return Err(Refusal::precondition(
                    "CARD_BATCH_EXHAUSTED",
                    format!("card batch {id} gave out its last number, {last}"),
                )
                .figure("last_serial", last));
            }
            let number = number_format::number(&batch.created.numbers, batch.next);
            let card = CardId::of(member.program, &number);
            let drawn = CardDrawn {
                serial: batch.next,
                card,
                member: member.id,
            };
            Issued {
                card,
                assigned: assigned(Some(number), Some(*id)),
                drawn: Some((*id, drawn)),
            }
        }
        Source::Named { batch: id, number } => {
            let batch = open(*id, Dealing::ByNumber, member.program, context)?;
            number_format::serial(&batch.created.numbers, number).map_err(|wrong| {
                Refusal::invalid(vec![FieldViolation {
                    field: "card.number".to_owned(),
                    description: wrong.to_string(),
                }])
            })?;
            Issued {
                card: CardId::of(member.program, number),
                assigned: assigned(Some(number.clone()), Some(*id)),
                drawn: None,
            }
        }
        Source::Phone => {
            if member.keys.phone.is_none() {
                return Err(Refusal::precondition(
                    "NO_PHONE",
                    "the member has no telephone number that could be a card",
                ));
            }
            Issued {
                card: CardId::of_phone(member.id),
                assigned: assigned(None, None),
                drawn: None,
            }
        }
    };
    if context.read::<Card>(issued.card)?.is_some() {
        let card = issued.card;
        return Err(Refusal::already_exists(
            "CARD_EXISTS",
            format!("card {card} was given out before; a card is given out once"),
        )
        .figure("card_id", card));
    }
    Ok(issued)
}

impl Issued {
    /// Its number; absent where it is the member's telephone number.
    pub fn number(&self) -> Option<&str> {
        self.assigned.number.as_deref()
    }

    /// Writes it to the batch and to the card.
    pub fn write<E: DomainEvent>(self, decision: Decision<E>) -> Decision<E> {
        let decision = decision.elsewhere::<CardEvent>(self.card, self.assigned);
        match self.drawn {
            Some((batch, drawn)) => decision.elsewhere::<CardBatchEvent>(batch, drawn),
            None => decision,
        }
    }
}

/// A batch of the program that gives out cards in this way.
fn open(
    id: CardBatchId,
    dealing: Dealing,
    program: ProgramId,
    context: &Context,
) -> Result<Batch, Refusal> {
    let state = context.read::<CardBatch>(id)?;
    let batch = Option::as_ref(&state).filter(|batch| batch.created.program == program);
    let Some(batch) = batch else {
        return Err(Refusal::precondition(
            "CARD_BATCH_UNKNOWN",
            format!("program {program} has no card batch {id}"),
        )
        .figure("card_batch_id", id));
    };
    if let Some(reason) = &batch.closed {
        return Err(Refusal::precondition(
            "CARD_BATCH_CLOSED",
            format!("card batch {id} gives out no more: {reason}"),
        ));
    }
    match (batch.created.dealing, dealing) {
        (Dealing::InOrder, Dealing::ByNumber) => Err(Refusal::precondition(
            "CARDS_ARE_DRAWN",
            format!("card batch {id} deals its numbers in order: none can be named"),
        )),
        (Dealing::ByNumber, Dealing::InOrder) => Err(Refusal::precondition(
            "CARDS_ARE_NAMED",
            format!("the cards of batch {id} are printed already: name the number"),
        )),
        _ => Ok(batch.clone()),
    }
}
