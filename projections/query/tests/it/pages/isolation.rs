//! What belongs to one tenant is on no page of another.

use guanxi_runtime::Role;

use super::{Browser, LISTS, PAGES, export};
use crate::{accounts, points_accounts, server::Server, tickets};

/// What acme knows of itself.
const SECRETS: [&str; 8] = [
    "secret deal",
    "customer of acme",
    "1,000.00",
    "620.00",
    "club of acme",
    "receipt of acme",
    "secret of acme",
    "first line of acme",
];

#[tokio::test]
async fn no_page_list_or_export_shows_another_tenants_deals_customers_or_money() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    points_accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    let at = "2017-01-01T00:00:00Z".parse().unwrap();
    server.open_called(1, "secret deal", at).await;
    server.caught_up().await;
    let own = Browser::of(&server, "acme", Role::Admin);
    let other = Browser::of(&server, "bolt", Role::Admin);
    let mut seen = String::new();
    let exports = LISTS.map(|list| export(list, "csv"));
    let paths = PAGES.into_iter().chain(LISTS);
    let paths = paths.chain(exports.iter().map(String::as_str));
    for path in paths {
        seen.push_str(own.get(path).await.text());
        let page = other.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        for secret in SECRETS {
            page.hides(secret);
        }
    }
    for secret in SECRETS {
        assert!(seen.contains(secret), "its owner sees {secret}");
    }
}
