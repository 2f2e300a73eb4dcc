//! What operators and their machines ask a process: is it alive, is it ready, what are its figures.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, RwLock},
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Which parts of this process are ready.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<RwLock<BTreeMap<String, bool>>>);

impl Readiness {
    /// Says how a part stands.
    pub fn set(&self, part: &str, ready: bool) {
        if let Ok(mut parts) = self.0.write() {
            parts.insert(part.to_owned(), ready);
        }
    }

    /// Whether every part is ready, and the list of them.
    pub fn report(&self) -> (bool, String) {
        let Ok(parts) = self.0.read() else {
            return (false, String::new());
        };
        let ready = !parts.is_empty() && parts.values().all(|ready| *ready);
        let lines = parts.iter().map(|(part, ready)| {
            format!("{part}: {}\n", if *ready { "ready" } else { "not ready" })
        });
        (ready, lines.collect())
    }
}

/// Serves `/healthz`, `/readyz` and `/metrics` until `stop`; returns the address.
///
/// # Errors
/// When the address is taken.
pub async fn serve(
    address: SocketAddr,
    metrics: PrometheusHandle,
    readiness: Readiness,
    stop: CancellationToken,
) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let upkeep = metrics.clone();
    let router = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .with_state(readiness)
        .route(
            "/metrics",
            get(move || std::future::ready(metrics.render())),
        );
    tokio::spawn(async move {
        let upkeep_loop = async {
            loop {
                tokio::time::sleep(std::time::Duration::from_secs(5)).await;
                upkeep.run_upkeep();
            }
        };
        tokio::select! {
            () = upkeep_loop => {}
            served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()) => {
                if let Err(error) = served {
                    tracing::error!(%error, "the operations address");
                }
            }
        }
    });
    Ok(address)
}

async fn readyz(State(readiness): State<Readiness>) -> (StatusCode, String) {
    let (ready, report) = readiness.report();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, report)
}
