//! What every answer says to a browser, and what no other site can make it do.

use std::io::Read;

use flate2::read::GzDecoder;
use guanxi_runtime::Role;

use super::{Browser, LISTS, PAGES};
use crate::{accounts, points_accounts, server::Server, tickets};

#[tokio::test]
async fn every_answer_forbids_what_could_be_smuggled_in_and_keeps_nothing() {
    let server = Server::new().await;
    let browser = Browser::of(&server, "acme", Role::Manager);
    for path in ["/", "/nothing", "/funnel?as_of=x", "/sign-in"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn no_page_needs_what_the_policy_forbids() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    points_accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Manager);
    for path in PAGES.into_iter().chain(LISTS).chain(["/sign-in"]) {
        let page = browser.get(path).await;
        for script in page.text().split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            let allowed = tag.contains("src=\"/assets/") || tag.contains("application/json");
            assert!(allowed, "{path}: <script{tag}>");
        }
        page.hides(" style=").hides("<style").hides(" onclick=");
        page.hides("javascript:");
    }
}

#[tokio::test]
async fn what_people_wrote_is_text_and_nothing_else() {
    let mut server = Server::new().await;
    let title = "<script>alert('x')</script>\"&";
    let at = "2017-01-01T00:00:00Z".parse().unwrap();
    server.open_called(1, title, at).await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser.get("/funnel/opportunities").await;
    page.hides("<script>alert").shows("&#60;script&#62;alert");
    let page = browser
        .get("/funnel/opportunities?owner=%22%3E%3Cscript%3E")
        .await;
    page.hides("\"><script>");
}

#[tokio::test]
async fn no_other_site_can_send_a_form_of_ours() {
    let server = Server::new().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let form = "tenant=acme&person=eve&role=admin";
    for path in ["/sign-in/development", "/sign-out", "/preferences"] {
        for origin in [Some("https://evil.example"), Some("null"), None] {
            let answer = browser.send("POST", path, form, origin).await;
            assert_eq!(answer.status, 403, "{path} from {origin:?}");
            assert!(answer.header("set-cookie").is_none());
        }
    }
}

#[tokio::test]
async fn style_and_scripts_are_kept_for_ever_under_names_of_their_content() {
    let server = Server::new().await;
    let mut browser = Browser::new(&server);
    let page = browser.get("/sign-in").await;
    let sources = page
        .text()
        .split('"')
        .filter(|part| part.starts_with("/assets/"));
    let sources: Vec<String> = sources.map(str::to_owned).collect();
    assert!(sources.len() >= 4, "{sources:?}");
    for source in sources {
        browser.headers = vec![];
        let plain = browser.get(&source).await;
        assert_eq!(plain.status, 200, "{source}");
        let kept = plain.header("cache-control").unwrap();
        assert!(kept.contains("immutable"), "{kept}");
        browser.headers = vec![("accept-encoding", "gzip".to_owned())];
        let zipped = browser.get(&source).await;
        assert_eq!(zipped.header("content-encoding"), Some("gzip"));
        let mut unzipped = Vec::new();
        let mut decoder = GzDecoder::new(&zipped.body[..]);
        decoder.read_to_end(&mut unzipped).unwrap();
        assert_eq!(unzipped, plain.body);
    }
    assert_eq!(browser.get("/assets/guanxi-0.css").await.status, 404);
}
