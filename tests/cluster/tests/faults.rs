//! Everything is killed in its turn while people work, and nothing is lost, doubled or skipped.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use futures::TryStreamExt;
use guanxi_cluster::{
    Cluster, Plan, Role,
    checker::{check, settle},
};
use guanxi_harness::connect_nats;
use guanxi_proto::{
    query::v1::{ControlFigure, GetControlAccountRequest, GetFunnelRequest, OpportunityFilter},
    sales::v1::GetAccountRequest,
    types::v1::CountAndSums,
};
use guanxi_runtime::Role as Granted;
use tokio::time::sleep;

use crate::load::{Company, Load};

const PEOPLE: usize = 16;
/// How long NATS is away.
const WITHOUT_NATS: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_nothing_is_lost_or_doubled() {
    let mut cluster = Cluster::start(Plan::of_all(2).on_its_own_servers())
        .await
        .unwrap();
    let mut load = Load::start(&cluster, PEOPLE).await;
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
    load.stop().await;
    story.tell("everyone has stopped", &load);

    settle(&cluster, Duration::from_secs(90)).await.unwrap();
    story.tell("everything has arrived", &load);
    let findings = check(&cluster, &load.ledger).await.unwrap();
    story.tell(&format!("checked: {:?}", findings.events), &load);
    findings.assert_none();
    let complaints = load.complaints.lock().unwrap().clone();
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert_eq!(findings.acknowledged, load.ledger.len());
    for company in &load.companies {
        assert_figures(&cluster, company).await;
        assert_accounts(&cluster, company).await;
    }
    // The load was one, claims raced, and commands do not need NATS.
    assert!(
        load.ledger.len() > 200,
        "{} commands are no load",
        load.ledger.len()
    );
    let refusals = load.refusals.lock().unwrap().clone();
    assert!(
        refusals.contains_key("CLAIM_REFUSED"),
        "nobody ever lost a race"
    );
    assert!(
        refusals.contains_key("CREDIT_LIMIT_EXCEEDED"),
        "nobody ever reached a credit limit"
    );
    assert!(
        meanwhile > 20,
        "{meanwhile} commands were done without NATS"
    );
    assert!(deleted >= 2, "{deleted} streams were deleted");
    cluster.stop().await.unwrap();
}

/// The funnel shows exactly what the callers were told.
async fn assert_figures(cluster: &Cluster, company: &Company) {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst]);
    let asked = GetFunnelRequest {
        after: company.tokens(),
        filter: Some(OpportunityFilter {
            pipeline_id: company.pipeline.clone(),
            ..OpportunityFilter::default()
        }),
        ..GetFunnelRequest::default()
    };
    let answer = query.unwrap().answered(&asked).await.unwrap();
    let group = &answer.groups[0];
    let figures = company.figures();
    assert_eq!(
        count_and_sum(group.open.as_ref()),
        figures.open,
        "open at {}",
        company.tenant
    );
    assert_eq!(
        count_and_sum(group.won.as_ref()),
        figures.won,
        "won at {}",
        company.tenant
    );
    assert_eq!(
        count_and_sum(group.lost.as_ref()),
        figures.lost,
        "lost at {}",
        company.tenant
    );
}

/// The accounts owe exactly what the callers were told.
async fn assert_accounts(cluster: &Cluster, company: &Company) {
    let sales = cluster.caller(Role::Sales, &company.tenant, "auditor", &[Granted::Analyst]);
    let sales = sales.unwrap();
    let mut owed = 0;
    for customer in &company.traders {
        let asked = GetAccountRequest {
            customer_id: customer.clone(),
        };
        let account = sales.answered(&asked).await.unwrap().account.unwrap();
        owed += account.owed.unwrap_or_default().units;
    }
    let told = company.booked();
    assert!(told.invoiced > 0 && told.bounced > 0, "{told:?}");
    let expected = told.invoiced - told.received + told.bounced;
    assert_eq!(owed, expected, "{} was told {told:?}", company.tenant);

    // The read model says the same, and its items add up to its figures.
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst]);
    let asked = GetControlAccountRequest {
        after: company.tokens(),
        ..GetControlAccountRequest::default()
    };
    let control = query.unwrap().answered(&asked).await.unwrap();
    assert!(control.agrees, "{control:?}");
    let [account] = control.accounts.as_slice() else {
        panic!("one currency was sold in: {control:?}")
    };
    let figure = |wanted: ControlFigure| {
        let mut figures = account.figures.iter();
        let found = figures.find(|posted| posted.figure() == wanted);
        found
            .and_then(|posted| posted.amount.clone())
            .unwrap_or_default()
            .units
    };
    assert_eq!(figure(ControlFigure::Invoiced), told.invoiced);
    assert_eq!(
        figure(ControlFigure::Received).abs(),
        told.received - told.bounced
    );
    assert_eq!(account.open.clone().unwrap_or_default().units, expected);
}

fn count_and_sum(found: Option<&CountAndSums>) -> (i64, i64) {
    let found = found.cloned().unwrap_or_default();
    (found.count, found.sums.iter().map(|sum| sum.units).sum())
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
