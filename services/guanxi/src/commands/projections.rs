//! `guanxi projections`

mod back;
mod parked;
mod progress;
mod rebuild;
mod status;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Global;

/// Look after the read models
#[derive(Debug, Subcommand)]
pub(crate) enum Projections {
    /// How far every build of every read model is
    Status(status::StatusOf),
    /// Build a read model anew beside the live one and switch to it, or as it was on a day
    Rebuild(rebuild::Rebuild),
    /// Prove that a live read model is what the log says
    Verify(verify::Verify),
    /// Events that could not be applied
    #[command(subcommand)]
    Parked(parked::Parked),
    /// Go back to the build that was read before
    Back(back::Back),
    /// Drop builds that nobody reads any more
    Prune(back::Prune),
}

impl Projections {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::Status(status) => status.run(global).await,
            Self::Rebuild(rebuild) => rebuild.run(global).await,
            Self::Verify(verify) => verify.run(global).await,
            Self::Parked(parked) => parked.run(global).await,
            Self::Back(back) => back.run(global).await,
            Self::Prune(prune) => prune.run(global).await,
        }
    }
}
