//! The sales service as it runs in earnest: processes of their own, on servers of their own.

use guanxi_cluster::{Cluster, Plan, Role};
use guanxi_runtime::Role as Granted;
use tonic::transport::Channel;

use crate::Sellers;

/// Connections of all callers together, as from a few programs.
const CONNECTIONS: usize = 8;
/// The variable with the program's path.
const PROGRAM: &str = "GUANXI_TEST_PROGRAM";

/// So many replicas.
///
/// # Errors
/// When no program is named, or it does not start.
pub async fn serve_sales(replicas: usize) -> anyhow::Result<Cluster> {
    anyhow::ensure!(
        std::env::var_os(PROGRAM).is_some(),
        "set {PROGRAM} to the program that is measured"
    );
    let plan = Plan::new()
        .with(Role::Sales, replicas)
        .on_its_own_servers()
        .set("database.connections = 16")
        .set("log.stream_mib = 1024");
    Cluster::start(plan).await
}

/// People who sell, spread over the first so many replicas.
///
/// # Errors
/// When there are fewer, or one does not answer.
pub async fn sellers_at(cluster: &mut Cluster, replicas: usize) -> anyhow::Result<Sellers> {
    let tokens = cluster.tokens();
    let token = tokens.issue("load", "load", &[Granted::Manager])?;
    let mut channels = Vec::new();
    for n in 0..CONNECTIONS.max(replicas) {
        let port = cluster.replica(Role::Sales, n % replicas.max(1))?.port;
        let channel = Channel::from_shared(format!("http://127.0.0.1:{port}"))?;
        channels.push(channel.tcp_nodelay(true).connect().await?);
    }
    Sellers::over(channels, format!("Bearer {token}").parse()?).await
}
