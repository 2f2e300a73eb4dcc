//! Processes whose clocks disagree.

use std::time::Duration;

use guanxi_cluster::{
    Clock, Cluster, HasReceipt, Plan, Role,
    requests::{self, account},
};
use guanxi_harness::eventually;
use guanxi_runtime::Role as Granted;
use tokio::time::sleep;

/// More than the minute that a caller's clock may be ahead, in seconds.
const AHEAD: i32 = 300;
/// Until a process has looked at its clock.
const NOTICED: Duration = Duration::from_secs(2);
/// How long another service may take to hear of a customer.
const HEARSAY: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_was_written_by_a_clock_that_is_ahead_is_heard_of_all_the_same() {
    let Some(library) = Clock::library() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "libfaketime is not installed"
        );
        eprintln!("left out: libfaketime is not installed");
        return;
    };
    let plan = Plan::new().with(Role::Customers, 2).with(Role::Sales, 1);
    let mut cluster = Cluster::start(plan.with_clocks(library)).await.unwrap();
    let ahead = cluster
        .replica(Role::Customers, 1)
        .unwrap()
        .clock()
        .cloned();
    ahead.unwrap().set(AHEAD).unwrap();
    sleep(NOTICED).await;
    let manager = |role| {
        let granted = [Granted::Manager];
        cluster.caller(role, "acme", "anna", &granted).unwrap()
    };
    let company = requests::company("Cancity");
    let customers = manager(Role::Customers).at(1);
    let customer = customers.answered(&company).await.unwrap().receipt().id;

    // The sales service gives credit to customers that it knows.
    let sales = manager(Role::Sales);
    let limit = account::credit_limit(&customer, 100);
    let answer = eventually(HEARSAY, async || sales.answered(&limit).await);
    answer.await.unwrap();
    let parked = "select format('%s: %s', name, reason) from log_sales.parked_reactions";
    let parked = cluster.connect().await.unwrap().query(parked, &[]).await;
    assert!(parked.unwrap().is_empty());
}
