//! The sales service: pipelines, opportunities, products and price lists.

pub mod domain;
