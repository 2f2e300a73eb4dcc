//! Billing profiles: to whom a customer's invoices are made out (S-22). The id is the customer's.

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    sales::{BillingDetails, BillingProfileEvent, BillingProfileSet},
};
use serde::{Deserialize, Serialize};

use crate::domain::customer_copy::CustomerCopy;

/// The decider of a billing profile.
#[derive(Debug)]
pub struct BillingProfile;

/// A billing profile that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// 1 when it was first set, one more with each change.
    pub version: u32,
    /// What holds now.
    pub details: BillingDetails,
}

/// What can be asked of a billing profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Replace it; what was invoiced before keeps what stood there.
    Set {
        /// Whose it is: the aggregate's id.
        customer: CustomerId,
        /// What holds from now on.
        details: BillingDetails,
    },
}

impl Decider for BillingProfile {
    type State = Option<Profile>;
    type Command = Command;
    type Event = BillingProfileEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, command: &Command) -> Reads {
        let Command::Set { customer, .. } = command;
        Reads::none().and::<CustomerCopy>(*customer)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<BillingProfileEvent>, Refusal> {
        let Command::Set { customer, details } = command;
        if context.read::<CustomerCopy>(*customer)?.is_none() {
            return Err(Refusal::not_found("customer", customer));
        }
        let version = match state {
            Some(profile) if profile.details == *details => return Ok(Decision::nothing()),
            Some(profile) => profile.version.saturating_add(1),
            None => 1,
        };
        let set = BillingProfileSet {
            version,
            details: details.clone(),
        };
        Ok(Decision::event(set).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Self::State, event: &BillingProfileEvent) -> Self::State {
        let BillingProfileEvent::Set(set) = event;
        Some(Profile {
            version: set.version,
            details: set.details.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use guanxi_decider::{RefusalKind, testing::Scenario};
    use guanxi_events::sales::CustomerCopied;
    use uuid::Uuid;

    use super::*;

    const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(3));

    fn details(title: &str) -> BillingDetails {
        BillingDetails {
            title: title.into(),
            tax_id: Some("DE811111".into()),
            ..BillingDetails::default()
        }
    }

    fn set(version: u32, title: &str) -> BillingProfileEvent {
        let details = details(title);
        BillingProfileSet { version, details }.into()
    }

    fn asked(title: &str) -> Command {
        Command::Set {
            customer: CUSTOMER,
            details: details(title),
        }
    }

    fn scenario() -> Scenario<BillingProfile> {
        let copied = CustomerCopied {
            name: "Cancity".into(),
            ..CustomerCopied::default()
        };
        Scenario::new(CUSTOMER).reading::<CustomerCopy>(CUSTOMER, [copied.into()])
    }

    #[test]
    fn a_profile_is_set_and_each_change_makes_a_new_version() {
        scenario()
            .when(asked("Cancity GmbH"))
            .then([set(1, "Cancity GmbH")]);
        scenario()
            .given([set(1, "Cancity GmbH")])
            .when(asked("Cancity AG"))
            .then([set(2, "Cancity AG")]);
    }

    #[test]
    fn the_same_profile_again_changes_nothing() {
        scenario()
            .given([set(1, "Cancity GmbH")])
            .when(asked("Cancity GmbH"))
            .then_nothing();
    }

    #[test]
    fn a_customer_that_nobody_knows_has_no_profile() {
        let refusal = Scenario::<BillingProfile>::new(CUSTOMER)
            .when(asked("Cancity GmbH"))
            .then_refused("NOT_FOUND");
        assert_eq!(refusal.kind, RefusalKind::NotFound);
        assert!(refusal.message.contains("customer"), "{}", refusal.message);
    }
}
