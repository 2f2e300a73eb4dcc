//! The one configuration: file, environment and flags, parsed once into types.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use guanxi_decider::Home;
use guanxi_events::{Service, TenantId};
use iso_currency::Currency;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// Everything that can be set. `guanxi config` prints it, secrets hidden. An unknown key is an
/// error, for a misspelt setting must not be silently the default.
///
/// Environment: `GUANXI_DATABASE__URL` sets `database.url` (two underscores go one level down).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Allows the development issuer and generated secrets. Never in production.
    pub development: bool,
    /// Postgres.
    pub database: Database,
    /// NATS.
    pub nats: Nats,
    /// Addresses to listen on.
    pub listen: Listen,
    /// Sign-in.
    pub auth: Auth,
    /// Keys of Guanxi itself.
    pub keys: Keys,
    /// Bounds of what one process takes on.
    pub limits: Limits,
    /// The event log and its stream.
    pub log: Log,
    /// Per tenant.
    pub tenants: BTreeMap<TenantId, Tenant>,
}

/// Where Postgres is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://user:password@host:port/database`.
    pub url: Secret,
    /// PEM file of the authority that signed the server's certificate; TLS is used when it is set.
    pub ca_file: Option<PathBuf>,
    /// The most connections of one process, besides the appender's own.
    pub connections: usize,
    /// Whether a process takes on the narrow role of its job (`guanxi_sales`, `guanxi_query`, …)
    /// after connecting. Off only where the login itself is that narrow.
    pub set_role: bool,
}

/// Where NATS is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nats {
    /// `nats://user:password@host:port`; without it everything is read from the log.
    pub url: Option<Secret>,
    /// PEM file of the authority that signed the server's certificate; TLS is used when it is set.
    pub ca_file: Option<PathBuf>,
}

/// Addresses to listen on; port 0 takes a free one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// gRPC of the customers service.
    pub customers: SocketAddr,
    /// gRPC of the sales service.
    pub sales: SocketAddr,
    /// gRPC of the service service: tickets.
    pub service: SocketAddr,
    /// gRPC of the loyalty service.
    pub loyalty: SocketAddr,
    /// gRPC, gRPC-Web and pages of the query service.
    pub query: SocketAddr,
    /// `/healthz`, `/readyz`, `/metrics`.
    pub operations: SocketAddr,
}

/// How callers prove who they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// JSON Web Key Set of the identity provider (RS256, ES256); read again when it changes.
    pub jwks_file: Option<PathBuf>,
    /// The `iss` that tokens must name.
    pub issuer: Option<String>,
    /// The `aud` that tokens must name.
    pub audience: Option<String>,
    /// The secret of the development issuer (HS256); refused unless `development` is set.
    pub development_secret_file: Option<PathBuf>,
}

/// Keys of Guanxi itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// 32 bytes in hex, the root of the tenants' keys for claims and content hashes. It must stay
    /// the same for the life of the data.
    pub root_file: Option<PathBuf>,
    /// Ed25519 key (PKCS#8) that signs the anchors of the logs' chains.
    pub anchor_file: Option<PathBuf>,
}

/// Bounds of what one process takes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Calls in flight; one more is answered `RESOURCE_EXHAUSTED` at once. One tenant alone may have
    /// four fifths of them, several that want everything share nearly all, and some are left for
    /// those who want little.
    pub in_flight: usize,
    /// Appends waiting for their batch, shared in the same way.
    pub append_queue: usize,
    /// Seconds that a call without a deadline of its own may take.
    pub default_deadline_seconds: u64,
    /// Aggregates' states kept in memory, in MiB.
    pub cache_mib: u64,
    /// Events after which a snapshot is worth writing.
    pub snapshot_every: i64,
    /// Seconds that a stopping process gives to what is in flight.
    pub shutdown_seconds: u64,
}

/// The event log and its stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Folder outside the database to which anchors of the chain are written.
    pub anchors: Option<PathBuf>,
    /// Seconds between two anchors.
    pub anchor_seconds: u64,
    /// Whether `serve` fills the stream.
    pub relay: bool,
    /// Days that the stream keeps.
    pub stream_days: u64,
    /// MiB that the stream keeps.
    pub stream_mib: u64,
    /// Replicas of the stream: 1, or 3 on a cluster. For a stream that is there already, let NATS
    /// change them (`nats stream edit --replicas 3`): the relay sets them when it opens one.
    pub stream_replicas: usize,
}

/// Per tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tenant {
    /// IANA name: the zone in which the tenant's days begin.
    pub time_zone: String,
    /// ISO 4217: the base currency, in which credit is limited and several currencies are summed
    /// up. It must stay the same for the life of the tenant's data.
    pub currency: String,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: Secret::from("postgres://localhost/guanxi"),
            ca_file: None,
            connections: 16,
            set_role: true,
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            customers: local(7001),
            sales: local(7002),
            service: local(7003),
            loyalty: local(7004),
            query: local(7000),
            operations: local(7090),
        }
    }
}

impl Limits {
    /// The time that a call without a deadline of its own may take.
    pub fn default_deadline(&self) -> Duration {
        Duration::from_secs(self.default_deadline_seconds)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 2048,
            append_queue: 4096,
            default_deadline_seconds: 10,
            cache_mib: 96,
            snapshot_every: 100,
            shutdown_seconds: 20,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            anchors: None,
            anchor_seconds: 60,
            relay: true,
            stream_days: 7,
            stream_mib: 1024,
            stream_replicas: 1,
        }
    }
}

impl Default for Tenant {
    fn default() -> Self {
        Self {
            time_zone: "UTC".to_owned(),
            currency: "EUR".to_owned(),
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable that cannot be read, or a key that is not known.
    #[error("configuration: {0}")]
    Parse(#[from] Box<figment::Error>),
    /// A value that makes no sense.
    #[error("configuration: {key}: {problem}")]
    Value {
        /// The setting.
        key: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

impl Config {
    /// Defaults, then the file (when given or named by `GUANXI_CONFIG`), then the environment,
    /// then `flags` (key = value in TOML).
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(file: Option<PathBuf>, flags: &[String]) -> Result<Self, ConfigError> {
        let file = file.or_else(|| std::env::var_os("GUANXI_CONFIG").map(PathBuf::from));
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        // Variables of the tests and the demonstration share the prefix.
        let setting = |key: &figment::value::UncasedStr| {
            let foreign = ["config", "data", "log_format"]
                .iter()
                .any(|name| key == *name);
            !foreign && !key.as_str().to_ascii_lowercase().starts_with("test_")
        };
        figment = figment.merge(Env::prefixed("GUANXI_").filter(setting).split("__"));
        for flag in flags {
            figment = figment.merge(Toml::string(flag));
        }
        let config: Self = figment.extract().map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let bad = |key: String, problem: &str| {
            Err(ConfigError::Value {
                key,
                problem: problem.to_owned(),
            })
        };
        if self.auth.development_secret_file.is_some() && !self.development {
            return bad(
                "auth.development_secret_file".to_owned(),
                "the development issuer works only with development = true; use auth.jwks_file",
            );
        }
        for (tenant, settings) in &self.tenants {
            if TimeZone::get(&settings.time_zone).is_err() {
                let problem = format!("{:?} is no IANA time zone", settings.time_zone);
                return bad(format!("tenants.{tenant}.time_zone"), &problem);
            }
            if Currency::from_code(&settings.currency).is_none() {
                let problem = format!("{:?} is no ISO 4217 currency", settings.currency);
                return bad(format!("tenants.{tenant}.currency"), &problem);
            }
        }
        Ok(())
    }

    /// The tenant's time zone; UTC when nothing is set.
    pub fn time_zone(&self, tenant: &TenantId) -> TimeZone {
        let zone = self
            .tenants
            .get(tenant)
            .and_then(|t| TimeZone::get(&t.time_zone).ok());
        zone.unwrap_or(TimeZone::UTC)
    }

    /// The tenant's base currency; EUR when nothing is set.
    pub fn currency(&self, tenant: &TenantId) -> Currency {
        let settings = self.tenants.get(tenant);
        let currency = settings.and_then(|t| Currency::from_code(&t.currency));
        currency.unwrap_or(Currency::EUR)
    }

    /// Where the tenant is at home.
    pub fn home(&self, tenant: &TenantId) -> Home {
        Home {
            zone: self.time_zone(tenant),
            currency: self.currency(tenant),
        }
    }

    /// Where a service listens.
    pub fn address(&self, service: Service) -> SocketAddr {
        match service {
            Service::Customers => self.listen.customers,
            Service::Sales => self.listen.sales,
            Service::Service => self.listen.service,
            Service::Loyalty => self.listen.loyalty,
        }
    }

    /// As TOML with secrets hidden.
    ///
    /// # Errors
    /// When a value has no TOML form.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_its_name() {
        let error = Config::load(None, &["databse.url = 'x'".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("databse"), "{error}");
    }

    #[test]
    fn secrets_are_hidden_when_printed() {
        let flag = "database.url = 'postgres://u:hunter2@h/d'".to_owned();
        let config = Config::load(None, &[flag]).unwrap();
        assert_eq!(config.database.url.expose(), "postgres://u:hunter2@h/d");
        let printed = config.to_toml().unwrap();
        assert!(printed.contains("postgres://u:(hidden)@h/d"), "{printed}");
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn the_development_issuer_is_refused_outside_development() {
        let flag = "auth.development_secret_file = '/x'".to_owned();
        assert!(Config::load(None, std::slice::from_ref(&flag)).is_err());
        assert!(Config::load(None, &[flag, "development = true".to_owned()]).is_ok());
    }

    #[test]
    fn a_base_currency_must_exist() {
        let flag = |code: &str| format!("tenants.acme.currency = '{code}'");
        let error = Config::load(None, &[flag("XXQ")]).unwrap_err();
        assert!(
            error.to_string().contains("tenants.acme.currency"),
            "{error}"
        );
        let config = Config::load(None, &[flag("GBP")]).unwrap();
        assert_eq!(config.currency(&"acme".parse().unwrap()), Currency::GBP);
        assert_eq!(config.currency(&"other".parse().unwrap()), Currency::EUR);
    }

    #[test]
    fn a_time_zone_must_exist() {
        let flag = "tenants.acme.time_zone = 'Mars/Olympus'".to_owned();
        let error = Config::load(None, &[flag]).unwrap_err();
        assert!(
            error.to_string().contains("tenants.acme.time_zone"),
            "{error}"
        );
    }
}
