//! What can happen in Guanxi: every domain event, its versions and its upcasters, and the values
//! that events are made of. Pure: nothing here does I/O.

mod category;
mod customer_copy;
mod envelope;
mod event;
mod ids;
mod money;
mod number;
mod position;
mod services;
mod tenant;

pub mod customers;
pub mod loyalty;
pub mod sales;
pub mod service;

pub use category::{Category, StreamKey};
pub use customer_copy::{CopyEvent, CustomerCopied};
pub use envelope::{EventType, Meta, Recorded};
pub use event::{DecodeError, DomainEvent, EventTypeInfo, Upcast, decode_as};
pub use ids::{CommandId, EventId, Incarnation, PersonId};
pub use money::{Money, MoneyError};
pub use number::document_number;
pub use position::{Position, StreamVersion};
pub use services::Service;
pub use tenant::{InvalidTenant, TenantId};

#[doc(hidden)]
pub use {serde_json, uuid};
