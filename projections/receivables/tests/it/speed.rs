//! A hundred thousand entries: every question is answered within a moment.

use std::time::{Duration, Instant};

use guanxi_events::TenantId;
use guanxi_receivables::queries::{
    AgeingQuery, BadDebtsQuery, CashFlowQuery, ControlQuery, Dates, Filter, GroupBy,
    OpenItemsQuery, PlanQuery, Reader, StatementQuery,
};
use iso_currency::Currency;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::{past::dates, world::World};

/// Far more than any takes on two busy cores, far less than what reads rows one by one would.
const LONGEST: Duration = Duration::from_secs(3);

const LAST: Date = date(2026, 9, 24);

async fn timed<T>(what: &str, question: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let answer = question.await;
    let took = began.elapsed();
    println!("{what}: {took:?}");
    assert!(took < LONGEST, "{what}: {took:?}");
    answer
}

async fn ask(reader: Reader<'_>, when: &str, dates: Dates) {
    let filter = Filter::default();
    let query = OpenItemsQuery {
        dates,
        filter: filter.clone(),
        limits: vec![30, 60, 90, 120],
        buckets: vec![],
        kinds: vec![],
        after: None,
        limit: 1_000,
    };
    let listed = timed(&format!("open items {when}"), reader.open_items(&query)).await;
    assert!(!listed.unwrap().0.is_empty());
    for group_by in [GroupBy::Nothing, GroupBy::Customer, GroupBy::Owner] {
        let query = AgeingQuery {
            dates,
            filter: filter.clone(),
            limits: vec![30, 60, 90, 120],
            group_by,
            after: None,
            limit: 1_000,
        };
        let what = format!("ageing by {group_by:?} {when}");
        let ageing = timed(&what, reader.ageing(&query)).await.unwrap();
        assert!(!ageing.totals.is_empty());
    }
    let query = ControlQuery {
        dates,
        customers: vec![],
        currencies: vec![],
    };
    let what = format!("control account {when}");
    let control = timed(&what, reader.control(&query)).await.unwrap();
    assert!(control.values().all(|account| account.agrees()));
    let query = PlanQuery {
        dates,
        customers: vec![],
        currencies: vec![],
        first: None,
        last: None,
    };
    timed(&format!("plan {when}"), reader.plan(&query))
        .await
        .unwrap();
    let query = CashFlowQuery {
        dates,
        customers: vec![],
        currencies: vec![],
        first_month: date(2025, 10, 1),
        last_month: date(2026, 9, 1),
    };
    timed(&format!("cash flow {when}"), reader.cash_flow(&query))
        .await
        .unwrap();
    let query = BadDebtsQuery {
        dates,
        filter,
        first: None,
        last: None,
        after: None,
        limit: 50,
    };
    timed(&format!("bad debts {when}"), reader.bad_debts(&query))
        .await
        .unwrap();
    let query = StatementQuery {
        dates,
        customer: Uuid::from_u128(7),
        first: None,
        currencies: vec![],
        after: None,
        limit: 1_000,
    };
    let what = format!("statement {when}");
    let statement = timed(&what, reader.statement(&query)).await.unwrap();
    assert!(!statement.movements.is_empty());
}

#[tokio::test]
async fn a_hundred_thousand_entries_are_no_burden() {
    let world = World::new().await;
    let build = world.receivables(100).await;
    let mut client = world.client().await;
    let fill = include_str!("speed/fill.sql").replace("{schema}", &build.schema);
    client.batch_execute(&fill).await.unwrap();
    let sql = format!("select count(*) from {}.entries", build.schema);
    let entries: i64 = client.query_one(&sql, &[]).await.unwrap().get(0);
    assert!(entries >= 100_000, "{entries} entries");
    let transaction = client.transaction().await.unwrap();
    let acme: TenantId = "acme".parse().unwrap();
    let reader = Reader::new(&transaction, &build, &acme, Currency::EUR);
    ask(reader, "today", dates(LAST, None)).await;
    ask(reader, "a year ago", dates(date(2025, 9, 24), None)).await;
    let known = dates(LAST, Some(date(2025, 12, 31)));
    ask(reader, "as known last year", known).await;
}

/// Rows that the transaction has read so far of the model's tables.
async fn rows_read(transaction: &deadpool_postgres::Transaction<'_>, schema: &str) -> i64 {
    let sql =
        "select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint
                 from pg_stat_xact_user_tables where schemaname = $1";
    transaction.query_one(sql, &[&schema]).await.unwrap().get(0)
}

#[tokio::test]
async fn what_is_asked_of_one_customer_reads_that_customers_rows() {
    let world = World::new().await;
    let build = world.receivables(100).await;
    let mut client = world.client().await;
    let fill = include_str!("speed/fill.sql").replace("{schema}", &build.schema);
    client.batch_execute(&fill).await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let acme: TenantId = "acme".parse().unwrap();
    let reader = Reader::new(&transaction, &build, &acme, Currency::EUR);
    let dates = dates(LAST, None);
    let customers = vec![Uuid::from_u128(8)];
    // The account has some 120 entries and 60 postings; the tenant has a thousand such accounts.
    let most = 2_000;
    let mut before = rows_read(&transaction, &build.schema).await;
    let plan = PlanQuery {
        dates,
        customers: customers.clone(),
        currencies: vec![],
        first: None,
        last: None,
    };
    let planned = reader.plan(&plan).await.unwrap();
    assert!(planned.iter().any(|month| !month.planned.is_zero()));
    let mut read = Vec::new();
    let mut step = async |what| {
        let after = rows_read(&transaction, &build.schema).await;
        read.push((what, after - before));
        before = after;
    };
    step("plan").await;
    let flow = CashFlowQuery {
        dates,
        customers: customers.clone(),
        currencies: vec![],
        first_month: date(2025, 10, 1),
        last_month: date(2026, 9, 1),
    };
    reader.cash_flow(&flow).await.unwrap();
    step("cash flow").await;
    let statement = StatementQuery {
        dates,
        customer: customers[0],
        first: None,
        currencies: vec![],
        after: None,
        limit: 1_000,
    };
    reader.statement(&statement).await.unwrap();
    step("statement").await;
    println!("{read:?}");
    assert!(read.iter().all(|(_, rows)| *rows <= most), "{read:?}");
}
