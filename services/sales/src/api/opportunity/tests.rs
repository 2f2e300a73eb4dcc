//! Requests become commands, and every bad field is named.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::{PipelineCreated, PipelineDefinition, ProductCreated, ProductDetails};
use guanxi_proto::google_type::{Date, Money};
use guanxi_runtime::{CommandRequest, Fields};

use super::*;
use crate::domain::{
    customer_copy::CustomerCopy, opportunity::Patch, pipeline::Pipeline, product::Product,
};

const DEAL: Uuid = Uuid::from_u128(1);
const PIPELINE: Uuid = Uuid::from_u128(2);
const CUSTOMER: Uuid = Uuid::from_u128(3);
const PRODUCT: Uuid = Uuid::from_u128(4);

fn dollars(units: i64) -> Money {
    Money {
        currency_code: "USD".into(),
        units,
        nanos: 0,
    }
}

fn details() -> wire::OpportunityDetails {
    wire::OpportunityDetails {
        title: "400 graphics cards".into(),
        customer_id: CUSTOMER.to_string(),
        amount: Some(dollars(9_642)),
        expected_close: Some(Date {
            year: 2026,
            month: 3,
            day: 31,
        }),
        source: "fair".into(),
        competitors: vec!["Acme".into()],
        priority: true,
    }
}

fn open() -> wire::OpenOpportunityRequest {
    wire::OpenOpportunityRequest {
        header: None,
        opportunity_id: DEAL.to_string(),
        pipeline_id: PIPELINE.to_string(),
        stage: "engaging".into(),
        details: Some(details()),
        owner: "bob".into(),
        team: "Central".into(),
        lines: vec![wire::ProductLineInput {
            product_id: PRODUCT.to_string(),
            quantity: "2".into(),
            unit_price: Some(dollars(4_821)),
        }],
    }
}

fn parsed<R>(request: R) -> Command
where
    R: CommandRequest<Opportunity>,
{
    let mut fields = Fields::default();
    let parsed = request.parse(&mut fields);
    fields.finish().unwrap();
    let (id, command) = parsed.unwrap();
    assert_eq!(id, DEAL);
    command
}

fn bad_fields<R: CommandRequest<Opportunity>>(request: R) -> Vec<String> {
    let mut fields = Fields::default();
    let _ = request.parse(&mut fields);
    let violations = fields.finish().unwrap_err().violations;
    violations.into_iter().map(|v| v.field).collect()
}

fn scenario() -> Scenario<Opportunity> {
    let stage = guanxi_events::sales::Stage {
        key: "engaging".parse().unwrap(),
        name: "Engaging".into(),
        probability: 40,
        required: Vec::new(),
        rotting_days: None,
        archived: false,
    };
    let pipeline = PipelineCreated {
        definition: PipelineDefinition {
            name: "Hardware".into(),
            stages: vec![stage],
            ..PipelineDefinition::default()
        },
    };
    let product = ProductCreated {
        details: ProductDetails {
            sku: "GTX-PRO".into(),
            name: "GTX Pro".into(),
            unit: "piece".into(),
            ..ProductDetails::default()
        },
    };
    let customer = guanxi_events::sales::CustomerCopied::default();
    Scenario::new(DEAL)
        .reading::<Pipeline>(PIPELINE, [pipeline.into()])
        .reading::<CustomerCopy>(CUSTOMER, [customer.into()])
        .reading::<Product>(PRODUCT, [product.into()])
}

#[test]
fn an_opened_opportunity_reads_as_it_was_asked_for() {
    let state = scenario().when(parsed(open())).state();
    let read = to_wire(DEAL, 1, &state.unwrap());
    assert_eq!(read.details, Some(details()));
    assert_eq!(read.owner, "bob");
    assert_eq!(read.team, "Central");
    assert_eq!(read.stage, "engaging");
    assert_eq!(read.probability, 40);
    assert_eq!(read.stage_by, "anna");
    assert_eq!(read.status(), wire::OpportunityStatus::Open);
    assert_eq!(read.pipeline_id, PIPELINE.to_string());
    assert_eq!(read.pipeline_rules_version, 1);
    assert_eq!(read.lines[0].quantity, "2");
    assert_eq!(read.lines[0].amount, Some(dollars(9_642)));
}

#[test]
fn a_won_opportunity_shows_what_it_brought_and_why() {
    let opened = scenario().when(parsed(open())).decision();
    let win = wire::WinOpportunityRequest {
        opportunity_id: DEAL.to_string(),
        amount: Some(dollars(9_000)),
        reason: "price".into(),
        ..Default::default()
    };
    let state = scenario()
        .given([opened.events[0].0.clone()])
        .when(parsed(win))
        .state();
    let read = to_wire(DEAL, 2, &state.unwrap());
    assert_eq!(read.status(), wire::OpportunityStatus::Won);
    assert_eq!(read.probability, 100);
    assert_eq!(read.won_amount, Some(dollars(9_000)));
    assert_eq!(read.close_reason, "price");
}

#[test]
fn every_bad_field_of_a_new_opportunity_is_named() {
    let mut bad = open();
    bad.opportunity_id = "7".into();
    bad.pipeline_id = String::new();
    bad.stage = "No Stage".into();
    bad.owner = "no such person!".into();
    bad.team = "x".repeat(101);
    bad.details = Some(wire::OpportunityDetails {
        title: String::new(),
        customer_id: "3".into(),
        amount: Some(dollars(-1)),
        expected_close: Some(Date::default()),
        source: "x".repeat(101),
        competitors: vec!["Acme".into(), String::new()],
        priority: false,
    });
    bad.lines[0] = wire::ProductLineInput {
        product_id: "4".into(),
        quantity: "0".into(),
        unit_price: None,
    };
    assert_eq!(
        bad_fields(bad),
        [
            "opportunity_id",
            "pipeline_id",
            "stage",
            "details.title",
            "details.customer_id",
            "details.amount",
            "details.expected_close",
            "details.source",
            "details.competitors[1]",
            "owner",
            "team",
            "lines[0].product_id",
            "lines[0].quantity",
            "lines[0].unit_price",
        ]
    );
}

#[test]
fn an_empty_stage_and_owner_are_left_to_the_domain() {
    let mut request = open();
    request.stage = String::new();
    request.owner = String::new();
    let Command::Open(open) = parsed(request) else {
        unreachable!("an open request opens")
    };
    assert_eq!(open.stage, None);
    assert_eq!(open.owner, None);
}

fn change(mask: &[&str], details: wire::OpportunityDetails) -> wire::ChangeOpportunityRequest {
    wire::ChangeOpportunityRequest {
        opportunity_id: DEAL.to_string(),
        details: Some(details),
        update_mask: Some(prost_types::FieldMask {
            paths: mask.iter().map(|path| (*path).to_owned()).collect(),
        }),
        ..Default::default()
    }
}

#[test]
fn only_the_fields_of_the_mask_are_changed() {
    let mut given = details();
    given.title = String::new();
    let Command::Change(patch) = parsed(change(&["source", "priority"], given)) else {
        unreachable!("a change request changes")
    };
    assert_eq!(
        *patch,
        Patch {
            source: Some(Some("fair".into())),
            priority: Some(true),
            ..Patch::default()
        }
    );
}

#[test]
fn a_field_that_is_named_and_not_set_is_taken_away() {
    let mask = [
        "customer_id",
        "amount",
        "expected_close",
        "source",
        "competitors",
    ];
    let Command::Change(patch) = parsed(change(&mask, Default::default())) else {
        unreachable!("a change request changes")
    };
    assert_eq!(
        *patch,
        Patch {
            title: None,
            customer: Some(None),
            amount: Some(None),
            expected_close: Some(None),
            source: Some(None),
            competitors: Some(Vec::new()),
            priority: None,
        }
    );
}

#[test]
fn a_mask_names_known_fields_and_a_title_is_not_taken_away() {
    assert_eq!(bad_fields(change(&[], details())), ["update_mask"]);
    assert_eq!(
        bad_fields(change(&["priority", "owner"], details())),
        ["update_mask[1]"]
    );
    assert_eq!(
        bad_fields(change(&["title"], Default::default())),
        ["details.title"]
    );
}

#[test]
fn an_assignment_says_to_whom() {
    let nobody = wire::AssignOpportunityRequest {
        opportunity_id: DEAL.to_string(),
        ..Default::default()
    };
    assert_eq!(bad_fields(nobody.clone()), ["owner"]);
    let no_team = wire::AssignOpportunityRequest {
        team: Some(String::new()),
        ..nobody
    };
    assert_eq!(
        parsed(no_team),
        Command::Assign {
            owner: None,
            team: Some(None)
        }
    );
}

#[test]
fn the_other_requests_name_their_bad_fields() {
    assert_eq!(
        bad_fields(wire::MoveOpportunityRequest::default()),
        ["opportunity_id", "stage"]
    );
    assert_eq!(
        bad_fields(wire::WinOpportunityRequest {
            amount: Some(Money::default()),
            ..Default::default()
        }),
        ["opportunity_id", "amount", "reason"]
    );
    assert_eq!(
        bad_fields(wire::LoseOpportunityRequest::default()),
        ["opportunity_id", "reason"]
    );
    assert_eq!(
        bad_fields(wire::ReopenOpportunityRequest {
            stage: "?".into(),
            ..Default::default()
        }),
        ["opportunity_id", "stage", "reason"]
    );
    assert_eq!(
        bad_fields(wire::SetOpportunityLinesRequest {
            lines: vec![Default::default(); MAX_LINES + 1],
            ..Default::default()
        }),
        ["opportunity_id", "lines"]
    );
}
