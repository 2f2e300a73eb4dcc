//! The servers of the tests: shared ones from outside, or private ones.

use std::sync::{Arc, Weak};

use anyhow::Context;
use guanxi_embedded::{Nats, NatsOptions, Postgres, PostgresOptions};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use crate::{ScratchDir, SmallDisk};

/// The variable with the shared Postgres's superuser URL.
pub const DATABASE_URL: &str = "GUANXI_TEST_DATABASE_URL";

/// The variable with the shared NATS's URL.
pub const NATS_URL: &str = "GUANXI_TEST_NATS_URL";

/// Postgres settings for test servers (`fsync=off synchronous_commit=off`); by default it is as
/// durable in tests as in earnest.
const SETTINGS: &str = "GUANXI_TEST_POSTGRES_SETTINGS";

/// Settings of a Postgres that one test has for itself.
const SMALL: [(&str, &str); 1] = [("shared_buffers", "64MB")];

/// The private servers of this process, if a test still uses them.
static PRIVATE: Mutex<Weak<Servers>> = Mutex::const_new(Weak::new());

/// The way to the servers.
#[derive(Debug)]
pub struct Harness;

impl Harness {
    /// The servers shared by all tests, or, when the variables are unset, private ones of this
    /// process that end with the last who uses them.
    ///
    /// # Errors
    /// When only one variable is set, or the private servers do not start.
    pub async fn servers() -> anyhow::Result<Arc<Servers>> {
        match (
            std::env::var(DATABASE_URL).ok(),
            std::env::var(NATS_URL).ok(),
        ) {
            (Some(database_url), Some(nats_url)) => {
                return Ok(Arc::new(Servers {
                    database_url,
                    nats_url,
                    _own: None,
                }));
            }
            (None, None) => {}
            _ => anyhow::bail!("set both {DATABASE_URL} and {NATS_URL}, or neither"),
        }
        let mut private = PRIVATE.lock().await;
        if let Some(servers) = private.upgrade() {
            return Ok(servers);
        }
        let servers = Arc::new(Servers::from(OwnServers::start().await?));
        *private = Arc::downgrade(&servers);
        Ok(servers)
    }
}

/// The addresses of a Postgres and a NATS.
#[derive(Debug)]
pub struct Servers {
    database_url: String,
    nats_url: String,
    _own: Option<OwnServers>,
}

impl Servers {
    /// The superuser's URL of the database `postgres`.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// The URL for NATS clients.
    #[must_use]
    pub fn nats_url(&self) -> &str {
        &self.nats_url
    }
}

impl From<OwnServers> for Servers {
    fn from(own: OwnServers) -> Self {
        Self {
            database_url: own.database_url(),
            nats_url: own.nats_url(),
            _own: Some(own),
        }
    }
}

/// Servers for one test alone, which may kill, restart and purge them.
#[derive(Debug)]
pub struct OwnServers {
    /// The Postgres.
    pub postgres: Postgres,
    /// The NATS.
    pub nats: Nats,
    /// The disk of the Postgres, when it has one of its own.
    pub disk: Option<SmallDisk>,
    settings: Vec<(String, String)>,
    // Last: removed when both have ended.
    scratch: ScratchDir,
}

impl OwnServers {
    /// Starts both in a scratch directory, small.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&SMALL).await
    }

    /// Starts both; these Postgres settings are overruled by `GUANXI_TEST_POSTGRES_SETTINGS`.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start_with(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_on(None, settings).await
    }

    /// The same, with the data of Postgres on a disk of its own that holds so many MiB.
    ///
    /// # Errors
    /// When one does not start, or without the right to mount a disk.
    pub async fn start_on(
        disk_mib: Option<u32>,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let scratch = ScratchDir::create()?;
        let place = scratch.path().join("postgres");
        let settings = settings_with(settings)?;
        let disk = disk_mib.map(|mib| SmallDisk::mount(&place, mib));
        let disk = disk.transpose()?;
        let postgres = postgres_options(&scratch, "postgres", &settings);
        let nats = NatsOptions::in_dir(scratch.path().join("nats"));
        let (postgres, nats) = tokio::try_join!(Postgres::start(postgres), Nats::start(nats))?;
        Ok(Self {
            postgres,
            nats,
            disk,
            settings,
            scratch,
        })
    }

    /// Starts a standby that follows this Postgres under a name, with the same settings.
    pub(crate) async fn start_standby(&self, name: &str) -> anyhow::Result<Postgres> {
        let options = postgres_options(&self.scratch, name, &self.settings);
        Ok(self.postgres.start_standby(name, options).await?)
    }

    /// The superuser's URL of the database `postgres`.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.postgres.url().expose_secret().to_owned()
    }

    /// The URL for NATS clients.
    #[must_use]
    pub fn nats_url(&self) -> String {
        self.nats.url().expose_secret().to_owned()
    }

    /// The scratch directory: free for what else the test wants to put there.
    #[must_use]
    pub fn scratch(&self) -> &std::path::Path {
        self.scratch.path()
    }
}

fn postgres_options(
    scratch: &ScratchDir,
    name: &str,
    settings: &[(String, String)],
) -> PostgresOptions {
    PostgresOptions {
        settings: settings.to_vec(),
        // The scratch directory goes as a whole, but run as root it may not be reachable for
        // Postgres, whose data is then elsewhere.
        throw_away: true,
        ..PostgresOptions::in_dir(scratch.path().join(name))
    }
}

/// These settings, and those of the environment.
fn settings_with(settings: &[(&str, &str)]) -> anyhow::Result<Vec<(String, String)>> {
    let ours = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Ok(ours.chain(settings_of_the_environment()?).collect())
}

fn settings_of_the_environment() -> anyhow::Result<Vec<(String, String)>> {
    let settings = std::env::var(SETTINGS).unwrap_or_default();
    let parse = |setting: &str| {
        let (name, value) = setting
            .split_once('=')
            .with_context(|| format!("{SETTINGS}: `{setting}` is not name=value"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    settings.split_whitespace().map(parse).collect()
}
