//! Every cell of the table that stands in the documentation of [`Order`](super::super::Order).

use std::collections::BTreeSet;

use super::*;

const TABLE: &str = include_str!("../transitions.md");

/// The cells of each row, the head first.
fn table() -> Vec<Vec<&'static str>> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with("|--"))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(str::trim).collect()
        })
        .collect()
}

/// Ten pieces at 10, and postage of 5.
fn lines() -> Vec<SaleLineInput> {
    vec![goods("10", "10"), words("postage", "5")]
}

/// How an order comes to be in each state of the table.
fn world(state: &str) -> World {
    let draft = World::default().after(Command::Place(Box::new(place(lines()))));
    let confirmed = World::confirmed(lines());
    match state {
        "draft" => draft,
        "confirmed" => confirmed,
        "partly delivered" => confirmed.after(deliver(&[(1, "4")])),
        // Only goods: postage would be left to cancel.
        "delivered" => World::confirmed(vec![goods("10", "10")]).after(deliver_all()),
        "partly billed" => confirmed.billed(1, Some(&[part(1, "4")])),
        "billed" => confirmed.billed(1, None),
        "completed" => confirmed.after(deliver_all()).billed(1, None),
        "completed, cut short" => confirmed
            .after(deliver(&[(1, "4")]))
            .after(cancel_rest())
            .billed(1, None),
        "cancelled" => confirmed.after(cancel_rest()),
        "cancelled draft" => draft.after(cancel_rest()),
        "on hold" => confirmed.after(hold()),
        "on hold, delivered" => World::confirmed(vec![goods("10", "10")])
            .after(deliver_all())
            .after(hold()),
        "on hold, cancelled" => confirmed.after(hold()).after(cancel_rest()),
        other => panic!("no order is known to be {other}"),
    }
}

/// What the status of an order in each state of the table is.
fn status(state: &str) -> Status {
    match state {
        "draft" => Status::Draft,
        "confirmed" | "on hold" => Status::Confirmed,
        "partly delivered" => Status::PartlyDelivered,
        "delivered" | "on hold, delivered" => Status::Delivered,
        "partly billed" => Status::PartlyBilled,
        "billed" => Status::Billed,
        "completed" | "completed, cut short" => Status::Completed,
        "cancelled" | "cancelled draft" | "on hold, cancelled" => Status::Cancelled,
        other => panic!("no order is known to be {other}"),
    }
}

/// `yes`, `nothing` or the code.
fn told(command: &str, world: &World) -> String {
    let sale = world.sale();
    let command = match command {
        "change lines" => {
            let mut more = lines();
            more.push(words("gift wrap", "1"));
            change(more)
        }
        "confirm" => confirm(),
        "hold" => hold(),
        "release" => Command::Release,
        "deliver" => deliver_all(),
        "cancel rest" => cancel_rest(),
        "reopen" => reopen(),
        "bill" => return told_of(sale.billable(None)),
        "credit" => return told_of(sale.creditable(&[part(1, "1")])),
        "ask for return" => return told_of(sale.may_come_back(&[part(1, "1")])),
        other => panic!("nobody knows how to {other}"),
    };
    match world.ask(command).result {
        Ok(decision) if decision.events.is_empty() => "nothing".to_owned(),
        Ok(_) => "yes".to_owned(),
        Err(refusal) => refusal.code.to_owned(),
    }
}

fn told_of<T>(result: Result<Vec<T>, Refusal>) -> String {
    match result {
        Ok(_) => "yes".to_owned(),
        Err(refusal) => refusal.code.to_owned(),
    }
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    let table = table();
    let (head, rows) = table.split_first().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let world = world(row[0]);
        assert_eq!(world.status(), status(row[0]), "{}", row[0]);
        for (command, wanted) in head.iter().zip(row).skip(1) {
            let told = told(command, &world);
            if told != *wanted {
                wrong.push(format!("{}, {command}: {told}, not {wanted}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_knows_every_status_and_every_command() {
    let table = table();
    let states: BTreeSet<&str> = table[1..].iter().map(|row| status(row[0]).name()).collect();
    assert_eq!(states.len(), 8, "{states:?}");
    assert_eq!(table[0].len(), 11, "{:?}", table[0]);
    assert!(table.iter().all(|row| row.len() == 11));
}

#[test]
fn what_was_never_placed_is_not_found_and_placed_once() {
    for command in [
        change(lines()),
        confirm(),
        hold(),
        Command::Release,
        deliver_all(),
        cancel_rest(),
        reopen(),
    ] {
        scenario().when(command).then_refused("NOT_FOUND");
    }
    for row in &table()[1..] {
        world(row[0])
            .ask(Command::Place(Box::new(place(lines()))))
            .then_refused("ORDER_EXISTS");
    }
}
