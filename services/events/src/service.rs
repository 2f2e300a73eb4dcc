//! What can happen in the service service.

pub use crate::customer_copy::service::CustomerCopyEvent;
