//! The goods come back.

use super::*;

fn approved(lines: Vec<ReturnLine>) -> [ReturnEvent; 2] {
    [requested(lines), ReturnApproved {}.into()]
}

fn back(lines: Vec<LineQuantity>) -> OrderEvent {
    OrderGoodsReturned {
        returned: ReturnId(RETURN),
        lines,
    }
    .into()
}

#[test]
fn what_came_back_is_written_to_the_order_and_commits_the_customer_no_more() {
    let world = delivered().asked_back(1, &[part(1, "3")]);
    let decision = of(&world)
        .given(approved(vec![wanted(1, "3")]))
        .when(receive_all())
        .decision();
    let received = ReturnReceived {
        lines: vec![part(1, "3")],
    };
    assert_eq!(decision.events[0].0, received.into());
    assert_eq!(to_order(&decision), [back(vec![part(1, "3")])]);
    assert_eq!(committed(&decision), Some(dec("75")));
}

#[test]
fn goods_that_were_billed_leave_the_commitment_as_it_is() {
    let world = delivered().billed(1, None).asked_back(1, &[part(1, "3")]);
    let decision = of(&world)
        .given(approved(vec![wanted(1, "3")]))
        .when(receive_all())
        .decision();
    assert_eq!(committed(&decision), None);
}

#[test]
fn less_may_come_back_than_was_asked_for_and_more_may_not() {
    let world = delivered().asked_back(1, &[part(1, "3")]);
    let receive = |lines| {
        of(&world)
            .given(approved(vec![wanted(1, "3")]))
            .when(Command::Receive { lines: Some(lines) })
    };
    let decision = receive(vec![part(1, "1"), part(1, "1.5")]).decision();
    assert_eq!(to_order(&decision), [back(vec![part(1, "2.5")])]);
    let refusal = receive(vec![part(1, "3.5")]).then_refused("RECEIVED_TOO_MUCH");
    assert_eq!(refusal.figures["asked"], "3");
    assert_eq!(refusal.figures["received"], "3.5");
    receive(vec![part(2, "1")]).then_refused("RECEIVED_TOO_MUCH");
}

#[test]
fn goods_on_the_counter_are_requested_approved_and_received_at_once() {
    let at_once = || {
        Command::Request(Request {
            at_once: true,
            ..request(vec![wanted(1, "3")])
        })
    };
    let refusal = of(&delivered())
        .when(at_once())
        .then_refused("NOT_BY_WHO_ASKED");
    assert_eq!(refusal.kind, guanxi_decider::RefusalKind::Forbidden);
    for scenario in [
        of(&delivered()).by_manager(),
        of(&delivered()).by_importer(),
    ] {
        let decision = scenario.when(at_once()).decision();
        let events: Vec<ReturnEvent> = decision.events.iter().map(|(e, _)| e.clone()).collect();
        let received = ReturnReceived {
            lines: vec![part(1, "3")],
        };
        let wanted = [
            requested(vec![wanted(1, "3")]),
            ReturnApproved {}.into(),
            received.into(),
        ];
        assert_eq!(events, wanted);
        assert_eq!(decision.events[0].1, ["RT-2026"]);
        assert_eq!(to_order(&decision), [back(vec![part(1, "3")])]);
        assert_eq!(committed(&decision), Some(dec("75")));
    }
}

#[test]
fn at_once_no_more_comes_back_than_another_return_leaves() {
    let world = delivered().asked_back(7, &[part(1, "8")]);
    of(&world)
        .by_manager()
        .when(Command::Request(Request {
            at_once: true,
            ..request(vec![wanted(1, "3")])
        }))
        .then_refused("RETURNED_TOO_MUCH");
}
