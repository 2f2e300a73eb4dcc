//! Payment terms: when what is billed is due, and what may be kept back by paying early, as a
//! versioned rule (S-20).

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::sales::{
    PaymentTermsDefined, PaymentTermsDefinition, PaymentTermsEvent, PaymentTermsId,
    PaymentTermsVersion,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod schedule;
#[cfg(test)]
mod tests;

pub use schedule::{due, instalments};

/// The decider of payment terms.
#[derive(Debug)]
pub struct PaymentTerms;

/// Payment terms that exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// 1 when they were defined, one more with each change.
    pub version: u32,
    /// What holds now.
    pub definition: PaymentTermsDefinition,
}

/// What can be asked of payment terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Define them, or replace them by a new version.
    Define(PaymentTermsDefinition),
}

impl Decider for PaymentTerms {
    type State = Option<Terms>;
    type Command = Command;
    type Event = PaymentTermsEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PaymentTermsEvent>, Refusal> {
        let Command::Define(definition) = command;
        adds_up(definition)?;
        let version = match state {
            Some(terms) if terms.definition == *definition => return Ok(Decision::nothing()),
            Some(terms) => terms.version.saturating_add(1),
            None => 1,
        };
        let defined = PaymentTermsDefined {
            version,
            definition: definition.clone(),
        };
        Ok(Decision::event(defined).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Self::State, event: &PaymentTermsEvent) -> Self::State {
        let PaymentTermsEvent::Defined(defined) = event;
        Some(Terms {
            version: defined.version,
            definition: defined.definition.clone(),
        })
    }
}

impl Terms {
    /// These terms as events name them.
    pub fn named(&self, id: PaymentTermsId) -> PaymentTermsVersion {
        PaymentTermsVersion {
            id,
            version: self.version,
        }
    }
}

/// The terms by which something is billed or planned, which the command must have read.
///
/// # Errors
/// `PAYMENT_TERMS_UNKNOWN`.
pub fn known(id: PaymentTermsId, context: &Context) -> Result<Terms, Refusal> {
    let state = context.read::<PaymentTerms>(id)?;
    Option::clone(&state).ok_or_else(|| {
        Refusal::precondition(
            "PAYMENT_TERMS_UNKNOWN",
            format!("there are no payment terms {id}"),
        )
        .figure("payment_terms_id", id)
    })
}

fn adds_up(definition: &PaymentTermsDefinition) -> Result<(), Refusal> {
    let percents = definition.portions.iter().map(|portion| portion.percent);
    let sum = percents.fold(Decimal::ZERO, Decimal::saturating_add);
    if sum == Decimal::ONE_HUNDRED {
        return Ok(());
    }
    let sum = sum.normalize();
    Err(Refusal::precondition(
        "PORTIONS_DO_NOT_ADD_UP",
        format!("the portions come to {sum} %, not to 100 %"),
    )
    .figure("sum", sum))
}
