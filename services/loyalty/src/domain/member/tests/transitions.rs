//! Every cell of the table that stands in the documentation of members.

use guanxi_events::loyalty::TierWindow;

use super::*;
use crate::domain::{
    in_memory::ladder,
    transitions::{cells, told},
};

fn command(name: &str) -> Command {
    match name {
        "activate" => Command::Activate,
        "freeze" => Command::Freeze { reason: reason() },
        "unfreeze" => Command::Unfreeze { reason: reason() },
        "close" => close(),
        "change keys" => Command::ChangeKeys(phone("+49301")),
        "add card" => Command::AddCard(Source::Draw(BATCH)),
        "set tier" => Command::SetTier {
            tier: Some("gold".parse().unwrap()),
            reason: reason(),
        },
        other => panic!("nobody knows how to {other}"),
    }
}

#[test]
fn every_command_in_every_status_does_what_the_table_says() {
    let mut wrong = Vec::new();
    let cells = cells(include_str!("../transitions.md"));
    assert_eq!(cells.len(), 4 * 7);
    for cell in cells {
        let mut club = Club::open();
        club.define(ladder(TierWindow::LifeTime, &[("gold", 100)], None));
        let enrolled = Enrolment {
            active: cell.state != "new",
            ..enrolment()
        };
        let id = club.enrol_as(1, enrolled).unwrap();
        match cell.state {
            "new" | "active" => {}
            "frozen" => {
                club.ask::<Member>(id, &command("freeze")).unwrap();
            }
            "closed" => {
                club.ask::<Member>(id, &close()).unwrap();
            }
            other => panic!("no member is known to be {other}"),
        }
        let told = told(club.ask::<Member>(id, &command(cell.command)));
        if told != cell.wanted {
            wrong.push(format!("{cell:?}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_was_never_enrolled_is_not_found() {
    let mut club = Club::open();
    for name in [
        "activate",
        "freeze",
        "unfreeze",
        "close",
        "change keys",
        "add card",
        "set tier",
    ] {
        let refused = club.ask::<Member>(member_id(1), &command(name));
        assert_eq!(code(refused), "NOT_FOUND", "{name}");
    }
}
