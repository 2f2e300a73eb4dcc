//! One service for each test, served as it is delivered: over gRPC, on a database of its own; callers
//! with roles; and its log, read and written past it.
#![allow(
    clippy::unwrap_used,
    reason = "what fails here fails the test that asked for it"
)]

mod caller;
mod log;

use std::{fs, sync::Arc, time::Duration};

use guanxi_events::Service;
use guanxi_harness::{ScratchDir, TestDatabase};
use guanxi_runtime::{
    DevelopmentIssuer, Identity, Module, Readiness, Secret, config::Config, serve,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, transport::Channel};

pub use caller::{ANALYST, ANNA, Caller, IMPORTER, MANAGER, STRANGER, header, reason};
pub use log::{events, written, written_next};

/// A running service.
pub struct Served {
    /// Its logs, those of the other services among them.
    pub database: Arc<TestDatabase>,
    module: fn() -> Module,
    channel: Channel,
    config: Arc<Config>,
    issuer: DevelopmentIssuer,
    stop: CancellationToken,
    // Its background work ends with it.
    _running: serve::Running,
    scratch: Arc<ScratchDir>,
}

/// A database with an empty log of every service.
pub async fn logs() -> TestDatabase {
    let database = TestDatabase::create().await.unwrap();
    let mut client = database.connect().await.unwrap();
    for service in Service::ALL {
        guanxi_runtime::migrate(&mut client, service).await.unwrap();
    }
    database
}

impl Served {
    /// The service on empty logs.
    pub async fn start(module: fn() -> Module) -> Self {
        Self::on(logs().await, module).await
    }

    /// The service on logs that may hold something.
    pub async fn on(database: TestDatabase, module: fn() -> Module) -> Self {
        let scratch = ScratchDir::create_in(&std::env::temp_dir()).unwrap();
        let (root, secret) = (scratch.path().join("root"), scratch.path().join("secret"));
        fs::write(&root, "ab".repeat(32)).unwrap();
        fs::write(&secret, "cd".repeat(32)).unwrap();
        let mut config = Config {
            development: true,
            ..Config::default()
        };
        config.database.url = Secret::from(database.url());
        config.database.set_role = false;
        // Each login costs a test's only thread some time: a whole pool of them at once would be
        // longer at it than the server waits for one.
        config.database.connections = 4;
        let listen = &mut config.listen;
        *match module().service() {
            Service::Customers => &mut listen.customers,
            Service::Sales => &mut listen.sales,
            Service::Service => &mut listen.service,
            Service::Loyalty => &mut listen.loyalty,
        } = ([127, 0, 0, 1], 0).into();
        config.auth.development_secret_file = Some(secret);
        config.nats.url = Some(Secret::from(database.nats_url()));
        config.keys.root_file = Some(root);
        Self::with(
            Arc::new(database),
            module,
            Arc::new(config),
            Arc::new(scratch),
        )
        .await
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        Self::with(
            Arc::clone(&self.database),
            self.module,
            Arc::clone(&self.config),
            Arc::clone(&self.scratch),
        )
        .await
    }

    async fn with(
        database: Arc<TestDatabase>,
        module: fn() -> Module,
        config: Arc<Config>,
        scratch: Arc<ScratchDir>,
    ) -> Self {
        let issuer = DevelopmentIssuer::open(&config.auth).unwrap();
        let stop = CancellationToken::new();
        let readiness = Readiness::default();
        let running = serve::serve(module(), Arc::clone(&config), readiness, stop.clone());
        let running = running.await.unwrap();
        let channel = Channel::from_shared(format!("http://{}", running.address)).unwrap();
        Self {
            database,
            module,
            channel: channel.connect().await.unwrap(),
            config,
            issuer,
            stop,
            _running: running,
            scratch,
        }
    }

    /// To every RPC of the service.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// The message as this caller sends it.
    pub fn by<T>(&self, Caller(tenant, person, role): Caller, message: T) -> Request<T> {
        let identity = Identity {
            tenant: tenant.parse().unwrap(),
            person: person.parse().unwrap(),
            roles: vec![role],
        };
        let token = self.issuer.issue(&identity, Duration::from_secs(600));
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", token.unwrap()).parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        request
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
