//! The pure half of every aggregate: `decide` and `evolve`, what they see and what they answer,
//! and the given / when / then kit that tests them. Nothing here does I/O.

mod context;
mod decider;
mod decision;
mod erased;
mod refusal;
pub mod testing;

pub use context::{Actor, Context, Home};
pub use decider::{Decider, Numbered, Reads};
pub use decision::{Decision, Elsewhere, UniqueKey};
pub use erased::{AnyState, DynDecider, DynEvent, Overdue};
pub use refusal::{FieldViolation, Refusal, RefusalKind};
