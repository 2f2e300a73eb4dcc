//! Cancelling what is left, and opening it again.

use super::*;
use guanxi_events::sales::OrderRestCancelled;

fn cancelled(world: &World) -> Vec<LineQuantity> {
    match world.order.last().unwrap() {
        OrderEvent::RestCancelled(OrderRestCancelled { lines, .. }) => lines.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_whole_order_is_cancelled_where_nothing_happened() {
    let world =
        World::confirmed(vec![goods("10", "10"), words("postage", "5")]).after(cancel_rest());
    assert_eq!(cancelled(&world), [part(1, "10"), part(2, "1")]);
    assert_eq!(world.status(), Status::Cancelled);
    assert_eq!(world.sale().gross(), Decimal::ZERO);
    assert_eq!(world.committed(), Decimal::ZERO);
}

#[test]
fn partly_billed_then_the_rest_is_cancelled() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "4")]))
        .billed(1, Some(&[part(1, "4")]))
        .after(cancel_rest());
    assert_eq!(cancelled(&world), [part(1, "6")]);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.sale().gross(), dec("40"));
    assert_eq!(world.committed(), Decimal::ZERO);
}

#[test]
fn what_is_delivered_or_billed_in_advance_is_not_left() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "4")]))
        .billed(1, Some(&[part(1, "6")]))
        .after(cancel_rest());
    assert_eq!(cancelled(&world), [part(1, "4")]);
    assert_eq!(world.status(), Status::Billed, "two are billed and awaited");
    assert_eq!(world.sale().lines[0].to_deliver(), dec("2"));
    assert_eq!(world.after(deliver_all()).status(), Status::Completed);
}

#[test]
fn what_was_delivered_and_is_not_billed_yet_stays_to_be_billed() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "4")]))
        .after(cancel_rest());
    assert_eq!(world.status(), Status::Delivered);
    assert_eq!(
        world.sale().billable(None).unwrap(),
        [came_to(1, "4", "40")]
    );
}

#[test]
fn once_the_rest_is_cancelled_no_surplus_is_accepted() {
    let world = World::tolerant(vec![goods("10", "10")], "50")
        .after(deliver(&[(1, "4")]))
        .after(cancel_rest());
    world
        .ask(deliver(&[(1, "0.0001")]))
        .then_refused("DELIVERED_TOO_MUCH");
}

#[test]
fn single_lines_are_cancelled_by_number() {
    let world = World::confirmed(vec![goods("10", "10"), goods("5", "1")]);
    let second = |reason: &str| Command::CancelRest {
        lines: vec![2],
        reason: reason.to_owned(),
    };
    let world = world.after(second("out of stock"));
    assert_eq!(cancelled(&world), [part(2, "5")]);
    assert_eq!(world.status(), Status::Confirmed);
    world.ask(second("again")).then_refused("NOTHING_TO_CANCEL");
    let third = Command::CancelRest {
        lines: vec![3],
        reason: reason(),
    };
    world.ask(third).then_refused("LINE_UNKNOWN");
    assert_eq!(world.committed(), dec("100"));
}

#[test]
fn a_draft_is_cancelled_as_a_whole_and_opened_again_as_a_draft() {
    let draft = World::default().after(Command::Place(Box::new(place(vec![goods("1", "10")]))));
    let one = Command::CancelRest {
        lines: vec![1],
        reason: reason(),
    };
    draft.ask(one).then_refused("ORDER_NOT_CONFIRMED");
    let cancelled = draft.after(cancel_rest());
    assert_eq!(cancelled.status(), Status::Cancelled);
    let reopened = cancelled.after(reopen());
    assert_eq!(reopened.status(), Status::Draft);
    assert_eq!(reopened.committed(), Decimal::ZERO);
}

#[test]
fn what_was_cancelled_is_opened_again() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "4")]))
        .billed(1, Some(&[part(1, "4")]))
        .after(cancel_rest())
        .after(reopen());
    assert_eq!(world.status(), Status::PartlyBilled);
    assert_eq!(world.committed(), dec("60"));
    let world = world.after(deliver_all()).billed(2, None);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.sale().lines[0].billed.net, dec("100"));
}

#[test]
fn what_was_billed_and_never_delivered_is_credited_and_then_cancelled() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "6")]))
        .billed(1, None);
    world.ask(cancel_rest()).then_refused("NOTHING_TO_CANCEL");
    let world = world.credited(1, &[part(1, "4")]).after(cancel_rest());
    assert_eq!(cancelled(&world), [part(1, "4")]);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.sale().lines[0].to_credit(), Decimal::ZERO);
    // The customer has the money back: it is not delivered for nothing.
    world.ask(reopen()).then_refused("NOTHING_CANCELLED");
    world
        .ask(deliver(&[(1, "1")]))
        .then_refused("DELIVERED_TOO_MUCH");
    // The credit note turns out to be wrong: it is owed again.
    let world = world.uncredited(1);
    assert_eq!(world.sale().lines[0].to_credit(), dec("4"));
}
