//! What every port offers to tools: health and reflection.

use bytes::Bytes;
use futures::StreamExt;
use guanxi_cluster::{Cluster, Plan, Role};
use guanxi_proto::METHODS;
use guanxi_runtime::Role as Granted;
use tonic::Request;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

const SERVING: [Role; 5] = [
    Role::Customers,
    Role::Sales,
    Role::Service,
    Role::Loyalty,
    Role::Query,
];

async fn one_of_each() -> Cluster {
    Cluster::start(Plan::of_all(1)).await.unwrap()
}

#[tokio::test]
async fn every_port_says_that_it_is_healthy_without_a_token() {
    let cluster = one_of_each().await;
    for role in SERVING {
        let channel = cluster.ports(role).unwrap().channel(0);
        let request = Request::new(HealthCheckRequest {
            service: String::new(),
        });
        let answer = HealthClient::new(channel)
            .check(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{role}");
    }
}

#[tokio::test]
async fn every_port_describes_every_service_that_it_has() {
    let cluster = one_of_each().await;
    for role in SERVING {
        let listed = services(&cluster, role).await;
        for method in METHODS
            .iter()
            .filter(|m| Role::of_path(m.path) == Some(role))
        {
            let service = method.path.split('/').nth(1).unwrap();
            assert!(
                listed.iter().any(|name| name == service),
                "{role}: no {service}: {listed:?}"
            );
        }
        assert!(
            listed.iter().any(|name| name == "grpc.health.v1.Health"),
            "{role}: {listed:?}"
        );
    }
}

#[tokio::test]
async fn the_operations_port_says_alive_ready_and_figures() {
    let cluster = one_of_each().await;
    for method in METHODS {
        // Whatever the answer is, it is counted.
        let role = Role::of_path(method.path).unwrap();
        let caller = cluster.caller(role, "acme", "root", &[Granted::Admin]);
        let _ = caller.unwrap().raw(method.path, Bytes::new()).await;
    }
    for replica in cluster.replicas() {
        assert_eq!(replica.readyz().await.unwrap(), 200, "{}", replica.name());
        let metrics = replica.metrics().await.unwrap();
        assert!(metrics.contains("guanxi_"), "{}: {metrics}", replica.name());
    }
}

async fn services(cluster: &Cluster, role: Role) -> Vec<String> {
    let mut client = ServerReflectionClient::new(cluster.ports(role).unwrap().channel(0));
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers = client
        .server_reflection_info(futures::stream::iter([ask]))
        .await
        .unwrap();
    let answer = answers.into_inner().next().await.unwrap().unwrap();
    match answer.message_response {
        Some(MessageResponse::ListServicesResponse(list)) => list
            .service
            .into_iter()
            .map(|service| service.name)
            .collect(),
        other => panic!("{role}: {other:?}"),
    }
}
