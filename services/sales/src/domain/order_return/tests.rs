//! The rules of returns as given / when / then.

use guanxi_decider::testing::{Outcome, Scenario};
use guanxi_events::sales::{
    AccountEvent, OrderEvent, OrderGoodsReturned, OrderReturnAsked, OrderReturnDropped,
    ReturnApproved, ReturnId, ReturnReceived, ReturnRefundTakenBack, ReturnRefunded,
    ReturnRejected, ReturnWithdrawn,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::{
    account::Account,
    order::tests::{CUSTOMER, ORDER, World, dec, deliver, deliver_all, goods, part, words},
};

mod closing;
mod receiving;
mod requesting;
mod transitions;

const RETURN: Uuid = Uuid::from_u128(301);

fn wanted(line: u32, quantity: &str) -> ReturnLine {
    ReturnLine {
        line,
        quantity: dec(quantity),
        reason: "broken".into(),
    }
}

fn request(lines: Vec<ReturnLine>) -> Request {
    Request {
        order: OrderId(ORDER),
        lines,
        refund: RefundAs::CreditNote,
        at_once: false,
    }
}

fn reason() -> String {
    "because".to_owned()
}

fn reject() -> Command {
    Command::Reject { reason: reason() }
}

fn withdraw() -> Command {
    Command::Withdraw { reason: reason() }
}

fn receive_all() -> Command {
    Command::Receive { lines: None }
}

fn requested(lines: Vec<ReturnLine>) -> ReturnEvent {
    ReturnRequested {
        order: OrderId(ORDER),
        customer: CUSTOMER,
        lines,
        refund: RefundAs::CreditNote,
        by: "anna".parse().unwrap(),
    }
    .into()
}

/// Ten delivered pieces at 10, and postage.
fn delivered() -> World {
    World::confirmed(vec![goods("10", "10"), words("postage", "5")]).after(deliver_all())
}

/// A return of an order to which this has happened.
fn of(world: &World) -> Scenario<OrderReturn> {
    Scenario::new(RETURN)
        .reading::<Order>(ORDER, world.order.clone())
        .reading::<Account>(CUSTOMER, world.account.clone())
}

/// What is written to the order.
fn to_order(decision: &Decision<ReturnEvent>) -> Vec<OrderEvent> {
    let written = decision.elsewhere_of::<OrderEvent>();
    assert!(written.iter().all(|(id, _)| *id == ORDER));
    written.into_iter().map(|(_, event)| event).collect()
}

/// What the account then says that the order will still be billed.
fn committed(decision: &Decision<ReturnEvent>) -> Option<Decimal> {
    let written = decision.elsewhere_of::<AccountEvent>();
    written.into_iter().find_map(|(id, event)| match event {
        AccountEvent::CommitmentSet(set) if id == Uuid::from(CUSTOMER) => Some(set.unbilled.amount),
        _ => None,
    })
}
