//! The pages about points: where they are, what they come to, and a member's statement.

use guanxi_runtime::Role;

use super::Browser;
use crate::{points_accounts, server::Server};

async fn with_points() -> (Server, Browser) {
    let mut server = Server::new().await;
    points_accounts::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    (server, browser)
}

/// An amount as a key figure shows it.
fn money(currency: &str, number: &str) -> String {
    format!("<span class=\"currency\">{currency}</span> {number}")
}

#[tokio::test]
async fn programs_show_where_their_points_are_and_what_they_come_to() {
    let (_server, browser) = with_points().await;
    let page = browser.get("/points?as_of=2024-03-15").await;
    // Ben has 6 active points and 33 pending ones, at a cent each; Cai 7 at 1.5 yen.
    page.shows("club of acme")
        .shows("shop of acme")
        .shows(&money("EUR", "0.39"))
        .shows(&money("JPY", "11"))
        .shows("Balances add up")
        .shows("<span class=\"mark good\">Yes</span>")
        .shows("\"name\":\"Taken back\"")
        .hides("please report this");
    let members = browser.get(&page.link("club of acme")).await;
    members
        .shows("acme customer 1")
        .shows("MB-000001")
        .hides("shop of acme");
}

#[tokio::test]
async fn points_expire_in_their_month_and_lead_to_whose_they_are() {
    let (_server, browser) = with_points().await;
    // Of Ben's, 6 expire in April; what Ann has until July was taken back.
    let page = browser.get("/points?as_of=2024-03-15&within=90").await;
    page.shows("Expiring by month").shows("\"Apr 2024\"");
    let early = browser
        .get("/points/months?as_of=2024-02-15&within=365")
        .await;
    // In February Ann still had 50.5 points, and Ben his ten.
    early
        .shows("Apr 2024")
        .shows("Jul 2024")
        .shows("50.5")
        .shows("60.5");
    let until_july = browser.get(&early.link("60.5")).await;
    until_july.shows("acme customer 1").shows("50.5");
    let until_april = browser.get(&early.link("10")).await;
    until_april.hides("50.5").shows("MB-000002");
    // Nothing has been known before it was recorded.
    let page = browser
        .get("/points?as_of=2024-03-15&as_known_at=2023-12-31")
        .await;
    page.shows("Nobody has had points by this day.");
}

#[tokio::test]
async fn every_line_of_a_members_statement_explains_itself() {
    let (_server, mut browser) = with_points().await;
    let list = browser.get("/points/members?as_of=2024-03-15").await;
    let member = browser.get(&list.link("acme customer 1")).await;
    member
        .shows("<h1>acme customer 1</h1>")
        .shows("Purchase · receipt of acme · harbour")
        .shows("program: version 1 · earning rules: version 3 · gold × 1.5 · spend +70.5")
        .shows("#1 +70.5")
        .shows("#1 −20")
        .shows("Opening balance")
        .shows("Closing balance")
        .shows("Used for what was owed")
        .shows("Statement of tier points")
        .shows("Tier: gold");
    let before = browser
        .get(&format!(
            "/points/statement?member_id={}&to=2024-01-31",
            points_accounts::ANN
        ))
        .await;
    before.shows("70.5").hides("−20");
    let lots = format!("/points/lots?member_id={}&state=", points_accounts::BEN);
    let pending = browser.get(&format!("{lots}pending")).await;
    pending.shows("history of acme").hides("Adjustment");
    browser.language = "zh";
    let member = browser.get(&list.link("acme customer 1")).await;
    member
        .shows("积分明细")
        .shows("消费 · receipt of acme · harbour")
        .shows("抵扣负积分");
}
