//! The operations' page.

use guanxi_runtime::Role;

use super::{Browser, LISTS};
use crate::server::Server;

#[tokio::test]
async fn logs_and_read_models_are_shown_to_those_who_manage() {
    let mut server = Server::new().await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let manager = Browser::of(&server, "acme", Role::Manager);
    let page = manager.get("/operations").await;
    page.shows("funnels")
        .shows("receivables")
        .shows(">active<")
        .shows("Events a second");
    let models = manager.get("/operations/models/export.csv").await;
    let rows: Vec<&str> = models.text().lines().collect();
    // A head; four models that follow one log each, and one that follows all four.
    assert_eq!(rows.len(), 9, "{rows:?}");
    for role in [Role::Agent, Role::Analyst, Role::Importer] {
        let browser = Browser::of(&server, "acme", role);
        let lists = LISTS
            .into_iter()
            .filter(|path| path.contains("/operations"));
        for path in ["/operations", "/operations/now"].into_iter().chain(lists) {
            assert_eq!(browser.get(path).await.status, 403, "{path} as {role:?}");
        }
    }
}

#[tokio::test]
async fn each_tenant_sees_its_own_of_what_was_set_aside() {
    let mut server = Server::new().await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let position = server.world.sales.head().await.unwrap().position.0;
    let client = server.world.client().await;
    let park = "insert into projections.parked (build, log, position, key, state, reason)
                select id, 'sales', $1, 'a key', 'parked', 'cannot be folded'
                  from projections.builds where name = 'funnels' and state = 'active'";
    client.execute(park, &[&position]).await.unwrap();
    let refuse = "insert into log_sales.parked_reactions
                         (name, source, position, event_id, code, reason)
                  select 'copy', 'sales', position, event_id, 'NO_SUCH_CUSTOMER', 'not known here'
                    from log_sales.events where position = $1";
    client.execute(refuse, &[&position]).await.unwrap();

    let own = Browser::of(&server, "acme", Role::Manager);
    let page = own.get("/operations").await;
    page.shows("cannot be folded").shows("NO_SUCH_CUSTOMER");
    let other = Browser::of(&server, "bolt", Role::Manager);
    let page = other.get("/operations").await;
    page.shows("funnels")
        .hides("cannot be folded")
        .hides("NO_SUCH_CUSTOMER");
}
