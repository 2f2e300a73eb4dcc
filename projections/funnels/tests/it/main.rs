//! The model on a real Postgres, against a naive oracle.

mod against_the_oracle;
mod deals;
mod numbers;
mod oracle;
mod world;
