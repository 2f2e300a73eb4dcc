//! What the query service answers about points.

use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetExpiringPointsRequest, GetPointsBalancesRequest, GetPointsBalancesResponse,
    GetPointsLiabilityRequest, GetPointsStatementRequest, ListPointsLotsRequest, PointsAccount,
    PointsBalance, PointsCauseKind, PointsFilter, PointsGrouping, PointsLineKind, PointsLotState,
};
use guanxi_runtime::instant_to_wire;

use crate::{
    accounts::on,
    points_accounts::{self, ANN, BEN, CAI, CLUB, SHOP, noon},
    receivables::{some, wire},
    server::Server,
    story::dec,
};

/// A server with the points of acme.
pub(crate) async fn with_points() -> (Server, Vec<String>) {
    let mut server = Server::new().await;
    points_accounts::write(&mut server.world, "acme").await;
    let after = vec![server.written_of(Service::Loyalty).await];
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

#[tokio::test]
async fn a_statement_explains_its_lines_and_goes_on_where_another_ends() {
    let (mut server, after) = with_points().await;
    let request = GetPointsStatementRequest {
        after,
        member_id: ANN.to_string(),
        ..GetPointsStatementRequest::default()
    };
    let mut ask = async |request: GetPointsStatementRequest| {
        let request = server.ask(request);
        let answer = server.points.get_points_statement(request).await;
        answer.unwrap().into_inner()
    };
    let whole = ask(request.clone()).await;
    let lines = whole.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| {
            (
                line.kind(),
                line.quantity.as_str(),
                line.active_after.as_str(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (PointsLineKind::Earned, "70.5", "70.5"),
            (PointsLineKind::Spent, "-20", "50.5"),
            (PointsLineKind::Reversed, "-60", "-9.5"),
            (PointsLineKind::Received, "4", "-5.5"),
            (PointsLineKind::DebtSettled, "-4", "-5.5"),
        ]
    );
    let earned = &whole.lines[0];
    let cause = earned.cause.as_ref().unwrap();
    assert_eq!(cause.kind(), PointsCauseKind::Purchase);
    assert_eq!(cause.reference, "receipt of acme");
    let rules = earned.rules.as_ref().unwrap();
    assert_eq!((rules.version, rules.tier.as_str()), (3, "gold"));
    assert_eq!(
        (rules.factor.as_str(), rules.rules[0].points.as_str()),
        ("1.5", "70.5")
    );
    let lots = &whole.lines[2].lots;
    assert_eq!((lots[0].lot, lots[0].active.as_str()), (1, "-50.5"));
    assert_eq!((lots[0].rules_version, lots[0].tier.as_str()), (3, "gold"));
    let redeemed = whole.lines[1].cause.as_ref().unwrap();
    assert_eq!(some(redeemed.value.as_ref()), dec("1.5"));
    let from = whole.lines[3].cause.as_ref().unwrap();
    assert_eq!(from.kind(), PointsCauseKind::Member);
    assert_eq!(from.member_number, "MB-000002");

    let until = Some(instant_to_wire(noon(2, 1)));
    let first = ask(GetPointsStatementRequest {
        until_instant: until,
        ..request.clone()
    })
    .await;
    let second = ask(GetPointsStatementRequest {
        from_instant: until,
        ..request.clone()
    })
    .await;
    assert_eq!(first.closing, second.opening);
    assert_eq!((first.lines.len(), second.lines.len()), (1, 4));
    assert_eq!(second.closing, whole.closing);
    let tier = ask(GetPointsStatementRequest {
        account: PointsAccount::Tier.into(),
        ..request
    })
    .await;
    let lines: Vec<_> = tier
        .lines
        .iter()
        .map(|line| line.quantity.as_str())
        .collect();
    assert_eq!(lines, ["40", "-10"]);
    assert!(tier.closing.unwrap().conserves);
}

#[tokio::test]
async fn lots_stand_in_the_order_in_which_they_are_spent() {
    let (mut server, after) = with_points().await;
    let mut ask = async |states: Vec<PointsLotState>| {
        let request = server.ask(ListPointsLotsRequest {
            after: after.clone(),
            member_id: BEN.to_string(),
            states: states.into_iter().map(i32::from).collect(),
            ..ListPointsLotsRequest::default()
        });
        let answer = server.points.list_points_lots(request).await;
        answer.unwrap().into_inner().lots
    };
    let lots = ask(vec![]).await;
    let seen: Vec<_> = lots
        .iter()
        .map(|lot| {
            (
                lot.lot,
                lot.state(),
                lot.points.as_str(),
                lot.remaining.as_str(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (2, PointsLotState::Active, "10", "6"),
            (1, PointsLotState::Pending, "33", "0"),
        ]
    );
    assert_eq!(lots[0].expires_at, Some(instant_to_wire(noon(4, 10))));
    assert_eq!(lots[1].expires_at, None);
    let source = lots[1].source.as_ref().unwrap();
    assert_eq!(source.kind(), PointsCauseKind::Stated);
    assert_eq!(source.reference, "history of acme");
    assert_eq!(ask(vec![PointsLotState::Pending]).await, lots[1..]);
    assert!(ask(vec![PointsLotState::Used]).await.is_empty());
}

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
