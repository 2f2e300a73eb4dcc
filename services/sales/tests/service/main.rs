//! The sales service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod billing;
mod billing_profiles;
mod credit_limit;
mod customers;
mod errors;
mod life;
mod order_to_cash;
mod orders;
mod payment_terms;
mod prices;
mod rates;
mod receivable_plans;
mod receivables_policy;
mod refusals;
mod returns;
mod selling;
mod served;
