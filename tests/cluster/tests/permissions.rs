//! Every RPC asks who calls and whether they may; who may what stands in `permissions.txt`, so that
//! a change of it is seen, and an RPC that is not in it fails.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use guanxi_cluster::{Caller, contracts::RpcContract, reason};
use guanxi_runtime::Role as Granted;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::contracts::Served;

const PERMISSIONS: &str = include_str!("permissions.txt");

#[tokio::test]
async fn without_a_token_that_holds_nobody_gets_in() {
    let served = Served::start().await;
    let mut wrong = Vec::new();
    for rpc in &served.contracts.rpcs {
        let ports = served.cluster.ports(rpc.role).unwrap();
        let mut tokens = vec![("missing", None), ("empty", Some(String::new()))];
        let forged = served.cluster.tokens().forged("acme").unwrap();
        tokens.extend(forged.into_iter().map(|(what, token)| (what, Some(token))));
        for (what, token) in tokens {
            let answer = call(&Caller::new(ports.clone(), token), rpc).await;
            let refused = matches!(&answer, Err(status)
                if status.code() == Code::Unauthenticated
                    && reason(status).is_ok_and(|reason| reason == "UNAUTHENTICATED"));
            if !refused {
                wrong.push(format!(
                    "{} with a token that is {what}: {answer:?}",
                    rpc.method.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn each_role_may_call_what_the_table_says_and_nothing_else() {
    let served = Served::start().await;
    let table = table();
    let mut wrong = Vec::new();
    for rpc in &served.contracts.rpcs {
        let Some(may) = table.get(rpc.method.path) else {
            wrong.push(format!("{} is not in the table", rpc.method.path));
            continue;
        };
        for role in Granted::ALL {
            let name = format!("{role:?}").to_lowercase();
            let caller = served
                .cluster
                .caller(rpc.role, "acme", "somebody", &[role])
                .unwrap();
            let forbidden = forbidden(&call(&caller, rpc).await, rpc);
            if forbidden == may.contains(name.as_str()) {
                let told = if forbidden {
                    "is kept out"
                } else {
                    "is let in"
                };
                wrong.push(format!("{}: {name} {told}", rpc.method.path));
            }
        }
    }
    let known: BTreeSet<&str> = served
        .contracts
        .rpcs
        .iter()
        .map(|rpc| rpc.method.path)
        .collect();
    let stale: Vec<_> = table.keys().filter(|path| !known.contains(*path)).collect();
    assert!(stale.is_empty(), "no contract has {stale:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_person_without_a_role_may_call_nothing() {
    let served = Served::start().await;
    for rpc in &served.contracts.rpcs {
        let caller = served
            .cluster
            .caller(rpc.role, "acme", "somebody", &[])
            .unwrap();
        let answer = call(&caller, rpc).await;
        assert!(forbidden(&answer, rpc), "{}: {answer:?}", rpc.method.path);
    }
}

#[tokio::test]
async fn permission_is_asked_before_the_request_is_looked_at() {
    let served = Served::start().await;
    for rpc in &served.contracts.rpcs {
        let caller = served
            .cluster
            .caller(rpc.role, "acme", "somebody", &[])
            .unwrap();
        let answer = caller
            .raw(rpc.method.path, Bytes::from_static(&[0xff; 9]))
            .await;
        assert!(forbidden(&answer, rpc), "{}: {answer:?}", rpc.method.path);
    }
}

async fn call(caller: &Caller, rpc: &RpcContract) -> Result<Bytes, Status> {
    caller.raw(rpc.method.path, Bytes::new()).await
}

/// Kept out by the gate, which names the action.
fn forbidden(answer: &Result<Bytes, Status>, rpc: &RpcContract) -> bool {
    let Err(status) = answer else { return false };
    let info = status.get_details_error_info();
    status.code() == Code::PermissionDenied
        && info.is_some_and(|info| {
            info.reason == "PERMISSION_DENIED"
                && info
                    .metadata
                    .get("action")
                    .is_some_and(|action| action == rpc.method.action)
        })
}

/// Path → names of roles.
fn table() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let lines = PERMISSIONS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect()
}
