//! An account of each tenant with something for every view.

use guanxi_events::sales::{BOOK_RATES, ExchangeRateSet, ExchangeRatesEvent, exchange_rates_id};
use iso_currency::Currency;
use jiff::civil::{Date, date};

use crate::{
    analysts::tenant,
    books::{Books, dec},
    past::midnight,
    world::World,
};

/// Days of 2024.
pub(crate) fn on(month: i8, day: i8) -> Date {
    date(2024, month, day)
}

/// A rate of a US dollar in euro.
pub(crate) async fn set_rate(world: &mut World, name: &str, day: Date, rate: &str) {
    let set = ExchangeRateSet {
        source: BOOK_RATES.into(),
        from: Currency::USD,
        to: Currency::EUR,
        on: day,
        rate: dec(rate),
    };
    let id = exchange_rates_id(BOOK_RATES, Currency::USD);
    world
        .append::<ExchangeRatesEvent>(&tenant(name), id, set, midnight(day))
        .await;
}

/// Two invoices, one in dollars; a payment that is used in part, one that bounces, a credit note, a
/// bad debt of which a part is recovered.
pub(crate) async fn write(world: &mut World, name: &str) -> Books {
    set_rate(world, name, on(1, 1), "0.9").await;
    let mut books = Books::new(name, 1);
    books
        .called(world, &format!("customer of {name}"), Some("ann"))
        .await;
    let parts = [(on(1, 31), "600"), (on(2, 29), "400")];
    let first = books.invoice(world, on(1, 10), &parts).await;
    let payment = books.payment(world, on(1, 20), "250").await;
    books
        .allocate(world, (payment, first), on(1, 20), "200")
        .await;
    let bounced = books.payment(world, on(2, 1), "70").await;
    books.bounce(world, bounced, on(2, 3)).await;
    books.credit_note(world, on(2, 5), "30").await;
    let write_off = books.write_off(world, first, on(3, 1), "100").await;
    books
        .recover(world, (write_off, first), on(3, 20), "40")
        .await;
    (books.currency, books.rate) = (Currency::USD, Some(dec("0.9")));
    books.invoice(world, on(2, 1), &[(on(3, 1), "1000")]).await;
    set_rate(world, name, on(6, 1), "0.8").await;
    books
}
