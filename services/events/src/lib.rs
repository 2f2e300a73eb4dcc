//! What can happen in Guanxi: every domain event, its versions and its upcasters, and the values
//! that events are made of. Pure: nothing here does I/O.

mod category;
mod envelope;
mod event;
mod ids;
mod money;
mod number;
mod position;
mod service;
mod tenant;

pub mod customers;
pub mod sales;

pub use category::{Category, StreamKey};
pub use envelope::{EventType, Meta, Recorded};
pub use event::{DecodeError, DomainEvent, EventTypeInfo, Upcast, decode_as};
pub use ids::{CommandId, EventId, Incarnation, PersonId};
pub use money::{Money, MoneyError};
pub use number::document_number;
pub use position::{Position, StreamVersion};
pub use service::Service;
pub use tenant::{InvalidTenant, TenantId};

#[doc(hidden)]
pub use {serde_json, uuid};
