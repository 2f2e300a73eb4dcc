//! Figures that can be checked by hand.

use guanxi_events::{
    customers::CustomerId,
    sales::{
        BOOK_RATES, ExchangeRateSet, ExchangeRatesEvent, OrderId, PlannedInstalment,
        ReceivablePlanEvent, ReceivablePlanSet,
        account::{Booked, CommitmentSet},
        exchange_rates_id,
    },
};
use guanxi_projection::Build;
use guanxi_receivables::{
    ledger::Figure,
    queries::{
        BadDebtsQuery, CashFlowQuery, Dates, Filter, Flows, Month, PlanQuery, Reader, Statement,
        StatementQuery,
    },
};
use iso_currency::Currency;
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    books::{Books, dec},
    past::{dates, midnight},
    world::World,
};

/// Runs a question in a transaction of its own.
macro_rules! ask {
    ($world:expr, $build:expr, $books:expr, $question:ident($query:expr)) => {{
        let mut client = $world.client().await;
        let transaction = client.transaction().await.unwrap();
        let reader = Reader::new(&transaction, &$build, &$books.tenant, Currency::EUR);
        reader.$question(&$query).await.unwrap()
    }};
}

fn on(month: i8, day: i8) -> Date {
    date(2024, month, day)
}

impl Books {
    /// What follows happens, and is recorded, on that day.
    fn day(&mut self, day: Date) {
        self.at = midnight(day) + 12.hours();
    }
}

/// Two invoices, three payments of which one bounces, and a credit note.
async fn a_quarter() -> (World, Build, Books) {
    let mut world = World::new().await;
    let world_ = &mut world;
    let mut books = Books::new("acme", 1);
    books.day(on(1, 10));
    let first = books
        .invoice(world_, on(1, 10), &[(on(1, 31), "900")])
        .await;
    books.day(on(1, 25));
    books.pay(world_, first, on(1, 25), "300").await;
    books.day(on(2, 5));
    let second = books.invoice(world_, on(2, 5), &[(on(2, 20), "300")]).await;
    books.day(on(2, 10));
    let payment = books.payment(world_, on(2, 10), "400").await;
    let used = books
        .allocate(world_, (payment, first), on(2, 10), "400")
        .await;
    books.day(on(2, 20));
    books.pay(world_, second, on(2, 20), "300").await;
    books.day(on(3, 5));
    books.deallocate(world_, used, on(3, 3)).await;
    books.bounce(world_, payment, on(3, 3)).await;
    books.day(on(3, 15));
    books.credit_note(world_, on(3, 15), "100").await;
    world.record_as_it_happened().await;
    let build = world.receivables(100).await;
    (world, build, books)
}

fn quarter(dates: Dates) -> CashFlowQuery {
    CashFlowQuery {
        dates,
        customers: vec![],
        currencies: vec![],
        first_month: on(1, 1),
        last_month: on(3, 1),
    }
}

fn told(flows: &Flows) -> [Option<Decimal>; 8] {
    [
        Some(flows.received),
        Some(flows.bounced),
        Some(flows.net()),
        Some(flows.outstanding),
        flows.days_sales_outstanding(),
        Some(flows.due),
        Some(flows.collected),
        flows.collection_rate(),
    ]
}

fn figures(texts: [&str; 8]) -> [Option<Decimal>; 8] {
    texts.map(|text| (text != "-").then(|| dec(text)))
}

fn months(months: &[Month]) -> Vec<[Option<Decimal>; 8]> {
    let first = months.iter().map(|month| &month.currencies[0].flows);
    first.map(told).collect()
}

#[tokio::test]
async fn the_cash_flow_of_a_quarter_as_of_a_day_within_the_last_month() {
    let (world, build, books) = a_quarter().await;
    let query = quarter(dates(on(3, 20), None));
    let (found, missing) = ask!(world, build, books, cash_flow(query));
    assert_eq!(
        months(&found),
        [
            // 600 / 900 × 90; 300 of 900 were there by the end of January.
            figures(["300", "0", "300", "600", "60", "900", "300", "0.3333"]),
            // 200 / 1 200 × 90; what came for January's instalment is not February's.
            figures(["700", "0", "700", "200", "15", "300", "300", "1"]),
            // 500 / (1 200 - 100) × 90.
            figures(["0", "400", "-400", "500", "40.9", "0", "0", "-"]),
        ]
    );
    assert!(missing.is_empty());
}

#[tokio::test]
async fn before_it_was_recorded_the_bounced_payment_was_there() {
    let (world, build, books) = a_quarter().await;
    // It bounced on the 3rd, which was recorded on the 5th.
    let query = quarter(dates(on(3, 20), Some(on(3, 4))));
    let (found, _) = ask!(world, build, books, cash_flow(query));
    let march = figures(["0", "0", "0", "200", "15", "0", "0", "-"]);
    assert_eq!(months(&found)[2], march);
    let query = quarter(dates(on(3, 4), None));
    let (found, _) = ask!(world, build, books, cash_flow(query));
    // 600 / 1 200 × 90.
    let march = figures(["0", "400", "-400", "600", "45", "0", "0", "-"]);
    assert_eq!(months(&found)[2], march);
}

async fn set_rate(world: &mut World, books: &Books, day: Date, rate: &str) {
    let set = ExchangeRateSet {
        source: BOOK_RATES.into(),
        from: Currency::USD,
        to: Currency::EUR,
        on: day,
        rate: dec(rate),
    };
    let id = exchange_rates_id(BOOK_RATES, Currency::USD);
    world
        .append::<ExchangeRatesEvent>(&books.tenant, id, set, books.at)
        .await;
}

#[tokio::test]
async fn balances_are_converted_at_the_rate_of_each_months_end_and_flows_as_they_were_booked() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    books.day(on(1, 10));
    (books.currency, books.rate) = (Currency::USD, Some(dec("2")));
    let item = books
        .invoice(&mut world, on(1, 10), &[(on(1, 31), "100")])
        .await;
    books.day(on(2, 10));
    set_rate(&mut world, &books, on(2, 10), "1.5").await;
    books.rate = Some(dec("1.5"));
    books.pay(&mut world, item, on(2, 10), "10").await;
    let build = world.receivables(100).await;
    let query = quarter(dates(on(3, 20), None));
    let (found, missing) = ask!(world, build, books, cash_flow(query));
    let converted: Vec<_> = found.iter().map(|m| m.currencies[0].converted).collect();
    assert_eq!(converted, [None, Some(dec("135")), Some(dec("135"))]);
    assert_eq!(missing.into_iter().collect::<Vec<_>>(), ["USD"]);
    let booked: Vec<_> = found.iter().map(|month| month.total.outstanding).collect();
    // 200, of which the 10 that were worth 20 were paid with 15: 5 were lost.
    assert_eq!(booked, [dec("200"), dec("180"), dec("180")]);
    assert_eq!(found[1].total.received, dec("15"));
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
    books.order = Some(order);
    books.day(on(1, 15));
    let parts = [(on(1, 31), "100"), (on(2, 29), "50")];
    let first = books.invoice(&mut world, on(1, 15), &parts).await;
    books.order = None;
    books.day(on(1, 20));
    books.pay(&mut world, first, on(1, 20), "30").await;
    books.order = Some(order);
    books.day(on(2, 1));
    books.payment(&mut world, on(2, 1), "60").await;
    books.day(on(2, 10));
    let commitment = CommitmentSet {
        order: OrderId(order),
        currency: Currency::EUR,
        rate: None,
        unbilled: Booked {
            amount: dec("80"),
            base: dec("80"),
        },
        credit: None,
        granted: None,
    };
    books.write(&mut world, commitment).await;
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
    let month = |m: &guanxi_receivables::queries::PlanMonth| {
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

fn statement(books: &Books, first: Option<Date>, last: Date) -> StatementQuery {
    StatementQuery {
        dates: dates(last, None),
        customer: books.customer,
        first,
        currencies: vec![],
        after: None,
        limit: 100,
    }
}

fn lines(statement: &Statement) -> Vec<(Date, Figure, bool, Decimal, Decimal)> {
    let lines = statement.movements.iter();
    lines
        .map(|line| {
            (
                line.cursor.on,
                line.figure,
                line.reversal,
                line.amount,
                line.balance,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_statement_goes_from_one_balance_to_the_other() {
    let (world, build, books) = a_quarter().await;
    let query = statement(&books, Some(on(2, 1)), on(3, 20));
    let found = ask!(world, build, books, statement(query));
    let eur = |amount: &str| [("EUR".to_owned(), dec(amount))].into();
    assert_eq!(found.opening, eur("600"));
    assert_eq!(found.closing, eur("500"));
    assert_eq!(
        lines(&found),
        [
            (on(2, 5), Figure::Invoiced, false, dec("300"), dec("900")),
            (on(2, 10), Figure::Received, false, dec("-400"), dec("500")),
            (on(2, 20), Figure::Received, false, dec("-300"), dec("200")),
            (on(3, 3), Figure::Received, true, dec("400"), dec("600")),
            (on(3, 15), Figure::Credited, false, dec("-100"), dec("500")),
        ]
    );
    let numbers: Vec<_> = found
        .movements
        .iter()
        .map(|m| m.document_number.as_deref())
        .collect();
    assert_eq!(
        numbers,
        [
            Some("IN-000002"),
            Some("PY-2024-00002"),
            Some("PY-2024-00003"),
            Some("PY-2024-00002"),
            None,
        ]
    );

    let mut query = statement(&books, None, on(2, 10));
    query.limit = 3;
    let page = ask!(world, build, books, statement(query));
    assert_eq!(page.opening, [].into());
    assert_eq!(page.closing, eur("500"));
    assert_eq!(page.movements.len(), 3);
    query.after = page.movements.last().map(|line| line.cursor);
    let rest = ask!(world, build, books, statement(query));
    assert_eq!(rest.closing, eur("500"));
    let last = (on(2, 10), Figure::Received, false, dec("-400"), dec("500"));
    assert_eq!(lines(&rest), [last]);
}

#[tokio::test]
async fn a_bad_debt_shows_what_was_recovered_of_it_from_then_on() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    books.called(&mut world, "Lost & Found", None).await;
    books.owner = Some("ann");
    let item = books
        .invoice(&mut world, on(1, 1), &[(on(1, 15), "100")])
        .await;
    let write_off = books.write_off(&mut world, item, on(1, 20), "50").await;
    books.write_off(&mut world, item, on(3, 1), "5").await;
    let given_up = (write_off, item);
    books.recover(&mut world, given_up, on(2, 2), "20").await;
    let build = world.receivables(100).await;
    let query = |as_of, first, limit| BadDebtsQuery {
        dates: dates(as_of, None),
        filter: Filter::default(),
        first,
        last: None,
        after: None,
        limit,
    };
    let amounts = |sums: &guanxi_receivables::queries::BadDebtSums| {
        [sums.written_off, sums.taken_back, sums.recovered, sums.lost]
    };
    let row = |texts: [&str; 4]| texts.map(dec);

    let found = ask!(world, build, books, bad_debts(query(on(1, 31), None, 9)));
    assert_eq!(found.bad_debts.len(), 1);
    assert_eq!(
        amounts(&found.bad_debts[0].sums),
        row(["50", "0", "0", "50"])
    );
    let found = ask!(world, build, books, bad_debts(query(on(3, 31), None, 1)));
    let [bad_debt] = &found.bad_debts[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(amounts(&bad_debt.sums), row(["50", "0", "20", "30"]));
    assert_eq!(bad_debt.customer_name.as_deref(), Some("Lost & Found"));
    assert_eq!(bad_debt.document_number.as_deref(), Some("IN-000001"));
    assert_eq!(bad_debt.reason.as_deref(), Some("insolvent"));
    assert_eq!(bad_debt.requested_by.as_deref(), Some("ann"));
    assert_eq!(bad_debt.approved_by.as_deref(), Some("bob"));
    assert_eq!(bad_debt.owner.as_deref(), Some("ann"));
    // The total is of both pages.
    assert_eq!(amounts(&found.totals[0]), row(["55", "0", "20", "35"]));
    let mut next = query(on(3, 31), None, 1);
    next.after = Some(bad_debt.cursor);
    let found = ask!(world, build, books, bad_debts(next));
    assert_eq!(amounts(&found.bad_debts[0].sums), row(["5", "0", "0", "5"]));
    let late = query(on(3, 31), Some(on(2, 1)), 9);
    let found = ask!(world, build, books, bad_debts(late));
    assert_eq!(amounts(&found.totals[0]), row(["5", "0", "0", "5"]));
}

#[tokio::test]
async fn an_event_that_names_what_is_not_there_is_set_aside_and_other_customers_go_on() {
    let mut world = World::new().await;
    let mut bad = Books::new("acme", 1);
    bad.invoice(&mut world, on(1, 1), &[(on(1, 15), "100")])
        .await;
    bad.deallocate(&mut world, 7, on(1, 2)).await;
    bad.payment(&mut world, on(1, 3), "100").await;
    let mut good = Books::new("acme", 2);
    good.invoice(&mut world, on(1, 1), &[(on(1, 15), "20")])
        .await;
    let build = world.receivables(100).await;
    let client = world.client().await;
    let sql = "select coalesce(reason, '') from projections.parked order by position";
    let rows = client.query(sql, &[]).await.unwrap();
    let reasons: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(reasons, ["there is no allocation 7", ""]);
    let sql = format!(
        "select sum(open)::text from {schema}.items",
        schema = build.schema
    );
    let open: String = client.query_one(&sql, &[]).await.unwrap().get(0);
    assert_eq!(open, "120");
}
