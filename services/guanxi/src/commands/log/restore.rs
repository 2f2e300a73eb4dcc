//! `guanxi log restore`

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use guanxi_events::Service;
use guanxi_runtime::database::Database;

use crate::{cli::Global, output};

/// Begin a new life of a log that came back from a backup
///
/// A recovery may have lost the log's tail, whose positions will be dealt again. Afterwards tokens
/// and checkpoints of the old life are refused, read models are built anew and the stream begins a
/// new generation. Stop the services before.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The service whose log it is
    #[arg(value_name = "LOG", value_parser = super::log)]
    log: Service,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Restore {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        if !self.yes && !agreed(self.log)? {
            output::line("nothing was changed")?;
            return Ok(ExitCode::FAILURE);
        }
        let client = Database::administrator(&config)?.connect().await?;
        let incarnation = guanxi_eventlog::restore_mark(&client, self.log).await?;
        output::line(format!(
            "the log of {} lives a new life, {incarnation}; start the services again",
            self.log
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn agreed(log: Service) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("this makes every read model of {log} be built anew; confirm it with --yes");
    }
    print!("Every read model of {log} will be built anew. Type the log's name to go on: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == log.name())
}
