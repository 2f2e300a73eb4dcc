//! The worked examples of the ageing, over gRPC.

use guanxi_proto::{
    google_type::{Date, Money},
    query::v1::{
        AgeingGroup, AgeingGrouping, GetAgeingRequest, GetAgeingResponse, GetBadDebtsRequest,
        GetCashFlowRequest, GetControlAccountRequest, GetCustomerStatementRequest,
        GetPlanAgainstReceivedRequest, ListOpenItemsRequest, OpenItemKind,
    },
    types::v1::DateRange,
};
use guanxi_runtime::instant_to_wire;
use jiff::civil;
use rust_decimal::Decimal;

use crate::{
    accounts::{self, on},
    books::{Books, dec},
    server::Server,
};

pub(crate) fn wire(day: civil::Date) -> Option<Date> {
    Some(Date {
        year: day.year().into(),
        month: day.month().into(),
        day: day.day().into(),
    })
}

pub(crate) fn amount(money: &Money) -> Decimal {
    Decimal::from(money.units) + Decimal::new(money.nanos.into(), 9)
}

fn amounts(money: &[Money]) -> Vec<Decimal> {
    money
        .iter()
        .map(|money| amount(money).normalize())
        .collect()
}

fn some(money: Option<&Money>) -> Decimal {
    amount(money.unwrap()).normalize()
}

fn figures(texts: &[&str]) -> Vec<Decimal> {
    texts.iter().map(|text| dec(text).normalize()).collect()
}

async fn ageing(server: &mut Server, request: GetAgeingRequest) -> GetAgeingResponse {
    let request = server.ask(GetAgeingRequest {
        after: vec![server.written().await],
        ..request
    });
    let answer = server.receivables.get_ageing(request).await;
    answer.unwrap().into_inner()
}

async fn as_of(server: &mut Server, day: civil::Date) -> GetAgeingResponse {
    let request = GetAgeingRequest {
        as_of: wire(day),
        ..GetAgeingRequest::default()
    };
    ageing(server, request).await
}

/// The one group, which is the total as well.
fn only(answer: &GetAgeingResponse) -> &AgeingGroup {
    let ([group], [total]) = (&answer.groups[..], &answer.totals[..]) else {
        panic!("{answer:#?}")
    };
    assert_eq!(group.figures, total.figures);
    group
}

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

#[tokio::test]
async fn currencies_stand_apart_and_are_converted_at_the_rate_of_the_day_not_of_today() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let request = GetAgeingRequest {
        as_of: wire(on(4, 30)),
        group_by: AgeingGrouping::Customer.into(),
        ..GetAgeingRequest::default()
    };
    let answer = ageing(&mut server, request.clone()).await;
    let [eur, usd] = &answer.groups[..] else {
        panic!("{answer:#?}")
    };
    assert_eq!(
        (eur.name.as_str(), usd.name.as_str()),
        ("customer of acme", "customer of acme")
    );
    assert_eq!(
        (eur.currency.as_str(), usd.currency.as_str()),
        ("EUR", "USD")
    );
    // 600 - 200 - 100, of which 40 were recovered and paid, 90 days old; 400; unused 50 and 30.
    let open = eur.figures.as_ref().unwrap();
    assert_eq!(
        amounts(&open.debits),
        figures(&["0", "0", "0", "700", "0", "0"])
    );
    assert_eq!(some(open.unallocated.as_ref()), dec("-80"));
    assert_eq!(some(usd.booked.as_ref()), dec("900"));
    let converted = usd.converted.as_ref().unwrap();
    assert_eq!(some(converted.outstanding.as_ref()), dec("900"));
    let total = answer.total_converted.as_ref().unwrap();
    assert_eq!(some(total.outstanding.as_ref()), dec("1520"));

    let request = GetAgeingRequest {
        as_of: wire(on(6, 1)),
        ..request
    };
    let answer = ageing(&mut server, request).await;
    let total = answer.total_converted.as_ref().unwrap();
    assert_eq!(some(total.outstanding.as_ref()), dec("1420"), "at 0.8");
    assert_eq!(some(answer.total_booked.as_ref()), dec("1520"));
    assert!(answer.missing_rates.is_empty());

    let request = GetAgeingRequest {
        as_of: wire(on(4, 30)),
        as_known_at: wire(civil::date(2023, 12, 31)),
        ..GetAgeingRequest::default()
    };
    let answer = ageing(&mut server, request).await;
    assert!(answer.groups.is_empty(), "nothing was known then");
}

#[tokio::test]
async fn without_a_rate_the_converted_column_is_empty_and_the_currency_is_named() {
    let mut server = Server::new().await;
    let mut books = Books::new("acme", 1);
    books.currency = iso_currency::Currency::USD;
    books.rate = Some(dec("2"));
    let world = &mut server.world;
    books.invoice(world, on(1, 1), &[(on(1, 31), "100")]).await;
    let answer = as_of(&mut server, on(3, 1)).await;
    assert_eq!(answer.missing_rates, ["USD"]);
    assert!(answer.total_converted.is_none());
    assert!(only(&answer).converted.is_none());
    assert_eq!(some(answer.total_booked.as_ref()), dec("200"));
}

#[tokio::test]
async fn the_control_account_agrees_with_the_items() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let token = server.written().await;
    let request = server.ask(GetControlAccountRequest {
        after: vec![token],
        as_of: wire(on(4, 30)),
        ..GetControlAccountRequest::default()
    });
    let answer = server.receivables.get_control_account(request).await;
    let answer = answer.unwrap().into_inner();
    assert!(answer.agrees);
    let [eur, usd] = &answer.accounts[..] else {
        panic!("{answer:#?}")
    };
    let figures: Vec<(i32, Decimal)> = eur
        .figures
        .iter()
        .map(|figure| (figure.figure, some(figure.amount.as_ref())))
        .collect();
    // Invoiced, received, credited, written off, recovered; what bounced is gone from the received.
    let wanted = [(1, "1000"), (4, "-290"), (5, "-30"), (8, "-100"), (9, "40")];
    assert_eq!(figures, wanted.map(|(figure, sum)| (figure, dec(sum))));
    assert_eq!(some(eur.balance.as_ref()), dec("620"));
    assert_eq!(some(eur.open.as_ref()), dec("620"));
    assert_eq!(some(usd.open_booked.as_ref()), dec("900"));
}

#[tokio::test]
async fn every_other_question_is_answered_with_the_same_figures() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let after = vec![server.written().await];
    let as_of = wire(on(4, 30));

    let request = server.ask(ListOpenItemsRequest {
        after: after.clone(),
        as_of,
        ..ListOpenItemsRequest::default()
    });
    let items = server.receivables.list_open_items(request).await;
    let items = items.unwrap().into_inner().items;
    let open: Vec<(i32, String, Decimal, i32)> = items
        .iter()
        .map(|item| {
            let open = some(item.open.as_ref());
            (item.kind, item.document_number.clone(), open, item.age_days)
        })
        .collect();
    let row = |kind: OpenItemKind, number: &str, open: &str, age| {
        (i32::from(kind), number.to_owned(), dec(open), age)
    };
    assert_eq!(
        open,
        [
            row(OpenItemKind::Payment, "PY-2024-00001", "-50", 101),
            row(OpenItemKind::Instalment, "IN-000001", "300", 90),
            row(OpenItemKind::CreditNote, "", "-30", 85),
            row(OpenItemKind::Instalment, "IN-000001", "400", 61),
            row(OpenItemKind::Instalment, "IN-000002", "1000", 60),
        ]
    );
    assert!(items.iter().all(|item| item.owner == "ann"));

    let request = server.ask(GetPlanAgainstReceivedRequest {
        after: after.clone(),
        as_of,
        ..GetPlanAgainstReceivedRequest::default()
    });
    let plan = server.receivables.get_plan_against_received(request).await;
    let plan = plan.unwrap().into_inner().months;
    let months: Vec<[Decimal; 4]> = plan
        .iter()
        .map(|month| {
            [
                some(month.due.as_ref()),
                some(month.received.as_ref()),
                some(month.settled_otherwise.as_ref()),
                some(month.open.as_ref()),
            ]
        })
        .collect();
    let row = |texts: [&str; 4]| texts.map(dec);
    assert_eq!(
        months,
        [
            row(["600", "240", "60", "300"]),
            row(["400", "0", "0", "400"]),
            row(["1000", "0", "0", "1000"]),
        ]
    );

    let request = server.ask(GetBadDebtsRequest {
        after: after.clone(),
        as_of,
        ..GetBadDebtsRequest::default()
    });
    let bad_debts = server.receivables.get_bad_debts(request).await;
    let bad_debts = bad_debts.unwrap().into_inner();
    let sums = bad_debts.totals[0].clone();
    assert_eq!(Some(&sums), bad_debts.bad_debts[0].sums.as_ref());
    assert_eq!(some(sums.lost.as_ref()), dec("60"));

    let request = server.ask(GetCashFlowRequest {
        after,
        as_of,
        ..GetCashFlowRequest::default()
    });
    let cash_flow = server.receivables.get_cash_flow(request).await;
    let months = cash_flow.unwrap().into_inner().months;
    assert_eq!(months.len(), 12);
    let last = months[11].currencies[0].figures.clone().unwrap();
    assert_eq!(some(last.outstanding.as_ref()), dec("620"));
    // Within the 90 days before, a credit note of 30 only.
    assert_eq!(last.days_sales_outstanding, "");
    let february = months[9].currencies[0].figures.clone().unwrap();
    assert_eq!(some(february.bounced.as_ref()), dec("70"));
    assert_eq!(some(february.net_flow.as_ref()), dec("0"));
    let march = months[10].total.clone().unwrap();
    // 620 and 900 of what were 1 000, less 30, and 900.
    assert_eq!(some(march.outstanding.as_ref()), dec("1520"));
    assert_eq!(march.days_sales_outstanding, "73.2");
}
