//! An opportunity from opening to closing.

use guanxi_proto::sales::v1 as wire;

use crate::served::{ANNA, IMPORTER, MANAGER, Served, dollars, header, opening};

#[tokio::test]
async fn an_opportunity_is_opened_moved_given_lines_and_won() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let product = sales.product("GTX-PRO").await.unwrap();
    let opened = sales.open(ANNA, opening(&pipeline)).await.unwrap();
    assert_eq!(opened.version, 1);
    assert!(!opened.token.is_empty());

    let mut client = sales.opportunities();
    let id = opened.id;
    let moving = wire::MoveOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        stage: "engaging".into(),
    };
    client
        .move_opportunity(sales.by(ANNA, moving))
        .await
        .unwrap();
    let lines = wire::SetOpportunityLinesRequest {
        header: header(),
        opportunity_id: id.clone(),
        lines: vec![wire::ProductLineInput {
            product_id: product.id,
            quantity: "2".into(),
            unit_price: dollars(4_821),
        }],
    };
    client
        .set_opportunity_lines(sales.by(ANNA, lines))
        .await
        .unwrap();
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!((read.stage.as_str(), read.probability), ("engaging", 40));
    assert_eq!(read.stage_by, "anna");
    assert_eq!(read.owner, "anna");
    assert_eq!(read.details.unwrap().amount, dollars(9_642));
    assert_eq!(read.version, 3);

    let win = wire::WinOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        amount: dollars(9_000),
        reason: "price".into(),
    };
    client.win_opportunity(sales.by(ANNA, win)).await.unwrap();
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(read.status(), wire::OpportunityStatus::Won);
    assert_eq!(read.probability, 100);
    assert_eq!(read.won_amount, dollars(9_000));
}

#[tokio::test]
async fn changing_assigning_losing_and_reopening_show_in_the_answer() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    let mut client = sales.opportunities();
    let change = wire::ChangeOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        details: Some(wire::OpportunityDetails {
            source: "fair".into(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["source".into()],
        }),
    };
    client
        .change_opportunity(sales.by(ANNA, change))
        .await
        .unwrap();
    let assign = wire::AssignOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        owner: Some("bob".into()),
        team: Some("East".into()),
    };
    client
        .assign_opportunity(sales.by(MANAGER, assign))
        .await
        .unwrap();
    let lose = wire::LoseOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        reason: "no budget".into(),
    };
    client.lose_opportunity(sales.by(ANNA, lose)).await.unwrap();
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(read.status(), wire::OpportunityStatus::Lost);
    assert_eq!(read.close_reason, "no budget");
    assert_eq!((read.owner.as_str(), read.team.as_str()), ("bob", "East"));
    let details = read.details.unwrap();
    assert_eq!(details.source, "fair");
    assert_eq!(details.title, "400 graphics cards");

    let reopen = wire::ReopenOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        reason: "they called back".into(),
        ..Default::default()
    };
    let refused = client.reopen_opportunity(sales.by(ANNA, reopen.clone()));
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);

    allow_reopening(&sales, &pipeline).await;
    let again = wire::ReopenOpportunityRequest {
        header: header(),
        ..reopen
    };
    client
        .reopen_opportunity(sales.by(ANNA, again))
        .await
        .unwrap();
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(read.status(), wire::OpportunityStatus::Open);
    assert_eq!((read.probability, read.pipeline_rules_version), (10, 2));
}

/// Version 2 of the pipeline's rules.
async fn allow_reopening(sales: &Served, pipeline: &str) {
    let mut client = sales.pipelines();
    let get = wire::GetPipelineRequest {
        pipeline_id: pipeline.to_owned(),
    };
    let got = client.get_pipeline(sales.by(ANNA, get)).await.unwrap();
    let read = got.into_inner().pipeline.unwrap();
    assert_eq!(read.rules_version, 1);
    let mut rules = read.rules.unwrap();
    rules.may_reopen = true;
    let change = wire::ChangePipelineRequest {
        header: header(),
        pipeline_id: pipeline.to_owned(),
        rules: Some(rules),
    };
    client
        .change_pipeline(sales.by(MANAGER, change))
        .await
        .unwrap();
}

#[tokio::test]
async fn history_is_loaded_with_its_own_dates_by_the_importer_only() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let engaged = prost_types::Timestamp {
        seconds: 1_476_921_600,
        nanos: 0,
    };
    let mut open = opening(&pipeline);
    open.header.as_mut().unwrap().occurred_at = Some(engaged);
    let refused = sales.open(ANNA, open.clone()).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
    let id = sales.open(IMPORTER, open).await.unwrap().id;
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(read.stage_since, Some(engaged));
}

#[tokio::test]
async fn a_step_may_be_dated_at_the_very_instant_that_the_service_told() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let id = sales.open(ANNA, opening(&pipeline)).await.unwrap().id;
    let since = sales.get(ANNA, &id).await.unwrap().stage_since;
    let mut moving = wire::MoveOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        stage: "engaging".into(),
    };
    moving.header.as_mut().unwrap().occurred_at = since;
    let mut client = sales.opportunities();
    client
        .move_opportunity(sales.by(ANNA, moving))
        .await
        .unwrap();
    let read = sales.get(ANNA, &id).await.unwrap();
    assert_eq!(read.stage_since, since);
}
