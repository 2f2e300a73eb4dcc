//! Points of each tenant with something for every view.

use guanxi_events::loyalty::{
    MemberId, ProgramId, PurchaseId,
    points::{
        AdjustmentNo, DebtSettled, EarnedBy, LotLife, LotNo, PointsAdjusted, PointsEarned,
        PointsReceived, PointsReversed, PointsSent, PointsSource, PointsSpent, ProgramVersion,
        ReceivedLot, RedemptionId, RulePoints, RulesApplied,
    },
};
use iso_currency::Currency;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    story::{dec, part, rules},
    world::World,
};

pub(crate) const CLUB: Uuid = Uuid::from_u128(100);
pub(crate) const SHOP: Uuid = Uuid::from_u128(101);
pub(crate) const ANN: Uuid = Uuid::from_u128(1);
pub(crate) const BEN: Uuid = Uuid::from_u128(2);
pub(crate) const CAI: Uuid = Uuid::from_u128(3);
const PURCHASE: Uuid = Uuid::from_u128(71);
const REDEMPTION: Uuid = Uuid::from_u128(72);

/// Noon of a day of 2024, in UTC.
pub(crate) fn noon(month: i8, day: i8) -> Timestamp {
    let noon = date(2024, month, day).at(12, 0, 0, 0);
    noon.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn version(program: Uuid) -> ProgramVersion {
    ProgramVersion {
        program: ProgramId::from(program),
        version: 1,
    }
}

/// A lot that is active at once and was stated by another system.
fn stated(program: Uuid, points: &str, at: Timestamp, name: &str) -> PointsEarned {
    PointsEarned {
        lot: LotNo(1),
        at,
        on: date(2024, 1, 5),
        points: dec(points),
        tier_points: Decimal::ZERO,
        source: PointsSource::Stated(format!("history of {name}")),
        program: version(program),
        by: EarnedBy::Stated,
        active_at: at,
        expires_at: None,
    }
}

/// Ann, in gold, earns, spends and returns more than she has left. Ben has pending points and gives
/// her some of those that were given to him. Cai is in another program.
pub(crate) async fn write(world: &mut World, name: &str) {
    let begun = noon(1, 1);
    let club = rules(&format!("club of {name}"), "0.01", Currency::EUR);
    world.open_program((name, CLUB), None, club, begun).await;
    let shop = rules(&format!("shop of {name}"), "1.5", Currency::JPY);
    world
        .open_program((name, SHOP), Some("harbour"), shop, begun)
        .await;
    for (member, program) in [(ANN, CLUB), (BEN, CLUB), (CAI, SHOP)] {
        world.enrol((name, member), program, begun).await;
    }
    let ann = (name, ANN);
    world.set_tier(ann, Some("gold"), begun).await;
    ann_shops(world, name).await;

    let ben = (name, BEN);
    let pending = PointsEarned {
        active_at: noon(12, 31),
        ..stated(CLUB, "33", noon(1, 5), name)
    };
    world.points(ben, pending, noon(1, 5)).await;
    let given = PointsAdjusted {
        adjustment: AdjustmentNo(1),
        at: noon(1, 6),
        points: dec("10"),
        tier_points: Decimal::ZERO,
        reason: "goodwill".into(),
        by: "ann".parse().unwrap(),
        approved_by: None,
        program: version(CLUB),
        lot: Some(LotNo(2)),
        expires_at: Some(noon(4, 10)),
        lots: vec![],
    };
    world.points(ben, given, noon(1, 6)).await;
    ben_gives(world, name).await;
    let cai = (name, CAI);
    let earned = stated(SHOP, "7", noon(1, 5), name);
    world.points(cai, earned, noon(1, 5)).await;
}

async fn ann_shops(world: &mut World, name: &str) {
    let ann = (name, ANN);
    let receipt = format!("receipt of {name}");
    let purchase = (name, PURCHASE);
    world
        .purchase(purchase, ("harbour", &receipt), noon(1, 3))
        .await;
    let shares = vec![RulePoints {
        rule: "spend".into(),
        points: dec("70.5"),
    }];
    let purchase = PurchaseId::from(PURCHASE);
    let earned = PointsEarned {
        tier_points: dec("40"),
        source: PointsSource::Purchase(purchase),
        by: EarnedBy::Rules(RulesApplied {
            version: 3,
            tier: Some("gold".parse().unwrap()),
            ladder_version: Some(1),
            factor: dec("1.5"),
            rules: shares,
            capped: Decimal::ZERO,
        }),
        expires_at: Some(noon(7, 1)),
        ..stated(CLUB, "70.5", noon(1, 3), name)
    };
    world.points(ann, earned, noon(1, 3)).await;
    let redemption = (name, REDEMPTION);
    world.redemption(redemption, ANN, "20", noon(2, 1)).await;
    let spent = PointsSpent {
        at: noon(2, 1),
        redemption: RedemptionId::from(REDEMPTION),
        points: dec("20"),
        lots: vec![part(1, "20")],
        reference: None,
    };
    world.points(ann, spent, noon(2, 1)).await;
    let reversed = PointsReversed {
        at: noon(3, 1),
        purchase,
        lot: LotNo(1),
        points: dec("60"),
        pending: Decimal::ZERO,
        lots: vec![part(1, "50.5")],
        debt: dec("9.5"),
        owed: Decimal::ZERO,
        lapsed: Decimal::ZERO,
        tier_points: dec("10"),
    };
    world.points(ann, reversed, noon(3, 1)).await;
}

async fn ben_gives(world: &mut World, name: &str) {
    let (ann, ben) = ((name, ANN), (name, BEN));
    let at = noon(3, 10);
    let sent = PointsSent {
        at,
        to: MemberId::from(ANN),
        points: dec("4"),
        lots: vec![part(2, "4")],
        reason: Some(format!("gift of {name}")),
    };
    world.points(ben, sent, at).await;
    let life = LotLife {
        earned_at: noon(1, 6),
        expires_at: Some(noon(4, 10)),
    };
    let received = PointsReceived {
        at,
        from: MemberId::from(BEN),
        points: dec("4"),
        lots: vec![ReceivedLot {
            lot: LotNo(2),
            points: dec("4"),
            life,
        }],
    };
    world.points(ann, received, at).await;
    let settled = DebtSettled {
        at,
        lots: vec![part(2, "4")],
        debt: dec("4"),
        owed: vec![],
    };
    world.points(ann, settled, at).await;
}
