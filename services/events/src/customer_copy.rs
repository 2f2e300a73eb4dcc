//! What a service knows of a customer: its own reference copy, kept by a reaction, because services
//! never call each other.

use serde::{Deserialize, Serialize};

use crate::{DomainEvent, PersonId, domain_events};

/// What is known of a customer from now on, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCopied {
    /// The customer's name.
    pub name: String,
    /// The customer's number: `CU-000123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Who looks after the customer; nobody while it is in the public pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Whether it is in the public pool.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_pool: bool,
}

/// What can happen to one service's copy of a customer. The id of the copy is the customer's.
pub trait CopyEvent: DomainEvent + From<CustomerCopied> {
    /// What is known since.
    fn copied(&self) -> &CustomerCopied;
}

/// Each service's own event, in its own log.
macro_rules! copies {
    ($($module:ident $service:ident = $name:literal),+ $(,)?) => {$(
        pub(crate) mod $module {
            use super::*;

            domain_events! {
                /// What can happen to the copy of a customer.
                CustomerCopyEvent in $service, "customer_copy" {
                    /// The copy was made or brought up to date.
                    Copied(CustomerCopied) = $name / 1,
                }
            }

            impl CopyEvent for CustomerCopyEvent {
                fn copied(&self) -> &CustomerCopied {
                    let Self::Copied(copied) = self;
                    copied
                }
            }
        }
    )+};
}

copies! {
    sales Sales = "sales.customer_copied",
    service Service = "service.customer_copied",
    loyalty Loyalty = "loyalty.customer_copied",
}
