//! What must be there before the first deal: the pipeline, the products and their prices.

use anyhow::Context;
use guanxi_proto::sales::v1::{
    CreatePipelineRequest, CreatePriceListRequest, CreateProductRequest, PipelineRules,
    PriceListTerms, ProductDetails, QuantityPrice, SetProductPricesRequest, Stage,
    pipeline_service_client::PipelineServiceClient,
    price_list_service_client::PriceListServiceClient,
    product_service_client::ProductServiceClient,
};
use guanxi_runtime::Token;

use super::{Loading, bar, finish, further, token};
use crate::demo::{caller::persist, ids::Ids, wire};

/// The stage in which a deal is opened.
pub(super) const PROSPECTING: &str = "prospecting";
/// The stage in which there are talks.
pub(super) const ENGAGING: &str = "engaging";

/// The one pipeline.
pub(in crate::demo) fn pipeline_id(ids: Ids) -> uuid::Uuid {
    ids.of_thing("pipeline", "sales")
}

/// What was loaded.
pub(super) struct Catalogue {
    pub(super) commands: u64,
    pub(super) last: Option<Token>,
}

pub(super) async fn load(loading: &Loading<'_>) -> anyhow::Result<Catalogue> {
    let products = &loading.company.products;
    let commands = 2 + 2 * products.len() as u64;
    let bar = bar("catalogue", commands);
    let mut last = pipeline(loading).await?;
    last = further(last, price_list(loading).await?);
    bar.inc(2);
    for product in products {
        last = further(last, self::product(loading, product).await?);
        last = further(last, price(loading, product).await?);
        bar.inc(2);
    }
    finish(&bar)?;
    Ok(Catalogue { commands, last })
}

fn stage(key: &str, name: &str, probability: i32) -> Stage {
    Stage {
        key: key.to_owned(),
        name: name.to_owned(),
        probability,
        ..Stage::default()
    }
}

async fn pipeline(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let Loading {
        company,
        ids,
        zone,
        caller,
        ..
    } = loading;
    let id = pipeline_id(*ids);
    let message = CreatePipelineRequest {
        header: Some(wire::header(
            ids.of_command(id, "create"),
            company.first_day,
            8,
            zone,
        )?),
        pipeline_id: id.to_string(),
        rules: Some(PipelineRules {
            name: "Sales".to_owned(),
            stages: vec![
                stage(PROSPECTING, "Prospecting", 10),
                stage(ENGAGING, "Engaging", 40),
            ],
            may_move_back: false,
            may_reopen: false,
        }),
    };
    let client = PipelineServiceClient::new(caller.sales.clone());
    let answer = persist(async || {
        let request = caller.request(message.clone());
        client.clone().create_pipeline(request).await
    });
    Ok(token(answer.await.context("create the pipeline")?.receipt))
}

async fn price_list(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let Loading {
        company,
        ids,
        zone,
        caller,
        ..
    } = loading;
    let id = ids.of_thing("price list", "standard");
    let message = CreatePriceListRequest {
        header: Some(wire::header(
            ids.of_command(id, "create"),
            company.first_day,
            8,
            zone,
        )?),
        price_list_id: id.to_string(),
        currency_code: wire::USD.to_owned(),
        terms: Some(PriceListTerms {
            name: "Standard".to_owned(),
            ..PriceListTerms::default()
        }),
    };
    let client = PriceListServiceClient::new(caller.sales.clone());
    let answer = persist(async || {
        let request = caller.request(message.clone());
        client.clone().create_price_list(request).await
    });
    Ok(token(
        answer.await.context("create the price list")?.receipt,
    ))
}

async fn product(
    loading: &Loading<'_>,
    product: &crate::demo::Product,
) -> anyhow::Result<Option<Token>> {
    let Loading {
        company,
        ids,
        zone,
        caller,
        ..
    } = loading;
    let id = ids.of_thing("product", &product.name);
    let message = CreateProductRequest {
        header: Some(wire::header(
            ids.of_command(id, "create"),
            company.first_day,
            8,
            zone,
        )?),
        product_id: id.to_string(),
        details: Some(ProductDetails {
            sku: ids.article_number(&product.name),
            name: product.name.clone(),
            unit: "piece".to_owned(),
            ..ProductDetails::default()
        }),
    };
    let client = ProductServiceClient::new(caller.sales.clone());
    let answer = persist(async || {
        let request = caller.request(message.clone());
        client.clone().create_product(request).await
    });
    let answer = answer
        .await
        .with_context(|| format!("create the product {}", product.name))?;
    Ok(token(answer.receipt))
}

async fn price(
    loading: &Loading<'_>,
    product: &crate::demo::Product,
) -> anyhow::Result<Option<Token>> {
    let Loading {
        company,
        ids,
        zone,
        caller,
        ..
    } = loading;
    let list = ids.of_thing("price list", "standard");
    let id = ids.of_thing("product", &product.name);
    let message = SetProductPricesRequest {
        header: Some(wire::header(
            ids.of_command(id, "price"),
            company.first_day,
            8,
            zone,
        )?),
        price_list_id: list.to_string(),
        product_id: id.to_string(),
        prices: vec![QuantityPrice {
            unit_price: product.price.to_string(),
            ..QuantityPrice::default()
        }],
    };
    let client = PriceListServiceClient::new(caller.sales.clone());
    let answer = persist(async || {
        let request = caller.request(message.clone());
        client.clone().set_product_prices(request).await
    });
    let answer = answer
        .await
        .with_context(|| format!("price the product {}", product.name))?;
    Ok(token(answer.receipt))
}
