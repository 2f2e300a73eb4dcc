//! What is told about an opportunity, and whose it is.

use super::*;

fn changes(patch: Patch) -> Command {
    Command::Change(Box::new(patch))
}

#[test]
fn what_is_not_said_stays() {
    let close = Some("2026-03-31".parse().unwrap());
    scenario()
        .given([opened()])
        .when(changes(Patch {
            expected_close: Some(close),
            priority: Some(true),
            ..Patch::default()
        }))
        .then([OpportunityChanged {
            details: OpportunityDetails {
                expected_close: close,
                priority: true,
                ..details()
            },
        }
        .into()]);
}

#[test]
fn every_field_can_be_set_and_taken_away() {
    let set = Patch {
        title: Some("500 graphics cards".into()),
        customer: Some(Some(CUSTOMER)),
        amount: Some(Some(usd("2000"))),
        expected_close: Some(Some("2026-03-31".parse().unwrap())),
        source: Some(Some("fair".into())),
        competitors: Some(vec!["Acme".into()]),
        priority: Some(true),
    };
    let wanted = OpportunityDetails {
        title: "500 graphics cards".into(),
        customer: Some(CUSTOMER),
        amount: Some(usd("2000")),
        expected_close: Some("2026-03-31".parse().unwrap()),
        source: Some("fair".into()),
        competitors: vec!["Acme".into()],
        priority: true,
    };
    let deal = scenario().given([opened()]).when(changes(set)).state();
    assert_eq!(deal.unwrap().details, wanted);

    let clear = Patch {
        title: None,
        customer: Some(None),
        amount: Some(None),
        expected_close: Some(None),
        source: Some(None),
        competitors: Some(Vec::new()),
        priority: Some(false),
    };
    let deal = scenario()
        .given([opened_with(wanted).into()])
        .when(changes(clear))
        .state();
    assert_eq!(
        deal.unwrap().details,
        OpportunityDetails {
            title: "500 graphics cards".into(),
            ..OpportunityDetails::default()
        }
    );
}

#[test]
fn the_same_details_again_change_nothing() {
    scenario()
        .given([opened()])
        .when(changes(Patch {
            amount: Some(Some(usd("1000"))),
            ..Patch::default()
        }))
        .then_nothing();
}

#[test]
fn a_new_customer_must_be_known() {
    scenario()
        .given([opened()])
        .when(changes(Patch {
            customer: Some(Some(CustomerId(Uuid::from_u128(99)))),
            ..Patch::default()
        }))
        .then_refused("CUSTOMER_UNKNOWN");
}

#[test]
fn the_owner_or_a_manager_gives_a_deal_away() {
    let to_bob = Command::Assign {
        owner: Some("bob".parse().unwrap()),
        team: None,
    };
    let assigned = OpportunityAssigned {
        owner: "bob".parse().unwrap(),
        team: Some("Central".into()),
        from_owner: "anna".parse().unwrap(),
        from_team: Some("Central".into()),
    };
    scenario()
        .given([opened()])
        .when(to_bob.clone())
        .then([assigned.clone().into()]);
    scenario()
        .by("carl")
        .by_manager()
        .given([opened()])
        .when(to_bob.clone())
        .then([assigned.into()]);
    let refusal = scenario()
        .by("carl")
        .given([opened()])
        .when(to_bob)
        .then_refused("NOT_THE_OWNER");
    assert_eq!(refusal.figures["owner"], "anna");
}

#[test]
fn a_team_can_be_changed_and_taken_away_alone() {
    let deal = scenario()
        .given([opened()])
        .when(Command::Assign {
            owner: None,
            team: Some(None),
        })
        .state()
        .unwrap();
    assert_eq!(deal.team, None);
    assert_eq!(deal.owner.as_str(), "anna");
}

#[test]
fn a_team_that_the_stage_requires_is_not_taken_away() {
    let strict = PipelineCreated {
        definition: PipelineDefinition {
            name: "Teams".into(),
            stages: vec![stage("prospecting", 10, &[RequiredField::Team])],
            ..PipelineDefinition::default()
        },
    };
    with_pipeline(strict.into())
        .given([opened()])
        .when(Command::Assign {
            owner: None,
            team: Some(None),
        })
        .then_refused("TEAM_MISSING");
}

#[test]
fn giving_it_to_whom_it_belongs_is_nothing_to_do() {
    scenario()
        .given([opened()])
        .when(Command::Assign {
            owner: Some("anna".parse().unwrap()),
            team: Some(Some("Central".into())),
        })
        .then_nothing();
}
