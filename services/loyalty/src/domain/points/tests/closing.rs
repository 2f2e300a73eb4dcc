//! A member who leaves with a negative balance: what is owed stays in the books, and only what comes
//! back of what was spent settles it.

use guanxi_events::loyalty::MemberStatus;

use super::*;
use crate::domain::member::{self, Member};

/// Anne bought for 100, spent 80 of the 100 points and brought everything back: by this policy she is
/// short of 80. Then she left. Her redemption.
fn left_short(policy: ShortfallPolicy) -> (Club, uuid::Uuid) {
    let mut club = club(|rules| rules.shortfall = policy);
    let purchase = club.buys(ANNE, dec("100"));
    let redemption = club.spends("80").unwrap();
    club.returns(purchase, Back::Rest).unwrap();
    let close = member::Command::Close {
        reason: "moves away".into(),
    };
    club.run::<Member>(ANNE, &close).unwrap();
    assert_eq!(club.member(ANNE).status, MemberStatus::Closed);
    (club, redemption)
}

#[test]
fn who_leaves_with_a_negative_balance_keeps_it_and_neither_spends_nor_earns() {
    let (mut club, _) = left_short(ShortfallPolicy::GoNegative);
    let before = club.ledger(ANNE);
    assert_eq!((before.active(), before.debt), (dec("-80"), dec("80")));
    assert_eq!(before.imbalance(), Decimal::ZERO);

    assert_eq!(club.spends("1").unwrap_err().code, "MEMBER_MAY_NOT_SPEND");
    let gift = |to| Command::Transfer {
        to,
        points: dec("1"),
        reason: None,
    };
    let sent = club.run::<PointsAccount>(ANNE, &gift(BEN)).unwrap_err();
    assert_eq!(sent.code, "MEMBER_MAY_NOT_SPEND");
    let received = club.run::<PointsAccount>(BEN, &gift(ANNE)).unwrap_err();
    assert_eq!(received.code, "MEMBER_MAY_NOT_EARN");
    let stated = Command::Accrue {
        points: dec("5"),
        tier_points: Decimal::ZERO,
        reference: "a raffle".to_owned(),
    };
    let accrued = club.run::<PointsAccount>(ANNE, &stated).unwrap_err();
    assert_eq!(accrued.code, "MEMBER_MAY_NOT_EARN");
    club.buys(ANNE, dec("30"));
    club.wait(400);
    assert_eq!(club.ledger(ANNE), before, "nothing pays what is owed");
}

#[test]
fn what_comes_back_of_what_was_spent_settles_what_a_member_who_left_is_short_of() {
    for policy in [ShortfallPolicy::GoNegative, ShortfallPolicy::Owe] {
        let (mut club, redemption) = left_short(policy);
        club.refunds(redemption, "50");
        let ledger = club.ledger(ANNE);
        let short = ledger.debt + ledger.owed();
        assert_eq!((short, ledger.in_lots()), (dec("30"), Decimal::ZERO));
        club.refunds(redemption, "30");
        let ledger = club.ledger(ANNE);
        assert_eq!((ledger.debt, ledger.owed()), (Decimal::ZERO, Decimal::ZERO));
        assert_eq!(ledger.active(), Decimal::ZERO);
        assert_eq!(ledger.sums.reversed, dec("100"), "all that was earned");
        assert_eq!(ledger.imbalance(), Decimal::ZERO);
    }
}

#[test]
fn a_correction_of_what_a_member_who_left_is_short_of_is_still_possible() {
    let (mut club, _) = left_short(ShortfallPolicy::GoNegative);
    let forgive = Command::Adjust {
        points: dec("80"),
        tier_points: Decimal::ZERO,
        reason: "moved away".into(),
    };
    club.run::<PointsAccount>(ANNE, &forgive).unwrap();
    let ledger = club.ledger(ANNE);
    assert_eq!(
        (ledger.debt, ledger.active()),
        (Decimal::ZERO, Decimal::ZERO)
    );
    assert_eq!(ledger.imbalance(), Decimal::ZERO);
}
