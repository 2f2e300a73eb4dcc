//! A release whose views show more than the build that is active has.

use std::sync::Arc;

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service};
use guanxi_funnels::Funnels;
use guanxi_projection::{ApplyError, Key, Projection, Write};
use tokio_postgres::Client;

use crate::analysts::Analysts;

/// The model as a release before had it.
pub(crate) struct Earlier {
    pub(crate) views: &'static str,
}

/// With fewer views and columns.
pub(crate) const EARLIER: Earlier = Earlier { views: VIEWS };

/// Those views, each with the number of its columns.
pub(crate) const EARLIER_VIEWS: [(&str, i64); 2] =
    [("opportunities", 3), ("opportunity_history", 4)];

const VIEWS: &str = "
do $views$
declare
    owner  name := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'analytics');
    before text := current_setting('role');
begin
    if owner is null then
        return;
    end if;
    execute format('grant usage on schema {schema} to %I', owner);
    execute format('grant select on {schema}.opportunities, {schema}.history to %I', owner);
    perform set_config('role', owner, true);
    create or replace view analytics.opportunities with (security_barrier) as
    select o.id as opportunity_id, o.status, o.stage
      from {schema}.opportunities o
     where o.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user);
    create or replace view analytics.opportunity_history with (security_barrier) as
    select h.opportunity as opportunity_id, h.valid_from,
           nullif(h.valid_until, 'infinity') as valid_until, h.status
      from {schema}.history h
     where h.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user)
       and h.valid_from < h.valid_until;
    create or replace function analytics.opportunities_on(day date)
    returns setof analytics.opportunity_history
    language sql stable as $body$
        select h.*
          from analytics.opportunity_history h
         where h.valid_from < (day + 1)::timestamp at time zone 'UTC'
           and (h.valid_until >= (day + 1)::timestamp at time zone 'UTC' or h.valid_until is null)
    $body$;
    perform set_config('role', before, true);
end
$views$;
";

impl Projection for Earlier {
    fn name(&self) -> &'static str {
        Funnels.name()
    }

    fn version(&self) -> u32 {
        Funnels.version() - 1
    }

    fn logs(&self) -> &'static [Service] {
        Funnels.logs()
    }

    fn ddl(&self) -> &'static str {
        Funnels.ddl()
    }

    fn indexes(&self) -> &'static str {
        Funnels.indexes()
    }

    fn tables(&self) -> &'static [&'static str] {
        Funnels.tables()
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        Funnels.key(event)
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Funnels.apply(write, events)
    }

    fn views(&self) -> Option<&'static str> {
        Some(self.views)
    }
}

/// The views there are but `settings`, each with the number of its columns.
pub(crate) async fn views(client: &Client) -> Vec<(String, i64)> {
    let sql = "select table_name::text, count(*) from information_schema.columns
                where table_schema = 'analytics' and table_name <> 'settings'
                group by 1 order by 1";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn an_installation_gets_new_views_with_the_build_that_can_fill_them() {
    let world = Analysts::told().await;
    let analysts = Analysts::of(world).await;
    let earlier = analysts.world.build_of(Arc::new(EARLIER), 100).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let before = EARLIER_VIEWS.map(|(view, columns)| (view.to_owned(), columns));
    assert_eq!(views(&acme).await, before);

    // The new release migrates, while what is active is still of the version before.
    analysts.set_up().await;
    assert_eq!(views(&acme).await, before);
    assert_eq!(analysts.schema().await, earlier.schema);

    // Its worker builds the new version, and switches.
    analysts.world.build(100).await;
    let after = views(&acme).await;
    assert!(
        after.contains(&("opportunities".to_owned(), 21)),
        "{after:?}"
    );
    let names: Vec<&str> = after.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"funnel_conversion"), "{names:?}");
    assert!(names.contains(&"funnel_cohorts"), "{names:?}");
    let sql = "select count(*) from analytics.funnel_conversion where entered_count > 0";
    let count: i64 = acme.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(count, 2);
}

#[tokio::test]
async fn views_of_the_same_version_come_with_the_next_migration() {
    let analysts = Analysts::new().await;
    let superuser = analysts.world.database.connect().await.unwrap();
    superuser
        .batch_execute("drop view analytics.funnel_stages")
        .await
        .unwrap();
    analysts.set_up().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select count(*) from analytics.funnel_stages";
    let count: i64 = acme.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(count, 4);
}
