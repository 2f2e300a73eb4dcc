//! Spending points and getting them back over gRPC (L-14, L-15).

use guanxi_proto::loyalty::v1 as wire;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{
    points::{euros, rules},
    served::{ANNA, Served, header, reason},
};

fn redeem(member_id: &str, points: &str) -> wire::RedeemPointsRequest {
    wire::RedeemPointsRequest {
        header: header(),
        member_id: member_id.to_owned(),
        points: points.to_owned(),
        purpose: wire::RedeemFor::Payment.into(),
        ..Default::default()
    }
}

impl Served {
    async fn redeem(&self, redeem: wire::RedeemPointsRequest) -> Result<String, Status> {
        let done = self
            .redemptions()
            .redeem_points(self.by(ANNA, redeem))
            .await?;
        Ok(done.into_inner().receipt.unwrap().id)
    }
}

#[tokio::test]
async fn of_two_tills_that_spend_the_last_points_at_once_one_fails_with_the_figures() {
    let loyalty = Served::start().await;
    let other = loyalty.replica().await;
    let program = loyalty.opened(rules()).await;
    for round in 0..12 {
        let member = loyalty.joined(&program).await;
        loyalty.accrue(&member, "100").await;
        // In one replica and across two.
        let second = if round % 2 == 0 { &loyalty } else { &other };
        let (one, two) = tokio::join!(
            loyalty.redeem(redeem(&member, "60")),
            second.redeem(redeem(&member, "60"))
        );
        let refused = match (one, two) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            other => panic!("round {round}: {other:?}"),
        };
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert_eq!(reason(&refused), "NOT_ENOUGH_POINTS");
        let figures = refused.get_details_error_info().unwrap().metadata;
        assert_eq!(figures["active"], "40");
        assert_eq!(figures["asked"], "60");
        let account = loyalty.account(&member).await;
        assert_eq!(
            (account.active.as_str(), account.sums.unwrap().spent),
            ("40", "60".into())
        );
    }
}

#[tokio::test]
async fn the_programs_minimum_step_and_share_of_a_bill_are_kept() {
    let loyalty = Served::start().await;
    let strict = wire::ProgramRules {
        minimum: "100".into(),
        step: "10".into(),
        max_share_percent: "50".into(),
        ..rules()
    };
    let program = loyalty.opened(strict).await;
    let member = loyalty.joined(&program).await;
    loyalty.accrue(&member, "1000").await;
    let code = async |points: &str, bill| {
        let asked = wire::RedeemPointsRequest {
            bill,
            ..redeem(&member, points)
        };
        loyalty
            .redeem(asked)
            .await
            .map_err(|refused| reason(&refused))
    };
    assert_eq!(code("90", None).await.unwrap_err(), "BELOW_MINIMUM");
    assert_eq!(code("105", None).await.unwrap_err(), "NOT_IN_STEPS");
    assert_eq!(
        code("510", euros(10)).await.unwrap_err(),
        "TOO_LARGE_A_SHARE"
    );
    assert!(code("500", euros(10)).await.is_ok());
}

#[tokio::test]
async fn a_refund_in_parts_brings_back_all_and_no_more() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let member = loyalty.joined(&program).await;
    loyalty.accrue(&member, "30").await;
    loyalty.accrue(&member, "20").await;
    let id = loyalty.redeem(redeem(&member, "45")).await.unwrap();
    let refund = |points: &str| wire::RefundRedemptionRequest {
        header: header(),
        redemption_id: id.clone(),
        points: points.to_owned(),
        reason: "shoes came back".into(),
    };
    let mut client = loyalty.redemptions();
    let first = client
        .refund_redemption(loyalty.by(ANNA, refund("20")))
        .await;
    first.unwrap();
    let account = loyalty.account(&member).await;
    assert_eq!(account.active, "25");
    let more = client
        .refund_redemption(loyalty.by(ANNA, refund("25.25")))
        .await;
    assert_eq!(reason(&more.unwrap_err()), "REFUNDED_TOO_MUCH");
    let rest = client.refund_redemption(loyalty.by(ANNA, refund(""))).await;
    rest.unwrap();
    let account = loyalty.account(&member).await;
    assert_eq!(account.active, "50");
    let lots: Vec<_> = account
        .lots
        .iter()
        .map(|lot| (lot.lot, lot.points.as_str()))
        .collect();
    assert_eq!(lots, [(1, "30"), (2, "20")], "in their own lots");
    let got = wire::GetRedemptionRequest { redemption_id: id };
    let got = client.get_redemption(loyalty.by(ANNA, got)).await;
    assert_eq!(
        got.unwrap().into_inner().redemption.unwrap().points_left,
        "0"
    );
}
