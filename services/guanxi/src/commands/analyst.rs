//! `guanxi analyst`

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Subcommand;
use deadpool_postgres::Object;
use guanxi_events::TenantId;
use guanxi_query::analytics::{self, Roles, create_analyst, remove_analyst};
use guanxi_runtime::{config::Config, database::Database};
use secrecy::{ExposeSecret, SecretString};

use crate::{cli::Global, output};

/// Logins with which analysts read the schema `analytics` in SQL, each for one tenant
///
/// Run it with the login that migrates, for these are roles of Postgres.
#[derive(Debug, Subcommand)]
pub(crate) enum Analyst {
    /// Make a login, or give the one that is there a new password
    Create {
        /// Whose rows it sees
        #[arg(long)]
        tenant: TenantId,
        /// Its name: a-z, 0-9 and _; unique over the whole Postgres server
        #[arg(long)]
        login: String,
        /// A file with the password, of at least 12 characters; without it one is made and printed
        /// alone, this once
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Take a login away, and end its sessions
    Remove {
        /// Its name
        #[arg(value_name = "LOGIN")]
        login: String,
    },
}

impl Analyst {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let mut client = administrator(&config).await?;
        match self {
            Self::Create {
                tenant,
                login,
                password_file,
            } => {
                let made = password_file.is_none();
                let password = password_file.map_or_else(|| Ok(random()), read)?;
                let analyst = analytics::Analyst {
                    tenant: &tenant,
                    zone: &config.time_zone(&tenant),
                    currency: config.currency(&tenant),
                    login: &login,
                    password: &password,
                };
                create_analyst(&mut client, &Roles::default(), analyst).await?;
                if made {
                    output::line(password.expose_secret())?;
                }
            }
            Self::Remove { login } => remove_analyst(&mut client, &login).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn administrator(config: &Config) -> anyhow::Result<Object> {
    let client = Database::administrator(config)?.pool()?.get().await;
    client.context("cannot reach Postgres at database.url; does it run?")
}

fn read(file: PathBuf) -> anyhow::Result<SecretString> {
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n'])))
}

/// 128 random bits in hexadecimal, which no address has to escape.
fn random() -> SecretString {
    SecretString::from(format!("{:032x}", rand::random::<u128>()))
}
