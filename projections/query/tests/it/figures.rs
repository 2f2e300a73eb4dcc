//! What analysts see.

use guanxi_events::sales::OpportunityDetails;
use jiff::{SignedDuration, Timestamp, civil::date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    analysts::{Analysts, PIPELINE, at, tenant},
    deals::{Told, opened},
};

#[tokio::test]
async fn a_plain_sql_client_sees_its_tenants_opportunities() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let rows = acme
        .query(
            "select opportunity_id, status, stage, amount, currency, owner, created_at, closed_at,
                    team, title
               from analytics.opportunities order by opportunity_id",
            &[],
        )
        .await
        .unwrap();
    let statuses: Vec<&str> = rows.iter().map(|row| row.get("status")).collect();
    assert_eq!(statuses, ["open", "open", "won"]);
    let amounts: Vec<Decimal> = rows.iter().map(|row| row.get("amount")).collect();
    assert_eq!(
        amounts,
        ["100.5", "100.5", "90"].map(|text| text.parse().unwrap())
    );
    assert!(
        rows.iter()
            .all(|row| row.get::<_, &str>("title") == "secret of acme")
    );
    assert!(rows.iter().all(|row| row.get::<_, &str>("team") == "acme"));
}

#[tokio::test]
async fn the_funnel_adds_up_and_shows_empty_stages() {
    let analysts = Analysts::new().await;
    let bolt = analysts.log_in(&analysts.bolt).await.unwrap();
    let rows = bolt
        .query(
            "select stage_name, open_count, open_amount, won_count, won_amount
               from analytics.funnel_stages order by ordinal",
            &[],
        )
        .await
        .unwrap();
    let stages: Vec<(&str, i64, Decimal, i64, Decimal)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
        .collect();
    let sum = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(
        stages,
        [
            ("PROSPECTING", 1, sum("100.5"), 0, sum("0")),
            ("ENGAGING", 1, sum("100.5"), 1, sum("90")),
            ("OFFER", 0, sum("0"), 0, sum("0")),
            ("CLOSING", 0, sum("0"), 0, sum("0")),
        ]
    );
}

#[tokio::test]
async fn a_day_in_the_past_ends_where_the_tenant_lives() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let mut on = Vec::new();
    // Won on the 5th of January at 18:00 UTC: in Shanghai that is the 6th.
    for day in [
        date(1969, 12, 31),
        date(1970, 1, 1),
        date(1970, 1, 5),
        date(1970, 1, 6),
    ] {
        let sql = "select count(*), count(*) filter (where status = 'won')
                     from analytics.opportunities_on($1)";
        let row = acme.query_one(sql, &[&day]).await.unwrap();
        on.push((row.get::<_, i64>(0), row.get::<_, i64>(1)));
    }
    assert_eq!(on, [(0, 0), (3, 0), (3, 0), (3, 1)]);
}

#[tokio::test]
async fn stays_have_two_ends() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select stage, extract(epoch from left_at - entered_at)::bigint / 3600
                 from analytics.stage_stays where opportunity_id = '00000000-0000-0000-0000-000000000003'
                order by entered_at";
    let rows = acme.query(sql, &[]).await.unwrap();
    let stays: Vec<(&str, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(stays, [("prospecting", 48), ("engaging", 54)]);
}

#[tokio::test]
async fn a_deal_left_too_long_in_its_stage_is_shown_to_rot() {
    let mut world = Analysts::told().await;
    let fresh = Timestamp::now() - SignedDuration::from_hours(24 * 6);
    let told = Told {
        tenant: tenant("acme"),
        id: Uuid::from_u128(4),
        at: fresh,
        event: opened(PIPELINE, OpportunityDetails::default(), "ann", None, fresh),
    };
    world.tell(&told).await;
    world.build(100).await;
    let analysts = Analysts::of(world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select stage, status, rotting_since from analytics.opportunities
                order by opportunity_id";
    let rows = acme.query(sql, &[]).await.unwrap();
    let found: Vec<(&str, &str, Option<Timestamp>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(
        found,
        [
            ("prospecting", "open", Some(at(7, 12))),
            ("engaging", "open", None),
            ("engaging", "won", None),
            ("prospecting", "open", None),
        ],
        "seven days in the first stage, none in the second"
    );
}

#[tokio::test]
async fn every_view_and_every_column_says_what_it_is() {
    let analysts = Analysts::new().await;
    let client = analysts.world.client().await;
    let silent = client
        .query(
            "select c.relname::text, a.attname::text
               from pg_class c
               join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'analytics'
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              where col_description(c.oid, a.attnum) is null
                 or obj_description(c.oid, 'pg_class') is null",
            &[],
        )
        .await
        .unwrap();
    let silent: Vec<(String, String)> = silent.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(silent, []);
    let sql = "select count(*) from pg_views where schemaname = 'analytics'";
    let views: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(views, 26);
}

#[tokio::test]
async fn the_views_follow_a_rebuild_and_analysts_notice_nothing() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let count = "select count(*) from analytics.opportunities";
    let before: i64 = acme.query_one(count, &[]).await.unwrap().get(0);
    let old = analysts.schema().await;
    analysts.world.build(100).await;
    let new = analysts.schema().await;
    assert_ne!(old, new);
    analysts
        .world
        .client()
        .await
        .batch_execute(&format!("drop schema {old} cascade"))
        .await
        .unwrap();
    let after: i64 = acme.query_one(count, &[]).await.unwrap().get(0);
    assert_eq!((before, after), (3, 3));
}

#[tokio::test]
async fn the_schema_may_be_set_up_again_and_before_anything_is_built() {
    let analysts = Analysts::new().await;
    analysts.set_up().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let count = "select count(*) from analytics.opportunities";
    assert_eq!(
        acme.query_one(count, &[]).await.unwrap().get::<_, i64>(0),
        3
    );
}
