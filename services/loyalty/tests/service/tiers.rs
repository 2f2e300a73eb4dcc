//! Tiers over gRPC (L-05).

use std::time::Duration;

use guanxi_harness::eventually;
use guanxi_proto::loyalty::v1 as wire;
use tonic::{Code, Status};

use crate::served::{ANNA, Caller, IMPORTER, MANAGER, Served, header, reason};

fn tier(key: &str, threshold: &str) -> wire::Tier {
    wire::Tier {
        key: key.into(),
        name: key.into(),
        threshold: threshold.into(),
        ..Default::default()
    }
}

fn yearly() -> wire::TierLadderDefinition {
    wire::TierLadderDefinition {
        measure: wire::TierMeasure::TierPoints.into(),
        window: wire::TierWindow::CalendarYear.into(),
        tiers: vec![
            tier("star", "0"),
            tier("nova", "1000"),
            tier("aurora", "3000"),
        ],
        downgrade: wire::TierDowngrade::OneStep.into(),
        ..Default::default()
    }
}

async fn define(
    loyalty: &Served,
    by: Caller,
    definition: wire::TierLadderDefinition,
) -> Result<i32, Status> {
    let define = wire::DefineTierLadderRequest {
        header: header(),
        program_id: loyalty.program.to_string(),
        definition: Some(definition),
    };
    let mut ladders = loyalty.ladders();
    ladders.define_tier_ladder(loyalty.by(by, define)).await?;
    let get = wire::GetTierLadderRequest {
        program_id: loyalty.program.to_string(),
    };
    let got = ladders.get_tier_ladder(loyalty.by(ANNA, get)).await?;
    Ok(got.into_inner().tier_ladder.unwrap().ladder_version)
}

fn set(member_id: &str, tier: &str) -> wire::SetTierRequest {
    wire::SetTierRequest {
        header: header(),
        member_id: member_id.into(),
        tier: tier.into(),
        reason: "as the old system had it".into(),
    }
}

#[tokio::test]
async fn a_ladder_is_a_managers_and_its_lowest_tier_is_every_new_members() {
    let loyalty = Served::start().await;
    let refused = define(&loyalty, ANNA, yearly()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(define(&loyalty, MANAGER, yearly()).await.unwrap(), 1);
    let member = loyalty.enrol(loyalty.enrolment()).await.unwrap().id;
    let read = loyalty.member(&member).await;
    assert_eq!((read.tier.as_str(), read.tier_review_on), ("star", None));
    let refused = loyalty
        .members()
        .set_tier(loyalty.by(ANNA, set(&member, "nova")))
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    let by_hand = loyalty.by(MANAGER, set(&member, "nova"));
    loyalty.members().set_tier(by_hand).await.unwrap();
    let read = loyalty.member(&member).await;
    assert_eq!(read.tier, "nova");
    assert_eq!(
        read.tier_review_on.map(|day| (day.month, day.day)),
        Some((1, 1))
    );
    let unknown = loyalty.by(MANAGER, set(&member, "diamond"));
    let refused = loyalty.members().set_tier(unknown).await.unwrap_err();
    assert_eq!(reason(&refused), "TIER_UNKNOWN");
    let forever = wire::TierLadderDefinition {
        window: wire::TierWindow::LifeTime.into(),
        ..yearly()
    };
    let refused = define(&loyalty, MANAGER, forever).await.unwrap_err();
    assert_eq!(reason(&refused), "DOWNGRADE_WITHOUT_PERIOD");
}

#[tokio::test]
async fn a_tier_whose_period_has_ended_falls_by_itself_step_by_step() {
    let loyalty = Served::start().await;
    // Both replicas look at the timers; a review happens once.
    let _other = loyalty.replica().await;
    define(&loyalty, MANAGER, yearly()).await.unwrap();
    let long_ago = prost_types::Timestamp {
        seconds: 1_330_560_000,
        nanos: 0,
    };
    let mut enrolment = loyalty.enrolment();
    enrolment.header.as_mut().unwrap().occurred_at = Some(long_ago);
    let mut members = loyalty.members();
    let enrolled = members.enrol_member(loyalty.by(IMPORTER, enrolment)).await;
    let member = enrolled.unwrap().into_inner().receipt.unwrap().id;
    let mut aurora = set(&member, "aurora");
    aurora.header.as_mut().unwrap().occurred_at = Some(long_ago);
    let by_import = loyalty.by(IMPORTER, aurora);
    loyalty.members().set_tier(by_import).await.unwrap();
    let fallen = eventually(Duration::from_secs(20), async || {
        let read = loyalty.member(&member).await;
        if read.tier == "star" {
            Ok(read)
        } else {
            Err(read.tier)
        }
    });
    let read = fallen.await.unwrap();
    // Aurora in 2012, nova through 2013, star since 2014.
    assert_eq!(
        read.tier_since.map(|day| (day.year, day.month, day.day)),
        Some((2014, 1, 1))
    );
    assert_eq!(read.tier_review_on, None);
    let versions = (read.version, loyalty.member(&member).await.version);
    // Enrolled, star, aurora, nova, star.
    assert_eq!(versions, (5, 5));
}
