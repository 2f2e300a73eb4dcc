//! What must be there before the first order: the terms of payment, and the articles.

use anyhow::Context;
use guanxi_proto::sales::v1::{
    CreateProductRequest, DefinePaymentTermsRequest, DueRule, PaymentPortion,
    PaymentTermsDefinition, ProductDetails,
    payment_terms_service_client::PaymentTermsServiceClient,
    product_service_client::ProductServiceClient,
};

use super::{Done, Loading};
use crate::demo::{
    load::{abreast, bar, finish, further, token},
    retail::{Article, PAYMENT_DAYS},
};

/// How many commands define terms.
pub(super) const TERMS: u64 = 1;

pub(super) async fn load(loading: &Loading<'_>) -> Done {
    let articles = &loading.story.articles;
    let bar = bar("articles", TERMS + articles.len() as u64);
    let defined = terms(loading)
        .await
        .context("define the terms of payment")?;
    bar.inc(TERMS);
    let created = abreast(articles, &bar, async |(code, article)| {
        let created = create(loading, code, article).await;
        Ok((
            created.with_context(|| format!("create article {code}"))?,
            1,
        ))
    })
    .await?;
    finish(&bar)?;
    Ok(further(defined, created))
}

async fn terms(loading: &Loading<'_>) -> Done {
    let id = loading.terms();
    let message = DefinePaymentTermsRequest {
        header: loading.header(id, "define", loading.opening())?,
        payment_terms_id: id.to_string(),
        definition: Some(PaymentTermsDefinition {
            name: format!("{PAYMENT_DAYS} days net"),
            portions: vec![PaymentPortion {
                percent: "100".to_owned(),
                due_rule: DueRule::DaysAfterInvoice.into(),
                count: PAYMENT_DAYS,
            }],
            early_payment: None,
        }),
    };
    let client = PaymentTermsServiceClient::new(loading.caller.sales.clone());
    let call = async |request| client.clone().define_payment_terms(request).await;
    Ok(token(loading.caller.send(message, call).await?.receipt))
}

async fn create(loading: &Loading<'_>, code: &str, article: &Article) -> Done {
    let id = loading.id("article", code);
    let message = CreateProductRequest {
        header: loading.header(id, "create", loading.opening())?,
        product_id: id.to_string(),
        details: Some(ProductDetails {
            sku: loading.ids.article_number(code),
            name: article.name.to_string(),
            unit: "piece".to_owned(),
            ..ProductDetails::default()
        }),
    };
    let client = ProductServiceClient::new(loading.caller.sales.clone());
    let call = async |request| client.clone().create_product(request).await;
    Ok(token(loading.caller.send(message, call).await?.receipt))
}
