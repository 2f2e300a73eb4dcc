//! Going back to a build of an earlier version: what analysts see then.

use std::{sync::Arc, time::Duration};

use guanxi_funnels::Funnels;
use guanxi_projection::{Build, Projection, go_back};
use tokio_postgres::Client;

use crate::{
    analysts::Analysts,
    upgrade::{EARLIER, EARLIER_VIEWS, views},
};

/// An installation of which a later release built the model anew.
struct Upgraded {
    analysts: Analysts,
    earlier: Build,
    later: Build,
}

impl Upgraded {
    async fn new() -> Self {
        let analysts = Analysts::of(Analysts::told().await).await;
        let earlier = analysts.world.build_of(Arc::new(EARLIER), 100).await;
        let later = analysts.world.build(100).await;
        Self {
            analysts,
            earlier,
            later,
        }
    }

    /// As `guanxi projections back` of the earlier release does; what went wrong, as text.
    async fn back(&self) -> Result<(), String> {
        let projection: Arc<dyn Projection> = Arc::new(EARLIER);
        self.go(&projection, &self.earlier).await
    }

    async fn go(&self, projection: &Arc<dyn Projection>, build: &Build) -> Result<(), String> {
        go_back(projection, &self.analysts.world.pool, build)
            .await
            .map_err(|error| error.to_string())
    }
}

async fn count(client: &Client, from: &str) -> i64 {
    let sql = format!("select count(*) from {from}");
    client.query_one(&sql, &[]).await.unwrap().get(0)
}

/// What every release showed, to a login that sees three opportunities.
async fn assert_shown(analyst: &Client) {
    for from in [
        "analytics.opportunities",
        "analytics.opportunities_on('1970-01-02')",
    ] {
        assert_eq!(count(analyst, from).await, 3, "{from}");
    }
}

#[tokio::test]
async fn the_views_of_the_earlier_version_come_back_and_those_of_the_later_after_them() {
    let upgraded = Upgraded::new().await;
    let analysts = &upgraded.analysts;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let bolt = analysts.log_in(&analysts.bolt).await.unwrap();
    let full = views(&acme).await;

    upgraded.back().await.unwrap();
    assert_eq!(analysts.schema().await, upgraded.earlier.schema);
    // Also those are gone that only the later version has: they would show a model that stands still.
    let fewer = EARLIER_VIEWS.map(|(view, columns)| (view.to_owned(), columns));
    assert_eq!(views(&acme).await, fewer);
    for analyst in [&acme, &bolt] {
        assert_shown(analyst).await;
    }

    // The later release, with what was wrong with it mended.
    let later: Arc<dyn Projection> = Arc::new(Funnels);
    upgraded.go(&later, &upgraded.later).await.unwrap();
    assert_eq!(analysts.schema().await, upgraded.later.schema);
    assert_eq!(views(&acme).await, full);
    for analyst in [&acme, &bolt] {
        assert_shown(analyst).await;
        assert_eq!(count(analyst, "analytics.funnel_stages").await, 4);
    }
}

#[tokio::test]
async fn what_others_built_on_the_views_is_never_dropped() {
    let upgraded = Upgraded::new().await;
    let analysts = &upgraded.analysts;
    let superuser = analysts.world.database.connect().await.unwrap();
    superuser
        .batch_execute(
            "create schema bi;
             create view bi.report as select stage from analytics.funnel_stages;
             create view bi.copy as select status from {later}.opportunities;"
                .replace("{later}", &upgraded.later.schema)
                .as_str(),
        )
        .await
        .unwrap();
    let refused = upgraded.back().await.unwrap_err();
    assert!(refused.contains("bi.report"), "{refused}");
    assert!(!refused.contains("bi.copy"), "{refused}");
    assert_eq!(analysts.schema().await, upgraded.later.schema);
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    assert_eq!(count(&acme, "analytics.funnel_stages").await, 4);

    superuser
        .batch_execute("drop view bi.report")
        .await
        .unwrap();
    upgraded.back().await.unwrap();
    assert_eq!(count(&superuser, "bi.copy").await, 6);
}

#[tokio::test]
async fn nobody_waits_long_for_going_back_while_an_analyst_reads() {
    let upgraded = Upgraded::new().await;
    let analysts = &upgraded.analysts;
    let mut reading = analysts.log_in(&analysts.acme).await.unwrap();
    let long_query = reading.transaction().await.unwrap();
    let sql = "select count(*) from analytics.opportunities";
    long_query.query_one(sql, &[]).await.unwrap();

    let patience = Duration::from_secs(10);
    let refused = tokio::time::timeout(patience, upgraded.back()).await;
    let refused = refused.unwrap().unwrap_err();
    assert!(refused.contains("lock timeout"), "{refused}");
    assert_eq!(analysts.schema().await, upgraded.later.schema);
    let bolt = analysts.log_in(&analysts.bolt).await.unwrap();
    assert_eq!(count(&bolt, "analytics.funnel_stages").await, 4);

    long_query.commit().await.unwrap();
    upgraded.back().await.unwrap();
    assert_shown(&bolt).await;
}
