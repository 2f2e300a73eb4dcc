//! What waits for a person, and the figures of days on the overview.

use guanxi_events::service::{Channel, TicketKind};
use guanxi_runtime::Role;
use jiff::Timestamp;
use uuid::Uuid;

use super::Browser;
use crate::{
    accounts,
    analysts::tenant,
    desk::{details, opened, queue},
    points_accounts,
    server::Server,
    tickets,
};

#[tokio::test]
async fn people_see_what_waits_for_them_and_managers_what_waits_for_others() {
    let mut server = Server::new().await;
    tickets::write(&mut server.world, "acme").await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let mut ann = Browser::of(&server, "acme", Role::Agent);
    let page = ann.get("/work").await;
    page.shows("My work")
        .shows("secret of acme")
        .shows("TK-000002")
        .shows("1 overdue")
        .shows("<span class=\"mark bad\">Overdue</span>")
        .hides("Approvals")
        .hides("name=\"person\"");
    let late = ann.get("/work/items?late=true").await;
    late.shows("TK-000002").shows("Medium");
    let tickets = ann.get(&late.link("secret of acme")).await;
    tickets.shows("TK-000002").hides("TK-000001");
    let none = ann.get("/work/items?part=opportunities&late=true").await;
    none.shows("Nothing to show.");
    assert_eq!(ann.get("/work?person=bob").await.status, 403);
    let manager = Browser::of(&server, "acme", Role::Manager);
    let bobs = manager.get("/work?person=bob").await;
    bobs.shows("Work of bob")
        .shows("Nothing waits.")
        .shows("Approvals")
        .shows("value=\"bob\"");
    ann.language = "zh";
    ann.get("/work").await.shows("我的工作台").shows("1 项逾期");
}

#[tokio::test]
async fn the_overview_has_the_figures_of_today_and_of_thirty_days() {
    let mut server = Server::new().await;
    let now = Timestamp::now();
    let facts = details(TicketKind::Repair, Channel::Phone);
    server
        .world
        .append_numbered::<guanxi_events::service::TicketEvent>(
            &tenant("acme"),
            Uuid::from_u128(1),
            opened(now, queue(1), facts),
            now,
            &["TK"],
        )
        .await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Agent);
    let page = browser.get("/").await;
    page.shows("The last 30 days")
        .shows("Tickets opened")
        .shows("Today: 1")
        .shows("\"name\":\"Tickets opened\"");
    let days = browser.get("/days?figure=tickets_opened").await;
    days.shows("Tickets opened").shows("Repair");
    let other = Browser::of(&server, "bolt", Role::Agent).get("/").await;
    other.hides("Today: 1");
}

#[tokio::test]
async fn days_show_every_service_with_what_it_is_told_apart_by() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    points_accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let days = "/days?from=2024-01-01&to=2024-03-31";
    let page = browser.get(days).await;
    page.shows("Received")
        .shows("250.00")
        .shows("Complaint")
        .shows("club of acme")
        .shows("70.5");
    let only = browser.get(&page.link("Received")).await;
    only.shows("250.00")
        .hides("Complaint")
        .hides("club of acme");
    let bobs = browser.get(&format!("{days}&owner=bob")).await;
    bobs.shows("Tickets resolved").hides("250.00");
}
