//! A second Postgres that takes over from the first.

use std::time::Duration;

use anyhow::{Context, ensure};
use guanxi_embedded::Postgres;
use tokio_postgres::{Client, NoTls};

use crate::{OwnServers, eventually};

/// By which it is known to its primary.
const NAME: &str = "second";
const SOON: Duration = Duration::from_secs(30);

/// A standby without which its primary answers no commit. It ends before the primary does.
#[derive(Debug)]
pub struct Standby {
    postgres: Postgres,
    primary: u16,
    url: String,
}

impl Standby {
    /// Starts one of `servers`. From then on a commit is answered when the standby has it too.
    ///
    /// # Errors
    /// When it does not start, or does not follow in time.
    pub async fn of(servers: &OwnServers) -> anyhow::Result<Self> {
        let postgres = servers.start_standby(NAME).await?;
        let primary = servers.postgres.port();
        let url = servers.database_url();
        let standby = Self {
            url: url.replacen(&at(primary), &at(postgres.port()), 1),
            primary,
            postgres,
        };
        let admin = connect(&url).await?;
        set(&admin, "synchronous_standby_names", NAME).await?;
        eventually(SOON, async || {
            let sql = "select from pg_stat_replication where sync_state = 'sync'";
            ensure!(!admin.query(sql, &[]).await?.is_empty(), "no such standby");
            anyhow::Ok(())
        })
        .await?;
        Ok(standby)
    }

    /// Both servers in one address, of what names the primary: whoever connects goes to the one that
    /// takes writes.
    #[must_use]
    pub fn either(&self, url: &str) -> String {
        let (first, second) = (at(self.primary), at(self.postgres.port()));
        let both = url.replacen(&first, &format!("{first},{}", &second[1..]), 1);
        both + "?target_session_attrs=read-write"
    }

    /// A connection as superuser.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn connect(&self) -> anyhow::Result<Client> {
        connect(&self.url).await
    }

    /// It gets nothing from its primary any more.
    ///
    /// # Errors
    /// When it follows yet after a while.
    pub async fn cut_off(&self) -> anyhow::Result<()> {
        let standby = self.connect().await?;
        set(&standby, "primary_conninfo", "").await?;
        eventually(SOON, async || {
            let sql = "select from pg_stat_wal_receiver";
            ensure!(standby.query(sql, &[]).await?.is_empty(), "it follows yet");
            anyhow::Ok(())
        })
        .await
    }

    /// Makes it the one that takes writes.
    ///
    /// # Errors
    /// When it does not become that.
    pub async fn promote(&self) -> anyhow::Result<()> {
        let standby = self.connect().await?;
        let promoted = standby.query_one("select pg_promote()", &[]).await?;
        ensure!(promoted.try_get::<_, bool>(0)?, "it was not promoted");
        Ok(())
    }
}

/// A port as it stands in a URL.
fn at(port: u16) -> String {
    format!("@127.0.0.1:{port}")
}

async fn set(admin: &Client, setting: &str, value: &str) -> anyhow::Result<()> {
    let change = format!("alter system set {setting} = '{value}'");
    for statement in [&*change, "select pg_reload_conf()"] {
        let done = admin.batch_execute(statement).await;
        done.with_context(|| format!("set {setting}"))?;
    }
    Ok(())
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
