//! `guanxi migrate`

use std::process::ExitCode;

use clap::Args;

use crate::{cli::Global, migrate, output};

/// Bring the database up to date: logs, read models, roles and their rights
///
/// Run it with a login that may create schemas and roles, before the first start and with every
/// new release. Running it again, or twice at once, does no harm.
#[derive(Debug, Args)]
pub(crate) struct Migrate {}

impl Migrate {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        migrate::migrate(&config).await?;
        output::line("the database is up to date")?;
        Ok(ExitCode::SUCCESS)
    }
}
