//! Connections to Postgres: address, TLS and the narrow role that a process takes on.

use std::sync::Arc;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use guanxi_eventlog::{Connected, Connector, LogError};
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer, pki_types::pem::PemObject};
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::{Config, Database as Settings};

/// How one process reaches Postgres.
#[derive(Clone)]
pub struct Database {
    address: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    role: Option<String>,
    connections: usize,
}

/// Why Postgres cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// `database.url` is no Postgres address.
    #[error("database.url: {0}")]
    Address(#[source] tokio_postgres::Error),
    /// The authority's certificate cannot be used.
    #[error("database.ca_file: {0}")]
    Authority(String),
    /// No pool could be made.
    #[error("database: {0}")]
    Pool(#[from] deadpool_postgres::BuildError),
    /// Postgres refused.
    #[error("postgres: {}", explain(.0))]
    Postgres(#[from] tokio_postgres::Error),
}

/// What Postgres said, which its error keeps in its source.
fn explain(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string),
        |db| format!("{} ({})", db.message(), db.code().code()),
    )
}

impl Database {
    /// As configured, in the role `guanxi_<job>`: a service's name, `projector` or `query`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn open(config: &Config, job: &str) -> Result<Self, DatabaseError> {
        let mut database = Self::administrator(config)?;
        database.role = config.database.set_role.then(|| format!("guanxi_{job}"));
        database.address.application_name(format!("guanxi-{job}"));
        Ok(database)
    }

    /// As configured, with the login's own rights: for migrations and the operator's tools.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn administrator(config: &Config) -> Result<Self, DatabaseError> {
        let Settings {
            url,
            ca_file,
            connections,
            ..
        } = &config.database;
        let mut address: tokio_postgres::Config =
            url.expose().parse().map_err(DatabaseError::Address)?;
        address
            .application_name("guanxi")
            .connect_timeout(std::time::Duration::from_secs(5));
        address.keepalives_idle(std::time::Duration::from_secs(30));
        // A server that has gone without a word must not hold a connection for a quarter of an hour.
        address
            .keepalives_interval(std::time::Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(std::time::Duration::from_secs(15));
        let tls = ca_file.as_deref().map(authority).transpose()?;
        if tls.is_some() {
            // "Prefer" would go on in the clear when someone in between says that there is no TLS.
            address.ssl_mode(tokio_postgres::config::SslMode::Require);
        }
        Ok(Self {
            address,
            tls,
            role: None,
            connections: *connections,
        })
    }

    /// A bounded pool.
    ///
    /// # Errors
    /// [`DatabaseError::Pool`].
    pub fn pool(&self) -> Result<Pool, DatabaseError> {
        let settings = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &self.tls {
            None => Manager::from_config(self.address.clone(), NoTls, settings),
            Some(tls) => Manager::from_config(self.address.clone(), tls.clone(), settings),
        };
        let role = self.role.clone();
        let take_role = Hook::async_fn(move |client, _| {
            let role = role.clone();
            Box::pin(async move {
                match role {
                    None => Ok(()),
                    Some(role) => client
                        .batch_execute(&set_role(&role))
                        .await
                        .map_err(|error| HookError::message(explain(&error))),
                }
            })
        });
        let pool = Pool::builder(manager)
            .max_size(self.connections.max(2))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(std::time::Duration::from_secs(10)))
            .post_create(take_role)
            .build()?;
        Ok(pool)
    }

    /// Makes the appender's own connections.
    pub fn connector(&self) -> Connector {
        let database = Arc::new(self.clone());
        Arc::new(move || {
            let database = database.clone();
            Box::pin(async move { database.connected().await })
        })
    }

    async fn connected(&self) -> Result<Connected, LogError> {
        let mut address = self.address.clone();
        if let Some(role) = &self.role {
            // As a start-up option, for the appender drives the connection itself.
            address.options(format!("-c role={role}"));
        }
        Ok(match &self.tls {
            None => {
                let (client, connection) = address.connect(NoTls).await?;
                Connected::new(client, connection)
            }
            Some(tls) => {
                let (client, connection) = address.connect(tls.clone()).await?;
                Connected::new(client, connection)
            }
        })
    }

    /// One connection of its own, for migrations and session locks.
    ///
    /// # Errors
    /// [`DatabaseError::Postgres`].
    pub async fn connect(&self) -> Result<Client, DatabaseError> {
        let client = match &self.tls {
            None => {
                let (client, connection) = self.address.connect(NoTls).await?;
                tokio::spawn(connection);
                client
            }
            Some(tls) => {
                let (client, connection) = self.address.connect(tls.clone()).await?;
                tokio::spawn(connection);
                client
            }
        };
        if let Some(role) = &self.role {
            client.batch_execute(&set_role(role)).await?;
        }
        Ok(client)
    }
}

/// The role's name is one of ours: a service's name, `projector` or `query`.
fn set_role(role: &str) -> String {
    format!("set role {role}")
}

fn authority(file: &std::path::Path) -> Result<MakeRustlsConnect, DatabaseError> {
    let bad = |error: &dyn std::fmt::Display| {
        DatabaseError::Authority(format!("{}: {error}", file.display()))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| bad(&error))? {
        let certificate = certificate.map_err(|error| bad(&error))?;
        roots.add(certificate).map_err(|error| bad(&error))?;
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
