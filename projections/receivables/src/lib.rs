//! The read model `receivables`: what every customer owes and is owed, as of any business
//! date and as it was known at any moment (S-20 to S-29).
//!
//! Nothing is ever changed in it: each event of an account becomes *entries*, dated and with the
//! time at which they were recorded, and what is open of an item is the sum of those that are dated
//! up to the one date and recorded by the other. Beside the entries, and not made from them, stand
//! the *postings* of whole documents: the control account, to which the open items must add up for
//! every pair of dates (S-24, S-27).

mod customers;
mod documents;
pub mod ledger;
mod loading;
mod plans;
mod projection;
pub mod queries;
mod rates;
mod sources;
mod storing;
mod views;

pub use projection::Receivables;
