//! The web pages in a real browser, over a cluster with a company in it.

use std::{env, path::Path, process::Command};

use guanxi_cluster::{Cluster, Plan, Role};
use guanxi_harness::ScratchDir;
use serde_json::json;

use crate::python::{address, said};

/// The browser; `deploy/test` installs it.
const CHROMIUM: &str = "GUANXI_TEST_CHROMIUM";
/// The folder whose `node_modules` `deploy/test` fills.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../browser");
/// Where pictures of the pages are left to be looked at.
const PICTURES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/pages");

#[tokio::test]
async fn the_pages_work_in_a_browser_in_both_languages_and_themes_on_phone_and_desk() {
    if !Path::new(FOLDER).join("node_modules").exists() || env::var_os(CHROMIUM).is_none() {
        assert!(
            env::var_os("CI").is_none(),
            "set {CHROMIUM} and run npm ci in tests/browser, as deploy/test does"
        );
        eprintln!("SKIPPED: set {CHROMIUM}, run npm ci in tests/browser");
        return;
    }
    let home = "tenants.demo = { time_zone = \"America/Chicago\", currency = \"GBP\" }";
    let cluster = Cluster::start(Plan::of_all(1).set(home)).await.unwrap();
    load(&cluster).await;
    let mut browser = Command::new("node");
    browser
        .args([
            "pages.mjs",
            &format!("http://{}", address(&cluster, Role::Query)),
        ])
        .args(["demo", PICTURES])
        .current_dir(FOLDER);
    let said = said(browser).await;
    assert!(said.ends_with("all as it should be\n"), "{said}");
}

/// Loads small generated companies.
async fn load(cluster: &Cluster) {
    let folder = ScratchDir::create_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let file = folder.path().join("endpoints.json");
    let serving = Role::ALL.into_iter().filter(|role| role.serves());
    let grpc = serving.map(|role| (role.name().to_owned(), json!(address(cluster, role))));
    let grpc: serde_json::Map<_, _> = grpc.collect();
    std::fs::write(&file, json!({ "grpc": grpc }).to_string()).unwrap();
    let (file, dir) = (
        file.display().to_string(),
        folder.path().display().to_string(),
    );
    let small = [
        "--deals",
        "150",
        "--documents",
        "200",
        "--tickets",
        "120",
        "--members",
        "60",
    ];
    let place = ["demo", "--at", &file, "--dir", &dir, "--data", &dir];
    cluster.run(&[&place[..], &small].concat()).await.unwrap();
}
