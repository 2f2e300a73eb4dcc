//! What the query service answers about points that expire, and what the outstanding ones are worth.

use guanxi_proto::query::v1::{GetExpiringPointsRequest, GetPointsLiabilityRequest};
use guanxi_runtime::instant_to_wire;

use crate::{
    accounts::on,
    points::with_points,
    points_accounts::{BEN, CLUB, SHOP, noon},
    receivables::{some, wire},
    story::dec,
};

#[tokio::test]
async fn what_expires_is_told_to_the_day() {
    let (mut server, after) = with_points().await;
    let mut ask = async |within_days: i32| {
        let request = server.ask(GetExpiringPointsRequest {
            after: after.clone(),
            as_of: wire(on(3, 20)),
            within_days,
            ..GetExpiringPointsRequest::default()
        });
        let answer = server.points.get_expiring_points(request).await;
        answer.unwrap().into_inner()
    };
    let answer = ask(20).await;
    assert_eq!(answer.last_day, wire(on(4, 9)));
    assert!(answer.members.is_empty() && answer.totals.is_empty());
    let answer = ask(21).await;
    let [member] = &answer.members[..] else {
        panic!("{answer:#?}")
    };
    assert_eq!(member.member_id, BEN.to_string());
    let sums = member.sums.as_ref().unwrap();
    assert_eq!(
        (sums.points.as_str(), sums.pending.as_str(), sums.lots),
        ("6", "0", 1)
    );
    assert_eq!(sums.first_expires_at, Some(instant_to_wire(noon(4, 10))));
    assert_eq!(some(sums.worth.as_ref()), dec("0.06"));
    let [total] = &answer.totals[..] else {
        panic!("{answer:#?}")
    };
    assert_eq!((total.points.as_str(), total.members), ("6", 1));
}

#[tokio::test]
async fn the_liability_is_what_points_are_worth_by_then_each_figure_rounded() {
    let (mut server, after) = with_points().await;
    let mut ask = async |as_of, program_ids: Vec<String>| {
        let request = server.ask(GetPointsLiabilityRequest {
            after: after.clone(),
            as_of,
            program_ids,
            ..GetPointsLiabilityRequest::default()
        });
        let answer = server.points.get_points_liability(request).await;
        answer.unwrap().into_inner().programs
    };
    let programs = ask(None, vec![]).await;
    let [club, shop] = &programs[..] else {
        panic!("{programs:#?}")
    };
    assert_eq!((club.active.as_str(), club.pending.as_str()), ("6", "33"));
    assert_eq!((club.debt.as_str(), club.members), ("5.5", 2));
    assert_eq!(some(club.active_value.as_ref()), dec("0.06"));
    assert_eq!(some(club.pending_value.as_ref()), dec("0.33"));
    assert_eq!(some(club.debt_value.as_ref()), dec("0.06"));
    assert_eq!(some(club.outstanding_value.as_ref()), dec("0.39"));
    // 7 points at 1.5 yen, which has no smaller unit.
    assert_eq!(some(shop.outstanding_value.as_ref()), dec("11"));
    assert_eq!(shop.point_value, "1.5");
    let programs = ask(wire(on(1, 15)), vec![CLUB.to_string()]).await;
    assert_eq!(programs.len(), 1);
    assert_eq!(some(programs[0].active_value.as_ref()), dec("0.81"));
    assert_eq!(ask(None, vec![SHOP.to_string()]).await.len(), 1);
}
