//! The rules of loyalty: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod card;
pub mod card_batch;
pub mod card_issue;
pub mod card_numbers;
pub mod customer_copy;
pub mod holder;
pub mod member;
pub mod number_format;
pub mod tier_ladder;
