//! The rules of an account as tests: expiry against spending, claw backs by each policy, points that
//! come back.

use guanxi_events::loyalty::{
    ExpiryRule, ProgramRules, PurchaseId, RedeemFor, ShortfallPolicy,
    points::{DebtSettled, LotNo, LotPart, PointsReversed},
};

use super::*;
use crate::domain::{
    in_memory::{ANNE, BEN, Club, dec, rules},
    purchase::Back,
    redemption::{Command as RedemptionCommand, Redeem, Redemption},
};

mod cards_and_tiers;
mod closing;

fn redeem(points: &str) -> RedemptionCommand {
    RedemptionCommand::Redeem(Redeem {
        member: ANNE,
        card: None,
        points: dec(points),
        bill: None,
        purpose: RedeemFor::Payment,
        shop: None,
        reference: None,
    })
}

impl Club {
    fn spends(&mut self, points: &str) -> Result<uuid::Uuid, Refusal> {
        let id = self.id();
        self.run::<Redemption>(id, &redeem(points)).map(|_| id)
    }

    fn refunds(&mut self, redemption: uuid::Uuid, points: &str) {
        let refund = RedemptionCommand::Refund {
            points: Some(dec(points)),
            reason: "back".into(),
        };
        self.run::<Redemption>(redemption, &refund).unwrap();
    }

    fn accrues(&mut self, points: &str) {
        let reference = self.id().to_string();
        let accrue = Command::Accrue {
            points: dec(points),
            tier_points: Decimal::ZERO,
            reference,
        };
        self.run::<PointsAccount>(ANNE, &accrue).unwrap();
    }

    fn lots(&self) -> Vec<(u32, Decimal)> {
        let ledger = self.ledger(ANNE);
        ledger
            .lots
            .iter()
            .map(|(no, lot)| (no.0, lot.points))
            .collect()
    }
}

fn club(change: impl FnOnce(&mut ProgramRules)) -> Club {
    let mut rules = rules();
    change(&mut rules);
    Club::with(rules)
}

#[test]
fn expiry_and_spending_at_the_same_instant_never_both_win() {
    let expiring = || {
        let mut club = club(|rules| rules.expiry = ExpiryRule::Days(1));
        club.accrues("100");
        club
    };
    let mut at_midnight = expiring();
    at_midnight.now = "2026-01-03T00:00:00Z".parse().unwrap();
    let refused = at_midnight.spends("1").unwrap_err();
    assert_eq!(refused.code, "NOT_ENOUGH_POINTS");
    assert_eq!(refused.figures["active"], "0");
    at_midnight.wake(ANNE);
    assert_eq!(at_midnight.ledger(ANNE).sums.expired, dec("100"));

    let mut before = expiring();
    before.now = "2026-01-02T23:59:59.999999Z".parse().unwrap();
    before.spends("100").unwrap();
    before.now = "2026-01-03T00:00:00Z".parse().unwrap();
    before.wake(ANNE);
    let sums = before.ledger(ANNE).sums;
    assert_eq!((sums.spent, sums.expired), (dec("100"), Decimal::ZERO));
}

#[test]
fn the_soonest_to_expire_are_spent_first_and_named() {
    let mut club = club(|rules| rules.expiry = ExpiryRule::Days(10));
    club.accrues("30");
    club.wait(5);
    club.accrues("30");
    // Of the first day, and so the first to expire, though it is booked last.
    club.dated = Some("2025-12-31T12:00:00Z".parse().unwrap());
    club.accrues("30");
    club.dated = None;
    club.spends("50").unwrap();
    assert_eq!(club.lots(), [(1, dec("10")), (2, dec("30"))]);
}

#[test]
fn refunded_points_return_to_their_lots_with_the_life_that_they_had_left_or_the_grace() {
    let mut club = club(|rules| {
        rules.expiry = ExpiryRule::Days(10);
        rules.returned_grace_days = 3;
    });
    club.accrues("100");
    let redemption = club.spends("60").unwrap();
    club.refunds(redemption, "20");
    assert_eq!(
        club.lots(),
        [(1, dec("60"))],
        "its life is longer than the grace"
    );
    club.wait(9);
    club.refunds(redemption, "15");
    // Its own lot expires tomorrow: what comes back lives for three days beside it, and does not
    // prolong the rest.
    assert_eq!(club.lots(), [(1, dec("60")), (2, dec("15"))]);
    club.wait(2);
    assert_eq!(club.lots(), [(2, dec("15"))]);
    assert_eq!(club.ledger(ANNE).lots[&LotNo(2)].origin, LotNo(1));
    club.refunds(redemption, "25");
    club.wait(4);
    assert_eq!(club.lots(), [], "after expiry, too, there is an end");
    assert_eq!(club.ledger(ANNE).sums.expired, dec("100"));
}

/// Anne earned 70 for 40 and has spent 50 of them.
fn mostly_spent(policy: ShortfallPolicy) -> (Club, PurchaseId) {
    let mut club = club(|rules| rules.shortfall = policy);
    let line = crate::domain::in_memory::line(Some("shoes"), Decimal::ONE, dec("40"));
    let purchase = club.buys_lines(Some(ANNE), vec![line]);
    club.spends("50").unwrap();
    (club, purchase)
}

fn last_reversal(club: &Club) -> PointsReversed {
    let events = club.booked[&ANNE.0].iter().rev();
    let mut reversals = events.filter_map(|event| match event {
        PointsEvent::Reversed(reversed) => Some(reversed.clone()),
        _ => None,
    });
    reversals.next().unwrap()
}

#[test]
fn spent_points_of_a_return_make_the_balance_negative_and_the_next_points_pay_it() {
    let (mut club, purchase) = mostly_spent(ShortfallPolicy::GoNegative);
    club.returns(purchase, Back::Rest).unwrap();
    let reversed = last_reversal(&club);
    assert_eq!((reversed.points, reversed.debt), (dec("70"), dec("50")));
    let own = [LotPart {
        lot: LotNo(1),
        points: dec("20"),
    }];
    assert_eq!(reversed.lots, own);
    assert_eq!(club.ledger(ANNE).active(), dec("-50"));
    assert_eq!(club.spends("1").unwrap_err().figures["active"], "-50");

    club.accrues("60");
    let settled = club.booked[&ANNE.0].last().cloned().unwrap();
    assert_eq!(
        settled,
        DebtSettled {
            at: club.now,
            lots: vec![LotPart {
                lot: LotNo(2),
                points: dec("50")
            }],
            debt: dec("50"),
            owed: Vec::new(),
        }
        .into()
    );
    assert_eq!(club.ledger(ANNE).active(), dec("10"));
}

#[test]
fn or_the_balance_stops_at_zero_and_the_rest_is_owed() {
    let (mut club, purchase) = mostly_spent(ShortfallPolicy::Owe);
    club.returns(purchase, Back::Rest).unwrap();
    let ledger = club.ledger(ANNE);
    assert_eq!((ledger.active(), ledger.owed()), (Decimal::ZERO, dec("50")));
    assert_eq!(ledger.sums.reversed, dec("20"), "only what was taken");
    club.accrues("60");
    let ledger = club.ledger(ANNE);
    assert_eq!((ledger.active(), ledger.owed()), (dec("10"), Decimal::ZERO));
    assert_eq!(ledger.sums.reversed, dec("70"));
}

#[test]
fn or_the_return_is_refused_with_the_figures() {
    let (mut club, purchase) = mostly_spent(ShortfallPolicy::Refuse);
    let refused = club.returns(purchase, Back::Rest).unwrap_err();
    assert_eq!(refused.code, "POINTS_SPENT");
    assert_eq!(
        (
            refused.figures["there"].as_str(),
            refused.figures["missing"].as_str()
        ),
        ("20", "50")
    );
    club.returns(purchase, Back::Amount(dec("10"))).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("2"), "17.5 are 18");
}

#[test]
fn a_refund_pays_a_negative_balance_before_it_can_be_spent() {
    let mut club = club(|_| {});
    let purchase = club.buys(ANNE, dec("100"));
    let redemption = club.spends("100").unwrap();
    club.returns(purchase, Back::Rest).unwrap();
    assert_eq!(club.ledger(ANNE).active(), dec("-100"));
    club.refunds(redemption, "100");
    let ledger = club.ledger(ANNE);
    assert_eq!(
        (ledger.active(), ledger.debt),
        (Decimal::ZERO, Decimal::ZERO)
    );
    assert_eq!(ledger.imbalance(), Decimal::ZERO);
}

#[test]
fn nothing_more_is_taken_for_points_that_expired_before_the_return() {
    let mut club = club(|rules| rules.expiry = ExpiryRule::Days(10));
    let purchase = club.buys(ANNE, dec("100"));
    club.wait(11);
    club.accrues("40");
    club.returns(purchase, Back::Rest).unwrap();
    let reversed = last_reversal(&club);
    assert_eq!((reversed.lapsed, reversed.lots), (dec("100"), Vec::new()));
    assert_eq!(club.ledger(ANNE).active(), dec("40"));
}

#[test]
fn a_sale_that_is_cancelled_while_its_points_are_pending_takes_them_there() {
    let mut club = club(|rules| rules.return_window_days = 14);
    let purchase = club.buys(ANNE, dec("100"));
    club.accrues("5");
    assert_eq!(club.ledger(ANNE).pending(), dec("100"));
    club.returns(purchase, Back::Rest).unwrap();
    let reversed = last_reversal(&club);
    assert_eq!((reversed.pending, reversed.lots), (dec("100"), Vec::new()));
    club.wait(20);
    assert_eq!(club.ledger(ANNE).active(), dec("5"));
}

#[test]
fn a_transfer_prolongs_nothing_and_refuses_what_is_not_there() {
    let mut club = club(|rules| rules.expiry = ExpiryRule::Days(10));
    club.accrues("30");
    club.wait(5);
    let transfer = |points| Command::Transfer {
        to: BEN,
        points: dec(points),
        reason: None,
    };
    let more = club
        .run::<PointsAccount>(ANNE, &transfer("31"))
        .unwrap_err();
    assert_eq!(more.code, "NOT_ENOUGH_POINTS");
    club.run::<PointsAccount>(ANNE, &transfer("20")).unwrap();
    assert_eq!(club.ledger(BEN).active(), dec("20"));
    club.wait(6);
    assert_eq!(club.ledger(BEN).sums.expired, dec("20"));
}

#[test]
fn an_adjustment_takes_no_more_than_is_there_of_either_kind() {
    let mut club = club(|_| {});
    club.accrues("10");
    let adjust = |points, tier_points| Command::Adjust {
        points: dec(points),
        tier_points: dec(tier_points),
        reason: "counted twice".into(),
    };
    let code = |club: &mut Club, points, tier| {
        club.run::<PointsAccount>(ANNE, &adjust(points, tier))
            .map_err(|refused| refused.code)
    };
    assert_eq!(
        code(&mut club, "-11", "0").unwrap_err(),
        "NOT_ENOUGH_POINTS"
    );
    assert_eq!(
        code(&mut club, "0", "-1").unwrap_err(),
        "NOT_ENOUGH_TIER_POINTS"
    );
    assert_eq!(code(&mut club, "0.5", "0").unwrap_err(), "POINTS_TOO_FINE");
    code(&mut club, "-10", "3").unwrap();
    let ledger = club.ledger(ANNE);
    assert_eq!(
        (ledger.active(), ledger.tier_points()),
        (Decimal::ZERO, dec("3"))
    );
}
