//! The customers.

use std::collections::HashMap;

use anyhow::Context;
use guanxi_proto::customers::v1::{
    Address, AddressKind, CustomerKind, CustomerProfile, RegisterCustomerRequest,
    customer_service_client::CustomerServiceClient,
};
use guanxi_runtime::Token;

use super::{Loading, abreast, bar, finish, further, token};
use crate::demo::{Account, caller::persist, wire};

/// Registers parents first, then the others.
pub(super) async fn load(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let accounts = &loading.company.accounts;
    let owners = owners(loading);
    let bar = bar("customers", accounts.len() as u64);
    let mut furthest = None;
    for parents in [true, false] {
        let some = accounts.iter().filter(|a| a.parent.is_none() == parents);
        let registered = abreast(some, &bar, |account| {
            let owner = owners.get(account.name.as_str()).copied();
            register(loading, account, owner)
        })
        .await?;
        furthest = further(furthest, registered);
    }
    finish(&bar)?;
    Ok(furthest)
}

/// Who looks after a customer: the one with the most deals there, of several the first by name.
fn owners<'a>(loading: &Loading<'a>) -> HashMap<&'a str, &'a str> {
    let mut deals: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    for deal in &loading.company.deals {
        if let (Some(account), Some(agent)) =
            (&deal.account, loading.company.agents.get(&deal.agent))
        {
            let of_agent = deals.entry(account).or_default();
            *of_agent.entry(&agent.login).or_default() += 1;
        }
    }
    deals
        .into_iter()
        .filter_map(|(account, agents)| {
            let most = agents
                .into_iter()
                .max_by_key(|(agent, many)| (*many, std::cmp::Reverse(*agent)));
            most.map(|(agent, _)| (account, agent))
        })
        .collect()
}

async fn register(
    loading: &Loading<'_>,
    account: &Account,
    owner: Option<&str>,
) -> anyhow::Result<(Option<Token>, u64)> {
    let Loading {
        company,
        ids,
        zone,
        caller,
        ..
    } = loading;
    let id = ids.of_thing("customer", &account.name);
    let parent = account.parent.as_deref();
    let parent = parent.map(|parent| ids.of_thing("customer", parent).to_string());
    let addresses = country_code(&account.country).map(|country| Address {
        kind: AddressKind::Main.into(),
        country: country.to_owned(),
        ..Address::default()
    });
    let message = RegisterCustomerRequest {
        header: Some(wire::header(
            ids.of_command(id, "register"),
            company.first_day,
            8,
            zone,
        )?),
        customer_id: id.to_string(),
        profile: Some(CustomerProfile {
            kind: CustomerKind::Company.into(),
            name: account.name.clone(),
            industry: account.sector.clone(),
            employees: Some(account.employees),
            annual_revenue: Some(wire::money(account.revenue, wire::USD)?),
            founded_year: Some(account.founded),
            addresses: addresses.into_iter().collect(),
            parent_id: parent.unwrap_or_default(),
            ..CustomerProfile::default()
        }),
        owner: owner.unwrap_or_default().to_owned(),
        pool_id: String::new(),
    };
    let client = CustomerServiceClient::new(caller.customers.clone());
    let answer = persist(async || {
        let request = caller.request(message.clone());
        client.clone().register_customer(request).await
    });
    let answer = answer
        .await
        .with_context(|| format!("register {}", account.name))?;
    Ok((token(answer.receipt), 1))
}

/// The code of a country that the files name; addresses want codes.
fn country_code(name: &str) -> Option<&'static str> {
    Some(match name {
        "Belgium" => "BE",
        "Brazil" => "BR",
        "China" => "CN",
        "Germany" => "DE",
        "Italy" => "IT",
        "Japan" => "JP",
        "Jordan" => "JO",
        "Kenya" => "KE",
        "Korea" => "KR",
        "Norway" => "NO",
        "Panama" => "PA",
        "Philippines" => "PH",
        "Poland" => "PL",
        "Romania" => "RO",
        "United States" => "US",
        _ => return None,
    })
}
