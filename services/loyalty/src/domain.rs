//! The rules of loyalty: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod card;
pub mod card_batch;
pub mod card_issue;
pub mod card_numbers;
pub mod customer_copy;
pub mod earning_rules;
pub mod holder;
#[cfg(test)]
mod in_memory;
pub mod member;
pub mod number_format;
pub mod points;
pub mod points_batch;
pub mod program;
pub mod purchase;
pub mod redemption;
pub mod standing;
pub mod tier_ladder;
#[cfg(test)]
mod transitions;
