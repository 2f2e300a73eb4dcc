//! How a return ends.

use guanxi_events::sales::CreditNoteId;

use super::*;

fn received(quantity: &str) -> [ReturnEvent; 3] {
    let lines = vec![part(1, quantity)];
    [
        requested(vec![wanted(1, quantity)]),
        ReturnApproved {}.into(),
        ReturnReceived { lines }.into(),
    ]
}

fn closed() -> ReturnEvent {
    ReturnRefunded {
        credit_note: None,
        refund: None,
        lines: vec![],
    }
    .into()
}

#[test]
fn a_return_of_goods_that_were_not_billed_is_closed_without_a_credit_note() {
    let world = delivered().came_back(1, &[part(1, "3")]);
    of(&world)
        .given(received("3"))
        .when(Command::Close)
        .then([closed()]);
}

#[test]
fn what_is_billed_beyond_what_was_kept_is_credited_first() {
    let world = delivered()
        .billed(1, Some(&[part(1, "8")]))
        .came_back(1, &[part(1, "3")]);
    let refusal = of(&world)
        .given(received("3"))
        .when(Command::Close)
        .then_refused("RETURN_TO_BE_CREDITED");
    assert_eq!(refusal.figures["line"], "1");
    assert_eq!(refusal.figures["to_credit"], "1");
    // Credited by a credit note of the order that does not name the return, it is closed.
    let world = world.credited(1, &[part(1, "1")]);
    of(&world)
        .given(received("3"))
        .when(Command::Close)
        .then([closed()]);
}

#[test]
fn two_returns_of_a_line_are_credited_each_its_own() {
    let world = delivered()
        .billed(1, None)
        .came_back(1, &[part(1, "3")])
        .came_back(2, &[part(1, "2")]);
    let first = received("3")
        .iter()
        .fold(None, OrderReturn::evolve)
        .unwrap();
    assert_eq!(first.to_credit(&world.sale()), [part(1, "3")]);
    let world = world.credited(1, &[part(1, "3")]);
    let second = received("2")
        .iter()
        .fold(None, OrderReturn::evolve)
        .unwrap();
    assert_eq!(second.to_credit(&world.sale()), [part(1, "2")]);
}

#[test]
fn a_credit_note_that_is_voided_opens_the_return_again() {
    let credit_note = CreditNoteId(Uuid::from_u128(201));
    let refunded = ReturnRefunded {
        credit_note: Some(credit_note),
        refund: None,
        lines: vec![],
    };
    let history = received("3").into_iter().chain([
        refunded.into(),
        ReturnRefundTakenBack { credit_note }.into(),
    ]);
    let returned = history
        .clone()
        .fold(None, |s, e| OrderReturn::evolve(s, &e));
    assert_eq!(returned.unwrap().status, Status::Received);
    let world = delivered().billed(1, None).came_back(1, &[part(1, "3")]);
    of(&world)
        .given(history)
        .when(Command::Close)
        .then_refused("RETURN_TO_BE_CREDITED");
}

#[test]
fn a_snapshot_gives_the_state_back() {
    let state = received("3").iter().fold(None, OrderReturn::evolve);
    let state = OrderReturn::numbered(
        state,
        Numbered {
            series: "RT-2026",
            number: 17,
        },
    );
    let snapshot = serde_json::to_vec(&state).unwrap();
    let read: Option<GoodsReturn> = serde_json::from_slice(&snapshot).unwrap();
    assert_eq!(read, state);
    assert_eq!(state.unwrap().number.as_deref(), Some("RT-2026-00017"));
}
