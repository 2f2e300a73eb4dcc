//! Asking in a person's name: the RPCs as any client calls them, without the way over the network.

use std::time::Duration;

use guanxi_proto::query::v1::{
    dashboard_service_client::DashboardServiceClient, funnel_service_client::FunnelServiceClient,
    points_service_client::PointsServiceClient,
    receivables_service_client::ReceivablesServiceClient,
    service_figures_service_client::ServiceFiguresServiceClient,
};
use guanxi_runtime::Gate;
use secrecy::ExposeSecret;
use tonic::{Request, Response, Status, metadata::MetadataValue, service::Routes};

use super::{failure::Failure, session::Visitor};

/// The RPCs behind their gate.
pub(super) type Inside = Gate<Routes>;

/// A page waits no longer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Answers stay in memory, so they may be larger than what goes over a network.
const LARGEST: usize = 64 * 1024 * 1024;

impl Visitor {
    /// The funnels.
    pub(super) fn funnels(&self) -> FunnelServiceClient<Inside> {
        FunnelServiceClient::new(self.site.rpcs.clone()).max_decoding_message_size(LARGEST)
    }

    /// The receivables.
    pub(super) fn receivables(&self) -> ReceivablesServiceClient<Inside> {
        ReceivablesServiceClient::new(self.site.rpcs.clone()).max_decoding_message_size(LARGEST)
    }

    /// Members' points.
    pub(super) fn points(&self) -> PointsServiceClient<Inside> {
        PointsServiceClient::new(self.site.rpcs.clone()).max_decoding_message_size(LARGEST)
    }

    /// The service desk.
    pub(super) fn desk(&self) -> ServiceFiguresServiceClient<Inside> {
        ServiceFiguresServiceClient::new(self.site.rpcs.clone()).max_decoding_message_size(LARGEST)
    }

    /// The figures of days, and what waits for people.
    pub(super) fn dashboards(&self) -> DashboardServiceClient<Inside> {
        DashboardServiceClient::new(self.site.rpcs.clone()).max_decoding_message_size(LARGEST)
    }

    /// A request of this person's.
    pub(super) fn request<T>(&self, message: T) -> Result<Request<T>, Failure> {
        let bearer = format!("Bearer {}", self.token.expose_secret());
        let mut header = MetadataValue::try_from(bearer).map_err(|_| Failure::NotSignedIn)?;
        header.set_sensitive(true);
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", header);
        request.set_timeout(PATIENCE);
        Ok(request)
    }
}

/// What was answered.
pub(super) fn answer<T>(answer: Result<Response<T>, Status>) -> Result<T, Failure> {
    Ok(answer.map_err(Failure::from)?.into_inner())
}
