//! Deliveries, and what is billed of them.

use super::*;

#[test]
fn goods_are_delivered_in_parts_until_none_are_left() {
    let world = World::confirmed(vec![goods("10", "10"), goods("5", "1")])
        .after(deliver(&[(1, "4")]))
        .after(deliver(&[(1, "2.5"), (2, "5")]));
    assert_eq!(world.status(), Status::PartlyDelivered);
    assert_eq!(world.sale().lines[0].to_deliver(), dec("3.5"));
    let world = world.after(deliver_all());
    assert_eq!(
        world.order.last(),
        Some(
            &guanxi_events::sales::OrderDelivered {
                lines: vec![part(1, "3.5")],
                reference: None,
            }
            .into()
        )
    );
    assert_eq!(world.status(), Status::Delivered);
}

#[test]
fn surplus_outside_the_tolerance_is_refused_with_the_figures() {
    let world = World::tolerant(vec![goods("10", "10")], "10").after(deliver(&[(1, "4")]));
    let refusal = world
        .ask(deliver(&[(1, "7.0001")]))
        .then_refused("DELIVERED_TOO_MUCH");
    assert_eq!(refusal.figures["line"], "1");
    assert_eq!(refusal.figures["asked"], "7.0001");
    assert_eq!(refusal.figures["left"], "7");
    World::confirmed(vec![goods("10", "10")])
        .ask(deliver(&[(1, "10.0001")]))
        .then_refused("DELIVERED_TOO_MUCH");
}

#[test]
fn surplus_inside_the_tolerance_is_accepted_and_billed() {
    let world = World::tolerant(vec![goods("10", "10")], "10").after(deliver(&[(1, "11")]));
    assert_eq!(world.status(), Status::Delivered);
    assert_eq!(world.sale().gross(), dec("110"));
    assert_eq!(world.committed(), dec("110"));
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(1, "11", "110")]
    );
    assert_eq!(world.billed(1, None).status(), Status::Completed);
}

#[test]
fn surplus_that_comes_after_everything_was_billed_can_be_billed_as_well() {
    let world = World::tolerant(vec![goods("10", "10")], "10")
        .after(deliver_all())
        .billed(1, None);
    assert_eq!(world.status(), Status::Completed);
    let world = world.after(deliver(&[(1, "0.5")]));
    assert_eq!(world.status(), Status::PartlyBilled);
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(1, "0.5", "5")]
    );
}

#[test]
fn what_is_delivered_without_lines_is_no_surplus() {
    let world = World::tolerant(vec![goods("10", "10")], "10").after(deliver_all());
    assert_eq!(world.sale().lines[0].delivered, dec("10"));
}

#[test]
fn every_line_that_is_too_much_is_named() {
    let refusal = World::confirmed(vec![goods("1", "1"), goods("2", "1"), goods("3", "1")])
        .ask(deliver(&[(1, "2"), (2, "2"), (3, "2"), (3, "2")]))
        .then_refused("DELIVERED_TOO_MUCH");
    let messages: Vec<_> = refusal.reasons.iter().map(|(_, text)| text).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[1].starts_with("of line 3, 4 is"),
        "the same line twice counts together: {messages:?}"
    );
}

#[test]
fn a_line_without_goods_is_not_delivered_and_one_that_is_not_there_is_unknown() {
    let world = World::confirmed(vec![goods("1", "1"), words("postage", "5")]);
    world
        .ask(deliver(&[(2, "1")]))
        .then_refused("LINE_WITHOUT_GOODS");
    for line in [0, 3, u32::MAX] {
        let refusal = world
            .ask(deliver(&[(line, "1")]))
            .then_refused("LINE_UNKNOWN");
        assert_eq!(refusal.figures["lines"], "2");
    }
    let delivered = world.after(deliver_all());
    assert_eq!(
        delivered.status(),
        Status::Delivered,
        "postage is not awaited"
    );
}

#[test]
fn the_last_part_takes_the_remainder() {
    // 3 × 33.333 = 100.00; one piece comes to 33.33, two to 66.67.
    let world = World::confirmed(vec![goods("3", "33.333")])
        .billed(1, Some(&[part(1, "1")]))
        .billed(2, Some(&[part(1, "1")]))
        .billed(3, None);
    assert_eq!(world.parts_of(1), [came_to(1, "1", "33.33")]);
    assert_eq!(world.parts_of(2), [came_to(1, "1", "33.34")]);
    assert_eq!(world.parts_of(3), [came_to(1, "1", "33.33")]);
    assert_eq!(world.sale().lines[0].billed.net, dec("100.00"));
}

#[test]
fn the_tax_of_the_parts_adds_up_too_included_or_not() {
    let line = SaleLineInput {
        tax_rate: dec("19"),
        ..goods("3", "0.35")
    };
    for prices_include_tax in [false, true] {
        let place = Place {
            prices_include_tax,
            confirm: true,
            ..place(vec![line.clone()])
        };
        let world = World::default()
            .after(Command::Place(Box::new(place)))
            .billed(1, Some(&[part(1, "1")]))
            .billed(2, Some(&[part(1, "1")]))
            .billed(3, Some(&[part(1, "1")]));
        let sale = world.sale();
        let (line, billed) = (&sale.lines[0].line, sale.lines[0].billed);
        assert_eq!((billed.net, billed.tax), (line.net, line.tax));
    }
}

#[test]
fn more_than_was_ordered_is_not_billed() {
    let refusal = World::confirmed(vec![goods("10", "10")])
        .billed(1, Some(&[part(1, "4")]))
        .sale()
        .billable(Some(&[part(1, "6.5")]))
        .unwrap_err();
    assert_eq!(refusal.code, "BILLED_TOO_MUCH");
    assert_eq!(refusal.figures["asked"], "6.5");
    assert_eq!(refusal.figures["left"], "6");
}

#[test]
fn a_voided_invoice_can_be_billed_again_to_the_same_total() {
    let world = World::confirmed(vec![goods("3", "33.333")])
        .billed(1, Some(&[part(1, "1")]))
        .billed(2, Some(&[part(1, "1")]))
        .unbilled(1);
    assert_eq!(world.sale().invoices(), [invoice(2)]);
    assert_eq!(world.committed(), dec("66.66"));
    let world = world.billed(3, None);
    assert_eq!(world.sale().lines[0].billed.net, dec("100.00"));
    assert_eq!(world.sale().invoices(), [invoice(2), invoice(3)]);
}

#[test]
fn what_is_billed_is_committed_no_more() {
    let world = World::confirmed(vec![goods("10", "10"), words("postage", "5")]);
    assert_eq!(world.committed(), dec("105"));
    let world = world.billed(1, Some(&[part(1, "4"), part(2, "1")]));
    assert_eq!(world.committed(), dec("60"));
    assert_eq!(world.billed(2, None).committed(), Decimal::ZERO);
}

#[test]
fn a_discount_that_is_left_to_bill_commits_nobody() {
    let world = World::confirmed(vec![goods("1", "100"), words("welcome", "-10")])
        .billed(1, Some(&[part(1, "1")]));
    assert_eq!(world.committed(), Decimal::ZERO);
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(2, "1", "-10")]
    );
}

/// Six pieces at a quarter of a cent, billed one by one: 0, 0.01, 0, 0, 0, 0.01.
fn quarter_cents() -> World {
    (1..=6).fold(World::confirmed(vec![goods("6", "0.0025")]), |world, n| {
        world.billed(n, Some(&[part(1, "1")]))
    })
}

#[test]
fn a_part_never_goes_against_its_line_whatever_was_voided_before() {
    let voided = [1, 3, 4, 5]
        .into_iter()
        .fold(quarter_cents(), World::unbilled);
    // Two pieces are billed at 0.02 already, and three come to 0.01.
    let world = voided.billed(7, Some(&[part(1, "1")]));
    assert_eq!(world.parts_of(7), [came_to(1, "1", "0")]);
    let world = world.billed(8, None);
    assert_eq!(world.sale().lines[0].billed.net, dec("0.02"));
}

#[test]
fn a_credit_takes_what_was_billed_and_not_what_the_price_would_say() {
    let dear = [1, 3, 4, 5]
        .into_iter()
        .fold(quarter_cents(), World::unbilled);
    let all = dear.sale().creditable(&[part(1, "2")]).unwrap();
    assert_eq!(all, [came_to(1, "2", "0.02")]);
    let cheap = [2, 6].into_iter().fold(quarter_cents(), World::unbilled);
    let most = cheap.sale().creditable(&[part(1, "3")]).unwrap();
    assert_eq!(most, [came_to(1, "3", "0")], "nothing was billed for them");
}
