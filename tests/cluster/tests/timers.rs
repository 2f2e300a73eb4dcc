//! Timers fire once, with any number of replicas, and also after downtime (P-09, C-05).

use std::{collections::BTreeMap, time::Duration};

use guanxi_cluster::{Cluster, HasReceipt, Plan, Role, requests};
use guanxi_harness::eventually;
use guanxi_runtime::Role as Granted;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const PLANS: usize = 20;

#[tokio::test]
async fn a_reminder_fires_once_with_two_replicas() {
    let cluster = Cluster::start(Plan::new().with(Role::Customers, 2))
        .await
        .unwrap();
    let due = in_seconds(2);
    let plans = plan_calls(&cluster, due).await;
    all_reminded(&cluster, &plans, due).await;
    // As often as both replicas look for timers, several times over.
    tokio::time::sleep(Duration::from_secs(2)).await;
    all_reminded(&cluster, &plans, due).await;
}

#[tokio::test]
async fn a_reminder_that_was_due_in_the_downtime_fires_once_and_says_when_it_was_due() {
    let mut cluster = Cluster::start(Plan::new().with(Role::Customers, 2))
        .await
        .unwrap();
    let due = in_seconds(8);
    let plans = plan_calls(&cluster, due).await;
    for number in 0..2 {
        cluster.kill_9(Role::Customers, number).unwrap();
    }
    assert!(
        Timestamp::now() < due,
        "the machine is too slow for this test"
    );
    let wait = Timestamp::now().duration_until(due) + SignedDuration::from_secs(1);
    tokio::time::sleep(wait.unsigned_abs()).await;
    assert_eq!(reminders(&cluster).await, BTreeMap::new());

    for number in 0..2 {
        cluster.restart(Role::Customers, number).await.unwrap();
    }
    all_reminded(&cluster, &plans, due).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    all_reminded(&cluster, &plans, due).await;
}

/// As after a release was taken back that had aggregates which this one does not know.
#[tokio::test]
async fn timers_that_cannot_fire_hold_up_no_others_however_many_they_are() {
    let cluster = Cluster::start(Plan::new().with(Role::Customers, 1))
        .await
        .unwrap();
    // More than are looked at in one go.
    let ghosts = "insert into log_customers.timers (id, due_at, category, tenant)
                  select gen_random_uuid(), now() - interval '1 hour', 'ghost', 'acme'
                  from generate_series(1, 1200)";
    let client = cluster.connect().await.unwrap();
    client.batch_execute(ghosts).await.unwrap();
    let due = in_seconds(2);
    let plans = plan_calls(&cluster, due).await;
    all_reminded(&cluster, &plans, due).await;
    let left = "select count(*) from log_customers.timers where category = 'ghost'";
    let left: i64 = client.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 1_200);
}

#[tokio::test]
async fn a_replica_that_fires_timers_is_replaced_when_it_is_killed() {
    let mut cluster = Cluster::start(Plan::new().with(Role::Customers, 2))
        .await
        .unwrap();
    let due = in_seconds(3);
    let plans = plan_calls(&cluster, due).await;
    cluster.kill_9(Role::Customers, 0).unwrap();
    all_reminded(&cluster, &plans, due).await;
    cluster.restart(Role::Customers, 0).await.unwrap();
    let later = in_seconds(3);
    let more = plan_calls(&cluster, later).await;
    cluster.kill_9(Role::Customers, 1).unwrap();
    let all: Vec<Uuid> = plans.iter().chain(&more).copied().collect();
    let fired = eventually(Duration::from_secs(20), async || {
        let fired = reminders(&cluster).await;
        anyhow::ensure!(fired.len() == all.len(), "{} fired", fired.len());
        Ok(fired)
    });
    let fired = fired.await.unwrap();
    assert!(all.iter().all(|plan| fired[plan].len() == 1), "{fired:?}");
}

fn in_seconds(seconds: i64) -> Timestamp {
    let instant = Timestamp::now() + SignedDuration::from_secs(seconds);
    // Whole milliseconds, so that it is the same on its way through every format.
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap()
}

/// Plans calls with a reminder at `due`; the plans' ids.
async fn plan_calls(cluster: &Cluster, due: Timestamp) -> Vec<Uuid> {
    let anna = cluster
        .caller(Role::Customers, "acme", "anna", &[Granted::Agent])
        .unwrap();
    let customer = anna
        .send(&requests::company("Cancity"))
        .await
        .unwrap()
        .receipt()
        .id;
    let plans = (0..PLANS).map(|_| {
        let plan = requests::call_with_reminder(&customer, due);
        let anna = anna.clone();
        async move {
            anna.send(&plan)
                .await
                .unwrap()
                .receipt()
                .id
                .parse()
                .unwrap()
        }
    });
    futures::future::join_all(plans).await
}

/// The instants at which each plan was said to be due.
async fn reminders(cluster: &Cluster) -> BTreeMap<Uuid, Vec<(Timestamp, Timestamp)>> {
    let sql = "select stream_id, convert_from(data, 'UTF8')::jsonb ->> 'due_at', occurred_at
               from log_customers.events where type like 'customers.follow_up_reminded/%'
               order by position";
    let client = cluster.connect().await.unwrap();
    let mut found: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for row in client.query(sql, &[]).await.unwrap() {
        let due: &str = row.get(1);
        let times = (due.parse().unwrap(), row.get(2));
        found.entry(row.get(0)).or_default().push(times);
    }
    found
}

/// Each of the plans was reminded of once, as due at `due` and as having happened then.
async fn all_reminded(cluster: &Cluster, plans: &[Uuid], due: Timestamp) {
    let fired = eventually(Duration::from_secs(20), async || {
        let fired = reminders(cluster).await;
        anyhow::ensure!(fired.len() == plans.len(), "{} fired", fired.len());
        Ok(fired)
    });
    let fired = fired.await.unwrap();
    for plan in plans {
        assert_eq!(fired[plan], [(due, due)], "{plan}");
    }
}
