//! The rules of pipelines as given / when / then.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::RequiredField;
use uuid::Uuid;

use super::*;

fn stage(key: &str, probability: u8) -> Stage {
    Stage {
        key: key.parse().unwrap(),
        name: key.to_owned(),
        probability,
        required: Vec::new(),
        rotting_days: Some(30),
        archived: false,
    }
}

fn definition() -> PipelineDefinition {
    PipelineDefinition {
        name: "Hardware".into(),
        stages: vec![stage("prospecting", 10), stage("engaging", 40)],
        may_move_back: false,
        may_reopen: false,
    }
}

fn created() -> PipelineEvent {
    PipelineCreated {
        definition: definition(),
    }
    .into()
}

fn scenario() -> Scenario<Pipeline> {
    Scenario::new(Uuid::now_v7())
}

#[test]
fn a_pipeline_is_created_with_its_stages_in_order() {
    let state = scenario().when(Command::Create(definition())).state();
    let rules = state.unwrap();
    assert_eq!(rules.version, 1);
    assert_eq!(rules.first_stage().unwrap().key.as_str(), "prospecting");
    assert_eq!(rules.order(&"engaging".parse().unwrap()), Some(1));
}

#[test]
fn required_fields_are_kept_once_and_in_order() {
    let mut asked = definition();
    asked.stages[1].required = vec![
        RequiredField::Customer,
        RequiredField::Amount,
        RequiredField::Customer,
    ];
    let rules = scenario().when(Command::Create(asked)).state().unwrap();
    assert_eq!(
        rules.definition.stages[1].required,
        [RequiredField::Amount, RequiredField::Customer]
    );
}

#[test]
fn every_bad_figure_of_a_stage_is_named_at_once() {
    let mut bad = definition();
    bad.stages[0].probability = 101;
    bad.stages[1].key = "prospecting".parse().unwrap();
    bad.stages[1].rotting_days = Some(0);
    scenario().when(Command::Create(bad)).then_invalid([
        "rules.stages[0].probability",
        "rules.stages[1].key",
        "rules.stages[1].rotting_days",
    ]);
}

#[test]
fn a_pipeline_needs_a_stage_that_deals_can_begin_in() {
    let mut archived = definition();
    for stage in &mut archived.stages {
        stage.archived = true;
    }
    scenario()
        .when(Command::Create(archived))
        .then_invalid(["rules.stages"]);
    scenario()
        .when(Command::Create(PipelineDefinition::default()))
        .then_invalid(["rules.stages"]);
}

#[test]
fn a_pipeline_has_at_most_fifty_stages() {
    let mut long = definition();
    long.stages = (0..=MAX_STAGES)
        .map(|n| stage(&format!("s{n}"), 1))
        .collect();
    scenario()
        .when(Command::Create(long))
        .then_invalid(["rules.stages"]);
}

#[test]
fn a_pipeline_is_created_once() {
    scenario()
        .given([created()])
        .when(Command::Create(definition()))
        .then_refused("PIPELINE_EXISTS");
}

#[test]
fn only_a_pipeline_that_exists_can_be_changed() {
    scenario()
        .when(Command::Change(definition()))
        .then_refused("NOT_FOUND");
}

#[test]
fn each_change_makes_a_new_version() {
    let mut first = definition();
    first.may_reopen = true;
    let mut second = first.clone();
    second.stages.push(stage("negotiating", 70));
    let changed = |version, definition: &PipelineDefinition| {
        PipelineEvent::from(PipelineChanged {
            version,
            definition: definition.clone(),
        })
    };
    scenario()
        .given([created()])
        .when(Command::Change(first.clone()))
        .then([changed(2, &first)]);
    scenario()
        .given([created(), changed(2, &first)])
        .when(Command::Change(second.clone()))
        .then([changed(3, &second)]);
}

#[test]
fn the_same_rules_again_are_no_new_version() {
    scenario()
        .given([created()])
        .when(Command::Change(definition()))
        .then_nothing();
}

#[test]
fn a_stage_is_never_removed_silently() {
    let mut without = definition();
    without.stages.remove(0);
    let refusal = scenario()
        .given([created()])
        .when(Command::Change(without))
        .then_refused("STAGE_MISSING");
    assert_eq!(refusal.figures["missing"], "prospecting");
}

#[test]
fn an_archived_stage_stays_known_but_cannot_be_entered() {
    let mut archived = definition();
    archived.stages[0].archived = true;
    let state = scenario()
        .given([created()])
        .when(Command::Change(archived))
        .state();
    let rules = state.unwrap();
    let prospecting = "prospecting".parse().unwrap();
    assert_eq!(rules.first_stage().unwrap().key.as_str(), "engaging");
    assert_eq!(rules.order(&prospecting), Some(0));
    let refusal = rules.open_stage(&prospecting).unwrap_err();
    assert_eq!(refusal.code, "STAGE_ARCHIVED");
    assert_eq!(refusal.figures["pipeline_version"], "2");
}

#[test]
fn an_unknown_stage_is_refused_with_those_that_there_are() {
    let rules = Pipeline::evolve(None, &created()).unwrap();
    let refusal = rules.open_stage(&"signing".parse().unwrap()).unwrap_err();
    assert_eq!(refusal.code, "STAGE_UNKNOWN");
    assert!(refusal.message.contains("prospecting, engaging"));
}
