//! The rules of batches and of the form of their numbers.

use guanxi_events::loyalty::{CardNumbers, CheckDigit, Dealing};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    card_issue::Source,
    in_memory::{BATCH, Club, numbers},
    member::{self, Member},
    number_format::{WrongNumber, luhn, number, overlap, serial},
};

const OTHER: CardBatchId = CardBatchId(Uuid::from_u128(33));

#[test]
fn numbers_are_drawn_in_order_without_a_gap() {
    let mut club = Club::open();
    let drawn: Vec<String> = (0..4)
        .map(|n| {
            let member = club.enrol(n);
            let card = club.draw(member).unwrap();
            club.card(card).assigned.number.unwrap()
        })
        .collect();
    let serials = ["000001", "000002", "000003", "000004"];
    let wanted = serials.map(|serial| {
        let body = format!("6217{serial}");
        format!("{body}{}", luhn(&body))
    });
    assert_eq!(drawn, wanted);
    assert_eq!(club.drawing().next, 5);
    assert_eq!(club.drawing().left(), Some(999_995));
}

#[test]
fn a_batch_that_gave_out_its_last_number_has_no_more() {
    let mut club = Club::open();
    club.batch(OTHER, numbers("99", 7, 8), Dealing::InOrder)
        .unwrap();
    let member = club.enrol(1);
    let draw = member::Command::AddCard(Source::Draw(OTHER));
    for _ in 0..2 {
        club.ask::<Member>(member, &draw).unwrap();
    }
    let refused = club.ask::<Member>(member, &draw).unwrap_err();
    assert_eq!(refused.code, "CARD_BATCH_EXHAUSTED");
    assert_eq!(refused.figures["last_serial"], "8");
}

#[test]
fn a_closed_batch_gives_out_nothing_and_is_closed_once() {
    let mut club = Club::open();
    let close = Command::Close {
        reason: "misprinted".into(),
    };
    assert_eq!(
        club.ask::<CardBatch>(BATCH, &close).unwrap().events.len(),
        1
    );
    assert_eq!(
        club.ask::<CardBatch>(BATCH, &close).unwrap().events.len(),
        0
    );
    let member = club.enrol(1);
    assert_eq!(club.draw(member).unwrap_err().code, "CARD_BATCH_CLOSED");
    let refused = club.ask::<CardBatch>(OTHER, &close).unwrap_err();
    assert_eq!(refused.code, "NOT_FOUND");
}

#[test]
fn a_printed_number_is_given_out_once_and_only_where_numbers_are_named() {
    let mut club = Club::open();
    club.batch(OTHER, numbers("99", 1, 500), Dealing::ByNumber)
        .unwrap();
    let printed = number(&numbers("99", 1, 500), 42);
    let name = |batch, number: &str| {
        member::Command::AddCard(Source::Named {
            batch,
            number: number.to_owned(),
        })
    };
    let (one, other) = (club.enrol(1), club.enrol(2));
    club.ask::<Member>(one, &name(OTHER, &printed)).unwrap();
    for again in [one, other] {
        let refused = club.ask::<Member>(again, &name(OTHER, &printed));
        assert_eq!(refused.unwrap_err().code, "CARD_EXISTS");
    }
    let refused = club.ask::<Member>(one, &name(BATCH, &printed)).unwrap_err();
    assert_eq!(refused.code, "CARDS_ARE_DRAWN");
    let draw = member::Command::AddCard(Source::Draw(OTHER));
    let refused = club.ask::<Member>(one, &draw).unwrap_err();
    assert_eq!(refused.code, "CARDS_ARE_NAMED");
    let unknown = CardBatchId(Uuid::from_u128(77));
    let refused = club.ask::<Member>(one, &name(unknown, &printed));
    assert_eq!(refused.unwrap_err().code, "CARD_BATCH_UNKNOWN");
}

#[test]
fn what_is_wrong_with_a_number_is_said() {
    let mut club = Club::open();
    club.batch(OTHER, numbers("99", 1, 500), Dealing::ByNumber)
        .unwrap();
    let member = club.enrol(1);
    let mut told = |number: &str| {
        let add = member::Command::AddCard(Source::Named {
            batch: OTHER,
            number: number.to_owned(),
        });
        let refused = club.ask::<Member>(member, &add).unwrap_err();
        assert_eq!(refused.violations[0].field, "card.number");
        refused.violations[0].description.clone()
    };
    assert_eq!(luhn("99000042"), '4');
    assert_eq!(
        told("990000428"),
        "has the check digit 8, but its other digits ask for 4: one of them is wrong"
    );
    assert_eq!(told("980000424"), "does not begin with 99");
    assert_eq!(told("99000042"), "has 8 characters, not 9");
    assert_eq!(
        told("99000o424"),
        "has something other than digits after its prefix"
    );
    let beyond = number(&numbers("99", 1, 999_999), 501);
    assert_eq!(
        told(&beyond),
        "has the serial number 501, which is not one of 1 to 500"
    );
}

#[test]
fn the_numbers_of_a_program_are_one_batchs() {
    let mut club = Club::open();
    let mut refused = |numbers| {
        let id = CardBatchId(Uuid::now_v7());
        let refused = club.batch(id, numbers, Dealing::InOrder).unwrap_err();
        (refused.code, refused.figures["card_batch_id"].clone())
    };
    let taken = ("CARD_NUMBERS_TAKEN", BATCH.to_string());
    assert_eq!(refused(numbers("6217", 999_999, 999_999)), taken);
    // 62179 begins as 6217 does, and has one digit less after it.
    let within = CardNumbers {
        digits: 5,
        ..numbers("62179", 0, 10)
    };
    assert_eq!(refused(within), taken);
    club.batch(OTHER, numbers("6218", 1, 10), Dealing::InOrder)
        .unwrap();
    let refused = club.batch(OTHER, numbers("6219", 1, 10), Dealing::InOrder);
    assert_eq!(refused.unwrap_err().code, "CARD_BATCH_EXISTS");
}

#[test]
fn a_batch_has_numbers_that_can_be_written() {
    let mut club = Club::open();
    let mut fields = |numbers| {
        let id = CardBatchId(Uuid::now_v7());
        let refused = club.batch(id, numbers, Dealing::InOrder).unwrap_err();
        let violations = refused.violations.into_iter();
        violations.map(|v| v.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(numbers("VIP", 1, 10)), ["numbers.prefix"]);
    assert_eq!(fields(numbers("1 2", 1, 10)), ["numbers.prefix"]);
    assert_eq!(
        fields(numbers("1", 1_000_001, 1_000_000)),
        ["numbers.last_serial", "numbers.first_serial"]
    );
    let short = CardNumbers {
        prefix: String::new(),
        digits: 2,
        first: 1,
        last: 99,
        check: CheckDigit::Luhn,
    };
    assert_eq!(fields(short), ["numbers.serial_digits"]);
}

#[test]
fn the_check_digit_is_luhns() {
    // The example of ISO/IEC 7812-1 as everybody quotes it, and a well-known test card.
    assert_eq!(luhn("7992739871"), '3');
    assert_eq!(luhn("411111111111111"), '1');
}

fn any_numbers() -> impl Strategy<Value = CardNumbers> {
    let check = prop_oneof![Just(CheckDigit::None), Just(CheckDigit::Luhn)];
    ("[12]{0,3}", 1_u8..4, 0_u64..1000, 0_u64..1000, check).prop_map(
        |(prefix, digits, one, other, check)| {
            let most = 10_u64.pow(digits.into()) - 1;
            let (one, other) = (one.min(most), other.min(most));
            CardNumbers {
                prefix,
                digits,
                first: one.min(other),
                last: one.max(other),
                check,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_serial_number_reads_back_from_its_number(numbers in any_numbers(), n in 0_u64..1000) {
        let n = numbers.first + n % (numbers.last - numbers.first + 1);
        prop_assert_eq!(serial(&numbers, &number(&numbers, n)), Ok(n));
    }

    #[test]
    fn every_slip_in_one_digit_is_found(n in 1_u64..999_999, place in 0_usize..11, slip in 1_u32..10) {
        let numbers = numbers("6217", 0, 999_999);
        let right = number(&numbers, n);
        let wrong: String = right
            .chars()
            .enumerate()
            .map(|(at, c)| match c.to_digit(10) {
                Some(digit) if at == place => char::from_digit((digit + slip) % 10, 10).unwrap(),
                _ => c,
            })
            .collect();
        let found = matches!(
            serial(&numbers, &wrong),
            Err(WrongNumber::CheckDigit { .. } | WrongNumber::Prefix(_))
        );
        prop_assert!(found, "{right} {wrong}");
    }

    #[test]
    fn batches_that_share_a_number_overlap(one in any_numbers(), other in any_numbers()) {
        let all = |numbers: &CardNumbers| -> std::collections::BTreeSet<String> {
            (numbers.first..=numbers.last).map(|n| number(numbers, n)).collect()
        };
        let shared = !all(&one).is_disjoint(&all(&other));
        prop_assert!(!shared || overlap(&one, &other));
        prop_assert_eq!(overlap(&one, &other), overlap(&other, &one));
        if one.check == CheckDigit::None && other.check == CheckDigit::None {
            prop_assert_eq!(shared, overlap(&one, &other));
        }
    }
}
