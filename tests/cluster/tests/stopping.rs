//! An orderly stop (SIGTERM) loses nothing that is in flight.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_cluster::{Cluster, HasReceipt, Plan, Role, requests};
use guanxi_events::Service;
use guanxi_runtime::Role as Granted;
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

const CALLERS: usize = 32;

#[tokio::test]
async fn every_command_that_a_stopping_service_wrote_was_answered() {
    let mut cluster = Cluster::start(Plan::new().with(Role::Sales, 1))
        .await
        .unwrap();
    let anna = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    let pipeline = anna.send(&requests::pipeline()).await.unwrap().receipt().id;
    let set_up = written(&cluster).await;

    let stop = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for n in 0..CALLERS {
        let (anna, pipeline, stop) = (anna.clone(), pipeline.clone(), stop.clone());
        callers.spawn(async move {
            let mut answered = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                let open = requests::opportunity(&pipeline, &format!("deal {n}"), 1);
                let id: Uuid = open.header.as_ref().unwrap().command_id.parse().unwrap();
                // Sent once: what is refused because the service stops is not sent again.
                match anna.send(&open).await {
                    Ok(_) => answered.insert(id),
                    Err(_) => break,
                };
            }
            answered
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let replica = cluster.replica(Role::Sales, 0).unwrap();
    replica.terminate().unwrap();
    let status = replica.ends_within(Duration::from_secs(15)).await.unwrap();
    assert!(status.success(), "{status}");
    stop.store(true, Ordering::Relaxed);

    let answered: BTreeSet<Uuid> = callers.join_all().await.into_iter().flatten().collect();
    assert!(
        answered.len() > CALLERS,
        "{} answers are no load",
        answered.len()
    );
    let written: BTreeSet<Uuid> = written(&cluster)
        .await
        .difference(&set_up)
        .copied()
        .collect();
    let silent: Vec<_> = written.difference(&answered).collect();
    let lost: Vec<_> = answered.difference(&written).collect();
    assert!(silent.is_empty(), "written but not answered: {silent:?}");
    assert!(lost.is_empty(), "answered but not written: {lost:?}");

    // The last anchor is of all that, so that no tail can be cut while nobody serves.
    let kept = std::fs::read_to_string(cluster.anchors(Service::Sales)).unwrap();
    let last: Value = serde_json::from_str(kept.lines().last().unwrap()).unwrap();
    let client = cluster.connect().await.unwrap();
    let head = "select position from log_sales.head";
    let head: i64 = client.query_one(head, &[]).await.unwrap().get(0);
    assert_eq!(last["position"], head);
}

#[tokio::test]
async fn every_role_ends_well_and_soon_when_it_is_asked_to() {
    let mut cluster = Cluster::start(Plan::of_all(2)).await.unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_stopped_worker_hands_over_its_partitions_at_once() {
    let mut cluster = Cluster::start(Plan::of_all(2)).await.unwrap();
    let sales = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    sales.send(&requests::pipeline()).await.unwrap();
    let replica = cluster.replica(Role::Project, 0).unwrap();
    replica.terminate().unwrap();
    replica.ends_within(Duration::from_secs(15)).await.unwrap();

    let sql = "select count(*) from projections.checkpoints
               where holder is not null and lease_until > clock_timestamp()
                 and holder not in (select id from projections.workers)";
    let client = cluster.connect().await.unwrap();
    let orphaned: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(orphaned, 0);
}

async fn written(cluster: &Cluster) -> BTreeSet<Uuid> {
    let client = cluster.connect().await.unwrap();
    let rows = client
        .query("select id from log_sales.commands", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
