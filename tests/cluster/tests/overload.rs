//! Overload is answered at once, and leaves nothing behind (P-16).

use std::time::Duration;

use futures::future::join_all;
use guanxi_cluster::{Cluster, HasReceipt, Plan, Role, Weather, reason, requests};
use guanxi_runtime::Role as Granted;
use tonic::Code;
use tonic_types::StatusExt;

const CALLS: usize = 300;

#[tokio::test]
async fn calls_beyond_the_limit_are_refused_at_once_and_may_come_again() {
    let plan = Plan::new().with(Role::Sales, 1).set("limits.in_flight = 4");
    let cluster = Cluster::start(plan).await.unwrap();
    let anna = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    let pipeline = anna.send(&requests::pipeline()).await.unwrap().receipt().id;
    let opens: Vec<_> = (0..CALLS)
        .map(|n| requests::opportunity(&pipeline, &format!("deal {n}"), 1))
        .collect();

    let answers = join_all(opens.iter().map(|open| anna.send(open))).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(done >= 4, "{done} of {CALLS} calls were let in");
    assert!(done < CALLS, "nothing was refused");
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(refused.code(), Code::ResourceExhausted, "{refused:?}");
        assert_eq!(reason(refused).unwrap(), "OVERLOADED");
        let retry = refused
            .get_details_retry_info()
            .unwrap()
            .retry_delay
            .unwrap();
        assert!(retry > Duration::ZERO);
    }
    assert_eq!(opened(&cluster).await, i64::try_from(done).unwrap());

    // A client that comes again with the same ids gets all of them done, each once.
    for answer in join_all(opens.iter().map(|open| anna.answered(open))).await {
        answer.unwrap();
    }
    assert_eq!(opened(&cluster).await, i64::try_from(CALLS).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_expires_behind_a_postgres_that_is_silent_is_never_written() {
    let plan = Plan::new().with(Role::Sales, 1).on_its_own_servers();
    let mut cluster = Cluster::start(plan.over_links()).await.unwrap();
    let anna = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    let pipeline = anna.send(&requests::pipeline()).await.unwrap().receipt().id;
    let open = |n| requests::opportunity(&pipeline, &format!("deal {n}"), 1);
    // What every opening reads is known by then.
    anna.send(&open(0)).await.unwrap();

    weather(&mut cluster, Weather::Silent);
    let (patient, first) = (anna.within(Duration::from_secs(9)), open(1));
    let sent = tokio::spawn(async move { patient.send(&first).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    // So long that a moment in which the machine is too busy for the service does not keep them out of line.
    let hasty = anna.within(Duration::from_secs(4));
    let behind: Vec<_> = (2..22).map(open).collect();
    for answer in join_all(behind.iter().map(|open| hasty.send(open))).await {
        let expired = answer.unwrap_err();
        let codes = [Code::DeadlineExceeded, Code::Cancelled];
        assert!(codes.contains(&expired.code()), "{expired:?}");
    }
    // The service's clock may be a moment behind the callers'.
    tokio::time::sleep(Duration::from_millis(200)).await;
    weather(&mut cluster, Weather::Fair);
    sent.await.unwrap().unwrap();
    // Longer than it takes to write all that stood in line.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(opened(&cluster).await, 2);

    for answer in join_all(behind.iter().map(|open| anna.answered(open))).await {
        answer.unwrap();
    }
    assert_eq!(opened(&cluster).await, 22);
}

/// Between the first replica and Postgres.
pub(crate) fn weather(cluster: &mut Cluster, weather: Weather) {
    let replica = cluster.replica(Role::Sales, 0).unwrap();
    replica.links().unwrap().postgres.set(weather);
}

/// How many opportunities there are.
pub(crate) async fn opened(cluster: &Cluster) -> i64 {
    let sql = "select count(*) from log_sales.streams where category = 'opportunity'";
    let client = cluster.connect().await.unwrap();
    client.query_one(sql, &[]).await.unwrap().get(0)
}
