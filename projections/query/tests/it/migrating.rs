//! A migration while workers switch.

use std::{sync::Arc, time::Duration};

use guanxi_harness::eventually;
use guanxi_projection::Registry;
use tokio_postgres::Client;

use crate::{analysts::Analysts, upgrade::Earlier};

/// A view that reads nothing else of the analysts' schemas: a switch then waits for no lock that the
/// migration happens to hold on what most views read.
const ALONE: Earlier = Earlier {
    views: "create or replace view analytics.stages as select stage from {schema}.opportunities",
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until someone in this database waits for a lock of which `which` holds in `pg_locks`.
async fn waited_for(client: &Client, which: &str) {
    let sql = format!(
        "select from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and not l.granted and {which}"
    );
    eventually(PATIENCE, async || {
        let waiting = client.query(&sql, &[]).await.unwrap();
        (!waiting.is_empty()).then_some(()).ok_or(which)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_migration_leaves_no_views_on_a_build_that_is_left_meanwhile() {
    let analysts = Analysts::of(Analysts::told().await).await;
    let old = analysts.world.build_of(Arc::new(ALONE), 100).await.schema;
    let mut superuser = analysts.world.database.connect().await.unwrap();
    let looking = analysts.world.database.connect().await.unwrap();
    // The migration stops here once it knows which build is active, before it touches a view.
    let held = superuser.transaction().await.unwrap();
    held.batch_execute(&format!(
        "lock table {old}.opportunities in access exclusive mode"
    ))
    .await
    .unwrap();
    let migration = analysts.set_up_for(Registry::new().with(ALONE));
    let meanwhile = async {
        let relation = format!("l.relation = '{old}.opportunities'::regclass");
        waited_for(&looking, &relation).await;
        let mut building = std::pin::pin!(analysts.world.build_of(Arc::new(ALONE), 100));
        let built = tokio::select! {
            build = &mut building => Some(build),
            () = waited_for(&looking, "l.locktype = 'advisory'") => None,
        };
        held.rollback().await.unwrap();
        match built {
            Some(build) => build,
            None => building.await,
        }
    };
    let ((), new) = tokio::join!(migration, meanwhile);
    assert_ne!(new.schema, old);
    assert_eq!(analysts.schema().await, new.schema);
    let sql = "select viewname::text from pg_views
                where schemaname = 'analytics' and definition like '%' || $1 || '.%'";
    let left = looking.query(sql, &[&old]).await.unwrap();
    let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
    assert_eq!(left, [""; 0]);
}
