//! Members over gRPC (L-03).

use std::time::Duration;

use guanxi_events::customers::{CustomerEvent, CustomerKind, CustomerProfile, CustomerRegistered};
use guanxi_harness::eventually;
use guanxi_proto::loyalty::v1 as wire;
use guanxi_served::written;
use tonic::Code;
use uuid::Uuid;

use crate::served::{ANNA, IMPORTER, STRANGER, Served, header, reason};

/// A customer of whom the service has heard.
async fn customer(loyalty: &Served) -> String {
    let id = Uuid::now_v7();
    let registered = CustomerRegistered {
        profile: CustomerProfile::named(CustomerKind::Person, "Wu"),
        owner: Some("anna".parse().unwrap()),
    };
    written(&loyalty.database, id, CustomerEvent::from(registered), &[]).await;
    // The reaction brings it here: what names it is refused until then.
    let referred = eventually(Duration::from_secs(20), async || {
        let probe = wire::EnrolMemberRequest {
            customer_id: id.to_string(),
            referrer_id: Uuid::now_v7().to_string(),
            ..loyalty.enrolment()
        };
        match loyalty.enrol(probe).await {
            Err(status) if reason(&status) == "REFERRER_UNKNOWN" => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    referred.await.unwrap();
    id.to_string()
}

#[tokio::test]
async fn a_member_is_enrolled_frozen_thawed_and_leaves() {
    let loyalty = Served::start().await;
    let customer_id = customer(&loyalty).await;
    let enrolment = wire::EnrolMemberRequest {
        customer_id: customer_id.clone(),
        active: false,
        shop: "shanghai-1".into(),
        ..loyalty.enrolment()
    };
    let receipt = loyalty.enrol(enrolment).await.unwrap();
    assert_eq!(receipt.number, "MB-000001");
    let id = receipt.id;
    let read = loyalty.member(&id).await;
    assert_eq!(read.status(), wire::MemberStatus::New);
    assert_eq!(
        (read.number, read.customer_id),
        (receipt.number, customer_id.clone())
    );

    let mut members = loyalty.members();
    let activate = wire::ActivateMemberRequest {
        header: header(),
        member_id: id.clone(),
    };
    let activate = loyalty.by(ANNA, activate);
    members.activate_member(activate).await.unwrap();
    let freeze = wire::FreezeMemberRequest {
        header: header(),
        member_id: id.clone(),
        reason: "dispute".into(),
    };
    members
        .freeze_member(loyalty.by(ANNA, freeze))
        .await
        .unwrap();
    assert_eq!(
        loyalty.member(&id).await.status(),
        wire::MemberStatus::Frozen
    );
    let thaw = wire::UnfreezeMemberRequest {
        header: header(),
        member_id: id.clone(),
        reason: "settled".into(),
    };
    members
        .unfreeze_member(loyalty.by(ANNA, thaw))
        .await
        .unwrap();
    assert_eq!(
        loyalty.member(&id).await.status(),
        wire::MemberStatus::Active
    );

    let again = wire::EnrolMemberRequest {
        customer_id: customer_id.clone(),
        ..loyalty.enrolment()
    };
    let refused = loyalty.enrol(again.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::AlreadyExists, "ALREADY_MEMBER".into())
    );
    let close = wire::CloseMemberRequest {
        header: header(),
        member_id: id.clone(),
        reason: "moved away".into(),
    };
    members.close_member(loyalty.by(ANNA, close)).await.unwrap();
    let again = wire::EnrolMemberRequest {
        header: header(),
        ..again
    };
    assert_ne!(loyalty.enrol(again).await.unwrap().id, id);
    let get = wire::GetMemberRequest { member_id: id };
    let foreign = members.get_member(loyalty.by(STRANGER, get)).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn of_two_enrolments_of_one_customer_that_race_one_wins() {
    let loyalty = Served::start().await;
    let other = loyalty.replica().await;
    let customer_id = customer(&loyalty).await;
    let enrol = async |served: &Served| {
        let enrolment = wire::EnrolMemberRequest {
            customer_id: customer_id.clone(),
            ..served.enrolment()
        };
        served.enrol(enrolment).await
    };
    let results: [_; 4] = tokio::join!(
        enrol(&loyalty),
        enrol(&other),
        enrol(&loyalty),
        enrol(&other)
    )
    .into();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.into_iter().filter_map(Result::err) {
        assert_eq!(reason(&refused), "ALREADY_MEMBER");
    }
}

#[tokio::test]
async fn history_is_enrolled_on_its_own_day_by_the_importer_alone() {
    let loyalty = Served::start().await;
    let dated = || {
        let mut enrolment = loyalty.enrolment();
        let long_ago = prost_types::Timestamp {
            seconds: 1_330_560_000,
            nanos: 0,
        };
        enrolment.header.as_mut().unwrap().occurred_at = Some(long_ago);
        enrolment
    };
    let refused = loyalty.enrol(dated()).await.unwrap_err();
    assert_eq!(reason(&refused), "BACKDATED_TOO_FAR");
    let mut members = loyalty.members();
    let imported = members.enrol_member(loyalty.by(IMPORTER, dated())).await;
    let id = imported.unwrap().into_inner().receipt.unwrap().id;
    let day = loyalty.member(&id).await.enrolled_on.unwrap();
    assert_eq!((day.year, day.month, day.day), (2012, 3, 1));
}
