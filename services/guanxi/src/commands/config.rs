//! `guanxi config`

use std::process::ExitCode;

use clap::Args;

use crate::{cli::Global, output};

/// Print the configuration as it is in force, secrets hidden
#[derive(Debug, Args)]
pub(crate) struct PrintConfig {}

impl PrintConfig {
    pub(crate) fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        output::line(global.load()?.to_toml()?.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
