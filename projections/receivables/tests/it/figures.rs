//! Figures that can be checked by hand.

use guanxi_events::sales::{BOOK_RATES, ExchangeRateSet, ExchangeRatesEvent, exchange_rates_id};
use guanxi_projection::Build;
use guanxi_receivables::queries::{CashFlowQuery, Dates, Flows, Month, Reader};
use iso_currency::Currency;
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;

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

pub(crate) use ask;

pub(crate) fn on(month: i8, day: i8) -> Date {
    date(2024, month, day)
}

impl Books {
    /// What follows happens, and is recorded, on that day.
    pub(crate) fn day(&mut self, day: Date) {
        self.at = midnight(day) + 12.hours();
    }
}

/// Two invoices, three payments of which one bounces, and a credit note.
pub(crate) async fn a_quarter() -> (World, Build, Books) {
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
