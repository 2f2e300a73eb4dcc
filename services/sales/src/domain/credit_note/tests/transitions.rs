//! Every cell of the table that stands in the documentation of credit notes.

use super::*;

const TABLE: &str = include_str!("../transitions.md");

fn shop(state: &str) -> Shop {
    let shop = billed();
    match state {
        "none" => shop,
        "issued" => shop.credited(1, free()),
        "voided" => {
            let mut shop = shop.credited(1, free());
            shop.credit_notes(1, &void_note());
            shop
        }
        other => panic!("no credit note is known to be {other}"),
    }
}

/// A free credit, of which nothing is used.
fn free() -> Issue {
    credit_lines(CUSTOMER, Currency::EUR, words_at("5"))
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    let lines = TABLE.lines().filter(|line| !line.starts_with("|--"));
    let table: Vec<Vec<&str>> = lines
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let (head, rows) = table.split_first().unwrap();
    for row in rows {
        for (name, wanted) in head.iter().zip(row).skip(1) {
            let command = match *name {
                "issue" => issue_note(free()),
                "void" => void_note(),
                other => panic!("nobody knows how to {other}"),
            };
            let told = match shop(row[0]).ask::<CreditNote>(credit_note(1), &command) {
                Ok(decision) if decision.events.is_empty() => {
                    assert!(decision.elsewhere.is_empty());
                    "nothing"
                }
                Ok(_) => "yes",
                Err(refusal) => refusal.code,
            };
            assert_eq!(told, *wanted, "{}, {name}", row[0]);
        }
    }
    assert_eq!((rows.len(), head.len()), (3, 3));
}
