//! Field-level changes: an event that changes a record says for each field what it was before, so
//! that nothing is lost and a reader needs no earlier event to tell what happened.

use serde::{Deserialize, Serialize};

/// One field's value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<T> {
    /// Before.
    pub from: T,
    /// After.
    pub to: T,
}

/// Declares the fields of a record that can change, each once: the enum of their names, the enum
/// of their changes (`{"field": "name", "from": "A", "to": "B"}` in JSON), and how one is found
/// and applied.
macro_rules! field_changes {
    (
        $(#[$field_doc:meta])* $field:ident,
        $(#[$change_doc:meta])* $change:ident
        of $record:ty {
            $( $(#[$doc:meta])* $variant:ident $name:ident: $value:ty ),+ $(,)?
        }
    ) => {
        $(#[$field_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $field {
            $( $(#[$doc])* $variant ),+
        }

        impl $field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// Its name in requests, events and columns.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => stringify!($name) ),+
                }
            }

            /// The field of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.name() == name)
            }
        }

        $(#[$change_doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "field", rename_all = "snake_case")]
        pub enum $change {
            $( $(#[$doc])* $variant($crate::customers::Changed<$value>) ),+
        }

        impl $change {
            /// What changes in `field` from one record to the other; `None` when it is the same.
            pub fn between(field: $field, before: &$record, after: &$record) -> Option<Self> {
                match field {
                    $( $field::$variant => (before.$name != after.$name).then(|| {
                        Self::$variant($crate::customers::Changed {
                            from: before.$name.clone(),
                            to: after.$name.clone(),
                        })
                    }) ),+
                }
            }

            /// The field that changes.
            pub const fn field(&self) -> $field {
                match self {
                    $( Self::$variant(_) => $field::$variant ),+
                }
            }

            /// Makes the change.
            pub fn apply(&self, record: &mut $record) {
                match self {
                    $( Self::$variant(change) => record.$name = change.to.clone() ),+
                }
            }
        }
    };
}

pub(crate) use field_changes;
