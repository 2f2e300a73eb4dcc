//! Purchases at a till over gRPC (L-06, L-12, L-13, L-16).

use std::time::Duration;

use guanxi_harness::eventually;
use guanxi_proto::loyalty::v1 as wire;
use jiff::{SignedDuration, Timestamp};
use tonic::Status;
use uuid::Uuid;

use crate::{
    points::{euros, rules},
    served::{ANNA, Served, draw, header, reason},
};

fn cash(program: &str, amount: i64) -> wire::RecordPurchaseRequest {
    wire::RecordPurchaseRequest {
        header: header(),
        purchase_id: Uuid::now_v7().to_string(),
        program_id: program.to_owned(),
        shop: "north".into(),
        lines: vec![wire::PurchaseLine {
            item: "boots".into(),
            quantity: "1".into(),
            amount: euros(amount),
            ..Default::default()
        }],
        payments: vec![wire::PaymentPart {
            kind: wire::PaymentKind::Cash.into(),
            amount: euros(amount),
        }],
        ..Default::default()
    }
}

impl Served {
    async fn buy(&self, purchase: wire::RecordPurchaseRequest) -> Result<String, Status> {
        let done = self
            .purchases()
            .record_purchase(self.by(ANNA, purchase))
            .await?;
        Ok(done.into_inner().receipt.unwrap().id)
    }

    async fn bring_back(&self, purchase_id: &str, amount: i64) -> Result<(), Status> {
        let back = wire::RecordReturnRequest {
            header: header(),
            purchase_id: purchase_id.to_owned(),
            return_id: Uuid::now_v7().to_string(),
            amount: (amount > 0).then(|| euros(amount)).flatten(),
            ..Default::default()
        };
        let done = self.purchases().record_return(self.by(ANNA, back)).await;
        done.map(drop)
    }

    pub async fn purchase(&self, purchase_id: &str) -> Result<wire::Purchase, Status> {
        let get = wire::GetPurchaseRequest {
            purchase_id: purchase_id.to_owned(),
        };
        let got = self.purchases().get_purchase(self.by(ANNA, get)).await?;
        Ok(got.into_inner().purchase.unwrap())
    }
}

#[tokio::test]
async fn a_sale_of_40_earns_70_and_a_return_of_20_takes_35() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let member = loyalty.joined(&program).await;
    let sale = wire::RecordPurchaseRequest {
        member_id: member.clone(),
        ..cash(&program, 40)
    };
    let id = loyalty.buy(sale.clone()).await.unwrap();
    assert_eq!(loyalty.account(&member).await.active, "70");
    // The till's batch is sent twice: with the same command, and with a new one.
    loyalty.buy(sale.clone()).await.unwrap();
    let anew = wire::RecordPurchaseRequest {
        header: header(),
        ..sale.clone()
    };
    loyalty.buy(anew).await.unwrap();
    let other = wire::RecordPurchaseRequest {
        header: header(),
        reference: "another".into(),
        ..sale
    };
    assert_eq!(
        reason(&loyalty.buy(other).await.unwrap_err()),
        "PURCHASE_EXISTS"
    );
    assert_eq!(loyalty.account(&member).await.active, "70");

    loyalty.bring_back(&id, 20).await.unwrap();
    assert_eq!(loyalty.account(&member).await.active, "35");
    let more = loyalty.bring_back(&id, 21).await.unwrap_err();
    assert_eq!(reason(&more), "RETURNED_TOO_MUCH");
    loyalty.bring_back(&id, 0).await.unwrap();
    let account = loyalty.account(&member).await;
    assert_eq!(
        (account.active.as_str(), account.tier_points.as_str()),
        ("0", "0")
    );
    let earning = &loyalty.purchase(&id).await.unwrap().earnings[0];
    assert_eq!(
        (earning.points.as_str(), earning.reversed.as_str()),
        ("70", "70")
    );
}

#[tokio::test]
async fn a_member_is_found_by_card_and_a_lost_card_earns_nothing_until_it_is_matched() {
    let loyalty = Served::start().await;
    let batch = loyalty.batch().await;
    let program = loyalty.program.to_string();
    // The program of the kit has no earning rules yet.
    let set = wire::SetEarningRulesRequest {
        header: header(),
        program_id: program.clone(),
        rules: Some(wire::EarningRules {
            rules: vec![wire::EarningRule {
                key: "base".into(),
                formula: Some(wire::earning_rule::Formula::Bonus("10".into())),
                ..Default::default()
            }],
            rounding: wire::PointsRounding::Down.into(),
            paid_by: vec![wire::PaymentKind::Cash.into()],
            ..Default::default()
        }),
    };
    let set = loyalty.by(crate::served::MANAGER, set);
    loyalty
        .earning_rules()
        .set_earning_rules(set)
        .await
        .unwrap();
    let enrolment = wire::EnrolMemberRequest {
        card: Some(draw(&batch)),
        ..loyalty.enrolment()
    };
    let member = loyalty.enrol(enrolment).await.unwrap().id;
    let card = loyalty.member(&member).await.cards[0].clone();
    let sale = || wire::RecordPurchaseRequest {
        card_number: card.number.clone(),
        ..cash(&program, 40)
    };
    loyalty.buy(sale()).await.unwrap();
    assert_eq!(loyalty.account(&member).await.active, "10");

    let lost = wire::ReportCardLostRequest {
        header: header(),
        card_id: card.card_id.clone(),
        ..Default::default()
    };
    let lost = loyalty.by(ANNA, lost);
    loyalty.cards().report_card_lost(lost).await.unwrap();
    let kept = loyalty.buy(sale()).await.unwrap();
    assert_eq!(
        loyalty.account(&member).await.active,
        "10",
        "a lost card earns nothing"
    );
    assert_eq!(loyalty.purchase(&kept).await.unwrap().member_ids.len(), 0);
    let spend = wire::RedeemPointsRequest {
        header: header(),
        member_id: member.clone(),
        card_id: card.card_id,
        points: "10".into(),
        purpose: wire::RedeemFor::Reward.into(),
        ..Default::default()
    };
    let spend = loyalty
        .redemptions()
        .redeem_points(loyalty.by(ANNA, spend))
        .await;
    assert_eq!(reason(&spend.unwrap_err()), "CARD_LOST");

    let matching = wire::MatchPurchaseRequest {
        header: header(),
        purchase_id: kept,
        member_id: member.clone(),
    };
    let matching = loyalty.by(ANNA, matching);
    loyalty.purchases().match_purchase(matching).await.unwrap();
    assert_eq!(loyalty.account(&member).await.active, "20");
}

#[tokio::test]
async fn pending_points_become_active_and_expire_by_themselves() {
    let loyalty = Served::start().await;
    let timed = wire::ProgramRules {
        return_window_days: 3,
        expiry: wire::PointsExpiry::Days.into(),
        expiry_count: 5,
        ..rules()
    };
    let program = loyalty.opened(timed).await;
    let dated = async |days: i64| {
        let member = loyalty.joined(&program).await;
        let at = Timestamp::now() - SignedDuration::from_hours(days * 24);
        let mut sale = cash(&program, 40);
        sale.member_id = member.clone();
        sale.header.as_mut().unwrap().occurred_at = Some(prost_types::Timestamp {
            seconds: at.as_second(),
            nanos: 0,
        });
        loyalty.buy(sale).await.unwrap();
        member
    };
    let (fresh, mature, old) = (dated(1).await, dated(6).await, dated(20).await);
    let account = loyalty.account(&fresh).await;
    assert_eq!(
        (account.active.as_str(), account.pending.as_str()),
        ("0", "70")
    );
    let account = loyalty.account(&mature).await;
    assert_eq!(
        (account.active.as_str(), account.pending.as_str()),
        ("70", "0")
    );
    let account = loyalty.account(&old).await;
    assert_eq!(
        (account.active, account.sums.unwrap().expired),
        ("0".into(), "70".into())
    );
    // It was written, and not only said: the timer of what is pending stands in the log.
    let client = loyalty.database.connect().await.unwrap();
    let timer = eventually(Duration::from_secs(10), async || {
        let sql = "select count(*) from log_loyalty.timers";
        let row = client
            .query_one(sql, &[])
            .await
            .map_err(|error| error.to_string())?;
        let waiting: i64 = row.get(0);
        if waiting == 2 {
            Ok(())
        } else {
            Err(format!("{waiting} timers"))
        }
    });
    timer.await.unwrap();
}
