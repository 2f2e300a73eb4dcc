//! Every cell of the table that stands in the documentation of returns.

use super::*;

const TABLE: &str = include_str!("../transitions.md");

fn table() -> Vec<Vec<&'static str>> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with("|--"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

fn history(state: &str) -> Vec<ReturnEvent> {
    let asked = requested(vec![wanted(1, "3")]);
    let received = ReturnReceived {
        lines: vec![part(1, "3")],
    };
    let last: Vec<ReturnEvent> = match state {
        "requested" => vec![],
        "approved" => vec![ReturnApproved {}.into()],
        "rejected" => vec![ReturnRejected { reason: reason() }.into()],
        "withdrawn" => vec![ReturnWithdrawn { reason: reason() }.into()],
        "received" => vec![ReturnApproved {}.into(), received.into()],
        "refunded" => vec![
            ReturnApproved {}.into(),
            received.into(),
            ReturnRefunded {
                credit_note: None,
                refund: None,
                lines: vec![],
            }
            .into(),
        ],
        other => panic!("no return is known to be {other}"),
    };
    std::iter::once(asked).chain(last).collect()
}

fn command(name: &str) -> Command {
    match name {
        "approve" => Command::Approve,
        "reject" => reject(),
        "withdraw" => withdraw(),
        "receive" => receive_all(),
        "close" => Command::Close,
        other => panic!("nobody knows how to {other}"),
    }
}

fn told(outcome: Outcome<OrderReturn>) -> String {
    match outcome.result {
        Ok(decision) if decision.events.is_empty() => "nothing".to_owned(),
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
        for (name, wanted) in head.iter().zip(row).skip(1) {
            let told = told(
                of(&delivered())
                    .given(history(row[0]))
                    .by("mara")
                    .when(command(name)),
            );
            if told != *wanted {
                wrong.push(format!("{}, {name}: {told}, not {wanted}", row[0]));
            }
        }
        of(&delivered())
            .given(history(row[0]))
            .when(Command::Request(request(vec![wanted(1, "1")])))
            .then_refused("RETURN_EXISTS");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((rows.len(), head.len()), (6, 6));
}

#[test]
fn what_was_never_requested_is_not_found() {
    for name in ["approve", "reject", "withdraw", "receive", "close"] {
        of(&delivered())
            .when(command(name))
            .then_refused("NOT_FOUND");
    }
}
