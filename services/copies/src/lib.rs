//! Reference copies: what one service must know of another's data it keeps in its own log, by a
//! reaction, because services never call each other. Here stands what every service does alike.

mod customer;
mod reaction;

pub use customer::{Copy, CustomerCopy};
pub use reaction::CopyCustomers;
