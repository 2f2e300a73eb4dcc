//! The read model `points`: every member's points as of any instant, and as they were known
//! at any other (L-10 to L-17, L-19 to L-21).
//!
//! Each event of a points account becomes *lines* that say by how much they change the figures of
//! the law of conservation, and *movements* of the lots that they name. A balance is the sum of the
//! lines that count before the one instant and were recorded before the other; what lots hold is the
//! sum of their movements. The two are folded from different parts of an event, so that the law
//! (L-19) is checked and not only repeated.

mod causes;
mod customers;
pub mod ledger;
mod members;
mod programs;
mod projection;
pub mod queries;
mod sources;
mod storing;
mod views;

pub use projection::Points;
