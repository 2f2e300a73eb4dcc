//! Placing and confirming.

use super::*;
use guanxi_events::sales::{OrderConfirmed, PaymentTermsId};

fn placed(lines: Vec<SaleLineInput>) -> OrderPlaced {
    let place = place(lines);
    let pricing = crate::domain::sale_lines::Pricing {
        currency: place.currency,
        includes_tax: place.prices_include_tax,
    };
    OrderPlaced {
        customer: CUSTOMER,
        currency: Currency::EUR,
        prices_include_tax: false,
        lines: pricing.priced(&place.lines).unwrap(),
        owner: "anna".parse().unwrap(),
        team: None,
        terms: None,
        over_delivery_percent: Decimal::ZERO,
        reference: None,
    }
}

fn asks(place: Place) -> Command {
    Command::Place(Box::new(place))
}

#[test]
fn an_order_is_placed_as_a_draft_of_who_places_it() {
    scenario()
        .when(asks(place(vec![goods("2", "4.50")])))
        .then([placed(vec![goods("2", "4.50")]).into()]);
}

#[test]
fn an_order_draws_a_number_of_the_year_in_which_it_was_placed_where_the_tenant_is() {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let decision = scenario()
        .at("2026-01-15T12:00:00Z")
        .dated("2025-12-31T17:00:00Z")
        .in_zone(zone)
        .when(asks(place(vec![goods("1", "1")])))
        .decision();
    assert_eq!(decision.events[0].1, ["SO-2026"], "it is 1 January there");
    assert_eq!(
        decision.occurred_at,
        Some("2025-12-31T17:00:00Z".parse().unwrap())
    );
    let sale = Order::numbered(
        Order::evolve(None, &decision.events[0].0),
        Numbered {
            series: "SO-2026",
            number: 17,
        },
    );
    assert_eq!(sale.unwrap().number.as_deref(), Some("SO-2026-00017"));
}

#[test]
fn an_order_may_be_confirmed_as_it_is_placed() {
    let place = Place {
        confirm: true,
        ..place(vec![goods("2", "4.50")])
    };
    scenario().when(asks(place)).then([
        placed(vec![goods("2", "4.50")]).into(),
        OrderConfirmed {}.into(),
    ]);
}

#[test]
fn a_customer_that_nobody_knows_buys_nothing() {
    let place = Place {
        customer: CustomerId(Uuid::from_u128(99)),
        ..place(vec![goods("1", "1")])
    };
    scenario()
        .when(asks(place))
        .then_refused("CUSTOMER_UNKNOWN");
}

#[test]
fn only_what_is_sold_is_ordered() {
    let line = |product| SaleLineInput {
        product: Some(product),
        ..goods("1", "1")
    };
    let unknown = ProductId(Uuid::from_u128(99));
    let refusal = scenario()
        .when(asks(place(vec![line(RETIRED), line(unknown)])))
        .then_refused("PRODUCTS_NOT_SOLD");
    let codes: Vec<_> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["PRODUCT_RETIRED", "PRODUCT_UNKNOWN"]);
}

#[test]
fn payment_terms_that_nobody_defined_are_refused() {
    let place = Place {
        terms: Some(PaymentTermsId(Uuid::from_u128(99))),
        ..place(vec![goods("1", "1")])
    };
    scenario()
        .when(asks(place))
        .then_refused("PAYMENT_TERMS_UNKNOWN");
}

#[test]
fn an_order_without_lines_is_none() {
    scenario()
        .when(asks(place(Vec::new())))
        .then_invalid(["lines"]);
}

#[test]
fn an_order_whose_lines_are_too_long_as_a_whole_is_refused_with_the_figures() {
    let line = SaleLineInput {
        text: Some("关".repeat(100)),
        ..goods("48", "12.75")
    };
    let refusal = scenario()
        .when(asks(place(vec![line; 1_200])))
        .then_refused("LINES_TOO_LONG");
    assert_eq!(refusal.figures["limit_bytes"], "262144");
}

#[test]
fn an_order_may_come_to_nothing() {
    let world = World::confirmed(vec![goods("1", "100"), words("welcome", "-100")]);
    assert_eq!(world.sale().gross(), Decimal::ZERO);
    assert_eq!(world.committed(), Decimal::ZERO);
    assert_eq!(world.status(), Status::Confirmed);
    let done = world.after(deliver_all()).billed(1, None);
    assert_eq!(done.status(), Status::Completed);
}

#[test]
fn an_order_of_services_alone_is_completed_by_billing_it() {
    let world = World::confirmed(vec![words("advice", "100")]);
    assert_eq!(world.status(), Status::Confirmed);
    world.ask(deliver_all()).then_refused("NOTHING_TO_DELIVER");
    assert_eq!(world.billed(1, None).status(), Status::Completed);
}

#[test]
fn holding_tells_why_and_releasing_lets_it_go_on() {
    let held = World::confirmed(vec![goods("1", "1")]).after(hold());
    assert_eq!(held.sale().held.as_deref(), Some("because"));
    let refusal = held.ask(deliver_all()).then_refused("ORDER_ON_HOLD");
    assert_eq!(refusal.figures["reason"], "because");
    let released = held.after(Command::Release);
    assert_eq!(released.sale().held, None);
    released.after(deliver_all());
}
