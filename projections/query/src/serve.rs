//! The query service on its port: RPCs and pages.

use std::{sync::Arc, time::Duration};

use guanxi_projection::Models;
use guanxi_runtime::{
    GateLayer, Host, Readiness, Serving, Verifier, config::Config, database::Database,
    serve::ServeError,
};
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::{
    Queries,
    web::{self, Site},
};

/// Serves the queries over gRPC and gRPC-Web, and as pages, until `stop`.
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
    let verifier = Verifier::open(&config.auth)?;
    let gate = GateLayer::new(verifier.clone(), &config.limits);
    let routes = || {
        let mut routes = RoutesBuilder::default();
        queries.mount(&mut routes);
        routes
    };
    // Pages call the RPCs as everybody does, through the same gate.
    let site = Site::new(queries.clone(), routes().routes(), &gate, verifier)?;
    let host = Host {
        name: "query".to_owned(),
        routes: routes(),
        gate,
        pages: Some(web::router(site)),
        grace: Duration::from_secs(config.limits.shutdown_seconds),
    };
    let serving = host.serve(config.listen.query, readiness, stop).await?;
    tracing::info!(address = %serving.address, "serving queries");
    Ok(serving)
}
