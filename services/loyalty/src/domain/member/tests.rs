//! The rules of members as given / when / then.

use guanxi_events::{CustomerCopied, loyalty::CustomerCopyEvent};
use uuid::Uuid;

use super::*;
use crate::domain::in_memory::{BATCH, CUSTOMER, Club, PROGRAM, enrolment, member_id};

mod falling;
mod oracle;
mod rising;
mod transitions;

fn reason() -> String {
    "because".to_owned()
}

fn close() -> Command {
    Command::Close { reason: reason() }
}

fn phone(number: &str) -> ContactKeys {
    ContactKeys {
        phone: Some(number.into()),
        email: None,
    }
}

fn of_customer() -> Enrolment {
    Enrolment {
        customer: Some(CUSTOMER),
        ..enrolment()
    }
}

fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.map(|_| ()).unwrap_err().code
}

#[test]
fn a_member_is_enrolled_on_its_business_day_with_a_card() {
    let mut club = Club::open();
    let with_card = Enrolment {
        active: false,
        shop: Some("shanghai-1".into()),
        card: Some(Source::Draw(BATCH)),
        ..of_customer()
    };
    let id = club.enrol_as(1, with_card).unwrap();
    let member = club.member(id);
    assert_eq!(member.status, MemberStatus::New);
    assert_eq!(member.enrolled_on.to_string(), "2026-01-15");
    assert_eq!(member.shop.as_deref(), Some("shanghai-1"));
    assert_eq!(member.cards.len(), 1);
    let holder = club.state::<Holder>(CUSTOMER);
    assert_eq!(holder.member_of(PROGRAM), Some(id));
    assert_eq!(holder.members().collect::<Vec<_>>(), [(PROGRAM, id)]);
}

#[test]
fn a_customer_has_one_membership_in_a_program_until_it_is_closed() {
    let mut club = Club::open();
    let id = club.enrol_as(1, of_customer()).unwrap();
    let refused = club.enrol_as(2, of_customer()).unwrap_err();
    assert_eq!(refused.code, "ALREADY_MEMBER");
    assert_eq!(refused.figures["member_id"], id.to_string());
    club.ask::<Member>(id, &close()).unwrap();
    assert_eq!(club.state::<Holder>(CUSTOMER).member_of(PROGRAM), None);
    let again = club.enrol_as(2, of_customer()).unwrap();
    assert_eq!(
        club.state::<Holder>(CUSTOMER).member_of(PROGRAM),
        Some(again)
    );
}

#[test]
fn what_an_enrolment_names_must_be_known() {
    let mut club = Club::open();
    let stranger = Enrolment {
        customer: Some(Uuid::from_u128(99).into()),
        ..enrolment()
    };
    assert_eq!(code(club.enrol_as(1, stranger)), "CUSTOMER_UNKNOWN");
    let elsewhere = Enrolment {
        program: ProgramId(Uuid::from_u128(99)),
        ..enrolment()
    };
    assert_eq!(code(club.enrol_as(1, elsewhere)), "PROGRAM_UNKNOWN");
    let sent = Enrolment {
        referrer: Some(member_id(7)),
        ..enrolment()
    };
    assert_eq!(code(club.enrol_as(1, sent)), "REFERRER_UNKNOWN");
    let id = club.enrol(1);
    assert_eq!(code(club.enrol_as(1, enrolment())), "MEMBER_EXISTS");
    assert_eq!(club.member(id).status, MemberStatus::Active);
    // A copy without a name is a customer as well.
    let copied = CustomerCopyEvent::Copied(CustomerCopied::default());
    assert!(CustomerCopy::evolve(None, &copied).is_some());
}

#[test]
fn a_telephone_number_finds_one_member_of_a_program() {
    let mut club = Club::open();
    let with = |keys| Enrolment {
        keys,
        ..enrolment()
    };
    let id = club.enrol_as(1, with(phone("+49301"))).unwrap();
    assert_eq!(code(club.enrol_as(2, with(phone("+49301")))), "TAKEN");
    let other = club.enrol_as(2, with(phone("+49302"))).unwrap();
    let change = |keys| Command::ChangeKeys(keys);
    let taken = club.ask::<Member>(other, &change(phone("+49301")));
    assert_eq!(code(taken), "TAKEN");
    let same = club.ask::<Member>(id, &change(phone("+49301"))).unwrap();
    assert!(same.events.is_empty() && same.claims.is_empty());
    let decision = club.ask::<Member>(id, &change(phone("+49303"))).unwrap();
    assert_eq!(decision.claims, [keys::phone(PROGRAM, "+49303")]);
    assert_eq!(decision.releases, [keys::phone(PROGRAM, "+49301")]);
    club.ask::<Member>(other, &change(phone("+49301"))).unwrap();
    assert!(club.member(other).has_phone("+49301") && !club.member(id).has_phone("+49301"));
    let decision = club.ask::<Member>(other, &close()).unwrap();
    assert_eq!(decision.releases, [keys::phone(PROGRAM, "+49301")]);
    club.enrol_as(3, with(phone("+49301"))).unwrap();
}

#[test]
fn who_leaves_leaves_no_card_that_could_be_used() {
    let mut club = Club::open();
    let id = club.enrol(1);
    let cards = [club.draw(id).unwrap(), club.draw(id).unwrap()];
    club.ask::<Member>(id, &close()).unwrap();
    for card in cards {
        let state = club.state::<Card>(card);
        let refused = crate::domain::card::usable(card, state.as_ref());
        assert_eq!(code(refused), "CARD_CANCELLED");
    }
    assert!(club.member(id).cards.is_empty());
}

#[test]
fn a_member_has_so_many_cards_at_once_and_no_more() {
    let mut club = Club::open();
    let id = club.enrol(1);
    for _ in 0..Member::MOST_CARDS {
        club.draw(id).unwrap();
    }
    assert_eq!(code(club.draw(id)), "TOO_MANY_CARDS");
    assert_eq!(club.drawing().next, 21, "a refused draw uses up no number");
}

#[test]
fn a_thawed_member_is_what_it_was() {
    for active in [false, true] {
        let mut club = Club::open();
        let enrolled = Enrolment {
            active,
            ..enrolment()
        };
        let id = club.enrol_as(1, enrolled).unwrap();
        let before = club.member(id).status;
        for command in [
            Command::Freeze { reason: reason() },
            Command::Unfreeze { reason: reason() },
        ] {
            club.ask::<Member>(id, &command).unwrap();
        }
        assert_eq!(club.member(id).status, before);
    }
}
