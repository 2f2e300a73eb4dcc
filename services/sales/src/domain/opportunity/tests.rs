//! The rules of opportunities as given / when / then.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::{
    CustomerCopied, OpportunityAssigned, OpportunityChanged, OpportunityLost, OpportunityOpened,
    OpportunityReopened, OpportunityStageChanged, OpportunityWon, PipelineCreated,
    PipelineDefinition, PipelineEvent, ProductCreated, ProductDetails, ProductEvent, ProductId,
    ProductRetired, RequiredField, Stage,
};
use iso_currency::Currency;
use uuid::Uuid;

use super::*;
use crate::domain::product::Product;

mod closing;
mod dates;
mod details;
mod lines;
mod stages;

pub(super) const PIPELINE: PipelineId = PipelineId(Uuid::from_u128(1));
pub(super) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(2));
pub(super) const PRODUCT: ProductId = ProductId(Uuid::from_u128(3));
pub(super) const RETIRED: ProductId = ProductId(Uuid::from_u128(4));

/// When the opportunity of these tests was opened.
const OPENED_AT: &str = "2026-01-10T09:00:00Z";
/// The kit's clock.
const NOW: &str = "2026-01-15T12:00:00Z";

pub(super) fn key(text: &str) -> StageKey {
    text.parse().unwrap()
}

pub(super) fn usd(amount: &str) -> Money {
    Money::exact(amount.parse().unwrap(), Currency::USD).unwrap()
}

pub(super) fn stage(name: &str, probability: u8, required: &[RequiredField]) -> Stage {
    Stage {
        key: key(name),
        name: name.to_owned(),
        probability,
        required: required.to_vec(),
        rotting_days: None,
        archived: false,
    }
}

/// Prospecting 10, engaging 40 (wants a customer and an amount), proposing 70, and an archived one.
pub(super) fn pipeline(may_move_back: bool, may_reopen: bool) -> PipelineEvent {
    let mut archived = stage("calling", 20, &[]);
    archived.archived = true;
    PipelineCreated {
        definition: PipelineDefinition {
            name: "Hardware".into(),
            stages: vec![
                stage("prospecting", 10, &[]),
                archived,
                stage(
                    "engaging",
                    40,
                    &[RequiredField::Amount, RequiredField::Customer],
                ),
                stage("proposing", 70, &[]),
            ],
            may_move_back,
            may_reopen,
        },
    }
    .into()
}

fn sku(sku: &str) -> ProductEvent {
    ProductCreated {
        details: ProductDetails {
            sku: sku.to_owned(),
            name: sku.to_owned(),
            unit: "piece".into(),
            ..ProductDetails::default()
        },
    }
    .into()
}

fn customer() -> CustomerCopied {
    CustomerCopied {
        name: "Cancity".into(),
        ..CustomerCopied::default()
    }
}

/// A pipeline without switches, one known customer, one product, one retired product.
pub(super) fn scenario() -> Scenario<Opportunity> {
    with_pipeline(pipeline(false, false))
}

pub(super) fn with_pipeline(pipeline: PipelineEvent) -> Scenario<Opportunity> {
    Scenario::new(Uuid::now_v7())
        .reading::<Pipeline>(PIPELINE, [pipeline])
        .reading::<CustomerCopy>(CUSTOMER, [customer().into()])
        .reading::<Product>(PRODUCT, [sku("GTX-PRO")])
        .reading::<Product>(
            RETIRED,
            [sku("GTX-OLD"), ProductRetired { reason: None }.into()],
        )
}

fn version(version: u32) -> PipelineVersion {
    PipelineVersion {
        id: PIPELINE,
        version,
    }
}

fn entry(stage: &str, probability: u8, at: &str) -> StageEntry {
    StageEntry {
        stage: key(stage),
        probability,
        at: at.parse().unwrap(),
        by: "anna".parse().unwrap(),
    }
}

/// With customer and amount, so that every stage may be entered.
fn details() -> OpportunityDetails {
    OpportunityDetails {
        title: "400 graphics cards".into(),
        customer: Some(CUSTOMER),
        amount: Some(usd("1000")),
        ..OpportunityDetails::default()
    }
}

fn opened_with(details: OpportunityDetails) -> OpportunityOpened {
    OpportunityOpened {
        pipeline: version(1),
        entry: entry("prospecting", 10, OPENED_AT),
        details,
        owner: "anna".parse().unwrap(),
        team: Some("Central".into()),
        lines: Vec::new(),
    }
}

fn opened() -> OpportunityEvent {
    opened_with(details()).into()
}

fn moved(from: &str, entry: StageEntry) -> OpportunityEvent {
    OpportunityStageChanged {
        pipeline: version(1),
        from: key(from),
        entry,
    }
    .into()
}

fn won(at: &str) -> OpportunityEvent {
    OpportunityWon {
        pipeline: version(1),
        entry: entry("prospecting", 100, at),
        amount: usd("900"),
        reason: "price".into(),
    }
    .into()
}

fn lost(at: &str) -> OpportunityEvent {
    OpportunityLost {
        pipeline: version(1),
        entry: entry("prospecting", 0, at),
        reason: "no budget".into(),
    }
    .into()
}

pub(super) fn open() -> Open {
    Open {
        pipeline: PIPELINE,
        stage: None,
        details: details(),
        owner: None,
        team: Some("Central".into()),
        lines: Vec::new(),
    }
}

pub(super) fn opens(open: Open) -> Command {
    Command::Open(Box::new(open))
}

pub(super) fn moves(stage: &str) -> Command {
    Command::Move { stage: key(stage) }
}

fn wins(amount: Option<Money>) -> Command {
    Command::Win {
        amount,
        reason: "price".into(),
    }
}

fn loses() -> Command {
    Command::Lose {
        reason: "no budget".into(),
    }
}

fn reopens(stage: Option<&str>) -> Command {
    Command::Reopen {
        stage: stage.map(key),
        reason: "they called back".into(),
    }
}

pub(super) fn line(quantity: &str, unit_price: &str) -> LineInput {
    LineInput {
        product: PRODUCT,
        quantity: quantity.parse().unwrap(),
        unit_price: usd(unit_price),
    }
}

#[test]
fn an_opportunity_begins_in_the_first_stage_with_its_actor_as_owner() {
    let now = entry("prospecting", 10, NOW);
    scenario().when(opens(open())).then([OpportunityOpened {
        entry: now,
        ..opened_with(details())
    }
    .into()]);
}

#[test]
fn it_may_begin_further_on_and_belong_to_another_person() {
    let state = scenario().when(opens(Open {
        stage: Some(key("engaging")),
        owner: Some("bob".parse().unwrap()),
        ..open()
    }));
    let deal = state.state().unwrap();
    assert_eq!(deal.entry, entry("engaging", 40, NOW));
    assert_eq!(deal.owner.as_str(), "bob");
}

#[test]
fn an_opportunity_is_opened_once() {
    scenario()
        .given([opened()])
        .when(opens(open()))
        .then_refused("OPPORTUNITY_EXISTS");
}

#[test]
fn it_needs_a_pipeline_that_exists() {
    let unknown = PipelineId(Uuid::from_u128(99));
    let refusal = scenario()
        .when(opens(Open {
            pipeline: unknown,
            ..open()
        }))
        .then_refused("PIPELINE_UNKNOWN");
    assert_eq!(refusal.figures["pipeline_id"], unknown.to_string());
}

#[test]
fn its_customer_must_be_known_to_this_service() {
    let unknown = CustomerId(Uuid::from_u128(99));
    let details = OpportunityDetails {
        customer: Some(unknown),
        ..details()
    };
    let refusal = scenario()
        .when(opens(Open { details, ..open() }))
        .then_refused("CUSTOMER_UNKNOWN");
    assert_eq!(refusal.figures["customer_id"], unknown.to_string());
}

#[test]
fn it_may_have_no_customer_yet() {
    let details = OpportunityDetails {
        customer: None,
        ..details()
    };
    let state = scenario().when(opens(Open { details, ..open() })).state();
    assert_eq!(state.unwrap().details.customer, None);
}

#[test]
fn a_competitor_is_named_once() {
    let details = OpportunityDetails {
        competitors: vec!["Acme".into(), "Beta".into(), "Acme".into()],
        ..details()
    };
    let state = scenario().when(opens(Open { details, ..open() })).state();
    assert_eq!(state.unwrap().details.competitors, ["Acme", "Beta"]);
}

#[test]
fn what_does_not_exist_cannot_be_worked_on() {
    let commands = [
        moves("engaging"),
        wins(None),
        loses(),
        reopens(None),
        Command::SetLines(Vec::new()),
        Command::Change(Box::default()),
        Command::Assign {
            owner: None,
            team: None,
        },
    ];
    for command in commands {
        scenario().when(command).then_refused("NOT_FOUND");
    }
}

#[test]
fn a_closed_opportunity_is_not_worked_on() {
    let commands = [
        moves("engaging"),
        wins(None),
        loses(),
        Command::SetLines(vec![line("1", "1")]),
        Command::Change(Box::new(Patch {
            priority: Some(true),
            ..Patch::default()
        })),
        Command::Assign {
            owner: Some("bob".parse().unwrap()),
            team: None,
        },
    ];
    for command in commands {
        let refusal = scenario()
            .given([opened(), lost(OPENED_AT)])
            .when(command)
            .then_refused("OPPORTUNITY_CLOSED");
        assert_eq!(refusal.figures["status"], "lost");
        assert_eq!(refusal.figures["closed_at"], OPENED_AT);
    }
}
