//! A verification finds what is not as the log says, and leaves nothing behind.

use guanxi_events::Service;
use guanxi_projection::{RowDifference, verify};
use serde_json::json;
use uuid::Uuid;

use crate::{tallies::Tallies, world::World};

#[tokio::test]
async fn a_live_model_equals_its_rebuilt_self_even_while_events_come() {
    let world = World::new().await;
    world.append_some(30, 1_000).await;
    let worker = world.work(Tallies::default());
    let build = world.caught_up().await;
    let mut last = (0, 0);
    let verifying = verify(world.setup(Tallies::default()), |progress| {
        last = (progress.done, progress.total);
    });
    let (report, ()) = tokio::join!(verifying, world.append_some(30, 500));
    let report = report.unwrap();
    assert!(report.is_equal(), "{report:?}");
    assert_eq!(report.build, build);
    assert_eq!(report.tables.len(), 2);
    assert!(report.tables[0].live_rows > 0);
    assert!(report.positions[0].1.0 >= 1_000);
    assert_eq!(last, (report.positions[0].1.0, report.positions[0].1.0));
    assert_eq!(
        world.count("select count(*) from projections.builds").await,
        1
    );
    let schemas = "select count(*) from pg_namespace where nspname like 'tallies%'";
    assert_eq!(world.count(schemas).await, 1);
    worker.stop().await;
}

#[tokio::test]
async fn a_row_that_was_changed_added_or_removed_by_hand_is_named() {
    let world = World::new().await;
    for n in 1..=30_u128 {
        let data = [json!({"n": 1}), json!({"n": 2})];
        world
            .append(Service::Sales, Uuid::from_u128(n), &data)
            .await;
    }
    let worker = world.work(Tallies::default());
    let build = world.caught_up().await;
    let client = world.pool.get().await.unwrap();
    let (changed, removed, added) = (Uuid::from_u128(3), Uuid::from_u128(9), Uuid::from_u128(77));
    let table = format!("{}.tallies", build.schema);
    for (sql, id) in [
        (
            format!("update {table} set total = 4 where id = $1"),
            changed,
        ),
        (format!("delete from {table} where id = $1"), removed),
        (format!("insert into {table} values ($1, 1, 1, 1)"), added),
    ] {
        assert_eq!(client.execute(&sql, &[&id]).await.unwrap(), 1);
    }
    let report = verify(world.setup(Tallies::default()), |_| {})
        .await
        .unwrap();
    assert!(!report.is_equal());
    let row = |id: Uuid, rest: &str| format!("({id},{rest})");
    let mut digest = crate::tallies::Tally::default();
    digest.fold(1);
    digest.fold(2);
    let right = format!("2,3,{}", digest.digest);
    let wrong = format!("2,4,{}", digest.digest);
    assert_eq!(
        report.tables[0].differences,
        [
            RowDifference::OnlyRebuilt(row(changed, &right)),
            RowDifference::OnlyLive(row(changed, &wrong)),
            RowDifference::OnlyRebuilt(row(removed, &right)),
            RowDifference::OnlyLive(row(added, "1,1,1")),
        ]
    );
    assert!(report.tables[1].is_equal());
    assert_eq!(
        (report.tables[0].live_rows, report.tables[0].rebuilt_rows),
        (30, 30)
    );
    worker.stop().await;
}
