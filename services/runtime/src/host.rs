//! The gRPC host: health, reflection, the gate, and an orderly stop.

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    service::RoutesBuilder,
    transport::{Server, server::TcpIncoming},
};
use tonic_health::ServingStatus;
use tower_http::cors::CorsLayer;

use crate::{GateLayer, Readiness, beside::BesideLayer, serve::ServeError};

/// What is served on one port.
pub struct Host {
    /// For readiness and logs: `sales`.
    pub name: String,
    /// The services.
    pub routes: RoutesBuilder,
    /// What stands in front of them.
    pub gate: GateLayer,
    /// The pages beside the services. Where there are some, browsers may call the services too
    /// (gRPC-Web).
    pub pages: Option<axum::Router>,
    /// How long calls in flight may take after `stop`.
    pub grace: Duration,
}

/// A port that is being served.
pub struct Serving {
    /// The address, also when port 0 was asked for.
    pub address: SocketAddr,
    /// Ends when the last call is answered.
    pub done: JoinHandle<()>,
}

impl Host {
    /// Binds and serves until `stop`: first not ready, then no new connections, then the last
    /// answers.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn serve(
        self,
        address: SocketAddr,
        readiness: Readiness,
        stop: CancellationToken,
    ) -> Result<Serving, ServeError> {
        let (reporter, health) = tonic_health::server::health_reporter();
        let reflection = |set: &'static [u8]| {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(set)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        let mut routes = self.routes;
        routes
            .add_service(health)
            .add_service(reflection(guanxi_proto::DESCRIPTORS).build_v1()?)
            .add_service(reflection(guanxi_proto::DESCRIPTORS).build_v1alpha()?);
        let bind = |source| ServeError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        self.gate.open();
        let (name, grace) = (self.name, self.grace);
        reporter
            .set_service_status("", ServingStatus::Serving)
            .await;
        readiness.set(&name, true);

        let stopping = stop.clone();
        let begin_stop = async move {
            stopping.cancelled().await;
            readiness.set(&name, false);
            reporter
                .set_service_status("", ServingStatus::NotServing)
                .await;
            // Load balancers look once a second or so; until then calls still arrive.
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .accept_http1(self.pages.is_some());
        let done = if let Some(pages) = self.pages {
            let cors = CorsLayer::very_permissive()
                .allow_credentials(false)
                .allow_origin(tower_http::cors::Any)
                .expose_headers(tower_http::cors::Any);
            let mut server = server
                .layer(BesideLayer::new(pages))
                .layer(cors)
                .layer(tonic_web::GrpcWebLayer::new())
                .layer(self.gate);
            let router = server.add_routes(routes.routes());
            tokio::spawn(until(
                grace,
                stop,
                router.serve_with_incoming_shutdown(incoming, begin_stop),
            ))
        } else {
            let mut server = server.layer(self.gate);
            let router = server.add_routes(routes.routes());
            tokio::spawn(until(
                grace,
                stop,
                router.serve_with_incoming_shutdown(incoming, begin_stop),
            ))
        };
        Ok(Serving { address, done })
    }
}

/// Serves to the end, or to the end of patience: an idle client that keeps its connection open
/// must not keep the process.
async fn until(
    grace: Duration,
    stop: CancellationToken,
    serve: impl Future<Output = Result<(), tonic::transport::Error>>,
) {
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        served = serve => if let Err(error) = served {
            tracing::error!(%error, "a gRPC port");
        },
        () = patience => tracing::warn!("calls were still in flight at the end of the grace period"),
    }
}
