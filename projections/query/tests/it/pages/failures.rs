//! Pages that cannot be shown say why, in the language of who asks, and nothing of the inside.

use guanxi_runtime::Role;

use super::{Browser, LISTS, PAGES, export};
use crate::server::Server;

#[tokio::test]
async fn a_bad_parameter_is_named_in_both_languages() {
    let server = Server::new().await;
    let mut browser = Browser::of(&server, "acme", Role::Manager);
    for (path, parameter) in [
        ("/funnel?as_of=2017-02-29", "as_of"),
        ("/funnel?pipeline_id=x", "pipeline_id"),
        ("/funnel/day?as_of=yesterday", "as_of"),
        ("/funnel/opportunities?pipeline_id=x", "pipeline_id"),
        ("/funnel/opportunities?status=maybe", "status"),
        ("/funnel/opportunities?page=x", "page"),
        ("/funnel/opportunities/export.csv?as_of=x", "as_of"),
        ("/funnel/opportunities/export.xlsx?as_of=x", "as_of"),
        ("/receivables?as_known_at=x", "as_known_at"),
        ("/receivables/items?bucket=9", "bucket"),
        ("/receivables/items?bucket=first", "bucket"),
        ("/receivables/items?currency=XXQ", "currency"),
        ("/receivables/items?customer_id=x", "customer_id"),
        ("/receivables/customer", "customer_id"),
        ("/receivables/statement", "customer_id"),
        ("/service?days=31", "days"),
        ("/service?to=x", "to"),
        ("/service?group_by=day", "group_by"),
        ("/service/tickets?state=x", "state"),
        ("/service/tickets?queue_id=x", "queue_id"),
        ("/service/tickets?priority=unspecified", "priority"),
        ("/service/tickets?from=x", "from"),
        ("/service/backlog?group_by=x", "group_by"),
        ("/service/figures?to=x", "to"),
        ("/service/volumes?from=x", "from"),
        ("/work?until=x", "until"),
        ("/work?person=%20not%20a%20person%20", "person"),
        ("/work/items?part=x", "part"),
        ("/days?figure=x", "figure"),
        ("/days?from=2024-02-01&to=2024-01-01", "days"),
        ("/points?within=31", "within"),
        ("/points?as_of=x&within=90", "as_of"),
        ("/points/months?within=x", "within"),
        ("/points/expiring?within=x", "within"),
        ("/points/members?program_id=x", "program_id"),
        ("/points/member", "member_id"),
        ("/points/statement", "member_id"),
        ("/points/lots?state=lost", "state"),
        ("/receivables/plan?from=2024-02-01&to=2024-01-01", "due"),
    ] {
        for (language, says) in [("en", "cannot be used"), ("zh", "以下参数无法使用")] {
            browser.language = language;
            let page = browser.get(path).await;
            assert_eq!(page.status, 400, "{path}: {}", page.text());
            let named = format!("<code>{parameter}</code>");
            assert!(page.text().contains(&named), "{path}: {}", page.text());
            assert!(page.text().contains(says), "{path}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn every_bad_parameter_is_named_at_once() {
    let server = Server::new().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser
        .get("/receivables/items?as_of=x&as_known_at=y&bucket=z")
        .await;
    for parameter in ["as_of", "as_known_at", "bucket"] {
        let named = format!("<code>{parameter}</code>");
        assert!(page.text().contains(&named), "{}", page.text());
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let server = Server::new().await;
    let mut browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser.get("/nothing").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("There is nothing here."));
    browser.language = "zh";
    let page = browser.get("/nothing").await;
    assert!(page.text().contains("这里没有内容"), "{}", page.text());
}

#[tokio::test]
async fn a_token_without_a_role_that_grants_it_sees_no_page() {
    let server = Server::new().await;
    let mut browser = Browser::with(&server, &server.token_of("acme", &[]));
    for path in PAGES.into_iter().chain(LISTS) {
        assert_eq!(browser.get(path).await.status, 403, "{path}");
    }
    for list in LISTS {
        for ending in ["csv", "xlsx"] {
            let answer = browser.get(&export(list, ending)).await;
            assert_eq!(answer.status, 403, "{list}.{ending}");
        }
    }
    browser.language = "zh";
    let page = browser.get("/funnel").await;
    assert!(page.text().contains("您的角色无权查看此页面"));
}

#[tokio::test]
async fn a_model_that_is_not_there_is_told_without_a_word_of_the_inside() {
    let server = Server::new().await;
    let client = server.world.client().await;
    client
        .batch_execute("alter schema projections rename to away")
        .await
        .unwrap();
    // What was seen a second ago is still believed.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let page = browser.get("/funnel").await;
    assert!((500..=503).contains(&page.status), "{}", page.status);
    page.hides("projections")
        .hides("relation")
        .hides("postgres");
    assert!(
        page.text().contains("<code>"),
        "the id of the entry in the log"
    );
}
