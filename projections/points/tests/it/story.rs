//! Programs, members and their points, short to tell.

use std::sync::Arc;

use guanxi_events::{
    CustomerCopied, Money, TenantId,
    customers::CustomerId,
    loyalty::{
        ContactKeys, CustomerCopyEvent, ExpiryRule, MemberEnrolled, MemberEvent, MemberId,
        MemberStatus, MemberTierChanged, PaymentKind, PaymentPart, PointsEvent, PointsRedeemed,
        ProgramChanged, ProgramEvent, ProgramId, ProgramOpened, ProgramRules, PurchaseEvent,
        PurchaseRecorded, RedeemFor, RedemptionEvent, ShortfallPolicy, SpendingRules,
        TierLadderVersion, TierReason,
        points::{LotNo, LotPart, ProgramVersion},
    },
};
use guanxi_points::Points;
use guanxi_projection::Build;
use iso_currency::Currency;
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::world::World;

pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The customer who a member is.
pub(crate) fn customer_of(member: Uuid) -> Uuid {
    Uuid::from_u128(member.as_u128() + 5_000)
}

/// Rules under which points live for ever and a point is worth so much.
pub(crate) fn rules(name: &str, point_value: &str, currency: Currency) -> ProgramRules {
    ProgramRules {
        name: name.to_owned(),
        scale: 1,
        currency,
        point_value: dec(point_value),
        from: None,
        until: None,
        return_window_days: 0,
        expiry: ExpiryRule::Never,
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
    }
}

impl World {
    pub(crate) async fn open_program(
        &mut self,
        (name, program): (&str, Uuid),
        shop: Option<&str>,
        rules: ProgramRules,
        at: Timestamp,
    ) {
        let shop = shop.map(str::to_owned);
        let opened = ProgramOpened { shop, rules };
        self.append::<ProgramEvent>(&tenant(name), program, opened, at)
            .await;
    }

    pub(crate) async fn change_program(
        &mut self,
        (name, program): (&str, Uuid),
        rules: ProgramRules,
        at: Timestamp,
    ) {
        let changed = ProgramChanged { version: 2, rules };
        self.append::<ProgramEvent>(&tenant(name), program, changed, at)
            .await;
    }

    /// A customer and its membership.
    pub(crate) async fn enrol(
        &mut self,
        (name, member): (&str, Uuid),
        program: Uuid,
        at: Timestamp,
    ) {
        let customer = customer_of(member);
        let copied = CustomerCopied {
            name: format!("{name} customer {}", member.as_u128()),
            number: None,
            owner: None,
            in_pool: false,
        };
        self.append::<CustomerCopyEvent>(&tenant(name), customer, copied, at)
            .await;
        let enrolled = MemberEnrolled {
            member: MemberId::from(member),
            program: ProgramId::from(program),
            customer: Some(CustomerId::from(customer)),
            status: MemberStatus::Active,
            on: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            shop: None,
            referrer: None,
            keys: ContactKeys::default(),
        };
        self.append_numbered::<MemberEvent>(&tenant(name), member, enrolled, at, &["MB"])
            .await;
    }

    pub(crate) async fn set_tier(
        &mut self,
        (name, member): (&str, Uuid),
        tier: Option<&str>,
        at: Timestamp,
    ) {
        let changed = MemberTierChanged {
            from: None,
            to: tier.map(|tier| tier.parse().unwrap()),
            ladder: TierLadderVersion {
                program: ProgramId::from(Uuid::from_u128(100)),
                version: 1,
            },
            reason: TierReason::ByHand {
                by: "ann".parse().unwrap(),
                reason: "test".into(),
            },
            on: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            review: None,
        };
        self.append::<MemberEvent>(&tenant(name), member, changed, at)
            .await;
    }

    /// What happened to an account; the answer is its position in the log.
    pub(crate) async fn points(
        &mut self,
        (name, member): (&str, Uuid),
        event: impl Into<PointsEvent>,
        at: Timestamp,
    ) -> i64 {
        let event = event.into();
        let receipt = self
            .append::<PointsEvent>(&tenant(name), member, event, at)
            .await;
        receipt.position.0
    }

    pub(crate) async fn purchase(
        &mut self,
        (name, purchase): (&str, Uuid),
        (shop, reference): (&str, &str),
        at: Timestamp,
    ) {
        let recorded = PurchaseRecorded {
            customer: None,
            program: None,
            card: None,
            shop: Some(shop.into()),
            reference: Some(reference.into()),
            currency: Currency::EUR,
            lines: vec![],
            payments: vec![PaymentPart {
                kind: PaymentKind::Cash,
                amount: dec("40"),
            }],
        };
        self.append::<PurchaseEvent>(&tenant(name), purchase, recorded, at)
            .await;
    }

    pub(crate) async fn redemption(
        &mut self,
        (name, redemption): (&str, Uuid),
        member: Uuid,
        points: &str,
        at: Timestamp,
    ) {
        let redeemed = PointsRedeemed {
            member: MemberId::from(member),
            program: ProgramVersion {
                program: ProgramId::from(Uuid::from_u128(100)),
                version: 1,
            },
            points: dec(points),
            value: Money {
                amount: dec("1.5"),
                currency: Currency::EUR,
            },
            bill: None,
            purpose: RedeemFor::Payment,
            shop: Some("harbour".into()),
            reference: Some("R-77".into()),
            lots: vec![],
        };
        self.append::<RedemptionEvent>(&tenant(name), redemption, redeemed, at)
            .await;
    }

    /// Lets the loyalty log's events have been recorded at these times, by position.
    pub(crate) async fn record_at(&self, times: &[(i64, Timestamp)]) {
        let positions: Vec<i64> = times.iter().map(|(position, _)| *position).collect();
        let times: Vec<Timestamp> = times.iter().map(|(_, at)| *at).collect();
        let sql = "update log_loyalty.events e
                      set recorded_at = told.at
                     from unnest($1::bigint[], $2::timestamptz[]) as told (position, at)
                    where e.position = told.position";
        let client = self.client().await;
        client.execute(sql, &[&positions, &times]).await.unwrap();
    }

    /// The active build of the model.
    pub(crate) async fn points_model(&self, batch: usize) -> Build {
        self.build_of(Arc::new(Points), batch).await
    }
}

pub(crate) fn part(lot: u32, points: &str) -> LotPart {
    LotPart {
        lot: LotNo(lot),
        points: dec(points),
    }
}
