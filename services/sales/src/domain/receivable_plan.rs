//! The receivable plan of an order (回款计划): when how much of it is to be received, by payment
//! terms or by hand (S-21). The id is the order's.
//!
//! A plan adds up to the order, and is changed only by a new version that keeps the instalments of
//! what has been billed, and of what was paid ahead of that. An invoice takes the earliest parts of
//! the plan that no standing invoice has taken. When the order comes to more or to less, the plan
//! follows it by a new version in the same decision ([`Plan::following`]).

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    Money,
    customers::CustomerId,
    sales::{
        OrderId, PaymentTermsId, PaymentTermsVersion, PlanVersion, PlannedInstalment,
        ReceivablePlanEvent, ReceivablePlanSet,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{account::Account, order::Order, payment_terms::PaymentTerms};

mod decide;
mod following;
mod taking;
#[cfg(test)]
mod tests;

pub use taking::{Taken, take};

/// The decider of a receivable plan.
#[derive(Debug)]
pub struct ReceivablePlan;

/// A plan that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// 1 when it was made, one more with each change.
    pub version: u32,
    /// Who is to pay.
    pub customer: CustomerId,
    /// The order's currency.
    pub currency: Currency,
    /// By due date, each day once.
    pub instalments: Vec<PlannedInstalment>,
    /// The terms that made them; absent for a plan made by hand.
    pub terms: Option<PaymentTermsVersion>,
    /// Why the last change was made.
    pub reason: Option<String>,
}

/// What can be asked of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Make it, or replace it by a new version.
    Set {
        /// Whose plan it is: the aggregate's id.
        order: OrderId,
        /// How it comes about.
        made: Made,
        /// Why.
        reason: Option<String>,
    },
}

/// How a plan comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// By payment terms, as if all that is not billed yet were invoiced on a day. What has been
    /// billed keeps the instalments of the plan before.
    ByTerms {
        /// Which.
        terms: PaymentTermsId,
        /// That day; the command's own when absent.
        from: Option<Date>,
    },
    /// By hand: when how much, each above 0.
    ByHand(Vec<(Date, Money)>),
}

impl Decider for ReceivablePlan {
    type State = Option<Plan>;
    type Command = Command;
    type Event = ReceivablePlanEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, command: &Command) -> Reads {
        let Command::Set { order, made, .. } = command;
        let terms = match made {
            Made::ByTerms { terms, .. } => Some(*terms),
            Made::ByHand(_) => None,
        };
        Reads::none()
            .and::<Order>(*order)
            .and_if::<PaymentTerms>(terms)
    }

    /// What was billed and paid ahead stands on the account of the order's customer.
    fn reads_further(_state: &Self::State, command: &Command, context: &Context) -> Reads {
        let Command::Set { order, .. } = command;
        let sale = context.read::<Order>(*order).ok();
        let customer = sale.and_then(|sale| Some(sale.as_ref().as_ref()?.customer));
        Reads::none().and_if::<Account>(customer)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ReceivablePlanEvent>, Refusal> {
        let Command::Set {
            order,
            made,
            reason,
        } = command;
        let at = context.occurred_at()?;
        let set = decide::set(state.as_ref(), *order, made, reason.as_ref(), context)?;
        Ok(Decision::nothing().and_if(set).occurred_at(Some(at)))
    }

    fn evolve(_state: Self::State, event: &ReceivablePlanEvent) -> Self::State {
        let ReceivablePlanEvent::Set(ReceivablePlanSet {
            customer,
            version,
            currency,
            instalments,
            terms,
            reason,
        }) = event;
        Some(Plan {
            version: *version,
            customer: *customer,
            currency: *currency,
            instalments: instalments.clone(),
            terms: *terms,
            reason: reason.clone(),
        })
    }
}

impl Plan {
    /// This plan as events name it.
    pub fn named(&self, order: OrderId) -> PlanVersion {
        PlanVersion {
            order,
            version: self.version,
        }
    }
}
