//! A process that stands still for longer than anyone waits for it: in the middle of a batch, and with
//! a call in its socket.

use std::time::Duration;

use guanxi_cluster::{
    Caller, Cluster, HasReceipt, Plan, Replicas, Role, Rpc, Weather, reason, requests,
};
use guanxi_harness::eventually;
use guanxi_proto::customers::v1::GetCustomerRequest;
use guanxi_runtime::Role as Granted;
use tokio::runtime::Runtime;
use tonic::Code;

use crate::overload::{opened, weather};

/// Longer than an appender waits for Postgres, which is longest of all.
const LONG: Duration = Duration::from_secs(21);
/// For a command to be on its way.
const MOMENT: Duration = Duration::from_millis(300);
/// As long as someone waits who has little time.
const HASTY: Duration = Duration::from_secs(2);

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

/// Anna asks a replica that stands still and gives up; then everything happens elsewhere: Ben takes
/// the customer, Anna is refused, Ben gives it back. When the first replica goes on, her call lies in
/// its socket, and what she asked would be possible again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lay_in_the_socket_of_a_process_that_stood_still_is_not_done_for_one_who_has_gone() {
    let plan = Plan::new().with(Role::Customers, 2);
    let mut cluster = Cluster::start(plan).await.unwrap();
    let call = |person: &str, granted| {
        let caller = cluster.caller(Role::Customers, "acme", person, &[granted]);
        caller.unwrap()
    };
    let boss = call("boss", Granted::Manager);
    let (anna, ben) = (call("anna", Granted::Agent), call("ben", Granted::Agent));
    let members = ["anna", "ben"].map(str::to_owned);
    let opened = boss.send(&requests::pool(members)).await.unwrap();
    let pool = opened.receipt().id;
    let mut register = requests::company("Cancity");
    register.pool_id.clone_from(&pool);
    let customer = boss.send(&register).await.unwrap().receipt().id;
    let here = cluster.replica(Role::Customers, 0).unwrap();
    here.stand_still().unwrap();
    let claim = requests::claim(&customer, &pool);
    let (gone, late) = left_alone(anna.within(HASTY), here.port, claim.clone()).await;
    assert_eq!(late, Code::DeadlineExceeded);
    let (anna, ben) = (anna.at(1), ben.at(1));
    let taken = requests::claim(&customer, &pool);
    ben.answered(&taken).await.unwrap();
    let refused = anna.answered(&claim).await.unwrap_err();
    assert_eq!(reason(&refused).unwrap(), "CLAIM_REFUSED");
    let given_back = requests::release(&customer, &pool);
    ben.answered(&given_back).await.unwrap();
    let here = cluster.replica(Role::Customers, 0).unwrap();
    here.go_on().unwrap();

    let dealt_with = eventually(LONG, async || {
        let metrics = here.metrics().await?;
        let of_claims =
            |line: &str| line.contains("call_seconds_count") && line.contains("/ClaimCustomer");
        anyhow::ensure!(metrics.lines().any(of_claims), "the call has not been read");
        Ok(())
    });
    dealt_with.await.unwrap();
    let asked = GetCustomerRequest {
        customer_id: customer,
    };
    for replica in 0..2 {
        let seen = boss.at(replica).answered(&asked).await.unwrap();
        assert_eq!(seen.customer.unwrap().owner, "");
    }
    gone.shutdown_background();
    cluster.stop().await.unwrap();
}

/// Sends it from a runtime that nobody drives any more once it is late: the call is not taken back.
async fn left_alone<R>(caller: Caller, port: u16, request: R) -> (Runtime, Code)
where
    R: Rpc + Send + 'static,
{
    let left = tokio::task::spawn_blocking(move || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        let late = runtime.block_on(async {
            let caller = caller.over(Replicas::new([port]).unwrap());
            caller.send(&request).await.err().unwrap()
        });
        (runtime, late.code())
    });
    left.await.unwrap()
}
