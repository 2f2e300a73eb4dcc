//! A client in TypeScript does what an internal app does.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use guanxi_cluster::{Cluster, Plan};

use crate::python::{client_of, said};

/// The folder whose `node_modules` `deploy/test` fills.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../typescript");

#[tokio::test]
async fn a_typescript_client_goes_from_an_order_to_points() {
    let Some(tools) = tools() else { return };
    let run = |tool: &str, arguments: &[&str]| {
        let mut command = Command::new(tools.join(tool));
        // buf finds its plugin as a shell would.
        let mut path = vec![tools.clone()];
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        command.env("PATH", env::join_paths(path).unwrap());
        command.args(arguments).current_dir(FOLDER);
        command
    };
    said(run("buf", &["generate", "../../proto"])).await;
    said(run("tsc", &["--noEmit"])).await;
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let client = client_of(&cluster, run("tsx", &["src/order_to_points.ts"]));
    let said = said(client).await;
    assert!(said.ends_with("all as it should be\n"), "{said}");
}

/// Where the tools are; none where they may be left out.
fn tools() -> Option<PathBuf> {
    let tools = Path::new(FOLDER).join("node_modules/.bin");
    if tools.join("tsx").exists() {
        return Some(tools);
    }
    assert!(
        env::var_os("CI").is_none(),
        "run npm ci in tests/typescript, as deploy/test does"
    );
    eprintln!("SKIPPED: run npm ci in tests/typescript");
    None
}
