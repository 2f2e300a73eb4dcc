//! A member: buys, earns, waits for the points, spends some, lets others expire.

use guanxi_events::{
    CustomerCopied, Money,
    customers::CustomerId,
    loyalty::{
        ContactKeys, CustomerCopyEvent, ExpiryRule, MemberEnrolled, MemberEvent, MemberId,
        MemberStatus, PaymentKind, PaymentPart, PointsEvent, PointsRedeemed, ProgramEvent,
        ProgramId, ProgramOpened, ProgramRules, PurchaseEvent, PurchaseId, PurchaseRecorded,
        RedeemFor, RedemptionEvent, RedemptionId, ShortfallPolicy, SpendingRules, TakenLot,
        points::{
            EarnedBy, LotLife, LotNo, LotPart, PointsActivated, PointsEarned, PointsExpired,
            PointsSource, PointsSpent, ProgramVersion, RulePoints, RulesApplied,
        },
    },
};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Tale;
use crate::EUR;

const PROGRAM: ProgramVersion = ProgramVersion {
    program: ProgramId(Uuid::from_u128(0x70_72_6f_67)),
    version: 1,
};
/// How many purchases a member makes.
const PURCHASES: u32 = 4;
/// What each earns.
const EARNED: Decimal = Decimal::from_parts(70, 0, 0, false, 0);
/// What is spent of the first lot.
const SPENT: Decimal = Decimal::from_parts(50, 0, 0, false, 0);
/// Hours for which points are pending.
const PENDING: i64 = 24 * 14;

pub(super) fn ground(tale: &mut Tale) -> anyhow::Result<()> {
    let rules = ProgramRules {
        name: "Friends".to_owned(),
        scale: 0,
        currency: EUR,
        point_value: Decimal::new(1, 2),
        from: None,
        until: None,
        return_window_days: 14,
        expiry: ExpiryRule::Days(200),
        may_earn: vec![MemberStatus::Active],
        may_spend: vec![MemberStatus::Active],
        spending: SpendingRules {
            minimum: Decimal::ONE,
            step: Decimal::ONE,
            max_share_percent: Decimal::ONE_HUNDRED,
        },
        shortfall: ShortfallPolicy::Owe,
        returned_grace_days: 0,
        transfers: true,
        adjustment_limit: None,
    };
    tale.tell::<ProgramEvent>(PROGRAM.program, ProgramOpened { shop: None, rules })
}

pub(super) fn life(tale: &mut Tale) -> anyhow::Result<()> {
    let (member, customer) = (MemberId::new(), CustomerId(Uuid::now_v7()));
    let copied = CustomerCopied {
        name: "Wu Lan".to_owned(),
        ..CustomerCopied::default()
    };
    tale.tell::<CustomerCopyEvent>(customer, copied)?;
    tale.then_after(1);
    let enrolled = MemberEnrolled {
        member,
        program: PROGRAM.program,
        customer: Some(customer),
        status: MemberStatus::Active,
        on: tale.on(),
        shop: None,
        referrer: None,
        keys: ContactKeys::default(),
    };
    tale.tell_numbered::<MemberEvent>(member, enrolled, &["MB"])?;
    tale.then_after(3);
    let mut first = None;
    for n in 1..=PURCHASES {
        let lot = bought(tale, member, LotNo(n))?;
        first.get_or_insert(lot);
    }
    let Some((source, life)) = first else {
        return Ok(());
    };
    spent(tale, member, source, life)?;
    tale.then_after(24 * 200);
    let expired = PointsExpired {
        at: tale.at(),
        lots: vec![part(1, EARNED - SPENT)],
    };
    tale.tell::<PointsEvent>(member, expired)
}

/// A purchase, its points, and the day on which they can be spent.
fn bought(
    tale: &mut Tale,
    member: MemberId,
    lot: LotNo,
) -> anyhow::Result<(PointsSource, LotLife)> {
    let purchase = PurchaseId::new();
    let recorded = PurchaseRecorded {
        customer: None,
        program: Some(PROGRAM.program),
        card: None,
        shop: Some("north".to_owned()),
        reference: Some("R-17".to_owned()),
        currency: EUR,
        lines: Vec::new(),
        payments: vec![PaymentPart {
            kind: PaymentKind::Cash,
            amount: Decimal::new(4_000, 2),
        }],
    };
    tale.tell::<PurchaseEvent>(purchase, recorded)?;
    tale.then_after(1);
    let source = PointsSource::Purchase(purchase);
    let after = |hours| tale.at() + SignedDuration::from_hours(hours);
    let earned = PointsEarned {
        lot,
        at: tale.at(),
        on: tale.on(),
        points: EARNED,
        tier_points: Decimal::ZERO,
        source: source.clone(),
        program: PROGRAM,
        by: EarnedBy::Rules(RulesApplied {
            version: 1,
            tier: None,
            ladder_version: None,
            factor: Decimal::ONE,
            rules: vec![RulePoints {
                rule: "base".to_owned(),
                points: EARNED,
            }],
            capped: Decimal::ZERO,
        }),
        active_at: after(PENDING),
        expires_at: Some(after(PENDING + 24 * 200)),
    };
    let life = earned.life();
    tale.tell::<PointsEvent>(member, earned)?;
    tale.then_after(PENDING);
    let activated = PointsActivated {
        at: tale.at(),
        lots: vec![part(lot.0, EARNED)],
    };
    tale.tell::<PointsEvent>(member, activated)?;
    tale.then_after(7);
    Ok((source, life))
}

fn spent(
    tale: &mut Tale,
    member: MemberId,
    source: PointsSource,
    life: LotLife,
) -> anyhow::Result<()> {
    let redemption = RedemptionId::new();
    let at: Timestamp = tale.at();
    let redeemed = PointsRedeemed {
        member,
        program: PROGRAM,
        points: SPENT,
        value: Money::exact(Decimal::new(50, 2), EUR)?,
        bill: None,
        purpose: RedeemFor::Payment,
        shop: Some("north".to_owned()),
        reference: Some("R-18".to_owned()),
        lots: vec![TakenLot {
            lot: LotNo(1),
            origin: LotNo(1),
            points: SPENT,
            life,
            source,
        }],
    };
    tale.tell::<RedemptionEvent>(redemption, redeemed)?;
    let spent = PointsSpent {
        at,
        redemption,
        points: SPENT,
        lots: vec![part(1, SPENT)],
        reference: None,
    };
    tale.tell::<PointsEvent>(member, spent)
}

const fn part(lot: u32, points: Decimal) -> LotPart {
    LotPart {
        lot: LotNo(lot),
        points,
    }
}
