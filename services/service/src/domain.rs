//! The rules of tickets: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod calendar;
pub mod customer_copy;
pub mod queue;
pub mod sla_policy;
pub mod survey;
pub mod ticket;
pub mod working_time;
