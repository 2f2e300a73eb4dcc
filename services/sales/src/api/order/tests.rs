//! Requests become commands, every bad field is named, and an order reads as it was asked for.

use guanxi_decider::Decider;
use guanxi_events::sales::{InvoiceId, OrderBilled, OrderEvent, OrderPlaced};
use guanxi_proto::google_type::Money;
use guanxi_runtime::{CommandRequest, Fields};

use super::*;
use crate::domain::{
    order::{Command, Place},
    sale_lines::Pricing,
};

const ORDER: Uuid = Uuid::from_u128(1);
const CUSTOMER: Uuid = Uuid::from_u128(2);
const PRODUCT: Uuid = Uuid::from_u128(3);
const TERMS: Uuid = Uuid::from_u128(4);

fn goods() -> wire::SaleLineInput {
    wire::SaleLineInput {
        product_id: PRODUCT.to_string(),
        text: "GTX Pro, boxed".into(),
        quantity: "10.5".into(),
        unit_price: "12.3456".into(),
        discount_percent: "5".into(),
        tax_rate: "19".into(),
    }
}

fn discount() -> wire::SaleLineInput {
    wire::SaleLineInput {
        text: "welcome".into(),
        quantity: "1".into(),
        unit_price: "-10".into(),
        ..Default::default()
    }
}

fn place() -> wire::PlaceOrderRequest {
    wire::PlaceOrderRequest {
        header: None,
        order_id: ORDER.to_string(),
        customer_id: CUSTOMER.to_string(),
        currency_code: "EUR".into(),
        prices_include_tax: true,
        lines: vec![goods(), discount()],
        owner: "bob".into(),
        team: "Central".into(),
        payment_terms_id: TERMS.to_string(),
        over_delivery_percent: "10".into(),
        reference: "PO 4711".into(),
        confirm: true,
        credit_override_reason: "pays tomorrow".into(),
    }
}

fn parsed<R: CommandRequest<Order>>(request: R) -> Command {
    let mut fields = Fields::default();
    let parsed = request.parse(&mut fields);
    fields.finish().unwrap();
    let (id, command) = parsed.unwrap();
    assert_eq!(id, ORDER);
    command
}

fn bad_fields<R: CommandRequest<Order>>(request: R) -> Vec<String> {
    let mut fields = Fields::default();
    let _ = request.parse(&mut fields);
    let violations = fields.finish().unwrap_err().violations;
    violations.into_iter().map(|v| v.field).collect()
}

fn asked_for() -> Place {
    match parsed(place()) {
        Command::Place(place) => *place,
        other => panic!("{other:?}"),
    }
}

fn sale(events: impl IntoIterator<Item = OrderEvent>) -> wire::Order {
    let place = asked_for();
    let pricing = Pricing {
        currency: place.currency,
        includes_tax: place.prices_include_tax,
    };
    let placed = OrderPlaced {
        customer: place.customer,
        currency: place.currency,
        prices_include_tax: place.prices_include_tax,
        lines: pricing.priced(&place.lines).unwrap(),
        owner: place.owner.unwrap(),
        team: place.team,
        terms: place.terms,
        over_delivery_percent: place.over_delivery_percent,
        reference: place.reference,
    };
    let state = events
        .into_iter()
        .fold(Order::evolve(None, &placed.into()), |state, event| {
            Order::evolve(state, &event)
        });
    answers::to_wire(ORDER, 1, &state.unwrap())
}

fn euros(units: i64, nanos: i32) -> Option<Money> {
    Some(Money {
        currency_code: "EUR".into(),
        units,
        nanos,
    })
}

#[test]
fn an_order_reads_as_it_was_asked_for() {
    let place = asked_for();
    assert!(place.confirm);
    assert_eq!(place.grant.unwrap().reason, "pays tomorrow");
    let read = sale([]);
    assert_eq!(read.customer_id, CUSTOMER.to_string());
    assert_eq!(read.currency_code, "EUR");
    assert!(read.prices_include_tax);
    assert_eq!(read.owner, "bob");
    assert_eq!(read.team, "Central");
    assert_eq!(read.payment_terms_id, TERMS.to_string());
    assert_eq!(read.over_delivery_percent, "10");
    assert_eq!(read.reference, "PO 4711");
    assert_eq!(read.status(), wire::OrderStatus::Draft);
    let line = read.lines[0].line.clone().unwrap();
    // 10.5 × 12.3456 less 5 % = 123.147… → 123.15, of which 19.66 is tax.
    assert_eq!(
        (line.net, line.tax),
        (euros(103, 490_000_000), euros(19, 660_000_000))
    );
    let back = wire::SaleLineInput {
        product_id: line.product_id,
        text: line.text,
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount_percent: line.discount_percent,
        tax_rate: line.tax_rate,
    };
    assert_eq!(back, goods());
    assert_eq!(read.gross, euros(113, 150_000_000));
    assert_eq!(read.unbilled, euros(0, 0), "a draft commits nobody");
}

#[test]
fn what_became_of_the_lines_is_told() {
    let confirmed = OrderEvent::from(guanxi_events::sales::OrderConfirmed {});
    let held = guanxi_events::sales::OrderHeld {
        reason: "address".into(),
    };
    let delivered = guanxi_events::sales::OrderDelivered {
        lines: vec![guanxi_events::sales::LineQuantity {
            line: 1,
            quantity: "4.5".parse().unwrap(),
        }],
        reference: None,
    };
    let billed = OrderBilled {
        invoice: InvoiceId(Uuid::from_u128(5)),
        lines: vec![guanxi_events::sales::LinePart {
            line: 1,
            quantity: "2".parse().unwrap(),
            net: "19.71".parse().unwrap(),
            tax: "3.75".parse().unwrap(),
        }],
    };
    let read = sale([confirmed, delivered.into(), billed.into(), held.into()]);
    assert_eq!(read.status(), wire::OrderStatus::PartlyBilled);
    assert!(read.on_hold);
    assert_eq!(read.hold_reason, "address");
    assert_eq!(read.invoice_ids, [Uuid::from_u128(5).to_string()]);
    let line = &read.lines[0];
    assert_eq!(line.number, 1);
    assert_eq!(line.delivered, "4.5");
    assert_eq!(line.billed, "2");
    assert_eq!(line.to_deliver, "6");
    assert_eq!(line.to_bill, "8.5");
    assert_eq!(line.returnable, "4.5");
    assert_eq!(line.billed_net, euros(19, 710_000_000));
    assert_eq!(read.lines[1].to_deliver, "0", "a discount is not delivered");
    assert_eq!(read.unbilled, euros(89, 690_000_000));
}

#[test]
fn every_bad_field_of_an_order_is_named() {
    let bad = wire::PlaceOrderRequest {
        order_id: "1".into(),
        customer_id: String::new(),
        currency_code: "EURO".into(),
        lines: vec![
            wire::SaleLineInput {
                quantity: "0".into(),
                unit_price: "1.23456".into(),
                discount_percent: "100.01".into(),
                tax_rate: "-1".into(),
                ..goods()
            },
            wire::SaleLineInput {
                product_id: "x".into(),
                text: "x".repeat(201),
                quantity: "1.00001".into(),
                unit_price: "-1000000000001".into(),
                ..Default::default()
            },
        ],
        owner: "a b".into(),
        payment_terms_id: "net 30".into(),
        over_delivery_percent: "101".into(),
        reference: "x".repeat(101),
        ..place()
    };
    assert_eq!(
        bad_fields(bad),
        [
            "order_id",
            "customer_id",
            "currency_code",
            "lines[0].quantity",
            "lines[0].unit_price",
            "lines[0].discount_percent",
            "lines[0].tax_rate",
            "lines[1].product_id",
            "lines[1].text",
            "lines[1].quantity",
            "lines[1].unit_price",
            "owner",
            "payment_terms_id",
            "over_delivery_percent",
            "reference",
        ]
    );
    let many = wire::PlaceOrderRequest {
        lines: vec![goods(); 1_201],
        ..place()
    };
    assert_eq!(bad_fields(many), ["lines"]);
}

#[test]
fn a_delivery_without_lines_is_of_all_that_is_left() {
    let deliver = |lines| wire::DeliverOrderRequest {
        header: None,
        order_id: ORDER.to_string(),
        lines,
        reference: String::new(),
    };
    let all = Command::Deliver {
        lines: None,
        reference: None,
    };
    assert_eq!(parsed(deliver(Vec::new())), all);
    let part = |line, quantity: &str| wire::LineQuantity {
        line,
        quantity: quantity.into(),
    };
    assert_eq!(
        bad_fields(deliver(vec![part(0, "1"), part(-1, "-1"), part(1, "")])),
        [
            "lines[0].line",
            "lines[1].line",
            "lines[1].quantity",
            "lines[2].quantity",
        ]
    );
}

#[test]
fn reasons_are_told_and_lines_are_numbered() {
    let cancel = |reason: &str, lines| wire::CancelRestRequest {
        header: None,
        order_id: ORDER.to_string(),
        reason: reason.into(),
        lines,
    };
    assert_eq!(bad_fields(cancel("", vec![1, 0])), ["lines[1]", "reason"]);
    let wanted = Command::CancelRest {
        lines: vec![2],
        reason: "out of stock".into(),
    };
    assert_eq!(parsed(cancel("out of stock", vec![2])), wanted);
    let hold = wire::HoldOrderRequest {
        order_id: ORDER.to_string(),
        ..Default::default()
    };
    assert_eq!(bad_fields(hold), ["reason"]);
    let reopen = wire::ReopenOrderRequest {
        order_id: ORDER.to_string(),
        credit_override_reason: "x".repeat(501),
        ..Default::default()
    };
    assert_eq!(bad_fields(reopen), ["reason", "credit_override_reason"]);
    let confirm = wire::ConfirmOrderRequest {
        order_id: ORDER.to_string(),
        ..Default::default()
    };
    assert_eq!(parsed(confirm), Command::Confirm { grant: None });
}
