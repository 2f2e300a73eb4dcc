//! What pages say, and where their figures lead.

use guanxi_runtime::Role;

use super::{Browser, LISTS, PAGES};
use crate::{accounts, points_accounts, server::Server, tickets};

/// An amount as a key figure shows it.
fn money(currency: &str, number: &str) -> String {
    format!("<span class=\"currency\">{currency}</span> {number}")
}

#[tokio::test]
async fn every_page_and_list_is_there_in_both_languages() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    points_accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let mut browser = Browser::of(&server, "acme", Role::Manager);
    for path in PAGES.into_iter().chain(LISTS) {
        let mut titles = Vec::new();
        for (language, tag) in [("en", "lang=\"en\""), ("zh-CN", "lang=\"zh-Hans\"")] {
            browser.language = language;
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            if page.text().contains("<html") {
                page.shows(tag);
            }
            titles.push(page.text().to_owned());
        }
        assert_ne!(titles[0], titles[1], "{path} is the same in both languages");
    }
}

#[tokio::test]
async fn a_figure_of_the_funnel_leads_to_its_opportunities() {
    let mut server = Server::new().await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.open(2, "2017-02-01T00:00:00Z").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser.get("/funnel").await;
    page.shows("Sales funnel")
        .shows("Hardware of acme")
        .shows("EUR 20.00");
    let list = browser.get(&page.link("2")).await;
    list.shows("deal 1").shows("deal 2").shows("EUR");
    // The slider begins with the month of the first.
    page.shows("data-first=\"2017-01-01\"");
}

#[tokio::test]
async fn a_funnel_of_a_day_shows_and_leads_to_what_stood_then() {
    let mut server = Server::new().await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.open(2, "2017-02-01T00:00:00Z").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let part = browser.get("/funnel/day?as_of=2017-01-15").await;
    part.shows("EUR 10.00").hides("EUR 20.00").hides("<html");
    let list = browser.get(&part.link("PROSPECTING")).await;
    list.shows("deal 1").hides("deal 2").shows("2017-01-15");
}

#[tokio::test]
async fn the_past_of_receivables_is_asked_by_two_dates() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let mut browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser.get("/receivables?as_of=2024-03-31").await;
    // As the RPC tells: 620 in euro, and 1 000 dollars.
    page.shows(&money("EUR", "620.00"))
        .shows(&money("USD", "1,000.00"))
        .shows("customer of acme")
        .shows("The items add up to the control account.");
    let before = browser
        .get("/receivables?as_of=2024-03-31&as_known_at=2024-01-31")
        .await;
    before.shows("Nothing is outstanding").hides("620.00");
    browser.language = "zh";
    let page = browser.get("/receivables?as_of=2024-03-31").await;
    page.shows("应收账款")
        .shows("账龄")
        .shows("回款计划")
        .shows(&money("EUR", "620.00"));
}

#[tokio::test]
async fn a_customer_is_reached_from_the_ageing_and_shows_items_and_statement() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Agent);
    let page = browser.get("/receivables?as_of=2024-03-31").await;
    let customer = browser.get(&page.link("customer of acme")).await;
    customer
        .shows("<h1>customer of acme</h1>")
        .shows("Instalment")
        .shows("Closing balance")
        .shows("Received (taken back)")
        .hides("Unknown customer");
}

#[tokio::test]
async fn a_long_list_goes_on_where_it_ended() {
    let mut server = Server::new().await;
    for n in 1..=60 {
        server
            .open(n, &format!("2017-01-01T00:{:02}:00Z", n - 1))
            .await;
    }
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let first = browser.get("/funnel/opportunities").await;
    first.shows("deal 60").hides("deal 10<");
    let next = browser.get(&first.link("Next page")).await;
    next.shows("deal 10<").shows("deal 1<").hides("deal 60");
    next.hides("Next page").shows("First page");
}

#[tokio::test]
async fn the_overview_leads_to_what_a_person_may_see() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let analyst = Browser::of(&server, "acme", Role::Analyst).get("/").await;
    analyst
        .shows("href=\"/funnel\"")
        .shows("href=\"/receivables\"")
        .shows("EUR 10.00")
        .hides("/operations");
    let manager = Browser::of(&server, "acme", Role::Manager).get("/").await;
    manager.shows("href=\"/operations\"");
}

#[tokio::test]
async fn language_and_theme_are_kept_and_lead_back_to_the_page() {
    let server = Server::new().await;
    let mut browser = Browser::of(&server, "acme", Role::Analyst);
    browser
        .get("/funnel")
        .await
        .shows("lang=\"en\" data-theme=\"auto\"");
    let form = "back=%2Ffunnel%3Fas_of%3D2017-06-30&language=zh";
    let answer = browser.post("/preferences", form).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), Some("/funnel?as_of=2017-06-30"));
    browser
        .post("/preferences", "back=%2F%2Fevil&theme=dark")
        .await;
    let page = browser.get("/funnel").await;
    page.shows("lang=\"zh-Hans\" data-theme=\"dark\"")
        .shows("销售漏斗");
}
