//! Typed ids. Aggregates' own ids are declared beside their events with [`typed_id!`].

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares a newtype over a UUID, so that a customer's id never stands where a contact's belongs.
#[macro_export]
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::uuid::Uuid);

        impl $name {
            /// A new id, ordered by time.
            pub fn new() -> Self {
                Self($crate::uuid::Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$crate::uuid::Uuid> for $name {
            fn from(id: $crate::uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for $crate::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id! {
    /// One event.
    EventId
}

typed_id! {
    /// One command; sending it again returns the first answer.
    CommandId
}

typed_id! {
    /// The life of a log: changed by a restore that may have lost its tail, so that positions of
    /// the lost tail are never mistaken for later ones.
    Incarnation
}

impl CommandId {
    /// The id of a command that follows from `cause` by the rule `name`: always the same, so that
    /// it takes effect once however often it is delivered.
    pub fn derived(name: &str, cause: Uuid) -> Self {
        Self(Uuid::new_v5(&cause, name.as_bytes()))
    }
}

/// A person who acts or owns: the `sub` of the tenant's identity provider, or `system:<name>` for
/// Guanxi's own reactions and timers. 1 to 64 of letters, digits and `. _ @ - :`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonId(Arc<str>);

/// The text is no person's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a person's id is 1 to 64 letters, digits and . _ @ - :")]
pub struct InvalidPerson;

impl PersonId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonId {
    type Err = InvalidPerson;

    fn from_str(id: &str) -> Result<Self, InvalidPerson> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._@-:".contains(&b);
        if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
            Ok(Self(id.into()))
        } else {
            Err(InvalidPerson)
        }
    }
}

impl TryFrom<String> for PersonId {
    type Error = InvalidPerson;

    fn try_from(id: String) -> Result<Self, InvalidPerson> {
        id.parse()
    }
}

impl From<PersonId> for String {
    fn from(id: PersonId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
