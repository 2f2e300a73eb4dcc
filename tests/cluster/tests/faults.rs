//! Everything is killed in its turn while people work, and nothing is lost, doubled or skipped.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use futures::TryStreamExt;
use guanxi_cluster::{
    Cluster, Plan, Role,
    checker::{check, settle},
    load::{Load, Turns, Work},
    told,
};
use guanxi_harness::connect_nats;
use tokio::time::sleep;

const WORK: Work = Work {
    companies: 2,
    people: 16,
    turns: Turns::InOrder,
};
/// How long NATS is away.
const WITHOUT_NATS: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_nothing_is_lost_or_doubled() {
    let mut cluster = Cluster::start(Plan::of_all(2).on_its_own_servers())
        .await
        .unwrap();
    let mut load = Load::start(&cluster, WORK).await.unwrap();
    let story = Story {
        begun: Instant::now(),
    };
    story.tell("everyone works", &load);
    sleep(Duration::from_secs(3)).await;

    for number in 0..2 {
        for role in Role::ALL {
            cluster.kill_9(role, number).unwrap();
            story.tell(&format!("{role}-{number} was killed"), &load);
            sleep(Duration::from_millis(700)).await;
            cluster.restart(role, number).await.unwrap();
        }
    }

    cluster.servers().unwrap().postgres.kill_immediate();
    story.tell("Postgres was killed", &load);
    sleep(Duration::from_secs(1)).await;
    cluster.servers().unwrap().postgres.restart().await.unwrap();
    story.tell("Postgres is back", &load);
    sleep(Duration::from_secs(2)).await;

    cluster.servers().unwrap().nats.stop().await;
    story.tell("NATS was stopped", &load);
    let before = load.ledger.len();
    sleep(WITHOUT_NATS).await;
    let meanwhile = load.ledger.len() - before;
    cluster.servers().unwrap().nats.restart().await.unwrap();
    story.tell("NATS is back", &load);
    sleep(Duration::from_secs(2)).await;

    let deleted = delete_streams(&cluster).await;
    story.tell(&format!("{deleted} streams were deleted"), &load);
    sleep(Duration::from_secs(3)).await;

    for role in Role::ALL {
        for number in 0..2 {
            cluster.kill_9(role, number).unwrap();
        }
    }
    story.tell("every process was killed at once", &load);
    for role in Role::ALL {
        for number in 0..2 {
            cluster.restart(role, number).await.unwrap();
        }
    }
    sleep(Duration::from_secs(2)).await;
    load.stop().await.unwrap();
    story.tell("everyone has stopped", &load);

    settle(&cluster, Duration::from_secs(90)).await.unwrap();
    story.tell("everything has arrived", &load);
    let findings = check(&cluster, &load.ledger).await.unwrap();
    story.tell(&format!("checked: {:?}", findings.events), &load);
    findings.assert_none();
    assert_none("complaints", &load.complaints.copy());
    assert_eq!(findings.acknowledged, load.ledger.len());
    assert_none("differences", &told::check(&cluster, &load).await.unwrap());
    // The load was one, claims raced, and commands do not need NATS.
    assert!(
        load.ledger.len() > 200,
        "{} commands are no load",
        load.ledger.len()
    );
    assert_none("undone", &told::undone(&load));
    assert!(
        meanwhile > 20,
        "{meanwhile} commands were done without NATS"
    );
    assert!(deleted >= 2, "{deleted} streams were deleted");
    cluster.stop().await.unwrap();
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    let all = found.join("\n");
    assert!(found.is_empty(), "{} {what}:\n{all}", found.len());
}

async fn delete_streams(cluster: &Cluster) -> usize {
    let jetstream = jetstream::new(connect_nats(cluster.nats_url()).await.unwrap());
    let names: Vec<String> = jetstream.stream_names().try_collect().await.unwrap();
    for name in &names {
        jetstream.delete_stream(name).await.unwrap();
    }
    names.len()
}

/// Tells what happens, for whoever reads why it failed.
struct Story {
    begun: Instant,
}

impl Story {
    fn tell(&self, what: &str, load: &Load) {
        let seconds = self.begun.elapsed().as_secs_f32();
        eprintln!("{seconds:6.1} s  {:6} commands  {what}", load.ledger.len());
    }
}
