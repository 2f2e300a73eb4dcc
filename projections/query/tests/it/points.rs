//! What the query service answers about balances of points.

use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetPointsBalancesRequest, GetPointsBalancesResponse, PointsBalance, PointsFilter,
    PointsGrouping,
};
use guanxi_runtime::instant_to_wire;

use crate::{
    accounts::on,
    points_accounts::{self, ANN, BEN, CAI, CLUB, noon},
    receivables::wire,
    server::Server,
};

/// A server with the points of acme.
pub(crate) async fn with_points() -> (Server, Vec<String>) {
    let mut server = Server::new().await;
    points_accounts::write(&mut server.world, "acme").await;
    let after = vec![server.written_to(Service::Loyalty).await];
    (server, after)
}

pub(crate) async fn balances(
    server: &mut Server,
    request: GetPointsBalancesRequest,
) -> GetPointsBalancesResponse {
    let request = server.ask(request);
    let answer = server.points.get_points_balances(request).await;
    answer.unwrap().into_inner()
}

/// Earned, adjusted, in; pending, active, spent, out, expired, reversed; lots, debt.
fn figures(balance: &PointsBalance) -> [&str; 11] {
    let points = balance.points.as_ref().unwrap();
    assert_eq!(points.settled, "0");
    [
        &points.earned,
        &points.adjusted,
        &points.transferred_in,
        &points.pending,
        &points.active,
        &points.spent,
        &points.transferred_out,
        &points.expired,
        &points.reversed,
        &points.lots,
        &points.debt,
    ]
}

const ANNS: [&str; 11] = [
    "70.5", "0", "4", "0", "-5.5", "20", "0", "0", "60", "0", "5.5",
];
const BENS: [&str; 11] = ["33", "10", "0", "33", "6", "0", "4", "0", "0", "6", "0"];
const CAIS: [&str; 11] = ["7", "0", "0", "0", "7", "0", "0", "0", "0", "7", "0"];
const CLUBS: [&str; 11] = [
    "103.5", "10", "4", "33", "0.5", "20", "4", "0", "60", "6", "5.5",
];

#[tokio::test]
async fn balances_stand_by_member_tier_and_program_and_conserve_points() {
    let (mut server, after) = with_points().await;
    let request = GetPointsBalancesRequest {
        after,
        ..GetPointsBalancesRequest::default()
    };
    let answer = balances(&mut server, request.clone()).await;
    assert!(answer.conserves);
    let [ann, ben, cai] = &answer.balances[..] else {
        panic!("{answer:#?}")
    };
    for (balance, id, wanted) in [(ann, ANN, ANNS), (ben, BEN, BENS), (cai, CAI, CAIS)] {
        assert_eq!(balance.member_id, id.to_string());
        assert_eq!(figures(balance), wanted);
        assert!(balance.conserves && balance.members == 1);
    }
    assert_eq!((ann.tier.as_str(), ben.tier.as_str()), ("gold", ""));
    assert_eq!(ann.member_number, "MB-000001");
    assert_eq!(ann.customer_name, "acme customer 1");
    let tier = ann.tier_points.as_ref().unwrap();
    let tier = [&tier.earned, &tier.adjusted, &tier.reversed, &tier.points];
    assert_eq!(tier, ["40", "0", "10", "30"]);
    let [club, shop] = &answer.totals[..] else {
        panic!("{answer:#?}")
    };
    assert_eq!(figures(club), CLUBS);
    assert_eq!(
        (club.program_name.as_str(), club.members),
        ("club of acme", 2)
    );
    assert_eq!(club.program_id, CLUB.to_string());
    assert_eq!((figures(shop), shop.shop.as_str()), (CAIS, "harbour"));

    let by = |grouping: PointsGrouping| GetPointsBalancesRequest {
        group_by: grouping.into(),
        ..request.clone()
    };
    let answer = balances(&mut server, by(PointsGrouping::Program)).await;
    assert_eq!(answer.balances, answer.totals);
    let answer = balances(&mut server, by(PointsGrouping::Tier)).await;
    let groups = answer.balances.iter();
    let groups: Vec<_> = groups.map(|g| (g.tier.as_str(), figures(g))).collect();
    assert_eq!(groups, [("", BENS), ("gold", ANNS), ("", CAIS)]);
    assert!(
        answer
            .balances
            .iter()
            .all(|group| group.member_id.is_empty())
    );

    let filter = PointsFilter {
        program_ids: vec![CLUB.to_string()],
        tiers: vec![String::new()],
        ..PointsFilter::default()
    };
    let of_none = GetPointsBalancesRequest {
        filter: Some(filter),
        ..request
    };
    let answer = balances(&mut server, of_none).await;
    assert_eq!(answer.balances.len(), 1);
    assert_eq!(figures(&answer.balances[0]), BENS);
}

#[tokio::test]
async fn a_balance_is_asked_for_at_the_end_of_a_day_or_at_an_instant() {
    let (mut server, after) = with_points().await;
    let request = GetPointsBalancesRequest {
        after,
        filter: Some(PointsFilter {
            member_ids: vec![ANN.to_string()],
            ..PointsFilter::default()
        }),
        ..GetPointsBalancesRequest::default()
    };
    let mut active = Vec::new();
    // What counts at the very instant is in it; in Shanghai noon is within the day.
    let spent = instant_to_wire(noon(2, 1));
    let before = prost_types::Timestamp {
        seconds: spent.seconds - 1,
        ..spent
    };
    for (as_of, as_of_instant) in [
        (None, Some(before)),
        (None, Some(spent)),
        (wire(on(1, 31)), None),
        (wire(on(2, 1)), None),
        (wire(on(3, 1)), None),
    ] {
        let request = GetPointsBalancesRequest {
            as_of,
            as_of_instant,
            ..request.clone()
        };
        let answer = balances(&mut server, request).await;
        assert!(answer.conserves);
        active.push(figures(&answer.balances[0])[4].to_owned());
    }
    assert_eq!(active, ["70.5", "50.5", "70.5", "50.5", "-9.5"]);
    let unknown = GetPointsBalancesRequest {
        as_known_at: wire(on(1, 1)),
        ..request
    };
    let answer = balances(&mut server, unknown).await;
    assert!(answer.balances.is_empty(), "nothing was recorded by then");
}
