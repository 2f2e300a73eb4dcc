//! Every cell of the table that stands in the documentation of tickets.

use std::collections::BTreeSet;

use guanxi_events::service::{Priority, TicketEvent, ticket::PendingFor};

use super::{super::*, world::*};

const TABLE: &str = include_str!("../transitions.md");

/// The cells of each row, the head first.
fn table() -> Vec<Vec<&'static str>> {
    let rows = TABLE.lines().filter(|line| !line.starts_with("|--"));
    rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(str::trim).collect()
    })
    .collect()
}

/// How a ticket comes to be in each state of the table.
fn world(state: &str) -> World {
    let new = World::new().opened(T1).opened(T2);
    let open = || new.clone().after(T1, assign("anna"));
    let too_late = |mut world: World| {
        world.later(24 * 7 + 1);
        world
    };
    match state {
        "new" => new,
        "open" => open(),
        "pending, customer" => open().after(T1, wait(PendingFor::Customer, None)),
        "pending, third party" => open().after(T1, wait(PendingFor::ThirdParty, None)),
        "pending, date" => {
            let until = Some(at("2026-03-05T09:00:00Z"));
            open().after(T1, wait(PendingFor::Date, until))
        }
        "resolved" => open().after(T1, resolve()),
        "resolved, too late" => too_late(open().after(T1, resolve())),
        "closed" => open().after(T1, resolve()).after(T1, Command::Close),
        "closed, too late" => too_late(world("closed")),
        "closed, followed up" => world("closed, too late").after(T1, customer_says()),
        "merged" => open().after(T1, Command::Merge { into: T2 }),
        other => panic!("no ticket is known to be {other}"),
    }
}

fn command(name: &str) -> Command {
    match name {
        "change" => Command::Change(Box::new(Patch {
            subject: Some("no heat at all".into()),
            ..Patch::default()
        })),
        "prioritise" => Command::Prioritise {
            to: Priority::High,
            reason: None,
        },
        "assign" => assign("bob"),
        "unassign" => Command::Unassign { reason: None },
        "transfer" => Command::Transfer {
            queue: guanxi_events::service::QueueId::OF_TENANT,
            to: None,
            reason: None,
        },
        "agent replies" => agent_says(),
        "customer replies" => customer_says(),
        "note" => Command::Note(say(Speaker::Agent)),
        "wait" => wait(PendingFor::ThirdParty, Some(at("2026-06-01T00:00:00Z"))),
        "resume" => Command::Resume,
        "resolve" => resolve(),
        "close" => Command::Close,
        "reopen" => reopen(),
        "merge" => Command::Merge { into: T2 },
        "unmerge" => Command::Unmerge,
        other => panic!("nobody knows how to {other}"),
    }
}

fn name(work: &Work) -> &'static str {
    if work.merged_into.is_some() {
        return "merged";
    }
    match work.status {
        Status::New => "new",
        Status::Open => "open",
        Status::Pending { .. } => "pending",
        Status::Resolved => "resolved",
        Status::Closed => "closed",
    }
}

/// The state that follows, `nothing`, `new ticket` or the code.
fn told(command: Command, mut world: World) -> String {
    match world.ask(T1, command) {
        Err(refusal) => refusal.code.to_owned(),
        Ok(events) if events.is_empty() => "nothing".to_owned(),
        Ok(events) if matches!(events[..], [TicketEvent::RepliedLate(_)]) => {
            "new ticket".to_owned()
        }
        Ok(_) => name(world.work(T1)).to_owned(),
    }
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    let table = table();
    let (head, rows) = table.split_first().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let world = world(row[0]);
        let state = row[0].split(',').next().unwrap();
        assert_eq!(name(world.work(T1)), state, "{}", row[0]);
        for (column, wanted) in head.iter().zip(row).skip(1) {
            // Merged into a second one: the same one again is the same merge.
            let asked = match (*column, row[0]) {
                ("merge", "merged") => Command::Merge { into: T3 },
                _ => command(column),
            };
            let told = told(asked, world.clone().opened(T3));
            if told != *wanted {
                wrong.push(format!("{}, {column}: {told}, not {wanted}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_whole() {
    let table = table();
    let states: BTreeSet<&str> = table[1..]
        .iter()
        .map(|row| row[0].split(',').next().unwrap())
        .collect();
    let all = ["closed", "merged", "new", "open", "pending", "resolved"];
    assert_eq!(states, all.into_iter().collect());
    assert!(table.iter().all(|row| row.len() == table[0].len()));
    assert_eq!(table[0].len(), 16);
}

#[test]
fn what_was_never_opened_is_not_found_and_what_was_is_opened_once() {
    let table = table();
    for column in &table[0][1..] {
        World::new().refused(T1, command(column), "NOT_FOUND");
    }
    for row in &table[1..] {
        world(row[0]).refused(T1, open(DESK), "TICKET_EXISTS");
    }
}
