//! What the query service answers about a member's lines and lots.

use guanxi_proto::query::v1::{
    GetPointsStatementRequest, ListPointsLotsRequest, PointsAccount, PointsCauseKind,
    PointsLineKind, PointsLotState,
};
use guanxi_runtime::instant_to_wire;

use crate::{
    points::with_points,
    points_accounts::{ANN, BEN, noon},
    receivables::some,
    story::dec,
};

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
