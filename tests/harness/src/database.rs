//! A database for one test.

use std::{sync::Arc, thread};

use anyhow::Context;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::{Harness, Servers};

/// An empty database for one test, dropped with this value, connected or not.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    suffix: String,
    url: String,
    servers: Arc<Servers>,
    /// Whether it was dropped by [`Self::close`].
    closed: bool,
}

impl TestDatabase {
    /// Makes a database on the servers of [`Harness::servers`].
    ///
    /// # Errors
    /// When there are no servers, or the database cannot be made.
    pub async fn create() -> anyhow::Result<Self> {
        let servers = Harness::servers().await?;
        let id = Uuid::new_v4().simple().to_string();
        let name = format!("guanxi_test_{id}");
        let suffix = id[..12].to_owned();
        let url = of_database(servers.database_url(), &name)?;
        let admin = connect(servers.database_url()).await?;
        admin
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await?;
        Ok(Self {
            name,
            suffix,
            url,
            servers,
            closed: false,
        })
    }

    /// The superuser's URL of this database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Twelve letters and digits that no other test has, for what is shared over the whole server:
    /// roles, streams. Roles whose names end with it are dropped with the database.
    #[must_use]
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// The URL of the NATS beside it, for [`crate::connect_nats`].
    #[must_use]
    pub fn nats_url(&self) -> &str {
        self.servers.nats_url()
    }

    /// A connection as superuser.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn connect(&self) -> anyhow::Result<Client> {
        connect(&self.url).await
    }

    /// Drops the database, ending all connections to it.
    ///
    /// # Errors
    /// When it cannot be dropped.
    pub async fn close(mut self) -> anyhow::Result<()> {
        self.closed = true;
        drop_database(self.servers.database_url(), &self.name, &self.suffix).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let (url, name) = (self.servers.database_url().to_owned(), self.name.clone());
        let suffix = self.suffix.clone();
        // A thread, for the test's runtime cannot be waited for from here.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(drop_database(&url, &name, &suffix))
        });
        // What remains goes with the servers; a test must not fail for it.
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("test database {} remains: {error:#}", self.name);
        }
    }
}

async fn drop_database(server: &str, name: &str, suffix: &str) -> anyhow::Result<()> {
    let admin = connect(server).await?;
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    let roles = admin
        .query(
            "SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%' || $1",
            &[&suffix],
        )
        .await?;
    for role in roles {
        let role: String = role.get(0);
        admin
            .batch_execute(&format!("DROP ROLE \"{role}\""))
            .await?;
    }
    Ok(())
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("connect to the test server")?;
    // Ends by itself when the client is dropped or the server goes.
    tokio::spawn(connection);
    Ok(client)
}

/// The URL of another database on the same server.
fn of_database(server: &str, name: &str) -> anyhow::Result<String> {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let (scheme, rest) = address
        .split_once("://")
        .context("the server's URL has no scheme")?;
    let host = rest.split('/').next().unwrap_or(rest);
    Ok(format!("{scheme}://{host}/{name}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced_and_its_parameters_stay() {
        for (server, expected) in [
            ("postgres://u:p@h:1/postgres", "postgres://u:p@h:1/mine"),
            ("postgres://u:p@h:1", "postgres://u:p@h:1/mine"),
            (
                "postgres://h/x?sslmode=disable",
                "postgres://h/mine?sslmode=disable",
            ),
        ] {
            assert_eq!(of_database(server, "mine").unwrap(), expected);
        }
    }
}
