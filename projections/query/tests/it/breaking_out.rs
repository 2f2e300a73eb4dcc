//! Analysts who try to see more than they may.

use guanxi_dashboards::Dashboards;
use guanxi_points::Points;
use guanxi_projection::Projection;
use guanxi_query::analytics::{AnalyticsError, remove_analyst};
use guanxi_receivables::Receivables;
use guanxi_service_figures::Service;
use tokio_postgres::{Client, error::SqlState};

use crate::analysts::Analysts;

/// What Postgres answers to a statement that it refuses.
async fn refused(client: &Client, sql: &str) -> Option<SqlState> {
    // A login may lift its own read-only default; nothing must rest on that.
    client
        .batch_execute("set default_transaction_read_only = off")
        .await
        .unwrap();
    client
        .batch_execute(sql)
        .await
        .err()
        .and_then(|error| error.code().cloned())
}

async fn titles(client: &Client) -> Vec<String> {
    let sql = "select distinct title from analytics.opportunities";
    client
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

#[tokio::test]
async fn each_login_sees_its_own_tenant_and_a_superuser_sees_none() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let bolt = analysts.log_in(&analysts.bolt).await.unwrap();
    assert_eq!(titles(&acme).await, ["secret of acme"]);
    assert_eq!(titles(&bolt).await, ["secret of bolt"]);
    let superuser = analysts.world.database.connect().await.unwrap();
    assert_eq!(titles(&superuser).await, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_but_the_views_can_be_read() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let schema = analysts.schema().await;
    let mut relations: Vec<String> = [
        "opportunities",
        "spans",
        "history",
        "stays",
        "stages_now",
        "course",
    ]
    .map(|table| format!("{schema}.{table}"))
    .to_vec();
    let models = [
        ("receivables", Receivables.tables()),
        ("points", Points.tables()),
        ("dashboards", Dashboards.tables()),
        ("service", Service.tables()),
        ("service", &["history", "facts"]),
    ];
    for (model, tables) in models {
        let schema = analysts.schema_of(model).await;
        relations.extend(tables.iter().map(|table| format!("{schema}.{table}")));
    }
    relations.extend(
        [
            "log_sales.events",
            "log_sales.head",
            "log_customers.events",
            "projections.builds",
            "projections.parked",
            "analytics_access.logins",
            "pg_authid",
            "pg_shadow",
            "pg_largeobject",
            "pg_hba_file_rules",
        ]
        .map(str::to_owned),
    );
    for relation in relations {
        for sql in [
            format!("select * from {relation}"),
            format!("table {relation}"),
            format!("copy {relation} to stdout"),
            format!("select query_to_xml('select * from {relation}', true, true, '')"),
            format!("select table_to_xml('{relation}', true, true, '')"),
            format!("create rule r as on select to {relation} do instead select 1"),
            format!("do $$ declare r record; begin select * into r from {relation}; end $$"),
        ] {
            let code = refused(&acme, &sql).await;
            assert_eq!(code, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
        }
    }
    // Whatever else stands in any schema of ours is closed as well.
    let open = acme
        .query(
            "select c.oid::regclass::text from pg_class c
               join pg_namespace n on n.oid = c.relnamespace
              where n.nspname !~ '^(pg_|information_schema)' and c.relkind in ('r', 'v', 'm', 'p', 'S', 'f')
                and has_schema_privilege(n.oid, 'usage')
                and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))
                and n.nspname <> 'analytics'",
            &[],
        )
        .await
        .unwrap();
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn no_other_role_can_be_taken_on() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let (me, other) = (&analysts.acme, &analysts.bolt);
    let owner = &analysts.roles.owner;
    for sql in [
        format!("set role {other}"),
        format!("set role {owner}"),
        "set role postgres".to_owned(),
        format!("set session authorization {other}"),
        "set session authorization postgres".to_owned(),
        format!("select set_config('role', '{owner}', false)"),
        format!("select set_config('session_authorization', '{other}', false)"),
        format!("grant {owner} to {me}"),
        format!("grant {other} to {me}"),
        format!("alter role {me} superuser"),
        format!("alter role {me} bypassrls"),
        format!("alter role {other} password 'mine'"),
        format!("alter role {other} set search_path = public"),
        format!("alter role {me} connection limit 100"),
        "create role mine superuser".to_owned(),
    ] {
        let code = refused(&acme, &sql).await;
        assert_eq!(code, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
    }
    assert_eq!(titles(&acme).await, ["secret of acme"]);
}

#[tokio::test]
async fn no_setting_and_no_group_role_shows_another_tenant() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let (other, group) = (&analysts.bolt, &analysts.roles.analyst);
    for sql in [
        "set row_security = off".to_owned(),
        "set search_path = analytics_access, public".to_owned(),
        format!("set application_name = '{other}'"),
        format!("set guanxi.tenant = 'bolt'; select set_config('guanxi.login', '{other}', false)"),
        "reset role; reset session authorization".to_owned(),
        "discard all".to_owned(),
        // The group is one that the login may take on; it has no tenant of its own.
        format!("set role {group}"),
    ] {
        acme.batch_execute(&sql).await.unwrap();
        assert_eq!(titles(&acme).await, ["secret of acme"], "{sql}");
    }
}

#[tokio::test]
async fn nothing_can_be_created_changed_or_reached_through_the_server() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let body = "returns boolean language sql as 'select true'";
    for sql in [
        format!("create function public.tell(text) {body}"),
        format!("create function analytics.tell(text) {body}"),
        format!("create function pg_temp.tell(text) {body}"),
        "create table public.mine (x int)".to_owned(),
        "create table analytics.mine (x int)".to_owned(),
        "create temporary table mine (x int)".to_owned(),
        "create schema mine".to_owned(),
        "create view public.mine as select 1 as x".to_owned(),
        "create or replace view analytics.settings as select 'UTC'::text as time_zone".to_owned(),
        "create extension dblink".to_owned(),
        "alter view analytics.opportunities reset (security_barrier)".to_owned(),
        "drop view analytics.opportunities".to_owned(),
        "comment on view analytics.opportunities is 'mine'".to_owned(),
        "insert into analytics_access.logins values ('x', 'bolt', 'UTC')".to_owned(),
        "update analytics_access.logins set tenant = 'bolt'".to_owned(),
        "delete from analytics.settings".to_owned(),
        "copy (select 1) to '/tmp/mine'".to_owned(),
        "copy (select 1) to program 'id'".to_owned(),
        "select pg_read_file('/etc/passwd')".to_owned(),
        "select pg_read_binary_file('PG_VERSION')".to_owned(),
        "select pg_ls_dir('.')".to_owned(),
        "select pg_stat_file('PG_VERSION')".to_owned(),
        "select lo_import('/etc/passwd')".to_owned(),
        "select lo_export(1, '/tmp/mine')".to_owned(),
        "select pg_reload_conf()".to_owned(),
        "set log_statement = 'all'".to_owned(),
    ] {
        let code = refused(&acme, &sql).await;
        assert_eq!(code, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
    }
    // Who may not grant gets a warning only, and grants nothing.
    acme.batch_execute("grant select on analytics.opportunities to public")
        .await
        .unwrap();
    let sql = "select has_table_privilege('public', 'analytics.opportunities', 'select')";
    assert!(!acme.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
    // A view over several tables takes no writes from anyone.
    let code = refused(&acme, "update analytics.opportunities set amount = 0").await;
    assert_eq!(code, Some(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE));
}

#[tokio::test]
async fn a_login_that_exists_is_never_turned_into_an_analyst_of_another_tenant() {
    let analysts = Analysts::new().await;
    let acme = &analysts.acme;
    assert!(
        analysts.create("acme", acme).await.is_ok(),
        "again, with a new password"
    );
    let stolen = analysts.create("bolt", acme).await.unwrap_err();
    assert!(matches!(stolen, AnalyticsError::Taken(_)), "{stolen}");
    let superuser = analysts.create("bolt", "postgres").await.unwrap_err();
    assert!(matches!(superuser, AnalyticsError::Taken(_)), "{superuser}");
    let injected = analysts
        .create("bolt", "x; alter role postgres nologin")
        .await
        .unwrap_err();
    assert!(matches!(injected, AnalyticsError::Name(_)), "{injected}");
}

#[tokio::test]
async fn a_removed_analyst_sees_nothing_from_then_on() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    remove_analyst(&mut analysts.world.client().await, &analysts.acme)
        .await
        .unwrap();
    assert!(
        acme.query("select * from analytics.opportunities", &[])
            .await
            .is_err()
    );
    assert!(analysts.log_in(&analysts.acme).await.is_err());
    let again = remove_analyst(&mut analysts.world.client().await, &analysts.acme).await;
    assert!(matches!(again, Err(AnalyticsError::Taken(_))));
}

#[tokio::test]
async fn a_login_has_only_so_many_connections_and_runs_into_timeouts() {
    let analysts = Analysts::new().await;
    let mut open = Vec::new();
    while let Ok(client) = analysts.log_in(&analysts.acme).await {
        open.push(client);
        assert!(open.len() <= 8, "no end of connections");
    }
    assert_eq!(open.len(), 8);
    let timeout: String = open[0]
        .query_one("show statement_timeout", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(timeout, "2min");
}
