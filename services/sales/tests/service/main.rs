//! The sales service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod billing_profiles;
mod customers;
mod errors;
mod life;
mod log;
mod payment_terms;
mod prices;
mod rates;
mod receivable_plans;
mod receivables_policy;
mod served;
