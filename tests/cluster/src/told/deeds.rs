//! Whether a load was one: what it never did proves nothing.

use crate::load::{Company, Load, Points, State};

/// What people must have raced for, by the refusal of who came second.
const RACES: [(&str, &str); 4] = [
    ("CLAIM_REFUSED", "a customer of the pool"),
    ("CREDIT_LIMIT_EXCEEDED", "a customer's credit"),
    ("NOT_ENOUGH_POINTS", "a member's last points"),
    ("TAKEN", "an email address"),
];

/// What nobody did, or nobody did at some company.
#[must_use]
pub fn undone(load: &Load) -> Vec<String> {
    let refusals = load.refusals.lock();
    let mut undone: Vec<String> = RACES
        .iter()
        .filter(|(reason, _)| !refusals.contains_key(*reason))
        .map(|(_, raced_for)| format!("nobody ever raced for {raced_for}"))
        .collect();
    for company in &load.companies {
        let at_it = of(company).into_iter().filter(|(_, done)| !done);
        let tenant = &company.tenant;
        undone.extend(at_it.map(|(what, _)| format!("nothing was ever {what} at {tenant}")));
    }
    undone
}

fn of(company: &Company) -> [(&'static str, bool); 11] {
    let booked = company.booked();
    let tickets = company.tickets();
    let any = |state| tickets.values().any(|told| told.state == state);
    let points = company.points();
    let some = |of: fn(&Points) -> i64| points.values().any(|points| of(points) > 0);
    [
        ("invoiced", booked.invoiced > 0),
        ("paid", booked.received > 0),
        ("bounced", booked.bounced > 0),
        ("credited", booked.credited > 0),
        ("left open", any(State::Open)),
        ("resolved", any(State::Resolved)),
        ("closed", any(State::Closed)),
        ("rated", tickets.values().any(|told| told.ratings > 0)),
        ("earned", some(|points| points.earned)),
        ("redeemed", some(|points| points.spent)),
        ("refunded", some(|points| points.refunded)),
    ]
}
