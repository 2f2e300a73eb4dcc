//! Product lines and the amount that follows from them.

use guanxi_events::sales::OpportunityLinesSet;

use super::*;

fn amounts(lines: &[ProductLine]) -> Vec<String> {
    lines.iter().map(|line| line.amount.to_string()).collect()
}

#[test]
fn each_line_is_rounded_half_up_and_the_amount_is_the_sum_of_the_rounded_lines() {
    // 0.5 × 0.01 = 0.005 → 0.01, three times: 0.03, where the rounded sum would be 0.02.
    let thirds = vec![line("0.5", "0.01"); 3];
    let deal = scenario()
        .given([opened()])
        .when(Command::SetLines(thirds))
        .state()
        .unwrap();
    assert_eq!(amounts(&deal.lines), ["0.01 USD"; 3]);
    assert_eq!(deal.details.amount, Some(usd("0.03")));
}

#[test]
fn an_opportunity_opened_with_lines_is_worth_their_sum() {
    let deal = scenario()
        .when(opens(Open {
            details: OpportunityDetails {
                amount: None,
                ..details()
            },
            lines: vec![line("2", "4821"), line("0.3333", "100")],
            ..open()
        }))
        .state()
        .unwrap();
    assert_eq!(amounts(&deal.lines), ["9642.00 USD", "33.33 USD"]);
    assert_eq!(deal.details.amount, Some(usd("9675.33")));
}

#[test]
fn an_amount_that_is_not_the_sum_of_the_lines_is_refused() {
    let refusal = scenario()
        .when(opens(Open {
            lines: vec![line("2", "4821")],
            ..open()
        }))
        .then_refused("AMOUNT_IS_SUM_OF_LINES");
    assert_eq!(refusal.figures["amount"], "1000.00 USD");
    assert_eq!(refusal.figures["sum_of_lines"], "9642.00 USD");

    let with_lines = OpportunityLinesSet {
        lines: scenario()
            .given([opened()])
            .when(Command::SetLines(vec![line("1", "10")]))
            .state()
            .unwrap()
            .lines,
        amount: Some(usd("10")),
    };
    scenario()
        .given([opened(), with_lines.into()])
        .when(Command::Change(Box::new(Patch {
            amount: Some(Some(usd("11"))),
            ..Patch::default()
        })))
        .then_refused("AMOUNT_IS_SUM_OF_LINES");
}

#[test]
fn without_lines_the_amount_stays_and_is_free_again() {
    let lines = vec![line("1", "10")];
    let set = scenario()
        .given([opened()])
        .when(Command::SetLines(lines))
        .decision();
    let given = [opened(), set.events[0].0.clone()];
    let emptied = scenario()
        .given(given.clone())
        .when(Command::SetLines(Vec::new()))
        .decision();
    let given = [
        given[0].clone(),
        given[1].clone(),
        emptied.events[0].0.clone(),
    ];
    let deal = scenario()
        .given(given)
        .when(Command::Change(Box::new(Patch {
            amount: Some(Some(usd("11"))),
            ..Patch::default()
        })))
        .state()
        .unwrap();
    assert!(deal.lines.is_empty());
    assert_eq!(deal.details.amount, Some(usd("11")));
}

#[test]
fn lines_of_two_currencies_are_not_added() {
    let euros = LineInput {
        unit_price: Money::exact(1.into(), Currency::EUR).unwrap(),
        ..line("1", "1")
    };
    scenario()
        .given([opened()])
        .when(Command::SetLines(vec![line("1", "1"), euros]))
        .then_refused("CURRENCIES_DIFFER");
}

#[test]
fn every_product_that_is_unknown_or_retired_is_named() {
    let unknown = LineInput {
        product: ProductId(Uuid::from_u128(99)),
        ..line("1", "1")
    };
    let retired = LineInput {
        product: RETIRED,
        ..line("1", "1")
    };
    let refusal = scenario()
        .given([opened()])
        .when(Command::SetLines(vec![line("1", "1"), retired, unknown]))
        .then_refused("PRODUCTS_NOT_SOLD");
    let codes: Vec<_> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["PRODUCT_RETIRED", "PRODUCT_UNKNOWN"]);
}

#[test]
fn a_product_retired_since_may_stay_in_its_line() {
    let retired = LineInput {
        product: RETIRED,
        ..line("1", "1")
    };
    let before = OpportunityLinesSet {
        lines: vec![ProductLine {
            product: RETIRED,
            quantity: 1.into(),
            unit_price: usd("1"),
            amount: usd("1"),
        }],
        amount: Some(usd("1")),
    };
    let deal = scenario()
        .given([opened(), before.into()])
        .when(Command::SetLines(vec![retired, line("1", "1")]))
        .state();
    assert_eq!(deal.unwrap().details.amount, Some(usd("2")));
}

#[test]
fn the_same_lines_again_change_nothing() {
    let set = scenario()
        .given([opened()])
        .when(Command::SetLines(vec![line("1", "10")]))
        .decision();
    scenario()
        .given([opened(), set.events[0].0.clone()])
        .when(Command::SetLines(vec![line("1.0000", "10.00")]))
        .then_nothing();
}

#[test]
fn lines_are_bounded_in_number_and_in_amount() {
    scenario()
        .given([opened()])
        .when(Command::SetLines(vec![line("1", "1"); MAX_LINES + 1]))
        .then_refused("TOO_MANY_LINES");
    scenario()
        .given([opened()])
        .when(Command::SetLines(vec![line("1000000000", "1000000000000")]))
        .then_refused("AMOUNT_TOO_LARGE");
    let many = vec![line("1000", "1000000000000"); 2];
    scenario()
        .given([opened()])
        .when(Command::SetLines(many))
        .then_refused("AMOUNT_TOO_LARGE");
}
