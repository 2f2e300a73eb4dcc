//! Keeps a service's copies of customers up to date with the customers service.

use std::marker::PhantomData;

use guanxi_events::{
    CopyEvent, DecodeError, DomainEvent, Recorded, Service,
    customers::{CustomerChange, CustomerEvent},
    document_number,
};
use guanxi_runtime::{Reacted, Reaction, Start};

use crate::{Copy, CustomerCopy};

/// Copies what others must know of a customer: that it exists, its name, its number, its owner.
#[derive(Debug)]
pub struct CopyCustomers<E>(PhantomData<fn() -> E>);

impl<E> Default for CopyCustomers<E> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E: CopyEvent> Reaction for CopyCustomers<E> {
    type Decider = CustomerCopy<E>;

    const NAME: &'static str = "copy_customers";
    const SOURCE: Service = Service::Customers;
    const START: Start = Start::Beginning;

    fn react(&self, event: &Recorded) -> Result<Option<Reacted<Self>>, DecodeError> {
        if event.stream.category != CustomerEvent::CATEGORY {
            return Ok(None);
        }
        let decoded = CustomerEvent::decode(&event.event_type, &event.data)?;
        Ok(copy(decoded, event).map(|copy| (event.stream.id, copy)))
    }
}

fn copy(event: CustomerEvent, recorded: &Recorded) -> Option<Copy> {
    let owner = match event {
        CustomerEvent::Registered(registered) => {
            let number = recorded.numbers.iter().next();
            return Some(Copy {
                name: Some(registered.profile.name),
                number: number.map(|(series, number)| document_number(series, *number)),
                owner: Some(registered.owner),
                in_pool: Some(false),
            });
        }
        CustomerEvent::ProfileChanged(changed) => {
            let name = changed
                .changes
                .into_iter()
                .find_map(|change| match change {
                    CustomerChange::Name(name) => Some(name.to),
                    _ => None,
                })?;
            return Some(Copy {
                name: Some(name),
                ..Copy::default()
            });
        }
        CustomerEvent::PrimaryContactChanged(_) => return None,
        CustomerEvent::EnteredPool(_) => None,
        CustomerEvent::OwnerChanged(changed) => Some(changed.to),
        CustomerEvent::Claimed(claimed) => Some(claimed.by),
        CustomerEvent::Assigned(assigned) => Some(assigned.to),
    };
    Some(Copy {
        in_pool: Some(owner.is_none()),
        owner: Some(owner),
        ..Copy::default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use guanxi_events::{
        Category, CommandId, EventId, EventType, Meta, Position, StreamKey, StreamVersion,
        customers::{
            Changed, CustomerAssigned, CustomerClaimed, CustomerEnteredPool, CustomerKind,
            CustomerOwnerChanged, CustomerProfile, CustomerProfileChanged, CustomerRegistered,
            PoolEntry, PoolId, PrimaryContactChanged,
        },
        sales::CustomerCopyEvent,
    };
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    const CUSTOMER: Uuid = Uuid::from_u128(7);

    fn reaction() -> CopyCustomers<CustomerCopyEvent> {
        CopyCustomers::default()
    }

    fn recorded(category: &'static str, event_type: EventType, data: Vec<u8>) -> Recorded {
        let command_id = CommandId(Uuid::from_u128(1));
        Recorded {
            position: Position(1),
            stream: StreamKey {
                tenant: "acme".parse().unwrap(),
                category: Category::of(category),
                id: CUSTOMER,
            },
            version: StreamVersion(1),
            id: EventId(Uuid::from_u128(2)),
            event_type,
            occurred_at: Timestamp::UNIX_EPOCH,
            recorded_at: Timestamp::UNIX_EPOCH,
            data,
            meta: Meta::of_command("anna".parse().unwrap(), command_id),
            numbers: BTreeMap::from([("CU".to_owned(), 12)]),
        }
    }

    fn answer(event: impl Into<CustomerEvent>) -> Option<Copy> {
        let event: CustomerEvent = event.into();
        let data = event.encode().unwrap();
        let reacted = reaction().react(&recorded("customer", event.event_type(), data));
        reacted.unwrap().map(|(id, copy)| {
            assert_eq!(id, CUSTOMER);
            copy
        })
    }

    fn owned_by(owner: &str) -> Option<Copy> {
        Some(Copy {
            owner: Some(Some(owner.parse().unwrap())),
            in_pool: Some(false),
            ..Copy::default()
        })
    }

    #[test]
    fn a_registered_customer_is_copied_with_its_number() {
        let copy = answer(CustomerRegistered {
            profile: CustomerProfile::named(CustomerKind::Company, "Cancity"),
            owner: Some("anna".parse().unwrap()),
        });
        assert_eq!(
            copy,
            Some(Copy {
                name: Some("Cancity".into()),
                number: Some("CU-000012".into()),
                owner: Some(Some("anna".parse().unwrap())),
                in_pool: Some(false),
            })
        );
    }

    #[test]
    fn only_a_new_name_of_a_changed_profile_is_copied() {
        let renamed = CustomerChange::Name(Changed {
            from: "Cancity".into(),
            to: "Cancity Ltd".into(),
        });
        let moved = CustomerChange::Region(Changed {
            from: None,
            to: Some("north".into()),
        });
        let changes = vec![moved.clone(), renamed];
        assert_eq!(
            answer(CustomerProfileChanged { changes }),
            Some(Copy {
                name: Some("Cancity Ltd".into()),
                ..Copy::default()
            })
        );
        let changes = vec![moved];
        assert_eq!(answer(CustomerProfileChanged { changes }), None);
    }

    #[test]
    fn the_owner_is_followed_into_the_pool_and_out_of_it() {
        let pool = PoolId(Uuid::from_u128(9));
        let entered = CustomerEnteredPool {
            pool,
            pool_version: 1,
            entry: PoolEntry::Released,
            entered_at: Timestamp::UNIX_EPOCH,
            last_owner: Some("anna".parse().unwrap()),
            reason: None,
        };
        assert_eq!(
            answer(entered),
            Some(Copy {
                owner: Some(None),
                in_pool: Some(true),
                ..Copy::default()
            })
        );
        let claimed = CustomerClaimed {
            pool,
            pool_version: 1,
            by: "bob".parse().unwrap(),
        };
        assert_eq!(answer(claimed), owned_by("bob"));
        let assigned = CustomerAssigned {
            pool,
            pool_version: 1,
            to: "carl".parse().unwrap(),
            reason: None,
        };
        assert_eq!(answer(assigned), owned_by("carl"));
        let handed = CustomerOwnerChanged {
            from: "carl".parse().unwrap(),
            to: "dora".parse().unwrap(),
            reason: None,
        };
        assert_eq!(answer(handed), owned_by("dora"));
    }

    #[test]
    fn what_others_need_not_know_is_passed_over() {
        let primary = PrimaryContactChanged {
            from: None,
            to: None,
        };
        assert_eq!(answer(primary), None);
        let contact = "customers.contact_registered/1".parse().unwrap();
        let other = recorded("contact", contact, b"{}".to_vec());
        assert_eq!(reaction().react(&other).unwrap(), None);
    }

    #[test]
    fn an_event_from_a_later_release_is_an_error_not_a_guess() {
        let later = "customers.customer_registered/99".parse().unwrap();
        let event = recorded("customer", later, b"{}".to_vec());
        assert!(matches!(
            reaction().react(&event),
            Err(DecodeError::FutureVersion { .. })
        ));
    }
}
