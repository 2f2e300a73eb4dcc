//! One tenant asks a lot; another is answered in its turn.

use std::time::Duration;

use guanxi_harness::eventually;
use guanxi_proto::query::v1::{GetFunnelRequest, GetPointsLiabilityRequest};
use guanxi_runtime::Role;
use tokio::time::sleep;

use crate::server::Server;

/// Questions of one tenant at once: some times as many as the service has connections.
const MANY: usize = 90;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_behind_many_questions_of_another_tenant_is_not_answered_after_all_of_them() {
    let mut server = Server::new().await;
    let stranger = server.world.client().await;
    let schema: String = stranger
        .query_one(
            "select schema from projections.builds where name = 'funnels'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    // Until this ends, nobody is told of opportunities.
    let hold = format!("begin; lock table {schema}.opportunities in access exclusive mode");
    stranger.batch_execute(&hold).await.unwrap();
    let flood: Vec<_> = (0..MANY)
        .map(|_| {
            let mut client = server.client.clone();
            let request = server.ask(GetFunnelRequest::default());
            tokio::spawn(async move { client.get_funnel(request).await })
        })
        .collect();
    // In a transaction of its own each time: within one it sees the same ones for ever.
    let onlooker = server.world.client().await;
    let held_up = "select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'";
    eventually(Duration::from_secs(30), async || {
        let waiting = onlooker.query_one(held_up, &[]).await;
        let waiting: i64 = waiting.map_err(|error| error.to_string())?.get(0);
        // Of sixteen connections tenants have all but two.
        match waiting {
            14.. => Ok(()),
            _ => Err(format!("{waiting} questions wait for the table")),
        }
    })
    .await
    .unwrap();
    assert!(flood.iter().all(|one| !one.is_finished()));

    let liability = GetPointsLiabilityRequest::default();
    let liability = server.ask_as("bolt", Role::Analyst, liability);
    let release = async {
        // Time to come there.
        sleep(Duration::from_secs(1)).await;
        stranger.batch_execute("commit").await.unwrap();
    };
    let (answer, ()) = tokio::join!(server.points.get_points_liability(liability), release);
    answer.unwrap();
    let before = flood.iter().filter(|one| one.is_finished()).count();
    assert!(
        before < MANY * 2 / 3,
        "{before} of another tenant came first"
    );
    for one in flood {
        one.await.unwrap().unwrap();
    }
}
