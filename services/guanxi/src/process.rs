//! What every process of a role has: telemetry, the operations address, an orderly stop.

use std::{io, net::SocketAddr};

use anyhow::Context;
use guanxi_runtime::{Readiness, config::Config, operations, telemetry::Telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A process that runs one or several roles.
pub(crate) struct Process {
    /// What is ready.
    pub(crate) readiness: Readiness,
    /// Cancelled by SIGTERM or Ctrl-C.
    pub(crate) stop: CancellationToken,
    telemetry: Telemetry,
}

impl Process {
    /// Sets up logs, traces and metrics, and listens for signals.
    pub(crate) fn begin(role: &str) -> anyhow::Result<Self> {
        let telemetry = Telemetry::start(role)?;
        let stop = CancellationToken::new();
        upon_signals(stop.clone()).context("listen for signals")?;
        Ok(Self {
            readiness: Readiness::default(),
            stop,
            telemetry,
        })
    }

    /// Opens the operations address; it stays open until the stop.
    pub(crate) async fn operations(&self, config: &Config) -> anyhow::Result<SocketAddr> {
        let address = config.listen.operations;
        operations::serve(
            address,
            self.telemetry.metrics.clone(),
            self.readiness.clone(),
            self.stop.clone(),
        )
        .await
        .with_context(|| {
            format!("cannot listen on {address}; choose another with --set listen.operations=…")
        })
    }

    /// The end of it all.
    pub(crate) fn end(self) {
        self.telemetry.stop();
    }
}

/// The first signal asks for an orderly stop, the second one insists.
fn upon_signals(stop: CancellationToken) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            let code = tokio::select! {
                _ = terminate.recv() => 143,
                _ = interrupt.recv() => 130,
            };
            if stop.is_cancelled() {
                std::process::exit(code);
            }
            tracing::info!("stopping; once more stops at once");
            stop.cancel();
        }
    });
    Ok(())
}
