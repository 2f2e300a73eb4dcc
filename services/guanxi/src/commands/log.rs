//! `guanxi log`

mod restore;
mod show;
mod shown;
mod tail;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;
use deadpool_postgres::Pool;
use guanxi_eventlog::{LogReader, PlainCodec};
use guanxi_events::Service;
use guanxi_runtime::{config::Config, database::Database};

use crate::cli::Global;

/// Look at an event log, and prove it
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Print the last events, and follow the log
    Tail(tail::Tail),
    /// Print one event, or all of a stream, with everything that is known of them
    Show(show::Show),
    /// Check positions, versions, hashes, chain and anchors
    Verify(verify::Verify),
    /// Begin a new life of a log that came back from a backup
    Restore(restore::Restore),
}

impl Log {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::Tail(tail) => tail.run(global).await,
            Self::Show(show) => show.run(global).await,
            Self::Verify(verify) => verify.run(global).await,
            Self::Restore(restore) => restore.run(global).await,
        }
    }
}

/// A log by its service's name.
fn log(name: &str) -> Result<Service, String> {
    Service::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Service::ALL.iter().map(|s| s.name()).collect();
        format!("there is no log {name:?}; there are {}", known.join(", "))
    })
}

/// A reader with the login's own rights: these are an operator's commands.
fn reader(config: &Config, log: Service) -> anyhow::Result<(Pool, LogReader)> {
    let pool = Database::administrator(config)?.pool()?;
    let reader = LogReader::new(log, pool.clone(), std::sync::Arc::new(PlainCodec));
    Ok((pool, reader))
}
