//! Moving through the stages.

use super::*;

fn in_stage(stage: &str, probability: u8) -> [OpportunityEvent; 2] {
    [
        opened(),
        moved("prospecting", entry(stage, probability, OPENED_AT)),
    ]
}

#[test]
fn a_stage_change_keeps_its_time_its_actor_and_the_rules_that_allowed_it() {
    scenario()
        .by("bob")
        .given([opened()])
        .when(moves("engaging"))
        .then([OpportunityStageChanged {
            pipeline: version(1),
            from: key("prospecting"),
            entry: StageEntry {
                by: "bob".parse().unwrap(),
                ..entry("engaging", 40, NOW)
            },
        }
        .into()]);
}

#[test]
fn a_stage_may_be_left_out() {
    let deal = scenario()
        .given([opened()])
        .when(moves("proposing"))
        .state()
        .unwrap();
    assert_eq!(deal.entry.probability, 70);
}

#[test]
fn moving_to_where_it_stands_is_nothing_to_do() {
    scenario()
        .given([opened()])
        .when(moves("prospecting"))
        .then_nothing();
}

#[test]
fn moving_back_is_refused_unless_the_pipeline_allows_it() {
    let refusal = scenario()
        .given(in_stage("engaging", 40))
        .when(moves("prospecting"))
        .then_refused("MOVE_BACK_NOT_ALLOWED");
    assert_eq!(refusal.figures["from"], "engaging");
    assert_eq!(refusal.figures["to"], "prospecting");
    assert_eq!(refusal.figures["pipeline_version"], "1");

    with_pipeline(pipeline(true, false))
        .given(in_stage("engaging", 40))
        .when(moves("prospecting"))
        .then([moved("engaging", entry("prospecting", 10, NOW))]);
}

#[test]
fn a_stage_that_is_unknown_or_archived_cannot_be_entered() {
    scenario()
        .given([opened()])
        .when(moves("signing"))
        .then_refused("STAGE_UNKNOWN");
    scenario()
        .given([opened()])
        .when(moves("calling"))
        .then_refused("STAGE_ARCHIVED");
    scenario()
        .when(opens(Open {
            stage: Some(key("calling")),
            ..open()
        }))
        .then_refused("STAGE_ARCHIVED");
}

#[test]
fn a_deal_in_an_archived_stage_may_leave_it() {
    scenario()
        .given(in_stage("calling", 20))
        .when(moves("engaging"))
        .then([moved("calling", entry("engaging", 40, NOW))]);
}

#[test]
fn everything_that_the_stage_requires_and_is_missing_is_named_at_once() {
    let bare = OpportunityDetails {
        title: "400 graphics cards".into(),
        ..OpportunityDetails::default()
    };
    let refusal = scenario()
        .given([opened_with(bare.clone()).into()])
        .when(moves("engaging"))
        .then_refused("REQUIRED_FIELDS_MISSING");
    let codes: Vec<_> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["AMOUNT_MISSING", "CUSTOMER_MISSING"]);
    assert_eq!(refusal.figures["stage"], "engaging");

    scenario()
        .when(opens(Open {
            stage: Some(key("engaging")),
            details: bare,
            ..open()
        }))
        .then_refused("CUSTOMER_MISSING");
}

#[test]
fn each_field_that_a_stage_can_require_is_missed() {
    let all = [
        (RequiredField::Amount, "AMOUNT_MISSING"),
        (RequiredField::ExpectedClose, "EXPECTED_CLOSE_MISSING"),
        (RequiredField::Customer, "CUSTOMER_MISSING"),
        (RequiredField::ProductLines, "PRODUCT_LINES_MISSING"),
        (RequiredField::Competitors, "COMPETITORS_MISSING"),
        (RequiredField::Team, "TEAM_MISSING"),
        (RequiredField::Source, "SOURCE_MISSING"),
    ];
    let strict = PipelineCreated {
        definition: PipelineDefinition {
            name: "Strict".into(),
            stages: vec![
                stage("prospecting", 10, &[]),
                stage("engaging", 40, &all.map(|(field, _)| field)),
            ],
            ..PipelineDefinition::default()
        },
    };
    let bare = OpportunityOpened {
        team: None,
        ..opened_with(OpportunityDetails::default())
    };
    let refusal = with_pipeline(strict.clone().into())
        .given([bare.into()])
        .when(moves("engaging"))
        .then_refused("REQUIRED_FIELDS_MISSING");
    let codes: Vec<_> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, all.map(|(_, code)| code));

    let full = Open {
        stage: Some(key("engaging")),
        details: OpportunityDetails {
            expected_close: Some("2026-03-31".parse().unwrap()),
            source: Some("fair".into()),
            competitors: vec!["Acme".into()],
            ..details()
        },
        lines: vec![line("1", "1000")],
        ..open()
    };
    with_pipeline(strict.into()).when(opens(full)).decision();
}

#[test]
fn what_the_stage_requires_is_not_taken_away() {
    scenario()
        .given(in_stage("engaging", 40))
        .when(Command::Change(Box::new(Patch {
            customer: Some(None),
            ..Patch::default()
        })))
        .then_refused("CUSTOMER_MISSING");
    scenario()
        .given([opened()])
        .when(Command::Change(Box::new(Patch {
            customer: Some(None),
            ..Patch::default()
        })))
        .decision();
}

#[test]
fn what_was_missing_before_the_rules_changed_blocks_no_correction() {
    let bare = OpportunityDetails {
        title: "400 graphics cards".into(),
        ..OpportunityDetails::default()
    };
    scenario()
        .given([
            opened_with(bare).into(),
            moved("prospecting", entry("engaging", 40, OPENED_AT)),
        ])
        .when(Command::Change(Box::new(Patch {
            priority: Some(true),
            ..Patch::default()
        })))
        .decision();
}
