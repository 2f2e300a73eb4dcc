//! A process that stands still in the middle of a batch, for longer than anyone waits for it.

use std::time::Duration;

use guanxi_cluster::{Cluster, HasReceipt, Plan, Role, Weather, requests};
use guanxi_runtime::Role as Granted;

use crate::overload::{opened, weather};

/// Longer than an appender waits for Postgres, which is longest of all.
const LONG: Duration = Duration::from_secs(21);
/// For a command to be on its way.
const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_whose_appender_stood_still_is_written_once_whoever_asks() {
    let plan = Plan::new().with(Role::Sales, 2).on_its_own_servers();
    let mut cluster = Cluster::start(plan.over_links()).await.unwrap();
    let anna = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    let (here, there) = (anna.at(0), anna.at(1));
    let pipeline = here.send(&requests::pipeline()).await.unwrap().receipt().id;
    let open = |n| requests::opportunity(&pipeline, &format!("deal {n}"), 1);
    // What every opening reads is known by then.
    here.send(&open(0)).await.unwrap();

    // The call is under way, Postgres has not got it yet, and then nobody is there for the answer.
    let command = open(1);
    weather(&mut cluster, Weather::Silent);
    let (hasty, sent) = (here.within(MOMENT * 2), command.clone());
    let unanswered = tokio::spawn(async move { hasty.send(&sent).await });
    tokio::time::sleep(MOMENT).await;
    cluster
        .replica(Role::Sales, 0)
        .unwrap()
        .stand_still()
        .unwrap();
    weather(&mut cluster, Weather::Fair);
    unanswered.await.unwrap().unwrap_err();

    let elsewhere = there.answered(&command).await.unwrap().receipt();
    assert_eq!(opened(&cluster).await, 2);
    tokio::time::sleep(LONG).await;
    cluster.replica(Role::Sales, 0).unwrap().go_on().unwrap();

    let again = here.answered(&command).await.unwrap().receipt();
    assert_eq!(again, elsewhere);
    here.answered(&open(2)).await.unwrap();
    assert_eq!(opened(&cluster).await, 3);
    cluster.stop().await.unwrap();
}
