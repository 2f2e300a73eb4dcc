//! `guanxi serve`

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use guanxi_events::Service;

use crate::{
    cli::Global,
    modules::{Part, Served},
    process::Process,
};

/// Serve one or several of: customers, sales, service, loyalty, query
///
/// Any number of replicas may run. Addresses are set by listen.*; port 0 takes a free one.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// What to serve
    #[arg(required = true, value_enum)]
    names: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Customers,
    Sales,
    Service,
    Loyalty,
    Query,
}

impl Serve {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let mut names = self.names;
        names.dedup();
        let role: Vec<String> = names
            .iter()
            .map(|n| format!("{n:?}").to_lowercase())
            .collect();
        let process = Process::begin(&role.join("-"))?;
        process.operations(&config).await?;
        let mut running: Vec<Served> = Vec::new();
        for name in names {
            let part = match name {
                Name::Customers => Part::Service(Service::Customers),
                Name::Sales => Part::Service(Service::Sales),
                Name::Service => Part::Service(Service::Service),
                Name::Loyalty => Part::Service(Service::Loyalty),
                Name::Query => Part::Query,
            };
            running.push(
                part.serve(&config, &process.readiness, &process.stop)
                    .await?,
            );
        }
        process.stop.cancelled().await;
        for served in running {
            served.stopped().await;
        }
        process.end();
        Ok(ExitCode::SUCCESS)
    }
}
