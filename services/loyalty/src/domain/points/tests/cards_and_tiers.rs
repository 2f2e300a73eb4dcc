//! What comes back after the card was replaced, or the tier was lost, with which it was bought.

use guanxi_events::loyalty::{CardId, Downgrade, Fall, TierWindow};

use super::*;
use crate::domain::{
    card::{self, Card},
    card_issue::Source,
    in_memory::{BATCH, PROGRAM, ladder, line},
    member::{self, Member},
    purchase::{Command as PurchaseCommand, Purchase},
};

/// So much is bought with Anne's card.
fn bought(club: &mut Club, card: CardId, amount: &str) -> PurchaseId {
    club.buys_with(card, ANNE, vec![line(None, Decimal::ONE, dec(amount))])
}

#[test]
fn a_replaced_card_earns_nothing_and_what_it_had_earned_is_the_members_and_can_be_taken_back() {
    let mut club = club(|_| {});
    club.print();
    let old = club.draw(ANNE).unwrap();
    let first = bought(&mut club, old, "100");
    let replace = card::Command::Replace {
        source: Source::Draw(BATCH),
        reason: "broken".into(),
    };
    club.run::<Card>(old, &replace).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("100"), "points go with her");

    let with_old = bought(&mut club, old, "7");
    let state = club.state::<Purchase>(with_old).unwrap();
    assert_eq!((state.members, state.earnings.len()), (Vec::new(), 0));
    let cards = club.member(ANNE).cards;
    let (new, _) = cards.last_key_value().unwrap();
    assert_ne!(*new, old);
    bought(&mut club, *new, "50");
    assert_eq!(club.ledger(ANNE).active(), dec("150"));

    club.returns(first, Back::Amount(dec("60"))).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("90"));
    club.returns(first, Back::Rest).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("50"));
    club.run::<Purchase>(with_old, &PurchaseCommand::Match(ANNE))
        .unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("57"), "it was hers");
    assert_eq!(club.ledger(ANNE).imbalance(), Decimal::ZERO);
}

#[test]
fn what_was_earned_in_a_higher_tier_is_taken_back_as_it_was_earned_when_the_tier_is_lost() {
    let mut club = club(|_| {});
    let yearly = Some(Downgrade {
        fall: Fall::ToBalance,
        grace_days: 0,
    });
    let mut tiers = ladder(
        TierWindow::CalendarYear,
        &[("silver", 0), ("gold", 100)],
        yearly,
    );
    tiers.tiers[1].privileges.earning_factor = Decimal::TWO;
    club.define(tiers);
    club.buys(ANNE, dec("100"));
    assert_eq!(club.tier(ANNE).as_deref(), Some("gold"));
    let doubled = club.buys(ANNE, dec("50"));
    assert_eq!(club.ledger(ANNE).active(), dec("200"));

    // Two years on, and nothing more was earned: the tier is silver, the factor one.
    club.wait(2 * 365);
    club.run::<Member>(ANNE, &member::Command::ReviewTier)
        .unwrap();
    assert_eq!(club.tier(ANNE).as_deref(), Some("silver"));
    club.returns(doubled, Back::Amount(dec("20"))).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("160"), "2 points a euro");
    club.buys(ANNE, dec("10"));
    assert_eq!(club.ledger(ANNE).active(), dec("170"), "1 point a euro");
    club.returns(doubled, Back::Rest).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("110"));
    let life = club.state::<Member>(ANNE).unwrap().totals.life_time();
    assert_eq!((life.tier_points, life.spend), (dec("110"), dec("110")));
    assert_eq!(club.ledger(ANNE).imbalance(), Decimal::ZERO);
    assert_eq!(club.member(ANNE).program, PROGRAM);
}
