//! The rules of tickets: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod customer_copy;
