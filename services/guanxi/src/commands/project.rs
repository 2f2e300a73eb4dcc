//! `guanxi project`

use std::process::ExitCode;

use clap::Args;

use crate::{cli::Global, modules::Projector, process::Process};

/// Keep read models up to date
///
/// Any number of replicas may run; they share the work.
#[derive(Debug, Args)]
pub(crate) struct Project {
    /// Names of read models, or `all`
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

impl Project {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let process = Process::begin("project")?;
        let projector = Projector::open(&config).await?;
        let projections = projector.named(&self.names)?;
        process.operations(&config).await?;
        let workers = projector.work(&projections, &process.readiness, &process.stop);
        workers.ended().await?;
        process.end();
        Ok(ExitCode::SUCCESS)
    }
}
