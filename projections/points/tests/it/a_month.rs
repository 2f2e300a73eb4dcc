//! A month of a member: something of most kinds, of which every figure can be checked by hand.

use guanxi_events::loyalty::{
    ProgramId, PurchaseId,
    points::{
        AdjustmentNo, DebtSettled, EarnedBy, LotLife, LotNo, OwedCollected, PointsActivated,
        PointsAdjusted, PointsEarned, PointsEvent, PointsExpired, PointsReturned, PointsReversed,
        PointsSource, PointsSpent, ProgramVersion, RedemptionId, ReturnedLot, RulePoints,
        RulesApplied,
    },
};
use guanxi_projection::Build;
use iso_currency::Currency;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    history::PROGRAM,
    story::{dec, part, rules},
    world::World,
};

pub(crate) const MEMBER: Uuid = Uuid::from_u128(1);
pub(crate) const PURCHASE: Uuid = Uuid::from_u128(71);
const REDEMPTION: Uuid = Uuid::from_u128(72);

pub(crate) fn at(day: i8) -> Timestamp {
    let day = date(2024, 3, day).at(12, 0, 0, 0);
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn version() -> ProgramVersion {
    ProgramVersion {
        program: ProgramId::from(PROGRAM),
        version: 2,
    }
}

/// 70 points of a purchase at 3 points more for gold, pending for two days.
pub(crate) fn earned() -> PointsEarned {
    let shares = [("spend", "40"), ("gold", "33.5")];
    let shares = shares.map(|(rule, points)| RulePoints {
        rule: rule.into(),
        points: dec(points),
    });
    PointsEarned {
        lot: LotNo(1),
        at: at(1),
        on: date(2024, 3, 1),
        points: dec("70"),
        tier_points: dec("40"),
        source: PointsSource::Purchase(PurchaseId::from(PURCHASE)),
        program: version(),
        by: EarnedBy::Rules(RulesApplied {
            version: 4,
            tier: Some("gold".parse().unwrap()),
            ladder_version: Some(2),
            factor: dec("1.5"),
            rules: shares.to_vec(),
            capped: dec("3.5"),
        }),
        active_at: at(3),
        expires_at: Some(at(20)),
    }
}

/// Earned, activated, spent, and a part of it returned.
fn spending() -> Vec<(i8, PointsEvent)> {
    let life = LotLife {
        earned_at: at(1),
        expires_at: Some(at(20)),
    };
    let redemption = RedemptionId::from(REDEMPTION);
    let activated = PointsActivated {
        at: at(3),
        lots: vec![part(1, "70")],
    };
    let spent = PointsSpent {
        at: at(5),
        redemption,
        points: dec("60"),
        lots: vec![part(1, "60")],
        reference: None,
    };
    let returned = PointsReturned {
        at: at(6),
        redemption,
        points: dec("10"),
        lots: vec![ReturnedLot {
            lot: LotNo(1),
            origin: LotNo(1),
            points: dec("10"),
            life,
            source: PointsSource::Purchase(PurchaseId::from(PURCHASE)),
        }],
    };
    vec![
        (1, earned().into()),
        (3, activated.into()),
        (5, spent.into()),
        (6, returned.into()),
    ]
}

/// Half of the sale is taken back beyond what is there, and collected from an adjustment, of which
/// the rest expires.
fn taking_back() -> Vec<(i8, PointsEvent)> {
    let purchase = PurchaseId::from(PURCHASE);
    let reversed = PointsReversed {
        at: at(8),
        purchase,
        lot: LotNo(1),
        points: dec("35"),
        pending: Decimal::ZERO,
        lots: vec![part(1, "20")],
        debt: dec("5"),
        owed: dec("10"),
        lapsed: Decimal::ZERO,
        tier_points: dec("20"),
    };
    let adjusted = PointsAdjusted {
        adjustment: AdjustmentNo(1),
        at: at(10),
        points: dec("50"),
        tier_points: Decimal::ZERO,
        reason: "goodwill".into(),
        by: "ann".parse().unwrap(),
        approved_by: Some("bob".parse().unwrap()),
        program: version(),
        lot: Some(LotNo(2)),
        expires_at: Some(at(15)),
        lots: vec![],
    };
    let settled = DebtSettled {
        at: at(10),
        lots: vec![part(2, "15")],
        debt: dec("5"),
        owed: vec![OwedCollected {
            purchase,
            points: dec("10"),
        }],
    };
    let expired = PointsExpired {
        at: at(15),
        lots: vec![part(2, "35")],
    };
    vec![
        (8, reversed.into()),
        (10, adjusted.into()),
        (10, settled.into()),
        (15, expired.into()),
    ]
}

pub(crate) async fn built() -> (World, Build) {
    let mut world = World::new().await;
    let club = rules("club", "0.01", Currency::EUR);
    for name in ["acme", "bolt"] {
        let program = (name, PROGRAM);
        world.open_program(program, None, club.clone(), at(1)).await;
        world.enrol((name, MEMBER), PROGRAM, at(1)).await;
    }
    let key = ("acme", PURCHASE);
    world.purchase(key, ("harbour", "T-1001"), at(1)).await;
    let key = ("acme", REDEMPTION);
    world.redemption(key, MEMBER, "60", at(5)).await;
    for (day, event) in spending().into_iter().chain(taking_back()) {
        world.points(("acme", MEMBER), event, at(day)).await;
    }
    let build = world.points_model(100).await;
    (world, build)
}
