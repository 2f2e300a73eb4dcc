//! Products and what they cost.

use guanxi_proto::{
    google_type::Date,
    sales::v1::{self as wire, price_list_service_client::PriceListServiceClient},
};
use tonic::{Code, Status, transport::Channel};

use crate::served::{ANNA, MANAGER, Served, dollars, header};

fn price(from_quantity: &str, unit_price: &str) -> wire::QuantityPrice {
    wire::QuantityPrice {
        from_quantity: from_quantity.into(),
        unit_price: unit_price.into(),
        validity: None,
    }
}

async fn list(sales: &Served, client: &mut PriceListServiceClient<Channel>) -> String {
    let create = wire::CreatePriceListRequest {
        header: header(),
        currency_code: "USD".into(),
        terms: Some(wire::PriceListTerms {
            name: "Standard".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let created = client.create_price_list(sales.by(MANAGER, create)).await;
    created.unwrap().into_inner().receipt.unwrap().id
}

async fn costs(
    sales: &Served,
    (list, product): (&str, &str),
    quantity: &str,
) -> Result<wire::GetPriceResponse, Status> {
    let get = wire::GetPriceRequest {
        price_list_id: list.to_owned(),
        product_id: product.to_owned(),
        quantity: quantity.to_owned(),
        date: Some(Date {
            year: 2017,
            month: 6,
            day: 30,
        }),
    };
    let got = sales.price_lists().get_price(sales.by(ANNA, get)).await?;
    Ok(got.into_inner())
}

#[tokio::test]
async fn a_price_is_found_by_quantity() {
    let sales = Served::start().await;
    let product = sales.product("GTX-PRO").await.unwrap().id;
    let mut client = sales.price_lists();
    let list = list(&sales, &mut client).await;
    let set = wire::SetProductPricesRequest {
        header: header(),
        price_list_id: list.clone(),
        product_id: product.clone(),
        prices: vec![price("10", "4500"), price("1", "4821")],
    };
    client
        .set_product_prices(sales.by(MANAGER, set))
        .await
        .unwrap();
    let both = (list.as_str(), product.as_str());
    let one = costs(&sales, both, "9.9999").await.unwrap();
    assert_eq!((one.unit_price, one.list_version), (dollars(4_821), 2));
    let ten = costs(&sales, both, "10").await.unwrap();
    assert_eq!(ten.unit_price, dollars(4_500));
    let none = costs(&sales, both, "0.5").await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound);

    let get = wire::GetPriceListRequest {
        price_list_id: list,
        ..Default::default()
    };
    let got = client.get_price_list(sales.by(ANNA, get)).await.unwrap();
    let read = got.into_inner().price_list.unwrap();
    let breaks: Vec<_> = read.products[0]
        .prices
        .iter()
        .map(|price| price.from_quantity.as_str())
        .collect();
    assert_eq!(breaks, ["1", "10"]);
}

#[tokio::test]
async fn a_list_that_ended_has_no_prices_and_overlapping_ones_are_refused() {
    let sales = Served::start().await;
    let product = sales.product("GTX-PRO").await.unwrap().id;
    let mut client = sales.price_lists();
    let list = list(&sales, &mut client).await;
    let set = |prices| wire::SetProductPricesRequest {
        header: header(),
        price_list_id: list.clone(),
        product_id: product.clone(),
        prices,
    };
    let twice = set(vec![price("1", "4821"), price("1", "4500")]);
    let refused = client.set_product_prices(sales.by(MANAGER, twice)).await;
    assert_eq!(refused.unwrap_err().code(), Code::FailedPrecondition);
    let once = set(vec![price("1", "4821")]);
    client
        .set_product_prices(sales.by(MANAGER, once))
        .await
        .unwrap();
    let change = wire::ChangePriceListRequest {
        header: header(),
        price_list_id: list.clone(),
        terms: Some(wire::PriceListTerms {
            name: "Standard 2016".into(),
            validity: Some(guanxi_proto::types::v1::DateRange {
                first: None,
                last: Some(Date {
                    year: 2016,
                    month: 12,
                    day: 31,
                }),
            }),
            ..Default::default()
        }),
    };
    client
        .change_price_list(sales.by(MANAGER, change))
        .await
        .unwrap();
    let ended = costs(&sales, (&list, &product), "1").await.unwrap_err();
    assert_eq!(ended.code(), Code::NotFound);
}

#[tokio::test]
async fn a_product_is_retired_and_sold_again() {
    let sales = Served::start().await;
    let product = sales.product("GTX-PRO").await.unwrap().id;
    let mut client = sales.products();
    let retire = wire::RetireProductRequest {
        header: header(),
        product_id: product.clone(),
        reason: "end of life".into(),
    };
    client
        .retire_product(sales.by(MANAGER, retire))
        .await
        .unwrap();
    let get = || wire::GetProductRequest {
        product_id: product.clone(),
    };
    let got = client.get_product(sales.by(ANNA, get())).await.unwrap();
    let read = got.into_inner().product.unwrap();
    assert_eq!(read.status(), wire::ProductStatus::Retired);
    let back = wire::ReactivateProductRequest {
        header: header(),
        product_id: product.clone(),
    };
    client
        .reactivate_product(sales.by(MANAGER, back))
        .await
        .unwrap();
    let got = client.get_product(sales.by(ANNA, get())).await.unwrap();
    let read = got.into_inner().product.unwrap();
    assert_eq!(read.status(), wire::ProductStatus::Active);
    assert_eq!(read.version, 3);
}
