//! Every cell of the table that stands in the documentation of cards.

use super::*;
use crate::domain::transitions::{cells, told};

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    let mut wrong = Vec::new();
    let cells = cells(include_str!("../transitions.md"));
    assert_eq!(cells.len(), 4 * 4);
    for cell in cells {
        let mut club = Club::open();
        let member = club.enrol(1);
        let card = club.draw(member).unwrap();
        let history = match cell.state {
            "assigned" => vec![],
            "lost" => vec![lose()],
            "replaced" => vec![replace()],
            "cancelled" => vec![cancel()],
            other => panic!("no card is known to be {other}"),
        };
        for command in history {
            club.ask::<Card>(card, &command).unwrap();
        }
        let command = match cell.command {
            "report lost" => lose(),
            "report found" => Command::ReportFound,
            "replace" => replace(),
            "cancel" => cancel(),
            other => panic!("nobody knows how to {other}"),
        };
        let told = told(club.ask::<Card>(card, &command));
        if told != cell.wanted {
            wrong.push(format!("{cell:?}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_was_never_given_out_is_not_found() {
    let mut club = Club::open();
    for command in [lose(), Command::ReportFound, replace(), cancel()] {
        let unknown = CardId(uuid::Uuid::from_u128(5));
        let refused = club.ask::<Card>(unknown, &command).unwrap_err();
        assert_eq!(refused.code, "NOT_FOUND");
    }
}
