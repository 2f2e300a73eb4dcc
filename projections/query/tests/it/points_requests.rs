//! Pages, tokens, tenants, and everything that is wrong with a request about points at once.

use std::time::Duration;

use guanxi_events::Service;
use guanxi_proto::{
    google_type::Date,
    query::v1::{
        GetExpiringPointsRequest, GetPointsBalancesRequest, GetPointsLiabilityRequest,
        GetPointsStatementRequest, ListPointsLotsRequest, PointsFilter, PointsGrouping,
    },
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::{Role, Token};
use prost_types::Timestamp;
use tonic::Code;

use crate::{
    accounts::on,
    points::with_points,
    points_accounts::{self, ANN, BEN},
    receivables::wire,
    server::{Server, bad_fields},
};

fn page(size: i32, token: &str) -> Option<PageRequest> {
    Some(PageRequest {
        page_size: size,
        page_token: token.to_owned(),
    })
}

const NO_DAY: Option<Date> = Some(Date {
    year: 2017,
    month: 2,
    day: 29,
});
const NO_INSTANT: Option<Timestamp> = Some(Timestamp {
    seconds: 0,
    nanos: -1,
});

/// What is wrong with a request, sorted.
macro_rules! wrong {
    ($server:expr, $call:ident($message:expr)) => {{
        let request = $server.ask($message);
        let status = $server.points.$call(request).await.unwrap_err();
        let mut fields = bad_fields(&status);
        fields.sort();
        fields
    }};
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let mut server = Server::new().await;
    let filter = Some(PointsFilter {
        member_ids: vec!["x".into()],
        program_ids: vec![ANN.to_string(), String::new()],
        tiers: vec![String::new(), "Gold!".into()],
    });
    let request = GetPointsBalancesRequest {
        as_of: NO_DAY,
        as_known_at_instant: NO_INSTANT,
        filter: filter.clone(),
        group_by: 99,
        page: page(5_000, "z"),
        ..GetPointsBalancesRequest::default()
    };
    assert_eq!(
        wrong!(server, get_points_balances(request)),
        [
            "as_known_at_instant",
            "as_of",
            "filter.member_ids[0]",
            "filter.program_ids[1]",
            "filter.tiers[1]",
            "group_by",
            "page.page_size",
            "page.page_token",
        ]
    );
    let request = GetPointsStatementRequest {
        account: 7,
        days: Some(DateRange {
            first: wire(on(2, 2)),
            last: wire(on(2, 1)),
        }),
        from_instant: Some(Timestamp::default()),
        as_known_at: wire(on(1, 1)),
        as_known_at_instant: Some(Timestamp::default()),
        ..GetPointsStatementRequest::default()
    };
    let wanted = [
        "account",
        "as_known_at_instant",
        "days",
        "from_instant",
        "member_id",
    ];
    assert_eq!(wrong!(server, get_points_statement(request)), wanted);
    let request = GetPointsStatementRequest {
        member_id: ANN.to_string(),
        from_instant: Some(Timestamp::default()),
        until_instant: Some(Timestamp::default()),
        ..GetPointsStatementRequest::default()
    };
    assert_eq!(
        wrong!(server, get_points_statement(request)),
        ["from_instant"]
    );
    let request = ListPointsLotsRequest {
        as_of: wire(on(1, 1)),
        as_of_instant: Some(Timestamp::default()),
        states: vec![0, 9],
        ..ListPointsLotsRequest::default()
    };
    let wanted = ["as_of_instant", "member_id", "states[0]", "states[1]"];
    assert_eq!(wrong!(server, list_points_lots(request)), wanted);
    let request = GetExpiringPointsRequest {
        within_days: -1,
        filter,
        ..GetExpiringPointsRequest::default()
    };
    let wanted = [
        "filter.member_ids[0]",
        "filter.program_ids[1]",
        "filter.tiers[1]",
        "within_days",
    ];
    assert_eq!(wrong!(server, get_expiring_points(request)), wanted);
    let request = GetExpiringPointsRequest {
        as_of: Some(Date {
            year: 9999,
            month: 12,
            day: 1,
        }),
        within_days: 100,
        ..GetExpiringPointsRequest::default()
    };
    assert_eq!(
        wrong!(server, get_expiring_points(request)),
        ["within_days"]
    );
    let request = GetPointsLiabilityRequest {
        as_of_instant: NO_INSTANT,
        program_ids: vec![ANN.to_string(); 201],
        ..GetPointsLiabilityRequest::default()
    };
    let wanted = ["as_of_instant", "program_ids"];
    assert_eq!(wrong!(server, get_points_liability(request)), wanted);
}

#[tokio::test]
async fn pages_hold_each_row_once_and_their_tokens_belong_to_one_query() {
    let (mut server, after) = with_points().await;
    let by_member = |token: &str| GetPointsBalancesRequest {
        after: after.clone(),
        page: page(2, token),
        ..GetPointsBalancesRequest::default()
    };
    let (mut members, mut token, mut tokens) = (Vec::new(), String::new(), Vec::new());
    loop {
        let request = server.ask(by_member(&token));
        let answer = server.points.get_points_balances(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(answer.totals.len(), 2);
        members.extend(answer.balances.into_iter().map(|row| row.member_number));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
        tokens.push(token.clone());
    }
    assert_eq!(members, ["MB-000001", "MB-000002", "MB-000003"]);
    let request = GetPointsBalancesRequest {
        group_by: PointsGrouping::Tier.into(),
        ..by_member(&tokens[0])
    };
    let wanted = ["page.page_token"];
    assert_eq!(wrong!(server, get_points_balances(request)), wanted);

    let lines = |member: uuid::Uuid, token: &str| GetPointsStatementRequest {
        after: after.clone(),
        member_id: member.to_string(),
        page: page(2, token),
        ..GetPointsStatementRequest::default()
    };
    let (mut quantities, mut token, mut tokens) = (Vec::new(), String::new(), Vec::new());
    loop {
        let request = server.ask(lines(ANN, &token));
        let answer = server.points.get_points_statement(request).await;
        let answer = answer.unwrap().into_inner();
        quantities.extend(answer.lines.into_iter().map(|line| line.quantity));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
        tokens.push(token.clone());
    }
    assert_eq!(quantities, ["70.5", "-20", "-60", "4", "-4"]);
    let request = lines(BEN, &tokens[0]);
    assert_eq!(wrong!(server, get_points_statement(request)), wanted);

    let lots = |token: &str| ListPointsLotsRequest {
        after: after.clone(),
        member_id: BEN.to_string(),
        page: page(1, token),
        ..ListPointsLotsRequest::default()
    };
    let request = server.ask(lots(""));
    let first = server.points.list_points_lots(request).await.unwrap();
    let first = first.into_inner();
    let request = server.ask(lots(&first.next_page_token));
    let second = server.points.list_points_lots(request).await.unwrap();
    let second = second.into_inner();
    assert_eq!((first.lots[0].lot, second.lots[0].lot), (2, 1));
    assert_eq!(second.next_page_token, "");
}

#[tokio::test]
async fn a_query_shows_what_its_token_stands_for_and_refuses_one_of_another_log() {
    let mut server = Server::new().await;
    points_accounts::write(&mut server.world, "acme").await;
    let token = server.written_to(Service::Loyalty).await;
    let request = server.ask(GetPointsBalancesRequest {
        after: vec![token.clone()],
        ..GetPointsBalancesRequest::default()
    });
    let answer = server.points.get_points_balances(request).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.balances.len(), 3);
    assert_eq!(answer.positions[0].log, "loyalty");
    assert_eq!(answer.positions[0].token, token);
    let request = GetPointsLiabilityRequest {
        after: vec!["?".into()],
        ..GetPointsLiabilityRequest::default()
    };
    assert_eq!(wrong!(server, get_points_liability(request)), ["after[0]"]);
    let mut foreign = Token::decode(&token).unwrap();
    foreign.service = Service::Service;
    let request = GetPointsLiabilityRequest {
        after: vec![token.clone(), foreign.encode()],
        ..GetPointsLiabilityRequest::default()
    };
    assert_eq!(wrong!(server, get_points_liability(request)), ["after[1]"]);

    // What is not there yet is waited for no longer than the deadline.
    let mut later = Token::decode(&token).unwrap();
    later.position.0 += 1;
    let mut request = server.ask(GetPointsBalancesRequest {
        after: vec![later.encode()],
        ..GetPointsBalancesRequest::default()
    });
    request.set_timeout(Duration::from_millis(500));
    let status = server.points.get_points_balances(request).await;
    let code = status.unwrap_err().code();
    assert!(
        matches!(code, Code::DeadlineExceeded | Code::Cancelled),
        "{code:?}"
    );
}

#[tokio::test]
async fn another_tenant_sees_none_of_it_and_a_stranger_nothing_at_all() {
    let (mut server, after) = with_points().await;
    let request = GetPointsBalancesRequest {
        after: after.clone(),
        filter: Some(PointsFilter {
            member_ids: vec![ANN.to_string()],
            ..PointsFilter::default()
        }),
        ..GetPointsBalancesRequest::default()
    };
    let asked = server.ask_as("bolt", Role::Admin, request.clone());
    let answer = server.points.get_points_balances(asked).await.unwrap();
    let answer = answer.into_inner();
    assert!(answer.balances.is_empty() && answer.totals.is_empty());
    let statement = GetPointsStatementRequest {
        after,
        member_id: ANN.to_string(),
        ..GetPointsStatementRequest::default()
    };
    let asked = server.ask_as("bolt", Role::Admin, statement);
    let answer = server.points.get_points_statement(asked).await.unwrap();
    assert!(answer.into_inner().lines.is_empty());
    let asked = tonic::Request::new(request);
    let status = server.points.get_points_balances(asked).await;
    assert_eq!(status.unwrap_err().code(), Code::Unauthenticated);
}
