//! The query service and the analysts' schema on a real Postgres.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../../funnels/tests/it/deals.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod deals;
#[path = "../../../funnels/tests/it/model.rs"]
mod model;
#[path = "../../../funnels/tests/it/world.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod world;

#[path = "../../../receivables/tests/it/books.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod books;
#[path = "../../../receivables/tests/it/past.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod past;

#[path = "../../../points/tests/it/story.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod story;

#[path = "../../../service/tests/it/desk.rs"]
#[allow(dead_code, reason = "shared with the tests of the model")]
mod desk;

mod accounts;
mod analysts;
mod barrier;
mod breaking_out;
mod browser;
mod conversion;
mod daily;
mod figures;
mod going_back;
mod migrating;
mod pages;
mod points;
mod points_accounts;
mod points_lines;
mod points_outstanding;
mod points_requests;
mod points_views;
mod reading_own_writes;
mod receivables;
mod receivables_requests;
mod receivables_views;
mod requests;
mod server;
mod service_figures;
mod service_views;
mod tickets;
mod turns;
mod upgrade;
mod work_list;
mod worked_examples;
