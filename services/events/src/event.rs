//! The trait of an aggregate's event enum, and the macro that writes it.

use std::fmt;

use serde_json::Value;

use crate::{Category, EventType, Service};

/// Turns the data of one version into that of the next.
pub type Upcast = fn(Value) -> Value;

/// One event type as a service knows it: for the contract tests and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTypeInfo {
    /// `<service>.<what_happened>`.
    pub name: &'static str,
    /// The version that is written today; every one from 1 up to it is read.
    pub version: u16,
}

/// All that can happen to one kind of aggregate. Implement it with [`domain_events!`](crate::domain_events).
pub trait DomainEvent: Clone + fmt::Debug + PartialEq + Send + Sync + Sized + 'static {
    /// The service whose log holds it.
    const SERVICE: Service;
    /// The kind of aggregate.
    const CATEGORY: Category;
    /// Every type of this enum.
    const TYPES: &'static [EventTypeInfo];

    /// The type and version under which it is written.
    fn event_type(&self) -> EventType;

    /// The data as JSON text.
    ///
    /// # Errors
    /// When a value has no JSON form (never for the types in this crate).
    fn encode(&self) -> Result<Vec<u8>, serde_json::Error>;

    /// Reads any version ever released.
    ///
    /// # Errors
    /// An unknown type, a version from the future, or data that does not fit.
    fn decode(event_type: &EventType, data: &[u8]) -> Result<Self, DecodeError>;
}

/// Why stored data is no event of the expected kind.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The type belongs to another aggregate, or to a later release.
    #[error("{0} is unknown to this release")]
    UnknownType(EventType),
    /// A later release wrote it.
    #[error("{found} was written by a later release; this one reads up to version {readable}")]
    FutureVersion {
        /// What stands in the log.
        found: EventType,
        /// The highest version that this release reads.
        readable: u16,
    },
    /// The data is no JSON, or not of the type's shape.
    #[error("the data of {event_type} does not fit")]
    Shape {
        /// What stands in the log.
        event_type: EventType,
        /// What serde says. It may quote data, so it is neither told with the error nor its source.
        said: serde_json::Error,
    },
}

/// Decodes `data` as `T` after lifting it, version by version, to `current`.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_as<T: serde::de::DeserializeOwned>(
    event_type: &EventType,
    current: u16,
    upcasts: &[(u16, Upcast)],
    data: &[u8],
) -> Result<T, DecodeError> {
    let shape = |said| DecodeError::Shape {
        event_type: event_type.clone(),
        said,
    };
    if event_type.version == current {
        return serde_json::from_slice(data).map_err(shape);
    }
    if event_type.version > current {
        return Err(DecodeError::FutureVersion {
            found: event_type.clone(),
            readable: current,
        });
    }
    let mut value: Value = serde_json::from_slice(data).map_err(shape)?;
    for (_, upcast) in upcasts
        .iter()
        .filter(|(from, _)| *from >= event_type.version)
    {
        value = upcast(value);
    }
    serde_json::from_value(value).map_err(shape)
}

/// Writes an aggregate's event enum with its names, versions and upcasters in one place:
///
/// ```ignore
/// domain_events! {
///     /// What can happen to a pool.
///     PoolEvent in Customers, "pool" {
///         /// It was opened.
///         Opened(PoolOpened) = "customers.pool_opened" / 2 { 1 => opened_1_to_2 },
///     }
/// }
/// ```
///
/// An upcaster `n => f` lifts version n to n + 1; they are listed in rising order.
#[macro_export]
macro_rules! domain_events {
    (
        $(#[$doc:meta])*
        $enum:ident in $service:ident, $category:literal {
            $( $(#[$vdoc:meta])* $variant:ident($data:ty) = $name:literal / $version:literal
               $({ $( $from:literal => $upcast:path ),+ $(,)? })? ),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "events are folded one by one, not kept")]
        pub enum $enum {
            $( $(#[$vdoc])* $variant($data) ),+
        }

        impl $crate::DomainEvent for $enum {
            const SERVICE: $crate::Service = $crate::Service::$service;
            const CATEGORY: $crate::Category = $crate::Category::of($category);
            const TYPES: &'static [$crate::EventTypeInfo] =
                &[$( $crate::EventTypeInfo { name: $name, version: $version } ),+];

            fn event_type(&self) -> $crate::EventType {
                let (name, version) = match self {
                    $( Self::$variant(_) => ($name, $version) ),+
                };
                $crate::EventType { name: std::borrow::Cow::Borrowed(name), version }
            }

            fn encode(&self) -> Result<Vec<u8>, $crate::serde_json::Error> {
                match self {
                    $( Self::$variant(data) => $crate::serde_json::to_vec(data) ),+
                }
            }

            fn decode(
                event_type: &$crate::EventType,
                data: &[u8],
            ) -> Result<Self, $crate::DecodeError> {
                match event_type.name.as_ref() {
                    $( $name => $crate::decode_as::<$data>(
                        event_type,
                        $version,
                        &[$( $( ($from, $upcast as $crate::Upcast) ),+ )?],
                        data,
                    ).map(Self::$variant), )+
                    _ => Err($crate::DecodeError::UnknownType(event_type.clone())),
                }
            }
        }

        $(
            impl From<$data> for $enum {
                fn from(data: $data) -> Self {
                    Self::$variant(data)
                }
            }
        )+
    };
}

#[cfg(test)]
#[allow(
    unreachable_pub,
    reason = "the macro writes enums for a crate's surface"
)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Opened {
        name: String,
        seats: u32,
        colour: String,
    }

    fn seats(mut value: Value) -> Value {
        value["seats"] = json!(4);
        value
    }

    fn colour(mut value: Value) -> Value {
        value["colour"] = json!("red");
        value
    }

    domain_events! {
        /// A test aggregate.
        TableEvent in Sales, "table" {
            /// Opened.
            Opened(Opened) = "sales.table_opened" / 3 { 1 => seats, 2 => colour },
        }
    }

    fn read(version: u16, data: &Value) -> Result<TableEvent, DecodeError> {
        let event_type = EventType {
            name: "sales.table_opened".into(),
            version,
        };
        TableEvent::decode(&event_type, data.to_string().as_bytes())
    }

    #[test]
    fn every_released_version_is_lifted_to_the_current_one() {
        let wanted = TableEvent::from(Opened {
            name: "a".into(),
            seats: 4,
            colour: "red".into(),
        });
        assert_eq!(read(1, &json!({"name": "a"})).unwrap(), wanted);
        assert_eq!(read(2, &json!({"name": "a", "seats": 4})).unwrap(), wanted);
        assert_eq!(
            read(3, &json!({"name": "a", "seats": 4, "colour": "red"})).unwrap(),
            wanted
        );
    }

    #[test]
    fn what_does_not_fit_is_said_without_the_data() {
        use std::error::Error;

        for data in [json!({"name": "a", "seats": "Anna Li"}), json!("Anna Li")] {
            let error = read(3, &data).unwrap_err();
            let DecodeError::Shape { said, .. } = &error else {
                panic!("{error}")
            };
            assert!(said.to_string().contains("Anna Li"), "{said}");
            let told = error.to_string();
            assert!(told.contains("sales.table_opened/3"), "{told}");
            assert!(!told.contains("Anna"), "{told}");
            // Nor where an error's causes are told with it.
            assert!(error.source().is_none());
        }
    }

    #[test]
    fn a_version_from_the_future_is_an_error_not_a_guess() {
        let error = read(4, &json!({"name": "a"})).unwrap_err();
        assert!(
            matches!(error, DecodeError::FutureVersion { readable: 3, .. }),
            "{error}"
        );
    }
}
