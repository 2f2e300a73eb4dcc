//! Postgres is lost for good, its standby takes its place, and everyone goes on.

use std::time::Duration;

use anyhow::ensure;
use guanxi_cluster::{
    Cluster, Plan,
    checker::{check, settle},
    load::{Load, Turns, Work},
    told,
};
use guanxi_harness::eventually;

const WORK: Work = Work {
    companies: 2,
    people: 12,
    turns: Turns::InOrder,
};
const SOON: Duration = Duration::from_secs(60);
/// Commands before and after.
const MANY: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_and_read_models_go_on_with_the_standby_of_a_primary_that_is_lost() {
    let mut cluster = Cluster::start(Plan::of_all(1).with_a_standby())
        .await
        .unwrap();
    let mut load = Load::start(&cluster, WORK).await.unwrap();
    until_done(&load, MANY).await;

    cluster.servers().unwrap().postgres.kill();
    cluster.standby().unwrap().promote().await.unwrap();
    let before = load.ledger.len();
    // Nobody was restarted, and nobody told anything new.
    until_done(&load, before + MANY).await;
    cluster.ready().await.unwrap();
    load.stop().await.unwrap();

    settle(&cluster, Duration::from_secs(90)).await.unwrap();
    let findings = check(&cluster, &load.ledger).await.unwrap();
    findings.assert_none();
    assert_eq!(findings.acknowledged, load.ledger.len());
    let complaints = load.complaints.copy();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let differences = told::check(&cluster, &load).await.unwrap();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    cluster.stop().await.unwrap();
}

async fn until_done(load: &Load, wanted: usize) {
    eventually(SOON, async || {
        let done = load.ledger.len();
        ensure!(done >= wanted, "{done} of {wanted} commands are done");
        anyhow::Ok(())
    })
    .await
    .unwrap();
}
