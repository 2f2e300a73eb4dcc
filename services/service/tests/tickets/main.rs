//! The service service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod errors;
mod following;
mod history;
mod life;
mod races;
mod served;
mod sla;
mod surveys;
