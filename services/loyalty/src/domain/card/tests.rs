//! The rules of cards as given / when / then.

use guanxi_events::loyalty::ContactKeys;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    in_memory::{BATCH, Club, enrolment},
    member,
};

mod histories;
mod transitions;

fn replace() -> Command {
    Command::Replace {
        source: Source::Draw(BATCH),
        reason: "broken".into(),
    }
}

fn lose() -> Command {
    Command::ReportLost { note: None }
}

fn cancel() -> Command {
    Command::Cancel {
        reason: "given back".into(),
    }
}

fn usable_by(club: &Club, card: CardId) -> Result<MemberId, &'static str> {
    usable(card, club.state::<Card>(card).as_ref()).map_err(|refusal| refusal.code)
}

#[test]
fn a_lost_card_neither_earns_nor_spends_until_it_is_found() {
    let mut club = Club::open();
    let member = club.enrol(1);
    let card = club.draw(member).unwrap();
    assert_eq!(usable_by(&club, card), Ok(member));
    club.ask::<Card>(card, &lose()).unwrap();
    assert_eq!(usable_by(&club, card), Err("CARD_LOST"));
    assert!(club.member(member).cards.contains_key(&card));
    club.ask::<Card>(card, &Command::ReportFound).unwrap();
    assert_eq!(usable_by(&club, card), Ok(member));
    let unknown = CardId(uuid::Uuid::from_u128(5));
    assert_eq!(usable_by(&club, unknown), Err("CARD_UNKNOWN"));
}

#[test]
fn a_replaced_card_hands_its_member_on_once_and_is_never_used_again() {
    let mut club = Club::open();
    let member = club.enrol(1);
    let old = club.draw(member).unwrap();
    club.ask::<Card>(old, &lose()).unwrap();
    let decision = club.ask::<Card>(old, &replace()).unwrap();
    let of_card =
        |id, event: &dyn std::any::Any| Some((id, event.downcast_ref::<CardEvent>()?.clone()));
    let written = decision.elsewhere.iter();
    let cards: Vec<_> = written
        .filter_map(|e| of_card(e.id, e.event.as_any()))
        .collect();
    let [(new, CardEvent::Assigned(assigned))] = cards.as_slice() else {
        panic!("{cards:?}")
    };
    assert_eq!((assigned.member, assigned.replaces), (member, Some(old)));
    let new = CardId(*new);
    let kept = club.member(member).cards;
    assert_eq!(kept.keys().collect::<Vec<_>>(), [&new]);
    assert_eq!(kept[&new], assigned.number);
    assert_eq!(usable_by(&club, new), Ok(member));
    assert_eq!(usable_by(&club, old), Err("CARD_REPLACED"));
    for command in [replace(), Command::ReportFound, cancel()] {
        let refused = club.ask::<Card>(old, &command).unwrap_err();
        assert_eq!(refused.code, "CARD_REPLACED");
        assert_eq!(refused.figures["replaced_by"], new.to_string());
    }
}

#[test]
fn a_cancelled_card_is_the_members_no_more() {
    let mut club = Club::open();
    let member = club.enrol(1);
    let card = club.draw(member).unwrap();
    club.ask::<Card>(card, &cancel()).unwrap();
    assert!(club.member(member).cards.is_empty());
    assert_eq!(usable_by(&club, card), Err("CARD_CANCELLED"));
}

#[test]
fn a_frozen_member_gets_no_new_card_but_can_lose_and_cancel_one() {
    let mut club = Club::open();
    let member = club.enrol(1);
    let card = club.draw(member).unwrap();
    let freeze = member::Command::Freeze {
        reason: "dispute".into(),
    };
    club.ask::<Member>(member, &freeze).unwrap();
    let refused = club.ask::<Card>(card, &replace()).unwrap_err();
    assert_eq!(refused.code, "MEMBER_FROZEN");
    club.ask::<Card>(card, &lose()).unwrap();
    club.ask::<Card>(card, &cancel()).unwrap();
}

#[test]
fn the_telephone_number_is_a_card_that_no_event_and_no_id_tells() {
    let mut club = Club::open();
    let keys = ContactKeys {
        phone: Some("+8613912345678".into()),
        email: None,
    };
    let with_phone = member::Enrolment {
        keys,
        card: Some(Source::Phone),
        ..enrolment()
    };
    let member = club.enrol_as(1, with_phone).unwrap();
    let card = CardId::of_phone(member);
    assert_eq!(club.card(card).assigned.number, None);
    assert_eq!(usable_by(&club, card), Ok(member));
    let again = club.ask::<Member>(member, &member::Command::AddCard(Source::Phone));
    assert_eq!(again.unwrap_err().code, "CARD_EXISTS");
    let itself = Command::Replace {
        source: Source::Phone,
        reason: "new phone".into(),
    };
    assert_eq!(
        club.ask::<Card>(card, &itself).unwrap_err().code,
        "CARD_EXISTS"
    );
    // It is lost with the telephone, and a plastic card takes its place.
    club.ask::<Card>(card, &lose()).unwrap();
    club.ask::<Card>(card, &replace()).unwrap();
    assert_eq!(usable_by(&club, card), Err("CARD_REPLACED"));
    let without = club.enrol(2);
    let refused = club.ask::<Member>(without, &member::Command::AddCard(Source::Phone));
    assert_eq!(refused.unwrap_err().code, "NO_PHONE");
}
