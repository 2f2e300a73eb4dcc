//! The query service on a port, and callers with tokens.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use guanxi_dashboards::Dashboards;
use guanxi_eventlog::Receipt;
use guanxi_events::Service;
use guanxi_harness::ScratchDir;
use guanxi_points::Points;
use guanxi_projection::Worker;
use guanxi_proto::query::v1::{
    GetBacklogRequest, GetControlAccountRequest, GetDailyFiguresRequest, GetFunnelRequest,
    GetPointsLiabilityRequest, dashboard_service_client::DashboardServiceClient,
    funnel_service_client::FunnelServiceClient, points_service_client::PointsServiceClient,
    receivables_service_client::ReceivablesServiceClient,
    service_figures_service_client::ServiceFiguresServiceClient,
};
use guanxi_receivables::Receivables;
use guanxi_runtime::{DevelopmentIssuer, Identity, Readiness, Role, Secret, Token, config::Config};
use guanxi_service_figures::Service as Desk;
use jiff::Timestamp;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Code, Request, Status, metadata::MetadataValue, transport::Channel};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::{
    analysts::{PIPELINE, tenant},
    deals::{Told, eur, opened},
    world::World,
};

pub(crate) struct Server {
    pub(crate) world: World,
    pub(crate) client: FunnelServiceClient<Channel>,
    pub(crate) receivables: ReceivablesServiceClient<Channel>,
    pub(crate) points: PointsServiceClient<Channel>,
    pub(crate) service: ServiceFiguresServiceClient<Channel>,
    pub(crate) dashboards: DashboardServiceClient<Channel>,
    pub(crate) address: SocketAddr,
    issuer: DevelopmentIssuer,
    _stop: DropGuard,
    _secret: ScratchDir,
}

impl Server {
    /// A worker for each model that follows the log, and the service.
    pub(crate) async fn new() -> Self {
        // What is hidden from clients is shown by a test that fails.
        let log = tracing_subscriber::fmt().with_test_writer();
        drop(log.with_max_level(tracing::Level::ERROR).try_init());
        let mut world = World::new().await;
        for service in Service::ALL {
            let mut database = world.client().await;
            guanxi_runtime::migrate(&mut database, service)
                .await
                .unwrap();
        }
        for name in ["acme", "bolt"] {
            world.pipeline(&tenant(name), PIPELINE).await;
        }
        world.build(100).await;
        world.receivables(100).await;
        world.points_model(100).await;
        world.build_of(Arc::new(Desk), 100).await;
        world.build_of(Arc::new(Dashboards), 100).await;
        let stop = CancellationToken::new();
        let setups = [
            world.setup(100),
            world.setup_of(Arc::new(Receivables), 100),
            world.setup_of(Arc::new(Points), 100),
            world.setup_of(Arc::new(Desk), 100),
            world.setup_of(Arc::new(Dashboards), 100),
        ];
        for setup in setups {
            tokio::spawn(Worker::new(setup).run(stop.clone()));
        }

        let scratch = ScratchDir::create_in(&std::env::temp_dir()).unwrap();
        let file = scratch.path().join("secret");
        std::fs::write(&file, "0123456789abcdef0123456789abcdef").unwrap();
        let mut config = Config {
            development: true,
            ..Config::default()
        };
        config.database.url = Secret::from(world.database.url());
        config.database.set_role = false;
        config.listen.query = "127.0.0.1:0".parse().unwrap();
        config.auth.development_secret_file = Some(file);
        let shanghai = guanxi_runtime::config::Tenant {
            time_zone: "Asia/Shanghai".into(),
            currency: "EUR".into(),
        };
        config.tenants = BTreeMap::from([(tenant("acme"), shanghai)]);
        let issuer = DevelopmentIssuer::open(&config.auth).unwrap();
        let serving = guanxi_query::serve(Arc::new(config), Readiness::default(), stop.clone())
            .await
            .unwrap();
        let address = format!("http://{}", serving.address);
        let client = FunnelServiceClient::connect(address.clone()).await.unwrap();
        let receivables = ReceivablesServiceClient::connect(address.clone());
        let receivables = receivables.await.unwrap();
        let points = PointsServiceClient::connect(address.clone());
        let points = points.await.unwrap();
        let service = ServiceFiguresServiceClient::connect(address.clone());
        let service = service.await.unwrap();
        let dashboards = DashboardServiceClient::connect(address).await.unwrap();
        Self {
            world,
            client,
            receivables,
            points,
            service,
            dashboards,
            address: serving.address,
            issuer,
            _stop: stop.drop_guard(),
            _secret: scratch,
        }
    }

    /// A request of acme's analyst.
    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        self.ask_as("acme", Role::Analyst, message)
    }

    pub(crate) fn ask_as<T>(&self, name: &str, role: Role, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let header = MetadataValue::try_from(self.bearer_of(name, role)).unwrap();
        request.metadata_mut().insert("authorization", header);
        request.set_timeout(Duration::from_secs(60));
        request
    }

    /// The `authorization` of acme's analyst.
    pub(crate) fn bearer(&self) -> String {
        self.bearer_of("acme", Role::Analyst)
    }

    pub(crate) fn bearer_of(&self, name: &str, role: Role) -> String {
        format!("Bearer {}", self.token_of(name, &[role]))
    }

    /// A token as an identity provider issues it.
    pub(crate) fn token_of(&self, name: &str, roles: &[Role]) -> String {
        let identity = Identity {
            tenant: tenant(name),
            person: "ann".parse().unwrap(),
            roles: roles.to_vec(),
        };
        let lifetime = Duration::from_secs(60);
        self.issuer.issue(&identity, lifetime).unwrap()
    }

    /// The token of all that was written of sales.
    pub(crate) async fn written(&self) -> String {
        self.written_to(Service::Sales).await
    }

    /// The token of all that was written to a log.
    pub(crate) async fn written_to(&self, service: Service) -> String {
        let head = self.world.reader(service).head().await.unwrap();
        let token = Token {
            service,
            incarnation: head.incarnation,
            position: head.position,
        };
        token.encode()
    }

    /// An opportunity of acme's, and the token of its opening.
    pub(crate) async fn open(&mut self, id: u128, at: &str) -> String {
        let at: Timestamp = at.parse().unwrap();
        self.open_called(id, &format!("deal {id}"), at).await
    }

    /// The same with a title.
    pub(crate) async fn open_called(&mut self, id: u128, title: &str, at: Timestamp) -> String {
        let details = guanxi_events::sales::OpportunityDetails {
            title: title.to_owned(),
            amount: Some(eur("10")),
            ..Default::default()
        };
        let event = opened(PIPELINE, details, "ann", None, at);
        let told = Told {
            tenant: tenant("acme"),
            id: Uuid::from_u128(id),
            at,
            event,
        };
        Self::token(&self.world.tell(&told).await)
    }

    /// Waits until every model shows all that was written.
    pub(crate) async fn caught_up(&mut self) {
        let after = vec![self.written().await];
        let funnel = GetFunnelRequest {
            after: after.clone(),
            ..GetFunnelRequest::default()
        };
        self.client.get_funnel(self.ask(funnel)).await.unwrap();
        let control = GetControlAccountRequest {
            after,
            ..GetControlAccountRequest::default()
        };
        let control = self
            .receivables
            .get_control_account(self.ask(control))
            .await;
        control.unwrap();
        let liability = GetPointsLiabilityRequest {
            after: vec![self.written_to(Service::Loyalty).await],
            ..GetPointsLiabilityRequest::default()
        };
        let liability = self.points.get_points_liability(self.ask(liability)).await;
        liability.unwrap();
        let backlog = GetBacklogRequest {
            after: vec![self.written_to(Service::Service).await],
            ..GetBacklogRequest::default()
        };
        self.service.get_backlog(self.ask(backlog)).await.unwrap();
        let mut after = Vec::new();
        for service in Service::ALL {
            after.push(self.written_to(service).await);
        }
        let days = GetDailyFiguresRequest {
            after,
            ..GetDailyFiguresRequest::default()
        };
        let days = self.dashboards.get_daily_figures(self.ask(days)).await;
        days.unwrap();
    }

    /// The token of an append.
    pub(crate) fn token(receipt: &Receipt) -> String {
        let token = Token {
            service: Service::Sales,
            incarnation: receipt.incarnation,
            position: receipt.position,
        };
        token.encode()
    }
}

/// The fields that a refused request is told of.
pub(crate) fn bad_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    violations
        .iter()
        .map(|violation| violation.field.clone())
        .collect()
}
