//! Starts and stops the whole: servers, services, queries, projections.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use guanxi_embedded::{Nats, NatsOptions, Postgres, PostgresOptions};
use guanxi_projection::Models;
use guanxi_runtime::{config::Config, database::Database};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;

use super::{DevHome, Endpoints, analyst};
use crate::{
    cli::Global,
    migrate,
    modules::{Part, Projector, Served, Workers, projections},
    process::Process,
    settings::Setting,
};

/// The tenant of the demonstration.
pub const TENANT: &str = "demo";

/// Where its days begin.
pub const TIME_ZONE: &str = "America/Chicago";

/// In which currency its sums of several are shown, and its customers' credit is limited: that of
/// the wholesaler of the demonstration.
const CURRENCY: &str = "GBP";

/// The name of the database.
const DATABASE: &str = "guanxi";

/// The configuration as other processes need it to join in.
const CONFIGURATION: &str = "guanxi.toml";

/// Between two looks whether the servers live.
const LOOK: Duration = Duration::from_secs(1);

/// How long the read models may take to be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A private set-up that runs.
pub struct Stack {
    /// Where everything is.
    pub endpoints: Endpoints,
    /// The configuration in force.
    pub config: Arc<Config>,
    home: DevHome,
    served: Vec<Served>,
    workers: Workers,
    postgres: Postgres,
    nats: Nats,
}

impl Stack {
    /// Starts everything in the folder, and returns when all of it is ready.
    ///
    /// # Errors
    /// What is in the way: another process in the folder, a program that is not installed, …
    pub(crate) async fn start(
        dir: &Path,
        global: &Global,
        process: &Process,
    ) -> anyhow::Result<Self> {
        let home = DevHome::open(dir)?;
        // Of a process that was killed.
        Endpoints::remove(&home)?;
        let mut options = PostgresOptions::in_dir(home.path("postgres"));
        options.settings = vec![("max_connections".to_owned(), "200".to_owned())];
        let nats = NatsOptions::in_dir(home.path("nats"));
        let (postgres, nats) = tokio::try_join!(Postgres::start(options), Nats::start(nats))?;
        create_database(&postgres.url()).await?;
        let database = postgres.url_of(DATABASE);

        let settings = settings(&home, &database, &nats.url())?;
        let config = global.load_with(&settings)?;
        migrate::migrate(&config).await?;
        let analyst = analyst::login(&home, &config, &database).await?;
        let lines: Vec<String> = settings.iter().map(Setting::to_toml).collect();
        home.write_private(CONFIGURATION, (lines.join("\n") + "\n").as_bytes())?;

        let mut served = Vec::new();
        let mut grpc = std::collections::BTreeMap::new();
        for part in Part::ALL {
            let running = part
                .serve(&config, &process.readiness, &process.stop)
                .await?;
            grpc.insert(part.name().to_owned(), running.address().to_string());
            served.push(running);
        }
        let projector = Projector::open(&config).await?;
        let all = projector.named(&["all".to_owned()])?;
        let workers = projector.work(&all, &process.readiness, &process.stop);
        let operations = process.operations(&config).await?;
        built(&config).await?;

        let endpoints = Endpoints {
            web: format!("http://{}", config.listen.query),
            grpc,
            database: database.expose_secret().to_owned(),
            analyst,
            nats: nats.url().expose_secret().to_owned(),
            operations: format!("http://{operations}"),
        };
        endpoints.write(&home)?;
        Ok(Self {
            endpoints,
            config,
            home,
            served,
            workers,
            postgres,
            nats,
        })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        self.home.dir()
    }

    /// The configuration file with which other processes join in.
    pub fn configuration(&self) -> std::path::PathBuf {
        self.home.path(CONFIGURATION)
    }

    /// Starts a private server again when it has died, until the stop. The services notice, wait and
    /// go on by themselves.
    ///
    /// # Errors
    /// When it cannot be started again.
    pub(crate) async fn watch(&mut self, stop: &CancellationToken) -> anyhow::Result<()> {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(LOOK) => {}
            }
            if self.postgres.pid().is_none() {
                tracing::error!("Postgres has died; starting it again");
                self.postgres.restart().await?;
            }
            if self.nats.pid().is_none() {
                tracing::error!("nats-server has died; starting it again");
                self.nats.restart().await?;
            }
        }
        Ok(())
    }

    /// Waits for the orderly end of all that was told to stop, then stops the servers.
    ///
    /// # Errors
    /// When something ended badly; the servers are stopped all the same.
    pub(crate) async fn stopped(mut self) -> anyhow::Result<()> {
        let removed = Endpoints::remove(&self.home);
        for served in self.served {
            served.stopped().await;
        }
        let worked = self.workers.ended().await;
        self.nats.stop().await;
        self.postgres.stop().await;
        removed.and(worked)
    }
}

/// What makes the configuration that of this folder.
fn settings(
    home: &DevHome,
    database: &SecretString,
    nats: &SecretString,
) -> anyhow::Result<Vec<Setting>> {
    let file = |key: &str, path: &Path| Setting::text(key, path.display().to_string());
    let (root, _) = home.secret("root-key")?;
    let (development, _) = home.secret("development-secret")?;
    let anchors = home.path("anchors");
    std::fs::create_dir_all(&anchors).with_context(|| format!("make {}", anchors.display()))?;
    let names = [
        "customers",
        "sales",
        "service",
        "loyalty",
        "query",
        "operations",
    ];
    let addresses = home.ports(names)?;
    let mut settings = vec![
        Setting::switch("development", true),
        Setting::text("database.url", database.expose_secret()),
        Setting::text("nats.url", nats.expose_secret()),
        file("auth.development_secret_file", &development),
        file("keys.root_file", &root),
        file("keys.anchor_file", &home.path("anchor-key")),
        file("log.anchors", &anchors),
        Setting::text(&format!("tenants.{TENANT}.time_zone"), TIME_ZONE),
        Setting::text(&format!("tenants.{TENANT}.currency"), CURRENCY),
    ];
    settings.extend(
        names
            .iter()
            .zip(addresses)
            .map(|(name, address)| Setting::text(&format!("listen.{name}"), address.to_string())),
    );
    Ok(settings)
}

async fn create_database(server: &SecretString) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(server.expose_secret(), NoTls)
        .await
        .context("connect to the private Postgres")?;
    let connection = tokio::spawn(connection);
    let there = "select from pg_database where datname = $1";
    if client.query_opt(there, &[&DATABASE]).await?.is_none() {
        client
            .batch_execute(&format!("create database {DATABASE}"))
            .await?;
    }
    drop(client);
    connection.await??;
    Ok(())
}

/// Waits until queries can be answered from every read model.
async fn built(config: &Config) -> anyhow::Result<()> {
    let models = Models::new(Database::open(config, "query")?.pool()?);
    let until = Instant::now() + PATIENCE;
    for projection in projections().iter() {
        while let Err(error) = models.active(projection.name()).await {
            if Instant::now() > until {
                bail!("the read model {} is not there: {error}", projection.name());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}
