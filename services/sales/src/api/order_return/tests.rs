//! Requests become commands, every bad field is named, and a return reads as it was asked for.

use guanxi_decider::Decider;
use guanxi_events::sales::{
    CreditNoteId, LinePart, LineQuantity, OrderBilled, OrderDelivered, OrderEvent,
    OrderGoodsReturned, OrderPlaced, RefundAs, ReturnId, ReturnReceived, ReturnRefunded,
    ReturnRequested, SaleLine,
};
use guanxi_runtime::{CommandRequest, Fields};
use iso_currency::Currency;

use super::*;
use crate::domain::{
    order::Sale,
    order_return::{Command, GoodsReturn},
};

const RETURN: Uuid = Uuid::from_u128(1);
const ORDER: Uuid = Uuid::from_u128(2);
const CUSTOMER: Uuid = Uuid::from_u128(3);

fn line() -> wire::ReturnLine {
    wire::ReturnLine {
        line: 1,
        quantity: "2.5".into(),
        reason: "broken".into(),
    }
}

fn request() -> wire::RequestReturnRequest {
    wire::RequestReturnRequest {
        header: None,
        return_id: RETURN.to_string(),
        order_id: ORDER.to_string(),
        lines: vec![line()],
        refund: wire::RefundAs::Payment.into(),
        at_once: true,
    }
}

fn parsed<R: CommandRequest<OrderReturn>>(request: R) -> Command {
    let mut fields = Fields::default();
    let parsed = request.parse(&mut fields);
    fields.finish().unwrap();
    let (id, command) = parsed.unwrap();
    assert_eq!(id, RETURN);
    command
}

fn bad_fields<R: CommandRequest<OrderReturn>>(request: R) -> Vec<String> {
    let mut fields = Fields::default();
    let _ = request.parse(&mut fields);
    let violations = fields.finish().unwrap_err().violations;
    violations.into_iter().map(|v| v.field).collect()
}

fn part(quantity: &str) -> LineQuantity {
    LineQuantity {
        line: 1,
        quantity: quantity.parse().unwrap(),
    }
}

/// Ten pieces, delivered and billed, of which 2.5 came back.
fn sale() -> Sale {
    let ten = SaleLine {
        product: Some(Uuid::from_u128(4).into()),
        text: None,
        quantity: 10.into(),
        unit_price: 1.into(),
        discount_percent: 0.into(),
        tax_rate: 0.into(),
        net: 10.into(),
        tax: 0.into(),
    };
    let placed = OrderPlaced {
        customer: CUSTOMER.into(),
        currency: Currency::EUR,
        prices_include_tax: false,
        lines: vec![ten],
        owner: "anna".parse().unwrap(),
        team: None,
        terms: None,
        over_delivery_percent: 0.into(),
        reference: None,
    };
    let billed = OrderBilled {
        invoice: Uuid::from_u128(5).into(),
        lines: vec![LinePart {
            line: 1,
            quantity: 10.into(),
            net: 10.into(),
            tax: 0.into(),
        }],
    };
    let events: [OrderEvent; 4] = [
        placed.into(),
        OrderDelivered {
            lines: vec![part("10")],
            reference: None,
        }
        .into(),
        billed.into(),
        OrderGoodsReturned {
            returned: ReturnId(RETURN),
            lines: vec![part("2.5")],
        }
        .into(),
    ];
    events.iter().fold(None, Order::evolve).unwrap()
}

fn returned(refunded: bool) -> GoodsReturn {
    let asked = match parsed(request()) {
        Command::Request(asked) => asked,
        other => panic!("{other:?}"),
    };
    assert!(asked.at_once);
    let requested = ReturnRequested {
        order: asked.order,
        customer: CUSTOMER.into(),
        lines: asked.lines,
        refund: asked.refund,
        by: "anna".parse().unwrap(),
    };
    let received = ReturnReceived {
        lines: vec![part("2.5")],
    };
    let credited = ReturnRefunded {
        credit_note: Some(CreditNoteId(Uuid::from_u128(6))),
        refund: None,
        lines: vec![part("2.5")],
    };
    let mut state = OrderReturn::evolve(None, &requested.into());
    state = OrderReturn::evolve(state, &received.into());
    if refunded {
        state = OrderReturn::evolve(state, &credited.into());
    }
    state.unwrap()
}

#[test]
fn a_return_reads_as_it_was_asked_for_and_says_what_is_to_be_credited() {
    let answer = answers::to_wire(RETURN, 3, &returned(false), &sale());
    let read = answer.order_return.unwrap();
    assert_eq!(read.order_id, ORDER.to_string());
    assert_eq!(read.customer_id, CUSTOMER.to_string());
    assert_eq!(read.lines, [line()]);
    assert_eq!(read.refund(), wire::RefundAs::Payment);
    assert_eq!(read.requested_by, "anna");
    assert_eq!(read.status(), wire::ReturnStatus::Received);
    let came = wire::LineQuantity {
        line: 1,
        quantity: "2.5".into(),
    };
    assert_eq!(read.received, std::slice::from_ref(&came));
    assert_eq!(answer.to_credit, [came]);

    let answer = answers::to_wire(RETURN, 4, &returned(true), &sale());
    let read = answer.order_return.unwrap();
    assert_eq!(read.status(), wire::ReturnStatus::Refunded);
    assert_eq!(read.credit_note_id, Uuid::from_u128(6).to_string());
    assert_eq!(read.credits.len(), 1);
    assert_eq!(read.credits[0].lines, read.received);
    assert_eq!(answer.to_credit, []);
}

#[test]
fn every_bad_field_of_a_return_is_named() {
    let bad = wire::RequestReturnRequest {
        return_id: "1".into(),
        order_id: String::new(),
        lines: vec![
            wire::ReturnLine {
                line: 0,
                quantity: "0".into(),
                reason: String::new(),
            },
            line(),
        ],
        refund: 7,
        ..request()
    };
    assert_eq!(
        bad_fields(bad),
        [
            "return_id",
            "order_id",
            "lines[0].line",
            "lines[0].quantity",
            "lines[0].reason",
            "refund",
        ]
    );
    let empty = wire::RequestReturnRequest {
        lines: Vec::new(),
        ..request()
    };
    assert_eq!(bad_fields(empty), ["lines"]);
}

#[test]
fn the_value_comes_as_a_credit_note_unless_money_is_asked_for() {
    let unsaid = wire::RequestReturnRequest {
        refund: 0,
        ..request()
    };
    match parsed(unsaid) {
        Command::Request(asked) => assert_eq!(asked.refund, RefundAs::CreditNote),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_came_without_lines_is_all_that_was_asked_for() {
    let receive = wire::ReceiveReturnRequest {
        return_id: RETURN.to_string(),
        ..Default::default()
    };
    assert_eq!(parsed(receive), Command::Receive { lines: None });
    let reject = wire::RejectReturnRequest {
        return_id: "x".into(),
        ..Default::default()
    };
    assert_eq!(bad_fields(reject), ["return_id", "reason"]);
    let withdraw = wire::WithdrawReturnRequest {
        return_id: RETURN.to_string(),
        ..Default::default()
    };
    assert_eq!(bad_fields(withdraw), ["reason"]);
}
