//! What every command promises: once, in order, from any replica, and seen by its own caller.

use std::time::Duration;

use guanxi_cluster::{Caller, Cluster, HasReceipt, Plan, Role, reason, requests};
use guanxi_events::Position;
use guanxi_proto::{
    query::v1::{GetFunnelRequest, OpportunityFilter},
    types::v1::CommandHeader,
};
use guanxi_runtime::{Role as Granted, Token};
use tonic::Code;
use tonic_types::StatusExt;

const TENANT: &str = "acme";

async fn two_sales_replicas() -> (Cluster, Caller, String) {
    let plan = Plan::new().with(Role::Sales, 2).with(Role::Customers, 1);
    let cluster = Cluster::start(plan).await.unwrap();
    let anna = manager(&cluster, Role::Sales);
    let pipeline = anna.send(&requests::pipeline()).await.unwrap().receipt().id;
    (cluster, anna, pipeline)
}

fn manager(cluster: &Cluster, role: Role) -> Caller {
    cluster
        .caller(role, TENANT, "anna", &[Granted::Manager])
        .unwrap()
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_answer_from_any_replica() {
    let (mut cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    let first = anna.at(0).send(&open).await.unwrap().receipt();
    assert_eq!(anna.at(1).send(&open).await.unwrap().receipt(), first);
    assert_eq!(anna.at(0).send(&open).await.unwrap().receipt(), first);

    // What a replica remembers is not what makes it so.
    for number in 0..2 {
        cluster.kill_9(Role::Sales, number).unwrap();
        cluster.restart(Role::Sales, number).await.unwrap();
    }
    assert_eq!(anna.at(1).answered(&open).await.unwrap().receipt(), first);
}

#[tokio::test]
async fn a_repeat_that_would_be_refused_by_now_gets_its_first_answer() {
    let (_cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    let id = anna.send(&open).await.unwrap().receipt().id;
    let forward = requests::move_to(&id, "closing");
    let moved = anna.at(0).send(&forward).await.unwrap().receipt();
    anna.at(1).send(&requests::win(&id)).await.unwrap();

    let refused = anna
        .at(1)
        .send(&requests::move_to(&id, "closing"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(reason(&refused).unwrap(), "OPPORTUNITY_CLOSED");
    for replica in 0..2 {
        let again = anna.at(replica).send(&forward).await.unwrap().receipt();
        assert_eq!(again, moved);
    }
}

#[tokio::test]
async fn a_command_id_with_another_content_is_refused() {
    let (_cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    anna.at(0).send(&open).await.unwrap();
    let mut other = requests::opportunity(&pipeline, "Cancity", 1_001);
    other.header.clone_from(&open.header);
    for replica in 0..2 {
        let refused = anna.at(replica).send(&other).await.unwrap_err();
        assert_eq!(refused.code(), Code::AlreadyExists);
        assert_eq!(reason(&refused).unwrap(), "COMMAND_ID_REUSED");
    }
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_current_one() {
    let (_cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    let opened = anna.at(0).send(&open).await.unwrap().receipt();
    assert_eq!(opened.version, 1);
    let moved = anna
        .at(1)
        .send(&requests::move_to(&opened.id, "engaging"))
        .await;
    assert_eq!(moved.unwrap().receipt().version, 2);

    // The replica that opened it remembers version 1, and must not be taken in by that.
    for replica in 0..2 {
        let mut stale = requests::move_to(&opened.id, "closing");
        stale.header = requests::expecting(1);
        let refused = anna.at(replica).send(&stale).await.unwrap_err();
        assert_eq!(refused.code(), Code::Aborted);
        let figures = refused.get_details_error_info().unwrap().metadata;
        assert_eq!(figures["current_version"], "2");
        assert_eq!(figures["expected_version"], "1");
    }
    let mut fresh = requests::move_to(&opened.id, "closing");
    fresh.header = requests::expecting(2);
    assert_eq!(anna.at(0).send(&fresh).await.unwrap().receipt().version, 3);
}

#[tokio::test]
async fn of_simultaneous_commands_on_one_version_one_wins() {
    let (_cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    let opened = anna.send(&open).await.unwrap().receipt();
    let attempts = (0..16).map(|n| {
        let mut to = requests::move_to(&opened.id, requests::STAGES[1 + n % 2]);
        to.header = requests::expecting(1);
        let anna = anna.at(n);
        async move { anna.send(&to).await }
    });
    let answers = futures::future::join_all(attempts).await;
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(won, 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), Code::Aborted, "{refused:?}");
    }
}

#[tokio::test]
async fn commands_without_a_version_all_succeed_whoever_is_faster() {
    let (_cluster, anna, pipeline) = two_sales_replicas().await;
    let open = requests::opportunity(&pipeline, "Cancity", 1_000);
    let opened = anna.send(&open).await.unwrap().receipt();
    let attempts = (0..16).map(|n| {
        let to = requests::move_to(&opened.id, requests::STAGES[n % 3]);
        let anna = anna.at(n);
        async move { anna.send(&to).await }
    });
    for answer in futures::future::join_all(attempts).await {
        answer.unwrap();
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let (_cluster, anna, _) = two_sales_replicas().await;
    let mut open = requests::opportunity("no uuid", "", -5);
    open.header = Some(CommandHeader {
        command_id: "1".to_owned(),
        expected_version: Some(-1),
        occurred_at: None,
    });
    let refused = anna.send(&open).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "details.amount",
            "details.title",
            "header.command_id",
            "header.expected_version",
            "pipeline_id"
        ]
    );
}

#[tokio::test]
async fn a_query_that_is_given_a_commands_token_shows_what_it_did() {
    let cluster = Cluster::start(Plan::of_all(2)).await.unwrap();
    let sales = manager(&cluster, Role::Sales);
    let query = manager(&cluster, Role::Query);
    let pipeline = sales
        .send(&requests::pipeline())
        .await
        .unwrap()
        .receipt()
        .id;
    let mut won = 0;
    for amount in 1..=25 {
        let open = requests::opportunity(&pipeline, "Cancity", amount);
        let id = sales.answered(&open).await.unwrap().receipt().id;
        let receipt = sales.answered(&requests::win(&id)).await.unwrap().receipt();
        won += amount;
        let asked = funnel(&pipeline, &receipt.token);
        let answer = query.send(&asked).await.unwrap();
        let sums = answer.groups[0].won.clone().unwrap();
        assert_eq!(
            (sums.count, sums.sums),
            (amount, vec![requests::dollars(won)])
        );
        let token = Token::decode(&receipt.token).unwrap();
        let seen = answer
            .positions
            .iter()
            .find(|at| at.log == "sales")
            .unwrap();
        assert!(seen.position >= token.position.0);
    }
}

#[tokio::test]
async fn a_query_waits_for_its_token_no_longer_than_its_deadline() {
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let sales = manager(&cluster, Role::Sales);
    let query = manager(&cluster, Role::Query);
    let receipt = sales.send(&requests::pipeline()).await.unwrap().receipt();
    let here = Token::decode(&receipt.token).unwrap();
    query
        .send(&funnel(&receipt.id, &receipt.token))
        .await
        .unwrap();

    let ahead = Token {
        position: Position(here.position.0 + 1_000),
        ..here
    };
    let patient = query.within(Duration::from_secs(4));
    let refused = patient
        .send(&funnel(&receipt.id, &ahead.encode()))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::DeadlineExceeded);

    for bad in ["garbage", &receipt.token[1..]] {
        let refused = query.send(&funnel(&receipt.id, bad)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    }
}

fn funnel(pipeline_id: &str, after: &str) -> GetFunnelRequest {
    GetFunnelRequest {
        after: vec![after.to_owned()],
        filter: Some(OpportunityFilter {
            pipeline_id: pipeline_id.to_owned(),
            ..OpportunityFilter::default()
        }),
        ..GetFunnelRequest::default()
    }
}
