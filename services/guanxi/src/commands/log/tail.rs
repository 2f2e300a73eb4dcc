//! `guanxi log tail`

use std::process::ExitCode;

use clap::Args;
use guanxi_eventlog::{Feed, FeedOptions};
use guanxi_events::{Position, Recorded, Service};
use guanxi_runtime::serve;

use super::shown::{self, Shown};
use crate::{cli::Global, output};

/// Print the last events, and follow the log
#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// The service whose log it is
    #[arg(value_name = "LOG", value_parser = super::log)]
    log: Service,
    /// How many of the last events
    #[arg(short = 'n', long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(0..))]
    lines: i64,
    /// Begin with this position instead
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(1..))]
    from: Option<i64>,
    /// Go on with what is appended, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// One JSON object a line, with the data
    #[arg(long)]
    json: bool,
}

/// Events read at once.
const PAGE: usize = 1_000;

impl Tail {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let (_pool, reader) = super::reader(&config, self.log)?;
        let head = reader.head().await?.position;
        let before = match self.from {
            Some(from) => from - 1,
            None => head.0.saturating_sub(self.lines).max(0),
        };
        let after = Position(before);
        if !self.follow {
            let mut pages = reader.read_ahead(after, head, PAGE);
            while let Some(events) = pages.next().await? {
                self.print(&events)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let nats = serve::nats(&config).await?;
        let mut feed = Feed::open(reader, nats, after, FeedOptions::default()).await?;
        loop {
            tokio::select! {
                events = feed.next(PAGE) => self.print(&events?)?,
                stop = tokio::signal::ctrl_c() => {
                    stop?;
                    return Ok(ExitCode::SUCCESS);
                }
            }
        }
    }

    fn print(&self, events: &[Recorded]) -> anyhow::Result<()> {
        for event in events {
            if self.json {
                output::line(serde_json::to_string(&Shown::of(event))?)?;
            } else {
                output::line(shown::line(event))?;
            }
        }
        Ok(())
    }
}
