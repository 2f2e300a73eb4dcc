//! Clients in Python do what the README says.

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Output},
};

use guanxi_cluster::{Cluster, Plan, Role};
use guanxi_runtime::Role as Granted;

/// The interpreter that has grpcio, grpcio-tools and grpcio-status; `deploy/test` makes it.
const PYTHON: &str = "GUANXI_TEST_PYTHON";

#[tokio::test]
async fn a_python_client_sells_and_sees_every_kind_of_error() {
    let Some(python) = interpreter() else { return };
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    // One that is easily flooded.
    let narrow = Plan::new().with(Role::Sales, 1).set("limits.in_flight = 1");
    let busy = Cluster::start(narrow).await.unwrap();
    let mut client = client(&cluster, python, "client.py");
    client
        .env(
            "CRM_ANALYST_TOKEN",
            token(&cluster, "otto", Granted::Analyst),
        )
        .env("CRM_BUSY", address(&busy, Role::Sales))
        .env("CRM_BUSY_TOKEN", token(&busy, "anna", Granted::Manager));
    let said = said(client).await;
    for code in [
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "ABORTED",
        "FAILED_PRECONDITION",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    ] {
        assert!(said.contains(code), "the client saw no {code}:\n{said}");
    }
}

#[tokio::test]
async fn a_python_client_goes_from_an_order_to_its_money() {
    let Some(python) = interpreter() else { return };
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let said = said(client(&cluster, python, "order_to_cash.py")).await;
    assert!(said.ends_with("all as it should be\n"), "{said}");
}

#[tokio::test]
async fn a_python_client_goes_from_a_ticket_to_its_rating() {
    let Some(python) = interpreter() else { return };
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let said = said(client(&cluster, python, "ticket_to_rating.py")).await;
    assert!(said.ends_with("all as it should be\n"), "{said}");
}

/// The interpreter; none where it may be left out.
fn interpreter() -> Option<OsString> {
    let python = env::var_os(PYTHON);
    if python.is_none() {
        assert!(
            env::var_os("CI").is_none(),
            "set {PYTHON}, as deploy/test does"
        );
        eprintln!("SKIPPED: set {PYTHON} to a Python with grpcio-tools and grpcio-status");
    }
    python
}

/// A client of the cluster, as a manager.
fn client(cluster: &Cluster, python: OsString, script: &str) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let mut client = Command::new(python);
    client.arg(folder.join(script));
    client_of(cluster, client)
}

/// A program that finds the cluster and a manager's token in its environment.
pub(crate) fn client_of(cluster: &Cluster, mut client: Command) -> Command {
    for role in Role::ALL.into_iter().filter(|role| role.serves()) {
        let variable = format!("CRM_{}", role.name().to_uppercase());
        client.env(variable, address(cluster, role));
    }
    client.env("CRM_TOKEN", token(cluster, "anna", Granted::Manager));
    client
}

/// Where a role is.
pub(crate) fn address(cluster: &Cluster, role: Role) -> String {
    let mut replicas = cluster.replicas().iter();
    let replica = replicas.find(|replica| replica.role == role).unwrap();
    format!("127.0.0.1:{}", replica.port)
}

fn token(cluster: &Cluster, person: &str, role: Granted) -> String {
    cluster.tokens().issue("acme", person, &[role]).unwrap()
}

/// What the client said; it must have ended well.
pub(crate) async fn said(mut client: Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = tokio::task::spawn_blocking(move || client.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned();
    println!("{said}");
    let errors = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{said}{errors}");
    said
}
