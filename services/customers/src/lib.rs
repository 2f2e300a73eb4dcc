//! The customers service: customers, contacts, interactions, follow-ups and public pools.

pub mod domain;
