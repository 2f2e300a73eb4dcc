//! A service desk that never was, in the shape of the public file and always the same for a seed.
//! It has every quirk that the rules are about.

use jiff::{ToSpan, civil::DateTime};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::Row;

/// The first day.
const FIRST: DateTime = DateTime::constant(2016, 2, 29, 0, 0, 0, 0);
/// Tickets are opened within so many days.
const DAYS: i64 = 75;
const PRIORITIES: [&str; 4] = ["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"];

/// Generates the updates of so many tickets; 50 have every quirk. The public file has 20 769.
pub fn desk(seed: u64, tickets: u32) -> Vec<Row> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rows: Vec<Row> = (0..tickets)
        .flat_map(|index| ticket(&mut random, index))
        .collect();
    rows.sort_by_key(|row| row.at);
    for (row, line) in rows.iter_mut().zip(2..) {
        row.line = line;
    }
    rows
}

/// The updates of one. The kinds take turns, so that a small file has all of them.
fn ticket(random: &mut StdRng, index: u32) -> Vec<Row> {
    let opened = random.random_range(0..DAYS * 24 * 60);
    let opened_at = FIRST.saturating_add(opened.minutes());
    let group = |random: &mut StdRng| match random.random_range(0..9) {
        0 => String::new(),
        number => format!("Group {number}"),
    };
    let mut row = Row {
        line: 0,
        number: format!("INC{:07}", 45 + index),
        state: "New".to_owned(),
        made_sla: true,
        caller: format!("Caller {}", random.random_range(1..80)),
        opened_at,
        at: opened_at,
        contact: if index % 40 == 1 { "Email" } else { "Phone" }.to_owned(),
        category: format!("Category {}", random.random_range(1..12)),
        priority: PRIORITIES[if index.is_multiple_of(7) {
            random.random_range(0..4)
        } else {
            2
        }]
        .to_owned(),
        group: group(random),
        resolver: String::new(),
    };
    let states: &[&str] = match index % 25 {
        1 => &["New", "Awaiting User Info", "Active", "Resolved", "Closed"],
        2 => &["New", "Active", "Resolved", "Active", "Resolved", "Closed"],
        3 => &["New", "Closed"],
        4 => &[
            "Active",
            "Awaiting Vendor",
            "Awaiting Problem",
            "Resolved",
            "Closed",
        ],
        5 => &["New", "Active", "Resolved", "Closed", "Active", "Closed"],
        6 => &["New", "-100", "Resolved", "Closed"],
        7 => &["Resolved", "Awaiting Evidence", "Resolved", "Closed"],
        8 => &["New", "Resolved", "New", "Resolved", "Closed"],
        9 if index < 25 => &["New"],
        _ => &["New", "Active", "Active", "Resolved", "Closed"],
    };
    let mut rows = Vec::new();
    for (step, state) in states.iter().enumerate() {
        let pause = match index % 11 {
            0 => random.random_range(0..4 * 24 * 60),
            _ => random.random_range(1..900),
        };
        row.at = row.at.saturating_add(i64::from(pause).minutes());
        row.state = (*state).to_owned();
        if index.is_multiple_of(3) && step == 1 {
            row.group = group(random);
        }
        if step > 0 || index.is_multiple_of(13) {
            row.resolver = format!("Resolver {}", random.random_range(1..30));
        }
        if index.is_multiple_of(17) && step == 2 {
            row.priority = PRIORITIES[random.random_range(0..4)].to_owned();
        }
        row.made_sla = row.made_sla && random.random_range(0..9) > 0;
        rows.push(row.clone());
    }
    if index.is_multiple_of(31) {
        // Updated before it was opened.
        let late = opened_at.saturating_add(5.minutes());
        rows.iter_mut().for_each(|row| row.opened_at = late);
        if let Some(first) = rows.first_mut() {
            first.at = opened_at;
        }
    }
    rows
}
