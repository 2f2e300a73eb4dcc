//! Signing in and out.

use guanxi_runtime::Role;

use super::Browser;
use crate::server::Server;

#[tokio::test]
async fn whoever_is_not_signed_in_goes_to_sign_in_and_comes_back() {
    let server = Server::new().await;
    let mut browser = Browser::new(&server);
    let answer = browser.get("/funnel?as_of=2017-06-30").await;
    assert_eq!(answer.status, 303);
    let to = answer.header("location").unwrap().to_owned();
    assert_eq!(to, "/sign-in?back=%2Ffunnel%3Fas_of%3D2017-06-30");
    browser
        .get(&to)
        .await
        .shows("value=\"/funnel?as_of=2017-06-30\"");
    let token = server.token_of("acme", &[Role::Analyst]);
    let form = format!("back=%2Ffunnel&token={token}");
    let answer = browser.post("/sign-in", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/funnel"));
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.get("/funnel").await.shows("ann").shows("acme");

    let answer = browser.post("/sign-out", "").await;
    assert_eq!(answer.header("location"), Some("/sign-in"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    assert_eq!(browser.get("/funnel").await.status, 303);
}

#[tokio::test]
async fn a_token_that_is_none_of_ours_is_refused_and_shown_to_nobody() {
    let server = Server::new().await;
    let mut browser = Browser::new(&server);
    let good = server.token_of("acme", &[Role::Analyst]);
    for token in ["nonsense", &format!("{good}x")] {
        let answer = browser
            .post("/sign-in", &format!("token={token}&back="))
            .await;
        assert_eq!(answer.status, 400);
        assert!(answer.header("set-cookie").is_none());
        answer.hides(token);
    }
    let forged = Browser::with(&server, "nonsense");
    assert_eq!(forged.get("/funnel").await.status, 303);
}

#[tokio::test]
async fn in_development_a_name_and_a_role_are_enough() {
    let server = Server::new().await;
    let mut browser = Browser::new(&server);
    browser
        .get("/sign-in")
        .await
        .shows("/sign-in/development")
        .shows("value=\"acme\"");
    let form = "tenant=acme&person=anna&role=manager&back=%2Foperations";
    let answer = browser.post("/sign-in/development", form).await;
    assert_eq!(answer.header("location"), Some("/operations"));
    browser.get("/operations").await.shows("anna");
    for form in [
        "tenant=No+Tenant!&person=anna&role=manager",
        "tenant=acme&person=anna&role=king",
    ] {
        let answer = browser.post("/sign-in/development", form).await;
        assert_eq!(answer.status, 400, "{form}");
        assert!(answer.header("set-cookie").is_none());
    }
}
