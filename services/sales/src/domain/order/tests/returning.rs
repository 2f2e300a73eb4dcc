//! What came back: it lowers what can be billed, or is credited.

use super::*;

fn line(world: &World) -> OrderLine {
    world.sale().lines[0].clone()
}

fn delivered() -> World {
    World::confirmed(vec![goods("10", "10")]).after(deliver_all())
}

#[test]
fn no_more_comes_back_than_was_delivered_and_is_not_asked_for_already() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "6")]))
        .asked_back(1, &[part(1, "2")])
        .came_back(2, &[part(1, "1")]);
    assert_eq!(world.sale().returnable(1), dec("3"));
    let refusal = world.sale().may_come_back(&[part(1, "3.5")]).unwrap_err();
    assert_eq!(refusal.code, "RETURNED_TOO_MUCH");
    assert_eq!(refusal.figures["left"], "3");
    assert_eq!(world.kept_after_all(1).sale().returnable(1), dec("5"));
}

#[test]
fn what_came_back_asks_for_no_more() {
    let world = delivered()
        .asked_back(1, &[part(1, "4")])
        .came_back(1, &[part(1, "3")]);
    assert_eq!(world.sale().returnable(1), dec("7"));
    assert!(world.sale().open_returns.is_empty());
}

#[test]
fn goods_that_were_not_billed_only_lower_what_can_be_billed() {
    let world = delivered().came_back(1, &[part(1, "3")]);
    assert_eq!(line(&world).to_credit(), Decimal::ZERO);
    assert_eq!(world.committed(), dec("70"));
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(1, "7", "70")]
    );
    assert_eq!(world.billed(1, None).status(), Status::Completed);
}

#[test]
fn a_return_after_full_billing_is_to_be_credited() {
    let world = delivered().billed(1, None).came_back(1, &[part(1, "3")]);
    assert_eq!(line(&world).to_credit(), dec("3"));
    let world = world.credited(1, &[part(1, "3")]);
    assert_eq!(line(&world).to_credit(), Decimal::ZERO);
    assert_eq!(world.committed(), Decimal::ZERO, "it is not billed again");
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn of_goods_partly_billed_only_what_was_billed_beyond_what_was_kept_is_to_be_credited() {
    let world = delivered()
        .billed(1, Some(&[part(1, "8")]))
        .came_back(1, &[part(1, "3")]);
    assert_eq!(line(&world).to_credit(), dec("1"));
    assert_eq!(line(&world).to_bill(), Decimal::ZERO);
    let world = world.credited(1, &[part(1, "1")]);
    assert_eq!(world.status(), Status::Completed);
    // Seven were kept, and seven are paid for.
    assert_eq!(line(&world).creditable(), dec("7"));
}

#[test]
fn goods_that_were_billed_as_they_were_delivered_are_credited_though_more_is_to_come() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "4")]))
        .billed(1, Some(&[part(1, "4")]))
        .came_back(1, &[part(1, "2")]);
    assert_eq!(line(&world).to_credit(), dec("2"));
    let world = world
        .credited(1, &[part(1, "2")])
        .after(deliver_all())
        .billed(2, None);
    assert_eq!(line(&world).creditable(), line(&world).kept());
}

#[test]
fn an_invoice_voided_after_a_return_is_billed_again_without_what_came_back() {
    let world = delivered()
        .billed(1, None)
        .came_back(1, &[part(1, "3")])
        .unbilled(1);
    assert_eq!(line(&world).to_credit(), Decimal::ZERO);
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(1, "7", "70")]
    );
}

#[test]
fn credited_before_it_came_back_it_is_not_credited_twice() {
    let world = delivered()
        .billed(1, None)
        .credited(1, &[part(1, "3")])
        .came_back(1, &[part(1, "3")]);
    assert_eq!(line(&world).to_credit(), Decimal::ZERO);
    assert_eq!(line(&world).to_bill(), Decimal::ZERO);
}

#[test]
fn no_more_is_credited_than_was_billed() {
    let world = delivered().billed(1, Some(&[part(1, "8")]));
    let refusal = world.sale().creditable(&[part(1, "8.5")]).unwrap_err();
    assert_eq!(refusal.code, "CREDITED_TOO_MUCH");
    assert_eq!(refusal.figures["left"], "8");
    let refusal = world.sale().creditable(&[]).unwrap_err();
    assert_eq!(refusal.code, "NOTHING_TO_CREDIT");
}

#[test]
fn crediting_everything_in_parts_takes_exactly_what_was_billed() {
    let world = World::confirmed(vec![goods("3", "33.333")])
        .billed(1, Some(&[part(1, "2")]))
        .credited(1, &[part(1, "1")])
        .credited(2, &[part(1, "1")]);
    let credited = line(&world).credited;
    assert_eq!(credited, line(&world).billed);
    assert_eq!(credited.net, dec("66.67"));
}

#[test]
fn an_invoice_is_not_voided_while_what_it_billed_is_credited() {
    let world = delivered()
        .billed(1, Some(&[part(1, "6")]))
        .billed(2, Some(&[part(1, "4")]))
        .credited(1, &[part(1, "5")]);
    let refusal = world.sale().unbillable(&world.parts_of(1)).unwrap_err();
    assert_eq!(refusal.code, "BILLED_IS_CREDITED");
    assert_eq!(refusal.figures["credited"], "5");
    assert_eq!(refusal.figures["billed"], "4");
    world.clone().unbilled(2);
    world.uncredited(1).unbilled(1);
}
