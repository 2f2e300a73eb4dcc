//! Tokens, and the positions of answers.

use std::{collections::BTreeSet, time::Duration};

use guanxi_events::{Incarnation, Position, Service};
use guanxi_proto::query::v1::{GetFunnelRequest, WatchFunnelRequest};
use guanxi_runtime::Token;
use tokio::time::timeout;
use tonic::{Code, Request};
use uuid::Uuid;

use crate::server::{Server, bad_fields};

/// Opportunities that are opened while it is asked how many there are.
const OPENED: i64 = 300;

fn after(tokens: &[&str]) -> GetFunnelRequest {
    let after = tokens.iter().map(|token| (*token).to_owned()).collect();
    GetFunnelRequest {
        after,
        ..GetFunnelRequest::default()
    }
}

#[tokio::test]
async fn an_answer_after_a_token_shows_what_the_command_did() {
    let mut server = Server::new().await;
    for n in 1..=20 {
        let token = server.open(n, "2017-01-01T00:00:00Z").await;
        let request = server.ask(after(&[&token]));
        let answer = server
            .client
            .get_funnel(request)
            .await
            .unwrap()
            .into_inner();
        let open = answer.groups[0].open.clone().unwrap();
        assert_eq!(open.count, i64::try_from(n).unwrap());
        assert_eq!(open.sums[0].units, i64::try_from(n).unwrap() * 10);
        let [position] = &answer.positions[..] else {
            panic!("{:?}", answer.positions)
        };
        assert_eq!(position.log, "sales");
        assert!(position.position >= Token::decode(&token).unwrap().position.0);
        assert!(position.recorded_at.is_some());
        // The answer's own token is one to wait for as well.
        let request = server.ask(after(&[&position.token]));
        server.client.get_funnel(request).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_and_position_of_an_answer_are_of_one_moment_while_the_model_goes_on() {
    let mut server = Server::new().await;
    let before = Token::decode(&server.written().await).unwrap().position.0;
    let (mut client, bearer) = (server.client.clone(), server.bearer());
    let reading = tokio::spawn(async move {
        let mut seen = BTreeSet::new();
        while seen.last() != Some(&OPENED) {
            let mut request = Request::new(GetFunnelRequest::default());
            let metadata = request.metadata_mut();
            metadata.insert("authorization", bearer.parse().unwrap());
            let answer = client.get_funnel(request).await.unwrap().into_inner();
            let open = answer.groups.first().and_then(|group| group.open.as_ref());
            let open = open.map_or(0, |open| open.count);
            // One event each.
            assert_eq!(answer.positions[0].position - before, open);
            seen.insert(open);
        }
        seen.len()
    });
    for n in 1..=OPENED {
        let n = u128::try_from(n).unwrap();
        server.open(n, "2017-01-01T00:00:00Z").await;
    }
    let moments = timeout(Duration::from_secs(30), reading);
    let moments = moments.await.unwrap().unwrap();
    assert!(moments > 10, "only {moments} moments were seen");
}

#[tokio::test]
async fn a_position_that_does_not_come_ends_with_the_deadline() {
    let mut server = Server::new().await;
    let token = server.open(1, "2017-01-01T00:00:00Z").await;
    let mut token = Token::decode(&token).unwrap();
    token.position = Position(token.position.0 + 1_000);
    let mut request = server.ask(after(&[&token.encode()]));
    request.set_timeout(Duration::from_millis(400));
    let status = server.client.get_funnel(request).await.unwrap_err();
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status}"
    );
}

#[tokio::test]
async fn what_is_no_token_is_named_and_one_of_another_life_is_refused() {
    let mut server = Server::new().await;
    let token = server.open(1, "2017-01-01T00:00:00Z").await;
    let request = server.ask(after(&[&token, "nonsense", ""]));
    let status = server.client.get_funnel(request).await.unwrap_err();
    assert_eq!(bad_fields(&status), ["after[1]", "after[2]"]);

    let mut foreign = Token::decode(&token).unwrap();
    foreign.incarnation = Incarnation(Uuid::from_u128(1));
    let request = server.ask(after(&[&foreign.encode()]));
    let status = server.client.get_funnel(request).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
}

#[tokio::test]
async fn a_token_of_the_customers_log_waits_for_what_the_sales_service_made_of_it() {
    let mut server = Server::new().await;
    let copied = server.open(1, "2017-01-01T00:00:00Z").await;
    let copied = Token::decode(&copied).unwrap();
    let customers = Token {
        service: Service::Customers,
        incarnation: Incarnation(Uuid::from_u128(9)),
        position: Position(5),
    };
    let sql =
        "insert into log_sales.reactions (name, source, incarnation, began_at, position, target_position)
               values ('copy', 'customers', $1, 0, 4, 0)";
    let database = server.world.client().await;
    database
        .execute(sql, &[&customers.incarnation.0])
        .await
        .unwrap();

    let mut request = server.ask(after(&[&customers.encode()]));
    request.set_timeout(Duration::from_millis(400));
    let status = server.client.get_funnel(request).await.unwrap_err();
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status}"
    );

    let request = server.ask(after(&[&customers.encode()]));
    let mut client = server.client.clone();
    let waiting = tokio::spawn(async move { client.get_funnel(request).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    let sql = "update log_sales.reactions set position = 5, target_position = $1";
    database.execute(sql, &[&copied.position.0]).await.unwrap();
    let answer = waiting.await.unwrap().unwrap().into_inner();
    assert!(answer.positions[0].position >= copied.position.0);
}

#[tokio::test]
async fn a_watcher_is_told_of_what_changes() {
    let mut server = Server::new().await;
    let token = server.open(1, "2017-01-01T00:00:00Z").await;
    let request = server.ask(WatchFunnelRequest {
        after: vec![token],
        ..WatchFunnelRequest::default()
    });
    let mut stream = server
        .client
        .watch_funnel(request)
        .await
        .unwrap()
        .into_inner();
    let count = |answer: guanxi_proto::query::v1::WatchFunnelResponse| {
        answer.groups[0].open.as_ref().map(|open| open.count)
    };
    assert_eq!(count(stream.message().await.unwrap().unwrap()), Some(1));
    server.open(2, "2017-01-02T00:00:00Z").await;
    assert_eq!(count(stream.message().await.unwrap().unwrap()), Some(2));
}
