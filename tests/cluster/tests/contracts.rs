//! What every RPC promises whatever it is for: bad input is refused field by field, and nothing
//! that a caller sends is an internal error.

use bytes::Bytes;
use guanxi_cluster::{
    Caller, Cluster, Plan, Role,
    contracts::{Contracts, RpcContract, Value},
    reason,
};
use guanxi_runtime::Role as Granted;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// One replica of each role that serves, and an administrator's caller for each.
pub(crate) struct Served {
    pub(crate) cluster: Cluster,
    pub(crate) contracts: Contracts,
}

impl Served {
    pub(crate) async fn start() -> Self {
        let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
        Self {
            cluster,
            contracts: Contracts::read().unwrap(),
        }
    }

    pub(crate) fn caller(&self, role: Role, tenant: &str) -> Caller {
        self.cluster
            .caller(role, tenant, "root", &[Granted::Admin])
            .unwrap()
    }

    async fn call(&self, rpc: &RpcContract, message: Vec<u8>) -> Result<Bytes, Status> {
        self.caller(rpc.role, "acme")
            .raw(rpc.method.path, message.into())
            .await
    }
}

#[tokio::test]
async fn an_empty_request_is_answered_or_refused_field_by_field() {
    let served = Served::start().await;
    let mut wrong = Vec::new();
    for rpc in &served.contracts.rpcs {
        let answer = served.call(rpc, Vec::new()).await;
        let refused = match answer {
            // A question about everything.
            Ok(_) if !rpc.is_command => continue,
            Ok(_) => {
                wrong.push(format!("{} took an empty command", rpc.method.path));
                continue;
            }
            Err(refused) => refused,
        };
        let fields = violations(&refused);
        let named = if rpc.is_command {
            fields.iter().any(|field| field == "header.command_id")
        } else {
            !fields.is_empty()
        };
        if refused.code() != Code::InvalidArgument || !named {
            wrong.push(format!("{}: {refused:?} {fields:?}", rpc.method.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_request_with_every_field_wrong_is_refused_field_by_field() {
    let served = Served::start().await;
    let mut wrong = Vec::new();
    for rpc in &served.contracts.rpcs {
        for turn in 0..4 {
            let mut filling =
                |_: &str, field: &prost_types::FieldDescriptorProto| Contracts::wrong(field, turn);
            let message = served.contracts.request(rpc, &mut filling).unwrap();
            if message.is_empty() {
                // It asks for the only one there is: there is no field that could be wrong.
                assert!(served.contracts.fields(rpc).unwrap().is_empty());
                continue;
            }
            let refused = match served.call(rpc, message).await {
                Ok(_) => {
                    wrong.push(format!("{} took nonsense ({turn})", rpc.method.path));
                    continue;
                }
                Err(refused) => refused,
            };
            if refused.code() != Code::InvalidArgument || violations(&refused).is_empty() {
                wrong.push(format!("{} ({turn}): {refused:?}", rpc.method.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn bytes_that_are_no_message_are_the_callers_mistake() {
    let served = Served::start().await;
    let mut wrong = Vec::new();
    let garbage: [&[u8]; 4] = [
        &[0xff; 40],
        b"{\"json\": true}",
        &[0x0a, 0xff, 0xff, 0x03],
        &[0x0b],
    ];
    for rpc in &served.contracts.rpcs {
        for bytes in garbage {
            match served.call(rpc, bytes.to_vec()).await {
                Err(refused) if refused.code() == Code::InvalidArgument => {
                    if reason(&refused).is_err() {
                        wrong.push(format!("{}: no ErrorInfo: {refused:?}", rpc.method.path));
                    }
                }
                other => wrong.push(format!("{} {bytes:?}: {other:?}", rpc.method.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_text_that_is_no_unicode_and_a_field_from_the_future_do_no_harm() {
    let served = Served::start().await;
    let mut wrong = Vec::new();
    for rpc in &served.contracts.rpcs {
        let mut broken = |_: &str, field: &prost_types::FieldDescriptorProto| {
            if guanxi_cluster::contracts::is_text(field) {
                Value::Raw(vec![0xc3, 0x28])
            } else {
                Value::Nothing
            }
        };
        let message = served.contracts.request(rpc, &mut broken).unwrap();
        let texts = !message.is_empty();
        let answer = served.call(rpc, message).await;
        let refused = matches!(&answer, Err(status) if status.code() == Code::InvalidArgument);
        if texts && !refused {
            wrong.push(format!("{}: {answer:?}", rpc.method.path));
        }
        // Field 1000, a number: what a later client may send.
        let answer = served.call(rpc, vec![0xc0, 0x3e, 0x01]).await;
        if let Err(status) = answer
            && status.code() != Code::InvalidArgument
        {
            wrong.push(format!("{}: {status:?}", rpc.method.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_path_that_no_contract_names_is_unimplemented() {
    let served = Served::start().await;
    for (role, path) in [
        (Role::Sales, "/guanxi.sales.v1.OpportunityService/Nothing"),
        (Role::Sales, "/guanxi.query.v1.FunnelService/GetFunnel"),
        (
            Role::Query,
            "/guanxi.sales.v1.OpportunityService/WinOpportunity",
        ),
        (Role::Customers, "/other.Service/Method"),
    ] {
        let refused = served
            .caller(role, "acme")
            .raw(path, Bytes::new())
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented, "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn a_message_larger_than_the_limit_is_refused_and_the_port_stays_up() {
    let served = Served::start().await;
    let large = Bytes::from(vec![0; 8 << 20]);
    let sales = served.caller(Role::Sales, "acme");
    let path = "/guanxi.sales.v1.OpportunityService/OpenOpportunity";
    let refused = sales.raw(path, large).await.unwrap_err();
    let allowed = [
        Code::OutOfRange,
        Code::ResourceExhausted,
        Code::InvalidArgument,
    ];
    assert!(allowed.contains(&refused.code()), "{refused:?}");
    let refused = sales.raw(path, Bytes::new()).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

fn violations(status: &Status) -> Vec<String> {
    let details = status.get_details_bad_request();
    let violations = details
        .map(|details| details.field_violations)
        .unwrap_or_default();
    violations
        .into_iter()
        .map(|violation| violation.field)
        .collect()
}
