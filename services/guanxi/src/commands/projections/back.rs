//! `guanxi projections back` and `prune`

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use guanxi_projection::{Build, BuildState, drop_retired, go_back};

use crate::{cli::Global, modules::Projector, output};

/// Go back to the build that was read before
///
/// It goes on from where it stood still. Stop workers of a later release first, for they would
/// build theirs anew.
#[derive(Debug, Args)]
pub(crate) struct Back {
    /// The read model
    #[arg(value_name = "NAME")]
    name: String,
    /// The schema of the build, instead of the newest retired one
    #[arg(long, value_name = "SCHEMA")]
    to: Option<String>,
}

/// Drop builds that nobody reads any more
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// The read model
    #[arg(value_name = "NAME")]
    name: String,
}

impl Back {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        let projection = projector.one(&self.name)?;
        let client = projector.pool.get().await?;
        let builds = Build::all(&client, projection.name()).await?;
        drop(client);
        let wanted = |build: &&Build| match &self.to {
            Some(schema) => build.schema == *schema,
            None => build.state == BuildState::Retired && build.version == projection.version(),
        };
        let Some(build) = builds.iter().rev().find(wanted) else {
            bail!(
                "{} has no such build; see `guanxi projections status {}`",
                self.name,
                self.name
            );
        };
        go_back(&projection, &projector.pool, build)
            .await
            .with_context(|| format!("go back to {}", build.schema))?;
        output::line(format!("queries read {} again", build.schema))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Prune {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        let projection = projector.one(&self.name)?;
        let dropped = drop_retired(&projector.pool, projection.name()).await?;
        if dropped.is_empty() {
            output::line("there was nothing to drop")?;
        }
        for build in dropped {
            output::line(format!("dropped {} ({})", build.schema, build.state))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
