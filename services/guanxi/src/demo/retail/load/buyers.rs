//! The customers.

use anyhow::Context;
use guanxi_proto::customers::v1::{
    Address, AddressKind, CustomerKind, CustomerProfile, RegisterCustomerRequest,
    customer_service_client::CustomerServiceClient,
};

use super::{Done, Loading, customer};
use crate::demo::{
    load::{abreast, bar, finish, token},
    retail::{Buyer, CASH},
};

/// Registers all of them.
pub(super) async fn load(loading: &Loading<'_>) -> Done {
    let buyers = &loading.story.buyers;
    let bar = bar("customers", buyers.len() as u64);
    let registered = abreast(buyers, &bar, async |(key, buyer)| {
        let registered = register(loading, key, buyer).await;
        Ok((registered.with_context(|| format!("register {key}"))?, 1))
    })
    .await?;
    finish(&bar)?;
    Ok(registered)
}

async fn register(loading: &Loading<'_>, key: &str, buyer: &Buyer) -> Done {
    let id = customer(loading.ids, key);
    let addresses = country_code(&buyer.country).map(|country| Address {
        kind: AddressKind::Main.into(),
        country: country.to_owned(),
        ..Address::default()
    });
    let message = RegisterCustomerRequest {
        header: loading.header(id, "register", loading.opening())?,
        customer_id: id.to_string(),
        profile: Some(CustomerProfile {
            kind: CustomerKind::Company.into(),
            name: match key {
                CASH => "Cash sales".to_owned(),
                _ => format!("Customer {key}"),
            },
            addresses: addresses.into_iter().collect(),
            ..CustomerProfile::default()
        }),
        ..RegisterCustomerRequest::default()
    };
    let client = CustomerServiceClient::new(loading.caller.customers.clone());
    let call = async |request| client.clone().register_customer(request).await;
    Ok(token(loading.caller.send(message, call).await?.receipt))
}

/// The code of a country that the file names, where it is one.
fn country_code(name: &str) -> Option<&'static str> {
    Some(match name {
        "Australia" => "AU",
        "Austria" => "AT",
        "Bahrain" => "BH",
        "Belgium" => "BE",
        "Brazil" => "BR",
        "Canada" => "CA",
        "Cyprus" => "CY",
        "Czech Republic" => "CZ",
        "Denmark" => "DK",
        "EIRE" => "IE",
        "Finland" => "FI",
        "France" => "FR",
        "Germany" => "DE",
        "Greece" => "GR",
        "Hong Kong" => "HK",
        "Iceland" => "IS",
        "Israel" => "IL",
        "Italy" => "IT",
        "Japan" => "JP",
        "Lebanon" => "LB",
        "Lithuania" => "LT",
        "Malta" => "MT",
        "Netherlands" => "NL",
        "Norway" => "NO",
        "Poland" => "PL",
        "Portugal" => "PT",
        "RSA" => "ZA",
        "Saudi Arabia" => "SA",
        "Singapore" => "SG",
        "Spain" => "ES",
        "Sweden" => "SE",
        "Switzerland" => "CH",
        "USA" => "US",
        "United Arab Emirates" => "AE",
        "United Kingdom" => "GB",
        _ => return None,
    })
}
