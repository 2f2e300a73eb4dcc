//! The web pages over HTTP: what they say, to whom, in which language, and what they never say.

mod browser;
mod content;
mod exports;
mod failures;
mod isolation;
mod operations;
mod points;
mod safety;
mod service;
mod sign_in;
mod work;

use browser::{Answer, Browser};

/// Every list, with parameters where one needs them.
const LISTS: [&str; 28] = [
    "/funnel/stages",
    "/funnel/opportunities",
    "/receivables/ageing",
    "/receivables/bad-debts",
    "/receivables/cash-flow",
    "/receivables/control",
    "/receivables/customers",
    "/receivables/items",
    "/receivables/plan",
    "/receivables/statement?customer_id=00000000-0000-0000-0000-000000000001",
    "/days",
    "/work/items",
    "/service/backlog",
    "/service/figures",
    "/service/tickets",
    "/service/volumes",
    "/points/programs",
    "/points/members",
    "/points/liability",
    "/points/expiring",
    "/points/months",
    "/points/statement?member_id=00000000-0000-0000-0000-000000000001",
    "/points/lots?member_id=00000000-0000-0000-0000-000000000001",
    "/operations/logs",
    "/operations/models",
    "/operations/parked",
    "/operations/reactions",
    "/operations/refused",
];

/// Every other page.
const PAGES: [&str; 11] = [
    "/",
    "/funnel",
    "/funnel/day",
    "/receivables",
    "/receivables/customer?customer_id=00000000-0000-0000-0000-000000000001",
    "/work",
    "/service",
    "/points",
    "/points/member?member_id=00000000-0000-0000-0000-000000000001",
    "/operations",
    "/operations/now",
];

/// The address of a list's export.
fn export(list: &str, ending: &str) -> String {
    let (path, query) = list.split_once('?').unwrap_or((list, ""));
    format!("{path}/export.{ending}?{query}")
}
