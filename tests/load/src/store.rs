//! A Postgres to measure, and event logs on it.

use std::sync::Arc;

use guanxi_eventlog::{EventLog, LogOptions, LogReader, PlainCodec, connect_plain};
use guanxi_events::Service;
use guanxi_harness::OwnServers;
use guanxi_runtime::{
    config::{Config, Database},
    database,
};
use uuid::Uuid;

use crate::site::{SETTINGS, connect};

/// Whose log is measured.
pub const SERVICE: Service = Service::Sales;

/// A Postgres with production's durability: one of its own, or one that runs already.
pub struct Store {
    url: String,
    /// Its own servers, when they are.
    pub own: Option<OwnServers>,
}

impl Store {
    /// Starts one, or takes the one at `url` as superuser.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(url: Option<&str>) -> anyhow::Result<Self> {
        if let Some(url) = url {
            ensure_durable(&connect(url).await?).await?;
            return Ok(Self {
                url: url.to_owned(),
                own: None,
            });
        }
        let servers = OwnServers::start_with(&SETTINGS).await?;
        let url = servers.database_url();
        prepare(&url).await?;
        Ok(Self {
            url,
            own: Some(servers),
        })
    }

    /// The superuser's URL of the database where baselines run.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An empty log in a database of its own.
    ///
    /// # Errors
    /// When Postgres refuses.
    pub async fn fresh(&self) -> anyhow::Result<LogDatabase> {
        self.fresh_of(&[SERVICE]).await
    }

    /// Empty logs of these services in a database of their own.
    ///
    /// # Errors
    /// When Postgres refuses.
    pub async fn fresh_of(&self, services: &[Service]) -> anyhow::Result<LogDatabase> {
        let name = format!("guanxi_load_{}", Uuid::new_v4().simple());
        let admin = connect(&self.url).await?;
        admin
            .batch_execute(&format!("create database {name}"))
            .await?;
        let (address, database) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
        let rest = database.split_once('?').map_or("", |(_, rest)| rest);
        let url = format!("{address}/{name}?{rest}");
        let mut client = connect(&url).await?;
        for service in services {
            guanxi_eventlog::migrate(&mut client, *service).await?;
        }
        Ok(LogDatabase { url, name, admin })
    }
}

/// Files of 16 MB that a Postgres writes its log to: as many as `min_wal_size` in [`SETTINGS`] lets it keep.
const WAL_FILES: i32 = 64;

/// Makes a new Postgres ready to be measured: it gets the files for its write-ahead log that one which
/// has run for a while has, for those are used again after each checkpoint. Otherwise whoever commits next
/// must fill each new one with zeros and flush it, some 60 ms on a slow machine in which all the others wait.
///
/// # Errors
/// When Postgres refuses, or is not set to keep what it acknowledged.
pub(crate) async fn prepare(url: &str) -> anyhow::Result<()> {
    let client = connect(url).await?;
    ensure_durable(&client).await?;
    // A file that nothing has been written to is not switched away from.
    let fill = "select pg_logical_emit_message(false, 'load', ''), pg_switch_wal() \
                from generate_series(1, $1)";
    client.query(fill, &[&WAL_FILES]).await?;
    client.batch_execute("checkpoint").await?;
    let ready = "select count(*) from pg_ls_waldir() \
                 where name > pg_walfile_name(pg_current_wal_lsn())";
    let ready: i64 = client.query_one(ready, &[]).await?.try_get(0)?;
    anyhow::ensure!(
        ready >= i64::from(WAL_FILES) / 2,
        "{ready} files are ready for the write-ahead log, of {WAL_FILES} that were filled"
    );
    Ok(())
}

/// # Errors
/// When Postgres is not set to keep what it acknowledged, as tests have it: whatever is measured there says
/// nothing.
async fn ensure_durable(client: &tokio_postgres::Client) -> anyhow::Result<()> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let row = client.query_one(&format!("show {setting}"), &[]).await?;
        let set: String = row.try_get(0)?;
        anyhow::ensure!(
            set == "on",
            "{setting} is {set}: not what is to be measured"
        );
    }
    Ok(())
}

/// A database with logs of its own.
pub struct LogDatabase {
    url: String,
    name: String,
    admin: tokio_postgres::Client,
}

impl LogDatabase {
    /// A replica's log: an appender of its own.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn log(&self) -> anyhow::Result<EventLog> {
        self.log_of(SERVICE).await
    }

    /// The same, of any of its services.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn log_of(&self, service: Service) -> anyhow::Result<EventLog> {
        let pool = self.pool()?;
        let connector = connect_plain(&self.url);
        let options = LogOptions::new(service);
        Ok(EventLog::open(options, pool, connector, Arc::new(PlainCodec)).await?)
    }

    /// A reader of it.
    ///
    /// # Errors
    /// When the address is bad.
    pub fn reader(&self) -> anyhow::Result<LogReader> {
        Ok(LogReader::new(SERVICE, self.pool()?, Arc::new(PlainCodec)))
    }

    /// Connections to it.
    ///
    /// # Errors
    /// When the address is bad.
    pub fn pool(&self) -> anyhow::Result<deadpool_postgres::Pool> {
        pool(&self.url)
    }

    /// The superuser's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes it ready to be measured: statistics are fresh, and nothing waits to be written down.
    ///
    /// # Errors
    /// When Postgres refuses.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let client = connect(&self.url).await?;
        // Neither can be part of the transaction that a batch is.
        client.batch_execute("vacuum analyze").await?;
        client.batch_execute("checkpoint").await?;
        Ok(())
    }

    /// Gives its place on the disk back, connected or not.
    ///
    /// # Errors
    /// When Postgres refuses.
    pub async fn drop(self) -> anyhow::Result<()> {
        let sql = format!("drop database {} with (force)", self.name);
        self.admin.batch_execute(&sql).await?;
        self.admin.batch_execute("checkpoint").await?;
        Ok(())
    }
}

/// Connections to a database, as a service has them.
///
/// # Errors
/// When the address is bad.
pub fn pool(url: &str) -> anyhow::Result<deadpool_postgres::Pool> {
    let config = Config {
        database: Database {
            url: url.into(),
            set_role: false,
            ..Database::default()
        },
        ..Config::default()
    };
    Ok(database::Database::administrator(&config)?.pool()?)
}
