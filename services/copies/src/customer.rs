//! What a service knows of a customer: each has its own copy in its own log.

use std::marker::PhantomData;

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::{CopyEvent, CustomerCopied, PersonId};

/// The decider of a customer's copy, in the service whose events `E` are.
#[derive(Debug)]
pub struct CustomerCopy<E>(PhantomData<fn() -> E>);

/// What the customers service said; what it did not say stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copy {
    /// The name.
    pub name: Option<String>,
    /// The number.
    pub number: Option<String>,
    /// Who looks after the customer now; `Some(None)` is nobody.
    pub owner: Option<Option<PersonId>>,
    /// Whether it is in the public pool now.
    pub in_pool: Option<bool>,
}

impl<E: CopyEvent> Decider for CustomerCopy<E> {
    type State = Option<CustomerCopied>;
    type Command = Copy;
    type Event = E;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Copy,
        context: &Context,
    ) -> Result<Decision<E>, Refusal> {
        let known = state.clone().unwrap_or_default();
        let copied = CustomerCopied {
            name: command.name.clone().unwrap_or(known.name),
            number: command.number.clone().or(known.number),
            owner: command.owner.clone().unwrap_or(known.owner),
            in_pool: command.in_pool.unwrap_or(known.in_pool),
        };
        if state.as_ref() == Some(&copied) {
            return Ok(Decision::nothing());
        }
        // The copy is as old as the fact that it repeats.
        Ok(Decision::event(copied).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Self::State, event: &E) -> Self::State {
        Some(event.copied().clone())
    }
}

#[cfg(test)]
mod tests {
    use guanxi_decider::testing::Scenario;
    use guanxi_events::sales::CustomerCopyEvent;
    use uuid::Uuid;

    use super::*;

    fn copied(name: &str, owner: Option<&str>) -> CustomerCopied {
        CustomerCopied {
            name: name.to_owned(),
            number: Some("CU-000001".into()),
            owner: owner.map(|owner| owner.parse().unwrap()),
            in_pool: owner.is_none(),
        }
    }

    fn scenario() -> Scenario<CustomerCopy<CustomerCopyEvent>> {
        Scenario::new(Uuid::now_v7())
    }

    #[test]
    fn a_customer_is_copied_when_it_is_first_heard_of() {
        scenario()
            .when(Copy {
                name: Some("Cancity".into()),
                number: Some("CU-000001".into()),
                owner: Some(Some("anna".parse().unwrap())),
                in_pool: Some(false),
            })
            .then([copied("Cancity", Some("anna")).into()]);
    }

    #[test]
    fn what_was_not_said_stays_as_it_is() {
        scenario()
            .given([copied("Cancity", Some("anna")).into()])
            .when(Copy {
                name: Some("Cancity Ltd".into()),
                ..Copy::default()
            })
            .then([copied("Cancity Ltd", Some("anna")).into()]);
    }

    #[test]
    fn a_customer_in_the_pool_has_no_owner() {
        scenario()
            .given([copied("Cancity", Some("anna")).into()])
            .when(Copy {
                owner: Some(None),
                in_pool: Some(true),
                ..Copy::default()
            })
            .then([copied("Cancity", None).into()]);
    }

    #[test]
    fn the_copy_is_dated_when_the_fact_happened() {
        let decision = scenario()
            .by_importer()
            .dated("2017-03-01T00:00:00Z")
            .when(Copy {
                name: Some("Cancity".into()),
                ..Copy::default()
            })
            .decision();
        assert_eq!(
            decision.occurred_at,
            Some("2017-03-01T00:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn hearing_the_same_again_changes_nothing() {
        scenario()
            .given([copied("Cancity", Some("anna")).into()])
            .when(Copy {
                name: Some("Cancity".into()),
                number: None,
                owner: Some(Some("anna".parse().unwrap())),
                in_pool: Some(false),
            })
            .then_nothing();
    }
}
