//! The worked examples of the ageing (S-26, S-27), over gRPC.

use guanxi_proto::{
    query::v1::{GetAgeingRequest, GetCustomerStatementRequest},
    types::v1::DateRange,
};
use guanxi_runtime::instant_to_wire;
use jiff::civil;
use rust_decimal::Decimal;

use crate::{
    accounts::on,
    books::{Books, dec},
    receivables::{ageing, amounts, as_of, figures, only, some, wire},
    server::Server,
};

/// odoo/odoo#16235.
#[tokio::test]
async fn what_was_paid_before_it_was_due_is_taken_off_it() {
    let mut server = Server::new().await;
    let mut books = Books::new("acme", 1);
    let day = civil::date;
    let world = &mut server.world;
    let due = day(2017, 2, 28);
    let item = books
        .invoice(world, day(2016, 11, 1), &[(due, "10000")])
        .await;
    books.pay(world, item, day(2016, 11, 9), "1500").await;
    books.pay(world, item, day(2016, 11, 30), "1000").await;
    books.pay(world, item, day(2017, 1, 30), "2000").await;
    let answer = as_of(&mut server, day(2017, 4, 4)).await;
    let group = only(&answer);
    let debits = &group.figures.as_ref().unwrap().debits;
    assert_eq!(amounts(debits), figures(&["0", "0", "5500", "0", "0", "0"]));
    let bucket = &answer.buckets[2];
    assert_eq!((bucket.first_day, bucket.last_day), (Some(31), Some(60)));
}

/// odoo/odoo#16016.
#[tokio::test]
async fn what_is_paid_the_day_after_is_still_open_in_the_report_of_the_day_before() {
    let mut server = Server::new().await;
    let mut books = Books::new("acme", 1);
    let day = civil::date;
    let world = &mut server.world;
    let due = day(2016, 12, 30);
    let item = books.invoice(world, day(2016, 12, 1), &[(due, "70")]).await;
    books.pay(world, item, day(2017, 1, 1), "70").await;
    let answer = as_of(&mut server, day(2016, 12, 31)).await;
    let debits = &only(&answer).figures.as_ref().unwrap().debits;
    assert_eq!(amounts(debits), figures(&["0", "70", "0", "0", "0", "0"]));
    let answer = as_of(&mut server, day(2017, 1, 1)).await;
    assert!(answer.groups.is_empty(), "{answer:#?}");
}

/// OCA/account-financial-reporting#546.
#[tokio::test]
async fn what_is_allocated_later_does_not_change_the_statement_of_the_month_before() {
    let mut server = Server::new().await;
    let mut books = Books::new("acme", 1);
    let day = |month, day| civil::date(2019, month, day);
    let world = &mut server.world;
    let early = books.payment(world, day(2, 10), "1000").await;
    let mut march = Vec::new();
    for n in 1..=5 {
        let parts = [(day(3, 31), "10000")];
        march.push(books.invoice(world, day(3, n), &parts).await);
    }
    let april = [(day(4, 30), "100000")];
    books.invoice(world, day(4, 1), &april).await;
    let late = books.payment(world, day(5, 15), "49000").await;
    books
        .allocate(world, (early, march[0]), day(5, 15), "1000")
        .await;
    for (n, item) in march.iter().enumerate() {
        let amount = if n == 0 { "9000" } else { "10000" };
        books
            .allocate(world, (late, *item), day(5, 15), amount)
            .await;
    }
    let token = server.written().await;
    let request = server.ask(GetCustomerStatementRequest {
        after: vec![token],
        customer_id: books.customer.to_string(),
        days: Some(DateRange {
            first: None,
            last: wire(day(4, 30)),
        }),
        ..GetCustomerStatementRequest::default()
    });
    let answer = server.receivables.get_customer_statement(request).await;
    let statement = answer.unwrap().into_inner();
    assert_eq!(amounts(&statement.closing), figures(&["149000"]));
    assert_eq!(statement.lines.len(), 7);

    let answer = as_of(&mut server, day(4, 30)).await;
    let found = only(&answer).figures.as_ref().unwrap();
    // March's are 30 days overdue, April's is due today, February's payment is 79 days old.
    let debits = ["100000", "50000", "0", "0", "0", "0"];
    assert_eq!(amounts(&found.debits), figures(&debits));
    let credits = ["0", "0", "0", "-1000", "0", "0"];
    assert_eq!(amounts(&found.credits), figures(&credits));
    assert_eq!(some(found.outstanding.as_ref()), dec("149000"));
    let answer = as_of(&mut server, day(5, 31)).await;
    let found = only(&answer).figures.as_ref().unwrap();
    assert_eq!(some(found.outstanding.as_ref()), dec("100000"));
}

#[tokio::test]
async fn taking_an_allocation_back_today_does_not_change_what_was_known_before() {
    let mut server = Server::new().await;
    let mut books = Books::new("acme", 1);
    let world = &mut server.world;
    let item = books.invoice(world, on(1, 1), &[(on(1, 31), "100")]).await;
    let payment = books.payment(world, on(2, 1), "60").await;
    let used = books.allocate(world, (payment, item), on(2, 1), "60").await;
    let before = world.sales.head().await.unwrap().recorded_at;
    books.deallocate(world, used, on(2, 1)).await;
    let mut outstanding = Vec::new();
    for known in [None, Some(before)] {
        let request = GetAgeingRequest {
            as_of: wire(on(3, 1)),
            as_known_at_instant: known.map(instant_to_wire),
            ..GetAgeingRequest::default()
        };
        let answer = ageing(&mut server, request).await;
        let found = only(&answer).figures.clone().unwrap();
        let all: Decimal = amounts(&found.debits).iter().sum();
        outstanding.push((all, some(found.unallocated.as_ref())));
    }
    // What was recorded at that very instant was known.
    let wanted = [("100", "-60"), ("40", "0")];
    assert_eq!(outstanding, wanted.map(|(a, b)| (dec(a), dec(b))));
}
