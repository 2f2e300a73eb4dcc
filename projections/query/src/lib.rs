//! The query service: read models over gRPC and gRPC-Web, web pages, and the analysts' SQL schema.
//!
//! A query waits until its read model shows what the caller has already done (`after`), reads in one
//! snapshot, and says which positions that snapshot reflects.

pub mod analytics;

mod after;
mod asked;
mod dashboards;
mod days;
mod failure;
mod funnels;
mod operations;
mod pages;
mod points;
mod queries;
mod read_model;
mod receivables;
mod request;
mod serve;
mod service_figures;
mod web;
mod wire;

pub use queries::Queries;
pub use serve::serve;
