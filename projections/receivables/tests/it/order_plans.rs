//! What is to be received of an order.

use guanxi_events::{
    customers::CustomerId,
    sales::{
        OrderId, PlannedInstalment, ReceivablePlanEvent, ReceivablePlanSet,
        account::{Booked, CommitmentSet},
    },
};
use guanxi_projection::Build;
use guanxi_receivables::queries::{Dates, PlanMonth, PlanQuery, Reader};
use iso_currency::Currency;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    books::{Books, dec},
    figures::{ask, on},
    past::dates,
    world::World,
};

/// So much of the order will still be billed: it is confirmed.
fn commitment(order: Uuid, unbilled: &str) -> CommitmentSet {
    CommitmentSet {
        order: OrderId(order),
        currency: Currency::EUR,
        rate: None,
        unbilled: Booked {
            amount: dec(unbilled),
            base: dec(unbilled),
        },
        credit: None,
        granted: None,
    }
}

/// An order of 300 in three instalments, of which 150 are billed.
async fn an_order() -> (World, Books) {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    let order = Uuid::from_u128(77);
    books.day(on(1, 1));
    let plan = |version, dues: &[(Date, &str)]| ReceivablePlanSet {
        customer: CustomerId(Uuid::from_u128(1)),
        version,
        currency: Currency::EUR,
        instalments: dues
            .iter()
            .map(|(due, amount)| PlannedInstalment {
                due: *due,
                amount: dec(amount),
            })
            .collect(),
        terms: None,
        reason: None,
    };
    let thirds = [(on(1, 31), "100"), (on(2, 29), "100"), (on(3, 31), "100")];
    world
        .append::<ReceivablePlanEvent>(&books.tenant, order, plan(1, &thirds), books.at)
        .await;
    books.day(on(1, 3));
    books.write(&mut world, commitment(order, "300")).await;
    books.order = Some(order);
    books.day(on(1, 15));
    let parts = [(on(1, 31), "100"), (on(2, 29), "50")];
    let first = books.invoice(&mut world, on(1, 15), &parts).await;
    books.write(&mut world, commitment(order, "150")).await;
    books.order = None;
    books.day(on(1, 20));
    books.pay(&mut world, first, on(1, 20), "30").await;
    books.order = Some(order);
    books.day(on(2, 1));
    books.payment(&mut world, on(2, 1), "60").await;
    books.day(on(2, 10));
    books.write(&mut world, commitment(order, "80")).await;
    books.day(on(2, 20));
    let later = [(on(1, 31), "100"), (on(2, 29), "50"), (on(5, 31), "80")];
    world
        .append::<ReceivablePlanEvent>(&books.tenant, order, plan(2, &later), books.at)
        .await;
    world.record_as_it_happened().await;
    (world, books)
}

/// Month, billed, planned, received, open.
async fn planned(
    world: &World,
    build: &Build,
    books: &Books,
    dates: Dates,
) -> Vec<(i8, [Decimal; 4])> {
    let query = PlanQuery {
        dates,
        customers: vec![],
        currencies: vec![],
        first: None,
        last: None,
    };
    let found = ask!(world, build, books, plan(query));
    let month = |m: &PlanMonth| {
        assert_eq!(m.settled_otherwise(), Decimal::ZERO);
        (m.month.month(), [m.billed, m.planned, m.received, m.open])
    };
    found.iter().map(month).collect()
}

#[tokio::test]
async fn what_is_billed_takes_the_first_of_a_plan_and_down_payments_the_first_of_what_is_left() {
    let (world, books) = an_order().await;
    let build = world.receivables(100).await;
    let as_of = |day| dates(day, None);
    let row = |month, [a, b, c, d]: [&str; 4]| (month, [dec(a), dec(b), dec(c), dec(d)]);
    let found = planned(&world, &build, &books, as_of(date(2023, 12, 31))).await;
    assert_eq!(found, []);
    // It is planned, and nobody is committed to it before it is confirmed.
    let found = planned(&world, &build, &books, as_of(on(1, 2))).await;
    assert_eq!(found, []);
    let found = planned(&world, &build, &books, as_of(on(1, 10))).await;
    assert_eq!(
        found,
        [
            row(1, ["0", "100", "0", "100"]),
            row(2, ["0", "100", "0", "100"]),
            row(3, ["0", "100", "0", "100"]),
        ]
    );
    let found = planned(&world, &build, &books, as_of(on(1, 20))).await;
    assert_eq!(
        found,
        [
            row(1, ["100", "0", "30", "70"]),
            row(2, ["50", "50", "0", "100"]),
            row(3, ["0", "100", "0", "100"]),
        ]
    );
    // A down payment of 60 is there for what is left.
    let found = planned(&world, &build, &books, as_of(on(2, 5))).await;
    assert_eq!(
        found[1..],
        [
            row(2, ["50", "50", "50", "50"]),
            row(3, ["0", "100", "10", "90"]),
        ]
    );
    // 70 of the order were cancelled: the last of the plan.
    let found = planned(&world, &build, &books, as_of(on(2, 15))).await;
    assert_eq!(found[2..], [row(3, ["0", "30", "10", "20"])]);
    // A new version of the plan, known since the 20th.
    let found = planned(&world, &build, &books, as_of(on(2, 25))).await;
    assert_eq!(found[2..], [row(5, ["0", "80", "60", "20"])]);
    let known = dates(on(2, 25), Some(on(2, 19)));
    let found = planned(&world, &build, &books, known).await;
    assert_eq!(found[2..], [row(3, ["0", "30", "10", "20"])]);
}
