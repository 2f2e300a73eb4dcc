//! The query service on its port.

use std::{sync::Arc, time::Duration};

use guanxi_projection::Models;
use guanxi_runtime::{
    GateLayer, Host, Readiness, Serving, Verifier, config::Config, database::Database,
    serve::ServeError,
};
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::Queries;

/// Serves the queries over gRPC and gRPC-Web until `stop`.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    config: Arc<Config>,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<Serving, ServeError> {
    let pool = Database::open(&config, "query")?.pool()?;
    let queries = Queries::new(Models::new(pool.clone()), pool, config.clone());
    let mut routes = RoutesBuilder::default();
    queries.mount(&mut routes);
    let host = Host {
        name: "query".to_owned(),
        routes,
        gate: GateLayer::new(Verifier::open(&config.auth)?, config.limits.in_flight),
        web: true,
        grace: Duration::from_secs(config.limits.shutdown_seconds),
    };
    let serving = host.serve(config.listen.query, readiness, stop).await?;
    tracing::info!(address = %serving.address, "serving queries");
    Ok(serving)
}
