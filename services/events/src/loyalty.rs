//! What can happen in the loyalty service.

pub use crate::customer_copy::loyalty::CustomerCopyEvent;
