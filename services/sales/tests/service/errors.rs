//! What a client is told when something is wrong.

use guanxi_proto::sales::v1 as wire;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{ANALYST, ANNA, IMPORTER, MANAGER, STRANGER, Served, header, opening, reason};

fn moving(id: &str, stage: &str) -> wire::MoveOpportunityRequest {
    wire::MoveOpportunityRequest {
        header: header(),
        opportunity_id: id.to_owned(),
        stage: stage.to_owned(),
    }
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    let sales = Served::start().await;
    let bad = wire::OpenOpportunityRequest {
        header: None,
        opportunity_id: "x".into(),
        ..Default::default()
    };
    let status = sales.open(ANNA, bad).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let violations = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<_> = violations.into_iter().map(|v| v.field).collect();
    assert_eq!(
        fields,
        [
            "header.command_id",
            "opportunity_id",
            "pipeline_id",
            "details.title"
        ]
    );
}

#[tokio::test]
async fn a_rule_that_refuses_is_named_with_its_figures() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    let mut client = sales.opportunities();
    client
        .move_opportunity(sales.by(ANNA, moving(&id, "engaging")))
        .await
        .unwrap();
    let back = client.move_opportunity(sales.by(ANNA, moving(&id, "prospecting")));
    let status = back.await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MOVE_BACK_NOT_ALLOWED");
    assert_eq!(info.metadata["from"], "engaging");
    assert_eq!(info.metadata["pipeline_version"], "1");
    let unmoved = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(
        unmoved.version, 2,
        "a refused command leaves nothing behind"
    );
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_current_one() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    let mut late = moving(&id, "engaging");
    late.header.as_mut().unwrap().expected_version = Some(7);
    let mut client = sales.opportunities();
    let status = client
        .move_opportunity(sales.by(ANNA, late))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Aborted);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.metadata["current_version"], "1");
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_answer_and_another_content_is_refused() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let mut open = opening(&pipeline);
    open.opportunity_id = String::new();
    let first = sales.open(ANNA, open.clone()).await.unwrap();
    let again = sales.open(ANNA, open.clone()).await.unwrap();
    assert_eq!(first, again);
    open.team = "East".into();
    let status = sales.open(ANNA, open).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    assert_eq!(reason(&status), "COMMAND_ID_REUSED");
}

#[tokio::test]
async fn a_sku_is_taken_once_and_free_again_when_its_product_has_another() {
    let sales = Served::start().await;
    let first = sales.product("GTX-PRO").await.unwrap();
    let status = sales.product("gtx-pro").await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.metadata["field"], "sku");
    assert_eq!(info.metadata["holder"], first.id);

    let change = wire::ChangeProductRequest {
        header: header(),
        product_id: first.id,
        details: Some(wire::ProductDetails {
            sku: "GTX-PRO-2".into(),
            name: "GTX Pro".into(),
            unit: "piece".into(),
            ..Default::default()
        }),
    };
    let mut client = sales.products();
    client
        .change_product(sales.by(MANAGER, change))
        .await
        .unwrap();
    sales.product("gtx-pro").await.unwrap();
}

#[tokio::test]
async fn roles_bound_what_a_caller_may_do() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    sales.get(ANALYST, &id).await.unwrap();
    let status = sales.open(ANALYST, opening(&pipeline)).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let create = wire::CreatePipelineRequest::default();
    let mut client = sales.pipelines();
    let status = client
        .create_pipeline(sales.by(ANNA, create))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let assign = wire::AssignOpportunityRequest {
        header: header(),
        opportunity_id: id,
        owner: Some("loader".into()),
        ..Default::default()
    };
    let mut client = sales.opportunities();
    let status = client
        .assign_opportunity(sales.by(IMPORTER, assign))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "NOT_THE_OWNER");
}

#[tokio::test]
async fn nothing_of_another_tenant_is_seen_or_used() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    let status = sales.get(STRANGER, &id).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = sales.open(STRANGER, opening(&pipeline)).await.unwrap_err();
    assert_eq!(reason(&status), "PIPELINE_UNKNOWN");
}

#[tokio::test]
async fn what_there_is_not_is_not_found() {
    let sales = Served::start().await;
    let nowhere = Uuid::now_v7().to_string();
    let status = sales.get(ANNA, &nowhere).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = sales.get(ANNA, "7").await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
