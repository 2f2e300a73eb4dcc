//! Won, lost, and opened again.

use super::*;

#[test]
fn a_won_deal_has_probability_100_and_brings_what_was_agreed() {
    scenario()
        .given([opened()])
        .when(wins(Some(usd("900"))))
        .then([won(NOW)]);
}

#[test]
fn a_deal_is_won_at_its_amount_when_no_other_is_told() {
    let deal = scenario().given([opened()]).when(wins(None)).state();
    assert_eq!(
        deal.unwrap().status,
        Status::Won {
            amount: usd("1000"),
            reason: "price".into()
        }
    );
}

#[test]
fn a_deal_without_any_amount_cannot_be_won() {
    let bare = OpportunityDetails {
        amount: None,
        ..details()
    };
    scenario()
        .given([opened_with(bare).into()])
        .when(wins(None))
        .then_refused("WON_WITHOUT_AMOUNT");
}

#[test]
fn a_deal_is_not_won_in_another_currency_than_it_was_worked_on() {
    let euros = Money::exact(900.into(), Currency::EUR).unwrap();
    let refusal = scenario()
        .given([opened()])
        .when(wins(Some(euros)))
        .then_refused("CURRENCIES_DIFFER");
    assert_eq!(refusal.figures["won"], "900.00 EUR");
    assert_eq!(refusal.figures["expected"], "1000.00 USD");
}

#[test]
fn a_lost_deal_has_probability_0_and_says_why() {
    scenario().given([opened()]).when(loses()).then([lost(NOW)]);
}

#[test]
fn closing_names_the_version_of_the_rules_that_holds() {
    let rules = pipeline(false, false);
    let PipelineEvent::Created(created) = &rules else {
        unreachable!("a pipeline begins with being created")
    };
    let mut definition = created.definition.clone();
    definition.name = "Hardware 2".into();
    let changed = guanxi_events::sales::PipelineChanged {
        version: 2,
        definition,
    };
    let state = scenario()
        .reading::<Pipeline>(PIPELINE, [rules, changed.into()])
        .given([opened()])
        .when(loses())
        .state();
    assert_eq!(state.unwrap().pipeline, version(2));
}

#[test]
fn a_closed_deal_is_opened_again_only_where_the_pipeline_allows_it() {
    let refusal = scenario()
        .given([opened(), won(OPENED_AT)])
        .when(reopens(None))
        .then_refused("REOPEN_NOT_ALLOWED");
    assert_eq!(refusal.figures["pipeline_version"], "1");

    for closed in [won(OPENED_AT), lost(OPENED_AT)] {
        with_pipeline(pipeline(false, true))
            .given([opened(), closed])
            .when(reopens(None))
            .then([OpportunityReopened {
                pipeline: version(1),
                entry: entry("prospecting", 10, NOW),
                reason: "they called back".into(),
            }
            .into()]);
    }
}

#[test]
fn a_deal_opened_again_is_worth_what_it_was_before_it_was_won() {
    let deal = with_pipeline(pipeline(false, true))
        .given([opened(), won(OPENED_AT)])
        .when(reopens(None))
        .state()
        .unwrap();
    assert_eq!(deal.status, Status::Open);
    assert_eq!(deal.details.amount, Some(usd("1000")));
}

#[test]
fn an_open_deal_cannot_be_opened_again() {
    with_pipeline(pipeline(false, true))
        .given([opened()])
        .when(reopens(None))
        .then_refused("OPPORTUNITY_OPEN");
}

#[test]
fn a_deal_may_be_opened_again_further_on_but_not_further_back() {
    let closed_in_engaging = OpportunityLost {
        pipeline: version(1),
        entry: entry("engaging", 0, OPENED_AT),
        reason: "no budget".into(),
    };
    let given = [opened(), closed_in_engaging.into()];
    let deal = with_pipeline(pipeline(false, true))
        .given(given.clone())
        .when(reopens(Some("proposing")))
        .state();
    assert_eq!(deal.unwrap().entry, entry("proposing", 70, NOW));
    with_pipeline(pipeline(false, true))
        .given(given.clone())
        .when(reopens(Some("prospecting")))
        .then_refused("MOVE_BACK_NOT_ALLOWED");
    with_pipeline(pipeline(true, true))
        .given(given)
        .when(reopens(Some("prospecting")))
        .decision();
}
