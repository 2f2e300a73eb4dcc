//! A client in Python does what the README says.

use std::{env, path::Path, process::Command};

use guanxi_cluster::{Cluster, Plan, Role};
use guanxi_runtime::Role as Granted;

/// The interpreter that has grpcio, grpcio-tools and grpcio-status; `deploy/test` makes it.
const PYTHON: &str = "GUANXI_TEST_PYTHON";

#[tokio::test]
async fn a_python_client_sells_and_sees_every_kind_of_error() {
    let Some(python) = env::var_os(PYTHON) else {
        assert!(
            env::var_os("CI").is_none(),
            "set {PYTHON}, as deploy/test does"
        );
        eprintln!("SKIPPED: set {PYTHON} to a Python with grpcio-tools and grpcio-status");
        return;
    };
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let address = |role| {
        let replica = cluster
            .replicas()
            .iter()
            .find(|replica| replica.role == role)
            .unwrap();
        format!("127.0.0.1:{}", replica.port)
    };
    let token = |person, role| cluster.tokens().issue("acme", person, &[role]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let mut client = Command::new(python);
    client
        .arg(folder.join("client.py"))
        .env("CRM_CUSTOMERS", address(Role::Customers))
        .env("CRM_SALES", address(Role::Sales))
        .env("CRM_QUERY", address(Role::Query))
        .env("CRM_TOKEN", token("anna", Granted::Manager))
        .env("CRM_ANALYST_TOKEN", token("otto", Granted::Analyst));
    let output = tokio::task::spawn_blocking(move || client.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}{errors}");
    for code in [
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "ABORTED",
        "FAILED_PRECONDITION",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "DEADLINE_EXCEEDED",
    ] {
        assert!(said.contains(code), "the client saw no {code}:\n{said}");
    }
}
