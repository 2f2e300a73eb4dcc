//! `guanxi dev`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{cli::Global, dev::Stack, output, process::Process};

/// Everything in one process, on a private Postgres and NATS
///
/// The installed programs are started with data, passwords, keys and ports of their own in one
/// folder. When all is ready, endpoints.json in it says where everything is, and guanxi.toml is
/// the configuration for other guanxi commands: `guanxi --config .guanxi/guanxi.toml log tail sales`
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// The folder
    #[arg(long, default_value = ".guanxi", value_name = "FOLDER")]
    dir: PathBuf,
}

impl Dev {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let process = Process::begin("dev")?;
        let stop = process.stop.clone();
        let starting = Stack::start(&self.dir, global, &process);
        let mut stack = tokio::select! {
            started = starting => started?,
            () = stop.cancelled() => return Ok(ExitCode::from(130)),
        };
        show(&stack)?;
        let watched = stack.watch(&stop).await;
        stop.cancel();
        let stopped = stack.stopped().await;
        process.end();
        watched.and(stopped)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn show(stack: &Stack) -> anyhow::Result<()> {
    let at = &stack.endpoints;
    output::line("ready")?;
    for (name, address) in &at.grpc {
        output::line(format!("  gRPC {name:<10} {address}"))?;
    }
    output::line(format!("  pages, gRPC-Web {}", at.web))?;
    output::line(format!("  operations      {}", at.operations))?;
    output::line(format!(
        "  the rest        {}",
        stack.dir().join("endpoints.json").display()
    ))?;
    output::line(at.invitation())?;
    Ok(())
}
