//! Changing lines.

use super::*;

fn world() -> World {
    World::confirmed(vec![goods("10", "10"), words("postage", "5")])
}

fn to(first: SaleLineInput) -> Command {
    change(vec![first, words("postage", "5")])
}

#[test]
fn a_draft_is_changed_freely() {
    let draft = World::default().after(Command::Place(Box::new(place(vec![goods("1", "10"); 3]))));
    let changed = draft.after(change(vec![words("advice", "7")]));
    assert_eq!(changed.sale().gross(), dec("7"));
    assert_eq!(changed.sale().lines.len(), 1);
}

#[test]
fn the_same_lines_again_change_nothing() {
    world().ask(to(goods("10.0", "10.00"))).then_nothing();
}

#[test]
fn a_confirmed_line_may_rise_and_fall_as_long_as_nothing_happened_to_it() {
    let changed = world().after(to(goods("3", "12")));
    assert_eq!(changed.sale().gross(), dec("41"));
    assert_eq!(changed.committed(), dec("41"));
    let other = SaleLineInput {
        product: Some(OTHER_GOODS),
        ..goods("3", "12")
    };
    changed.after(to(other));
}

#[test]
fn a_line_never_falls_below_what_was_delivered_billed_or_cancelled() {
    let delivered = world().after(deliver(&[(1, "4")]));
    delivered
        .ask(to(goods("3.9999", "10")))
        .then_refused("BELOW_WHAT_HAPPENED");
    assert_eq!(
        delivered.after(to(goods("4", "10"))).status(),
        Status::Delivered
    );
    let billed = world().billed(1, Some(&[part(1, "6")]));
    billed
        .ask(to(goods("5.9999", "10")))
        .then_refused("BELOW_WHAT_HAPPENED");
    let cut = billed.clone().after(Command::CancelRest {
        lines: vec![1],
        reason: reason(),
    });
    cut.ask(to(goods("9.9999", "10")))
        .then_refused("BELOW_WHAT_HAPPENED");
    billed.after(to(goods("6", "10")));
}

#[test]
fn a_line_that_was_over_delivered_may_stay_as_it_was_ordered() {
    let world = World::tolerant(vec![goods("10", "10")], "10").after(deliver(&[(1, "11")]));
    let more = change(vec![goods("10", "10"), words("postage", "5")]);
    let world = world.after(more);
    world
        .ask(change(vec![goods("9", "10"), words("postage", "5")]))
        .then_refused("BELOW_WHAT_HAPPENED");
}

#[test]
fn what_is_billed_keeps_its_price_discount_and_tax() {
    let billed = world().billed(1, Some(&[part(1, "1")]));
    let with = |change: fn(&mut SaleLineInput)| {
        let mut line = goods("10", "10");
        change(&mut line);
        to(line)
    };
    for command in [
        with(|line| line.unit_price = dec("9.99")),
        with(|line| line.discount_percent = dec("1")),
        with(|line| line.tax_rate = dec("1")),
    ] {
        billed.ask(command).then_refused("PRICE_IS_BILLED");
    }
    billed
        .ask(with(|line| line.product = Some(OTHER_GOODS)))
        .then_refused("GOODS_IN_USE");
    // Words and a larger quantity are free, and what was billed stays what it came to.
    let changed = billed.after(with(|line| {
        line.text = Some("boxed".into());
        line.quantity = dec("12");
    }));
    assert_eq!(changed.parts_of(1), [came_to(1, "1", "10")]);
    assert_eq!(changed.sale().lines[0].billed.net, dec("10"));
}

#[test]
fn what_is_delivered_stays_what_it_is_but_its_price_may_still_change() {
    let delivered = world().after(deliver(&[(1, "1")]));
    let other = SaleLineInput {
        product: Some(OTHER_GOODS),
        ..goods("10", "10")
    };
    delivered.ask(to(other)).then_refused("GOODS_IN_USE");
    assert_eq!(
        delivered.after(to(goods("10", "8"))).sale().gross(),
        dec("85")
    );
}

#[test]
fn a_voided_invoice_frees_the_price() {
    let world = world().billed(1, None).unbilled(1);
    world.after(to(goods("10", "9")));
}

#[test]
fn lines_of_a_confirmed_order_are_not_taken_away() {
    let refusal = world()
        .ask(change(vec![goods("10", "10")]))
        .then_refused("LINES_MISSING");
    assert_eq!(refusal.figures["lines"], "2");
    assert_eq!(refusal.figures["given"], "1");
}

#[test]
fn a_product_retired_since_may_stay_and_another_retired_one_may_not_come() {
    let retired = SaleLineInput {
        product: Some(RETIRED),
        ..goods("1", "1")
    };
    world()
        .ask(change(vec![
            goods("10", "10"),
            words("postage", "5"),
            retired.clone(),
        ]))
        .then_refused("PRODUCTS_NOT_SOLD");
    let mut old = world();
    old.order.truncate(0);
    old.order.push(
        OrderPlaced {
            customer: CUSTOMER,
            currency: Currency::EUR,
            prices_include_tax: false,
            lines: crate::domain::sale_lines::Pricing {
                currency: Currency::EUR,
                includes_tax: false,
            }
            .priced(&[retired.clone()])
            .unwrap(),
            owner: "anna".parse().unwrap(),
            team: None,
            terms: None,
            over_delivery_percent: Decimal::ZERO,
            reference: None,
        }
        .into(),
    );
    let more = SaleLineInput {
        quantity: dec("2"),
        ..retired
    };
    old.after(change(vec![more]));
}
