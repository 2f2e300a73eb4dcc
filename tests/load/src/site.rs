//! A site to measure: servers of its own, and the sales service on them in this process.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use guanxi_eventlog::{LogReader, PlainCodec};
use guanxi_harness::{OwnServers, eventually};
use guanxi_projection::{Models, Options, Projection, Setup, Worker};
use guanxi_runtime::{
    DevelopmentIssuer, Identity, Readiness, Role,
    config::{Config, Database, Nats},
    serve::{Running, serve},
};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tonic::{
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

/// Postgres and NATS with production's durability, and the sales service.
pub struct Site {
    /// The servers.
    pub servers: OwnServers,
    /// The configuration of everything here.
    pub config: Arc<Config>,
    stop: CancellationToken,
    service: Option<Running>,
    secrets: std::path::PathBuf,
}

/// For a read model to be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// As a server of this size would be set: what the bench of other stores uses, and that the files of the
/// WAL which [`prepare`](crate::store::prepare) makes are kept.
pub(crate) const SETTINGS: [(&str, &str); 4] = [
    ("shared_buffers", "1GB"),
    ("min_wal_size", "1GB"),
    ("max_wal_size", "4GB"),
    ("max_connections", "200"),
];

impl Site {
    /// Starts servers and service; the relay fills the stream when `relay` is set.
    ///
    /// # Errors
    /// When a server or the service does not start.
    pub async fn start(relay: bool) -> anyhow::Result<Self> {
        crate::counted::count()?;
        let servers = OwnServers::start_with(&SETTINGS).await?;
        crate::store::prepare(&servers.database_url()).await?;
        let secrets = servers.scratch().join("secrets");
        std::fs::create_dir_all(&secrets)?;
        let (root, issuer) = (secrets.join("root"), secrets.join("issuer"));
        std::fs::write(&root, "5a".repeat(32))?;
        std::fs::write(&issuer, uuid::Uuid::new_v4().simple().to_string())?;
        let mut config = Config {
            development: true,
            database: Database {
                url: servers.database_url().as_str().into(),
                set_role: false,
                ..Database::default()
            },
            nats: Nats {
                url: Some(servers.nats_url().as_str().into()),
                ca_file: None,
            },
            ..Config::default()
        };
        config.auth.development_secret_file = Some(issuer);
        config.keys.root_file = Some(root);
        config.log.relay = relay;
        config.listen.sales = ([127, 0, 0, 1], 0).into();
        let config = Arc::new(config);
        let mut client = connect(&servers.database_url()).await?;
        for service in guanxi_events::Service::ALL {
            guanxi_runtime::migrate(&mut client, service).await?;
        }
        let stop = CancellationToken::new();
        let running = serve(
            guanxi_sales::module(),
            config.clone(),
            Readiness::default(),
            stop.clone(),
        );
        let service = Some(running.await?);
        Ok(Self {
            servers,
            config,
            stop,
            service,
            secrets,
        })
    }

    /// A connection to the service.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn channel(&self) -> anyhow::Result<Channel> {
        let service = self.service.as_ref().context("the service is stopped")?;
        let address = format!("http://{}", service.address);
        Ok(Channel::from_shared(address)?
            .tcp_nodelay(true)
            .connect()
            .await?)
    }

    /// An `authorization` header of a manager of the tenant `load`.
    ///
    /// # Errors
    /// When no token can be issued.
    pub fn authorization(&self) -> anyhow::Result<MetadataValue<Ascii>> {
        let identity = Identity {
            tenant: "load".parse()?,
            person: "load".parse()?,
            roles: vec![Role::Manager],
        };
        let issuer = DevelopmentIssuer::open(&self.config.auth)?;
        let token = issuer.issue(&identity, Duration::from_secs(86_400))?;
        Ok(format!("Bearer {token}").parse()?)
    }

    /// Keeps a read model up to date by the stream, until the site goes; what it returns shows how far
    /// the model is, as queries see it.
    ///
    /// A worker is a program of its own: here it has a runtime of its own, so that it is the kernel
    /// that gives it its turns beside the service, and not the service's runtime.
    ///
    /// # Errors
    /// When Postgres or NATS refuses, or the model is not there in time.
    pub async fn project(&self, projection: impl Projection) -> anyhow::Result<Models> {
        let name = projection.name();
        let url = self.servers.database_url();
        guanxi_projection::migrate(&mut connect(&url).await?).await?;
        let (config, stop) = (self.config.clone(), self.stop.clone());
        let work = worker(projection, url.clone(), config, stop);
        std::thread::Builder::new()
            .name("worker".into())
            .spawn(move || {
                let ended = Runtime::new()
                    .map_err(Into::into)
                    .and_then(|it| it.block_on(work));
                if let Err(error) = ended {
                    eprintln!("the worker has ended: {error:#}");
                }
            })?;
        let models = Models::new(crate::pool(&url)?);
        eventually(PATIENCE, async || models.active(name).await).await?;
        Ok(models)
    }

    /// Stops the service; the servers stay until this is dropped.
    pub async fn stop_service(&mut self) {
        self.stop.cancel();
        if let Some(service) = self.service.take() {
            service.stopped().await;
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
        // Best effort: the scratch directory goes with the servers anyway.
        drop(std::fs::remove_dir_all(&self.secrets));
    }
}

/// Works on a read model until `stop`.
async fn worker(
    projection: impl Projection,
    url: String,
    config: Arc<Config>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (pool, codec) = (crate::pool(&url)?, Arc::new(PlainCodec));
    let readers = guanxi_events::Service::ALL
        .map(|service| LogReader::new(service, pool.clone(), codec.clone()));
    let setup = Setup {
        projection: Arc::new(projection),
        pool,
        readers: readers.into(),
        nats: guanxi_runtime::serve::nats(&config).await?,
        options: Options::default(),
    };
    Ok(Worker::new(setup).run(stop).await?)
}

/// A connection as superuser.
///
/// # Errors
/// When Postgres refuses.
pub async fn connect(url: &str) -> anyhow::Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
