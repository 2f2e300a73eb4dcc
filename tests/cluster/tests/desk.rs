//! A job goes on where it stopped, whoever is killed, and does each item once (C-09).

use std::time::Duration;

use anyhow::ensure;
use futures::future::join_all;
use guanxi_cluster::{Caller, Cluster, HasReceipt, Plan, Role, requests};
use guanxi_harness::eventually;
use guanxi_proto::customers::v1::{
    DeskTransfer, GetDeskTransferRequest, StartDeskTransferRequest, TakeDeskTransferBackRequest,
};
use guanxi_runtime::Role as Granted;

const CUSTOMERS: i64 = 200;

#[tokio::test]
async fn a_desk_is_handed_over_and_back_once_though_every_replica_is_killed_meanwhile() {
    let mut cluster = Cluster::start(Plan::new().with(Role::Customers, 2))
        .await
        .unwrap();
    let boss = cluster
        .caller(Role::Customers, "acme", "boss", &[Granted::Manager])
        .unwrap();
    let customers = join_all((0..CUSTOMERS).map(|n| {
        let mut register = requests::company(&format!("Cancity {n}"));
        register.owner = "leaver".to_owned();
        let boss = boss.clone();
        async move { boss.answered(&register).await.unwrap().receipt().id }
    }));
    let start = StartDeskTransferRequest {
        header: requests::header(),
        from: "leaver".to_owned(),
        to: "heir".to_owned(),
        customer_ids: customers.await,
        ..StartDeskTransferRequest::default()
    };
    let id = boss.answered(&start).await.unwrap().receipt().id;
    kill_both_in_turn(&mut cluster).await;
    let there = finished(&boss, &id, CUSTOMERS).await;
    assert_eq!(there.refused, []);
    assert_eq!(owners(&cluster, "heir", 2).await, CUSTOMERS);

    let back = TakeDeskTransferBackRequest {
        header: requests::header(),
        desk_transfer_id: id.clone(),
        reason: "they stay".to_owned(),
    };
    boss.answered(&back).await.unwrap();
    kill_both_in_turn(&mut cluster).await;
    let back = finished(&boss, &id, 2 * CUSTOMERS).await;
    assert!(back.taken_back);
    assert_eq!(back.refused, []);
    assert_eq!(owners(&cluster, "leaver", 3).await, CUSTOMERS);
}

async fn kill_both_in_turn(cluster: &mut Cluster) {
    for number in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.kill_9(Role::Customers, number).unwrap();
        cluster.restart(Role::Customers, number).await.unwrap();
    }
}

async fn finished(boss: &Caller, id: &str, items: i64) -> DeskTransfer {
    let asked = GetDeskTransferRequest {
        desk_transfer_id: id.to_owned(),
    };
    let done = eventually(Duration::from_secs(60), async || {
        let transfer = boss.answered(&asked).await?.desk_transfer;
        let transfer = transfer.unwrap_or_default();
        let (done, all) = (transfer.done, transfer.items);
        ensure!(transfer.finished && all == items, "{done} of {all} items");
        Ok(transfer)
    });
    done.await.unwrap()
}

/// How many customers have come to this owner by their stream's so-manieth event.
async fn owners(cluster: &Cluster, owner: &str, version: i64) -> i64 {
    let sql = "select count(*) from log_customers.events e
               join log_customers.streams s
                 on (s.tenant, s.category, s.id) = (e.tenant, e.category, e.stream_id)
               where e.type like 'customers.customer_owner_changed/%' and e.version = s.version
                 and s.version = $2 and convert_from(e.data, 'UTF8')::jsonb ->> 'to' = $1";
    let client = cluster.connect().await.unwrap();
    let row = client.query_one(sql, &[&owner, &version]).await.unwrap();
    row.get(0)
}
