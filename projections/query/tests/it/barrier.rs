//! Every view shows a login its own tenant's rows, and functions of the caller no others.

use tokio_postgres::Client;

use crate::analysts::Analysts;

/// The rows of a view, as text.
async fn rows(client: &Client, view: &str) -> Vec<String> {
    let sql = format!("select v::text from analytics.{view} v");
    let rows = client.query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_view_is_closed_to_others_and_has_the_barrier() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let superuser = analysts.world.database.connect().await.unwrap();
    let views = superuser
        .query(
            "select c.relname::text, coalesce(c.reloptions, '{}') && '{security_barrier=true}'
               from pg_class c
              where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v'",
            &[],
        )
        .await
        .unwrap();
    let views: Vec<(String, bool)> = views.iter().map(|row| (row.get(0), row.get(1))).collect();
    let names: Vec<&str> = views.iter().map(|(view, _)| view.as_str()).collect();
    assert!(names.contains(&"funnel_conversion") && names.contains(&"funnel_cohorts"));
    for (view, barrier) in &views {
        assert!(barrier, "{view}");
        let seen = rows(&acme, view).await;
        assert!(!seen.is_empty(), "{view}");
        // Names of people's teams, of pipelines and of deals tell whose they are.
        assert!(
            !seen.iter().any(|row| row.contains("bolt")),
            "{view}: {seen:?}"
        );
        // To a login that stands for no tenant a view without a filter would show everything.
        assert_eq!(rows(&superuser, view).await, [""; 0], "{view}");
    }
}

/// Whether a function that tells what it is given was shown a row of another tenant.
async fn told_of_others(client: &Client, view: &str, column: &str) -> bool {
    // Every road on which the planner would ask for the tenant first is closed.
    let sql = format!(
        "set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off;
         select count(*) from analytics.{view} where public.tell({column})"
    );
    match client.batch_execute(&sql).await {
        Ok(()) => false,
        Err(error) => error
            .as_db_error()
            .is_some_and(|db| db.message().contains("seen: ")),
    }
}

#[tokio::test]
async fn a_leaky_function_is_shown_no_row_of_another_tenant() {
    let analysts = Analysts::new().await;
    let superuser = analysts.world.database.connect().await.unwrap();
    // Analysts cannot make one, but an administrator might have left one lying about.
    superuser
        .batch_execute(
            "create function public.tell(seen text) returns boolean language plpgsql cost 0.0000001
             as $$ begin
                 if seen like '%bolt%' then raise exception 'seen: %', seen; end if;
                 return true;
             end $$;
             grant usage on schema public to public;",
        )
        .await
        .unwrap();
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    for (view, column) in [
        ("opportunities", "title"),
        ("funnel_conversion", "pipeline"),
        ("funnel_cohorts", "team"),
        ("receivables_open_items", "customer"),
        ("receivables_aging", "customer"),
        ("receivables_entries", "customer"),
        ("invoices", "customer"),
        ("payments", "customer"),
        ("bad_debts", "customer"),
        ("points_balances", "customer"),
        ("points_ledger", "reference"),
        ("points_lots", "reference"),
        ("points_liability", "program"),
    ] {
        assert!(!told_of_others(&acme, view, column).await, "{view}");
    }
    // Without the barrier it would have been told: the test can fail.
    superuser
        .batch_execute("alter view analytics.opportunities reset (security_barrier)")
        .await
        .unwrap();
    assert!(told_of_others(&acme, "opportunities", "title").await);
}

#[tokio::test]
async fn statistics_of_the_tables_beneath_are_hidden() {
    let analysts = Analysts::new().await;
    let superuser = analysts.world.database.connect().await.unwrap();
    superuser.batch_execute("analyze").await.unwrap();
    let sql = "select count(*) from pg_stats where schemaname !~ '^(pg_|information_schema)'";
    let known: i64 = superuser.query_one(sql, &[]).await.unwrap().get(0);
    assert!(known > 0);
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    assert_eq!(acme.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 0);
}
