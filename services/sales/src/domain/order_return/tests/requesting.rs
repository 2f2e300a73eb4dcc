//! Asking for a return, and who approves it.

use super::*;

#[test]
fn a_return_draws_a_number_and_the_order_counts_what_it_asks_for() {
    let decision = of(&delivered())
        .when(Command::Request(request(vec![wanted(1, "3")])))
        .decision();
    assert_eq!(decision.events[0].0, requested(vec![wanted(1, "3")]));
    assert_eq!(decision.events[0].1, ["RT-2026"]);
    let asked = OrderReturnAsked {
        returned: ReturnId(RETURN),
        lines: vec![part(1, "3")],
    };
    assert_eq!(to_order(&decision), [asked.into()]);
    assert_eq!(committed(&decision), None, "nothing came back yet");
}

#[test]
fn never_more_than_was_delivered_is_not_returned_and_no_other_return_asks_for() {
    let world = World::confirmed(vec![goods("10", "10")])
        .after(deliver(&[(1, "6")]))
        .asked_back(7, &[part(1, "2")])
        .came_back(8, &[part(1, "1")]);
    let refusal = of(&world)
        .when(Command::Request(request(vec![wanted(1, "3.0001")])))
        .then_refused("RETURNED_TOO_MUCH");
    assert_eq!(refusal.figures["left"], "3");
    let all = Command::Request(request(vec![wanted(1, "3")]));
    assert_eq!(of(&world).when(all).decision().events.len(), 1);
}

#[test]
fn what_was_never_delivered_does_not_come_back() {
    of(&World::confirmed(vec![goods("10", "10")]))
        .when(Command::Request(request(vec![wanted(1, "1")])))
        .then_refused("RETURNED_TOO_MUCH");
    of(&delivered())
        .when(Command::Request(request(vec![wanted(2, "1")])))
        .then_refused("RETURNED_TOO_MUCH");
    of(&delivered())
        .when(Command::Request(request(vec![wanted(3, "1")])))
        .then_refused("LINE_UNKNOWN");
}

#[test]
fn an_order_that_nobody_placed_has_no_returns_and_a_line_is_named_once() {
    Scenario::<OrderReturn>::new(RETURN)
        .when(Command::Request(request(vec![wanted(1, "1")])))
        .then_refused("ORDER_UNKNOWN");
    of(&delivered())
        .when(Command::Request(request(vec![
            wanted(1, "1"),
            wanted(1, "1"),
        ])))
        .then_refused("LINE_TWICE");
}

#[test]
fn who_asked_does_not_approve_unless_they_manage() {
    let asked = || of(&delivered()).given([requested(vec![wanted(1, "3")])]);
    let refusal = asked()
        .when(Command::Approve)
        .then_refused("NOT_BY_WHO_ASKED");
    assert_eq!(refusal.kind, guanxi_decider::RefusalKind::Forbidden);
    let approved = || [ReturnApproved {}.into()];
    asked().by("mara").when(Command::Approve).then(approved());
    asked().by_manager().when(Command::Approve).then(approved());
}

#[test]
fn a_return_that_will_not_happen_asks_for_nothing_any_more() {
    let dropped: OrderEvent = OrderReturnDropped {
        returned: ReturnId(RETURN),
    }
    .into();
    for command in [reject(), withdraw()] {
        let decision = of(&delivered())
            .given([requested(vec![wanted(1, "3")])])
            .when(command)
            .decision();
        assert_eq!(to_order(&decision), std::slice::from_ref(&dropped));
    }
}

#[test]
fn reasons_that_are_more_than_an_event_holds_are_refused() {
    let pieces = vec![goods("1", "1"); 1_200];
    let world = World::confirmed(pieces).after(deliver_all());
    let long = |line| ReturnLine {
        reason: "退".repeat(500),
        ..wanted(line, "1")
    };
    let all = request((1..=1_200).map(long).collect());
    let refusal = of(&world)
        .when(Command::Request(all))
        .then_refused("LINES_TOO_LONG");
    assert_eq!(refusal.figures["limit_bytes"], "262144");
}
