//! A whole command service in one call: log, relay, timers, reactions, anchors, gRPC.

mod told;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use guanxi_eventlog::{
    EventLog, LogError, LogOptions, LogReader, PlainCodec, Relay, RelayOptions, StreamLimits,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Commands, GateLayer, Host, Module, Readiness, Verifier,
    config::{Config, ConfigError},
    database::{Database, DatabaseError},
    executor::Executor,
    identity::AuthError,
    keys::{InvalidRootKey, KeyRing},
    leader,
    reactions::{self, Surroundings},
    states::States,
    timers,
};

/// Why a role could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log, or Postgres on the way to it.
    #[error("{}", told::told(.0))]
    Log(#[from] LogError),
    /// Sign-in.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The root key.
    #[error("keys.root_file: {0}")]
    RootKey(#[from] InvalidRootKey),
    /// A file that cannot be read.
    #[error("{file}: {source}")]
    File {
        /// Which one.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The address is taken or not ours.
    #[error("{address}: {source}")]
    Bind {
        /// Which one.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// NATS.
    #[error("nats: {0}")]
    Nats(String),
    /// The descriptors for reflection.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A migration.
    #[error("migration: {0}")]
    Migration(#[from] Box<refinery::Error>),
    /// Postgres, during a migration.
    #[error("migration: {0}")]
    Postgres(#[from] tokio_postgres::Error),
}

/// A command service that runs.
pub struct Running {
    /// Where its gRPC port is.
    pub address: SocketAddr,
    log: EventLog,
    serving: tokio::task::JoinHandle<()>,
    background: JoinSet<()>,
    /// Nothing more is appended: the last anchor can be set.
    written: CancellationToken,
}

impl Running {
    /// Waits until the stop is complete: the last calls answered, the appender flushed, the log's end
    /// anchored, relay, timers and reactions ended.
    pub async fn stopped(mut self) {
        if self.serving.await.is_err() {
            tracing::error!("the gRPC port ended by a panic");
        }
        self.log.close().await;
        self.written.cancel();
        while self.background.join_next().await.is_some() {}
    }
}

/// NATS as configured; none when none is. The connection is made in the background and made
/// again for ever: NATS being away is no reason not to start.
///
/// # Errors
/// When the address cannot be used.
pub async fn nats(config: &Config) -> Result<Option<async_nats::Client>, ServeError> {
    let Some(url) = &config.nats.url else {
        return Ok(None);
    };
    let mut options = async_nats::ConnectOptions::new().name("guanxi");
    if let Some(file) = &config.nats.ca_file {
        options = options
            .add_root_certificates(file.clone())
            .require_tls(true);
    }
    guanxi_eventlog::connect_nats(url.expose(), options)
        .await
        .map(Some)
        .map_err(|error| ServeError::Nats(error.to_string()))
}

/// Starts a command service. It ends in order after `stop`.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    module: Module,
    config: Arc<Config>,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<Running, ServeError> {
    let service = module.service();
    let database = Database::open(&config, service.name())?;
    let pool = database.pool()?;
    let mut options = LogOptions::new(service);
    options.queue = config.limits.append_queue;
    let codec = Arc::new(PlainCodec);
    let log = EventLog::open(options, pool.clone(), database.connector(), codec.clone()).await?;
    let states = States::new(
        log.clone(),
        config.limits.cache_mib,
        config.limits.snapshot_every,
    );
    let executor = Executor::new(log.clone(), states, root_keys(&config)?);
    let commands = Commands::new(executor.clone(), config.clone());
    let nats = nats(&config).await?;
    let verifier = Verifier::open(&config.auth)?;

    let (mut background, written) = (JoinSet::new(), CancellationToken::new());
    if let Some(nats) = nats.clone() {
        let (log, stop) = (log.clone(), stop.clone());
        if config.log.relay {
            let relay = Relay::new(&log, nats.clone(), relay_options(&config));
            background.spawn(relay.run(stop.clone()));
        }
        background.spawn(async move { guanxi_eventlog::pokes(&log, &nats, stop).await });
    }
    {
        let (database, stop) = (database.clone(), stop.clone());
        let (executor, config) = (executor.clone(), config.clone());
        let owners = timers::Owners::new(&module.deciders, &module.jobs);
        background.spawn(async move {
            let name = format!("guanxi timers {service}");
            let work = || timers::run(executor.clone(), owners.clone(), config.clone());
            leader::lead(&database, &name, &stop, work).await;
        });
    }
    for reaction in module.reactions.clone() {
        let (database, stop) = (database.clone(), stop.clone());
        let with = Surroundings {
            executor: executor.clone(),
            source: LogReader::new(reaction.source(), pool.clone(), codec.clone()),
            own: log.reader().clone(),
            nats: nats.clone(),
            pool: pool.clone(),
            config: config.clone(),
        };
        background.spawn(async move {
            // With the service: each has its own copy of customers, by a reaction of one name.
            let name = format!("guanxi reaction {service} {}", reaction.name());
            let work = || reactions::run(reaction.as_ref(), &with);
            leader::lead(&database, &name, &stop, work).await;
        });
    }

    if let Some((folder, key)) = config
        .log
        .anchors
        .as_ref()
        .zip(config.keys.anchor_file.as_ref())
    {
        let key = guanxi_eventlog::load_or_create_key(key)?;
        let file = folder.join(format!("{service}.anchors"));
        let every = Duration::from_secs(config.log.anchor_seconds.max(1));
        let written = written.clone();
        let anchors = guanxi_eventlog::keep_anchors(log.clone(), key, file, every, written);
        background.spawn(anchors);
    }

    let host = Host {
        name: service.name().to_owned(),
        routes: module.routes(&commands),
        gate: GateLayer::new(verifier, &config.limits),
        pages: None,
        grace: Duration::from_secs(config.limits.shutdown_seconds),
    };
    let serving = host.serve(config.address(service), readiness, stop).await?;
    tracing::info!(%service, address = %serving.address, "serving");
    Ok(Running {
        address: serving.address,
        log,
        serving: serving.done,
        background,
        written,
    })
}

fn relay_options(config: &Config) -> RelayOptions {
    let limits = StreamLimits {
        max_age: Duration::from_secs(config.log.stream_days * 86_400),
        max_bytes: config.log.stream_mib * 1024 * 1024,
        replicas: config.log.stream_replicas,
    };
    RelayOptions {
        limits,
        ..RelayOptions::default()
    }
}

fn root_keys(config: &Config) -> Result<KeyRing, ServeError> {
    let Some(file) = &config.keys.root_file else {
        return Err(ServeError::Config(ConfigError::Value {
            key: "keys.root_file".to_owned(),
            problem: "must name a file with 32 random bytes in hex; make one with \
                      `openssl rand -hex 32`"
                .to_owned(),
        }));
    };
    let text = std::fs::read_to_string(file).map_err(|source| ServeError::File {
        file: file.display().to_string(),
        source,
    })?;
    Ok(KeyRing::from_hex(&text)?)
}
