//! Random lives of cards: no number is ever given out twice, and a member's cards are exactly those
//! that stand for it.

use std::collections::BTreeSet;

use super::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    Draw(u128),
    Lose(usize),
    Find(usize),
    Replace(usize),
    Cancel(usize),
    Close(u128),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u128..3).prop_map(Step::Draw),
        2 => (0_usize..20).prop_map(Step::Lose),
        2 => (0_usize..20).prop_map(Step::Find),
        3 => (0_usize..20).prop_map(Step::Replace),
        1 => (0_usize..20).prop_map(Step::Cancel),
        1 => (0_u128..3).prop_map(Step::Close),
    ]
}

/// Does the step; whether it was accepted.
fn take(club: &mut Club, cards: &[CardId], step: Step) -> bool {
    let member = |n| crate::domain::in_memory::member_id(n);
    let at = |n: usize| cards.get(n % cards.len().max(1)).copied();
    let (card, command) = match step {
        Step::Draw(n) => return club.draw(member(n)).is_ok(),
        Step::Close(n) => {
            let close = member::Command::Close {
                reason: "leaves".into(),
            };
            return club.ask::<Member>(member(n), &close).is_ok();
        }
        Step::Lose(n) => (at(n), lose()),
        Step::Find(n) => (at(n), Command::ReportFound),
        Step::Replace(n) => (at(n), replace()),
        Step::Cancel(n) => (at(n), cancel()),
    };
    card.is_some_and(|card| club.ask::<Card>(card, &command).is_ok())
}

/// Every card that the batch has dealt, by its serial number.
fn dealt(club: &Club) -> Vec<CardId> {
    let batch = club.drawing();
    (1..batch.next)
        .map(|n| crate::domain::number_format::number(&batch.created.numbers, n))
        .map(|number| CardId::of(crate::domain::in_memory::PROGRAM, &number))
        .collect()
}

proptest! {
    #[test]
    fn every_number_is_one_card_and_every_balance_is_behind_the_right_ones(
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut club = Club::open();
        let members: Vec<MemberId> = (0..3).map(|n| club.enrol(n)).collect();
        for step in steps {
            let before = dealt(&club);
            let given = before.iter().map(|card| club.card(*card)).collect::<Vec<_>>();
            let accepted = take(&mut club, &before, step);
            let after = dealt(&club);
            let draws = matches!(step, Step::Draw(_) | Step::Replace(_)) && accepted;
            prop_assert_eq!(after.len(), before.len() + usize::from(draws), "{:?}", step);
            for (card, before) in before.iter().zip(given) {
                let now = club.card(*card);
                prop_assert_eq!(&now.assigned, &before.assigned, "a card is given out once");
                let ended = matches!(before.status, Status::Replaced { .. } | Status::Cancelled { .. });
                prop_assert!(!ended || now.status == before.status);
            }
            for member in &members {
                let kept: BTreeSet<CardId> = club.member(*member).cards.into_keys().collect();
                let standing = after.iter().copied().filter(|card| {
                    let card = club.card(*card);
                    card.assigned.member == *member
                        && matches!(card.status, Status::Assigned | Status::Lost)
                });
                prop_assert_eq!(kept, standing.collect::<BTreeSet<_>>());
            }
        }
    }
}
