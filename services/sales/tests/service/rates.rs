//! Exchange rates over gRPC (S-30).

use guanxi_proto::{sales::v1 as wire, types::v1::DateRange};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::served::{ANALYST, ANNA, MANAGER, STRANGER, Served, day, header};

fn rate(month: i32, rate: &str) -> wire::ExchangeRate {
    wire::ExchangeRate {
        on: day(2017, month, 1),
        rate: rate.into(),
    }
}

/// Dollars in euros by a source.
fn set(source: &str, rate: wire::ExchangeRate) -> wire::SetExchangeRateRequest {
    wire::SetExchangeRateRequest {
        header: header(),
        source: source.into(),
        from_currency_code: "USD".into(),
        to_currency_code: "EUR".into(),
        rate: Some(rate),
    }
}

async fn known(sales: &Served) {
    for (source, rate) in [
        ("book", rate(1, "0.95")),
        ("", rate(3, "0.94")),
        ("ecb", rate(2, "0.9297880055")),
        // January's was wrong.
        ("book", rate(1, "0.951")),
    ] {
        sales
            .exchange_rates()
            .set_exchange_rate(sales.by(MANAGER, set(source, rate)))
            .await
            .unwrap();
    }
}

async fn on(
    sales: &Served,
    source: &str,
    month: i32,
    day_of_month: i32,
) -> Result<wire::ExchangeRate, Status> {
    let get = wire::GetExchangeRateRequest {
        source: source.into(),
        from_currency_code: "USD".into(),
        to_currency_code: "EUR".into(),
        on: day(2017, month, day_of_month),
    };
    let got = sales
        .exchange_rates()
        .get_exchange_rate(sales.by(ANNA, get))
        .await?;
    Ok(got.into_inner().rate.unwrap())
}

fn list(days: Option<DateRange>) -> wire::ListExchangeRatesRequest {
    wire::ListExchangeRatesRequest {
        source: String::new(),
        from_currency_code: "USD".into(),
        to_currency_code: "EUR".into(),
        days,
    }
}

#[tokio::test]
async fn the_rate_of_a_day_is_the_latest_one_of_its_source_that_was_not_replaced() {
    let sales = Served::start().await;
    known(&sales).await;
    assert_eq!(on(&sales, "", 1, 1).await.unwrap(), rate(1, "0.951"));
    assert_eq!(on(&sales, "book", 2, 28).await.unwrap(), rate(1, "0.951"));
    assert_eq!(on(&sales, "book", 3, 1).await.unwrap(), rate(3, "0.94"));
    assert_eq!(
        on(&sales, "ecb", 12, 31).await.unwrap(),
        rate(2, "0.9297880055")
    );
    let before = on(&sales, "ecb", 1, 31).await.unwrap_err();
    assert_eq!(before.code(), Code::NotFound);
    assert_eq!(before.message(), "there is no rate of USD in EUR by ecb");
    let info = before.get_details_error_info().unwrap();
    assert_eq!(info.metadata["on"], "2017-01-31");
}

#[tokio::test]
async fn the_rates_of_a_pair_are_listed_the_latest_first() {
    let sales = Served::start().await;
    known(&sales).await;
    let mut client = sales.exchange_rates();
    let listed = client
        .list_exchange_rates(sales.by(ANALYST, list(None)))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.rates, [rate(3, "0.94"), rate(1, "0.951")]);
    assert_eq!(listed.version, 3);
    let until_february = DateRange {
        first: None,
        last: day(2017, 2, 28),
    };
    let earlier = client
        .list_exchange_rates(sales.by(ANALYST, list(Some(until_february))))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(earlier.rates, [rate(1, "0.951")]);
    let foreign = client.list_exchange_rates(sales.by(STRANGER, list(None)));
    assert_eq!(foreign.await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_rate_in_itself_and_one_by_an_agent_are_refused() {
    let sales = Served::start().await;
    let mut client = sales.exchange_rates();
    let mut itself = set("", rate(1, "1"));
    itself.to_currency_code = "USD".into();
    let refused = client.set_exchange_rate(sales.by(MANAGER, itself)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "to_currency_code");
    let by_agent = client.set_exchange_rate(sales.by(ANNA, set("", rate(1, "1"))));
    assert_eq!(by_agent.await.unwrap_err().code(), Code::PermissionDenied);
}
