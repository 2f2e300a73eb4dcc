//! The pages about the service desk: what waits, what came in and went out, and the tickets behind.

use guanxi_runtime::Role;

use super::Browser;
use crate::{server::Server, tickets};

async fn desk() -> (Server, Browser) {
    let mut server = Server::new().await;
    tickets::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Agent);
    (server, browser)
}

#[tokio::test]
async fn the_desk_shows_the_last_days_on_which_something_happened() {
    let (_server, mut browser) = desk().await;
    let page = browser.get("/service").await;
    // Opened on the first of January 2024, resolved on the second: that is the last of thirty days.
    page.shows("name=\"to\" value=\"2024-01-02\"")
        .shows("<option value=\"30\" selected>")
        .shows("\"4 Dec 2023\",")
        .shows("\"2 Jan 2024\"]")
        .hides("\"3 Dec 2023\"")
        .shows("first line of acme")
        .shows("1 h</span>")
        .shows("8 h 20 min")
        .shows("1 answers");
    let other = browser.get("/service?days=7&to=2024-01-01").await;
    other
        .shows("\"26 Dec 2023\",")
        .hides("\"2 Jan 2024\"")
        .hides("8 h 20 min");
    browser.language = "zh";
    browser
        .get("/service?group_by=priority")
        .await
        .shows("服务指标")
        .shows("待处理工单")
        .shows(">中</a>");
}

#[tokio::test]
async fn the_backlog_leads_to_its_tickets_by_group_state_and_age() {
    let (_server, browser) = desk().await;
    let list = browser.get("/service/backlog?group_by=agent").await;
    let anns = browser.get(&list.link("ann")).await;
    anns.shows("TK-000002").hides("TK-000001");
    // It is older than thirty days: the first count of the row leads to all, the last to that age.
    let address = list.link("1");
    assert!(address.contains("state=unresolved"), "{address}");
    let page = browser.get("/service").await;
    let aged = "/service/tickets?state=unresolved&to=";
    let start = page.text().find(aged).unwrap();
    let address = page.text()[start..].split('"').next().unwrap();
    browser
        .get(address)
        .await
        .shows("TK-000002")
        .hides("TK-000001");
    for (narrowed, wanted) in [
        ("agent=%28none%29", "TK-000001"),
        ("state=resolved", "TK-000001"),
        ("kind=question", "TK-000002"),
        ("channel=phone&priority=medium&state=open", "TK-000002"),
        ("targets=missed", "TK-000001"),
    ] {
        let other = match wanted {
            "TK-000001" => "TK-000002",
            _ => "TK-000001",
        };
        let tickets = browser.get(&format!("/service/tickets?{narrowed}")).await;
        tickets.shows(wanted).hides(other);
    }
}

#[tokio::test]
async fn figures_stand_by_whose_work_it_was_and_lead_to_the_tickets() {
    let (_server, browser) = desk().await;
    let days = "from=2024-01-01&to=2024-01-02";
    let list = browser
        .get(&format!("/service/figures?group_by=agent&{days}"))
        .await;
    list.shows("bob").shows("8 h 20 min").shows("0.0%");
    let queues = browser
        .get(&format!("/service/figures?group_by=queue&{days}"))
        .await;
    let tickets = browser.get(&queues.link("first line of acme")).await;
    tickets.shows("TK-000001").hides("TK-000002");
    let volumes = browser.get("/service/volumes").await;
    volumes.shows("1 Jan 2024").shows("2 Jan 2024");
    let opened = browser.get(&volumes.link("2")).await;
    opened.shows("TK-000001").shows("TK-000002");
}
