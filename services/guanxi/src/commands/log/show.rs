//! `guanxi log show`

use std::{process::ExitCode, str::FromStr};

use anyhow::bail;
use clap::Args;
use deadpool_postgres::Pool;
use guanxi_eventlog::LogReader;
use guanxi_events::{Category, Position, Service, StreamKey, StreamVersion};
use uuid::Uuid;

use super::shown::Shown;
use crate::{cli::Global, output};

/// Print one event, or all of a stream, with everything that is known of them
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The service whose log it is
    #[arg(value_name = "LOG", value_parser = super::log)]
    log: Service,
    /// The position of an event, or the id of a stream
    #[arg(value_name = "POSITION|STREAM")]
    what: What,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Event(Position),
    Stream(Uuid),
}

impl FromStr for What {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position @ 1..) = text.parse() {
            return Ok(Self::Event(Position(position)));
        }
        text.parse()
            .map(Self::Stream)
            .map_err(|_| "it is neither a position (1, 2, 3 …) nor the UUID of a stream".to_owned())
    }
}

/// Events read at once.
const PAGE: usize = 1_000;

impl Show {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let (pool, reader) = super::reader(&config, self.log)?;
        match self.what {
            What::Event(position) => self.event(&reader, position).await?,
            What::Stream(id) => self.streams(&pool, &reader, id).await?,
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn event(&self, reader: &LogReader, position: Position) -> anyhow::Result<()> {
        let events = reader.read(Position(position.0 - 1), 1).await?;
        let Some(event) = events.first() else {
            let head = reader.head().await?.position;
            bail!("the log of {} ends at position {head}", self.log);
        };
        self.print(&Shown::of(event))
    }

    /// An id is chosen by callers, so several tenants or kinds may have it.
    async fn streams(&self, pool: &Pool, reader: &LogReader, id: Uuid) -> anyhow::Result<()> {
        let sql = format!(
            "select tenant, category from log_{}.streams where id = $1 order by tenant, category",
            self.log
        );
        let rows = pool.get().await?.query(&sql, &[&id]).await?;
        if rows.is_empty() {
            bail!("the log of {} has no stream {id}", self.log);
        }
        for row in rows {
            let stream = StreamKey {
                tenant: row.try_get::<_, &str>(0)?.parse()?,
                category: Category::from(row.try_get::<_, String>(1)?),
                id,
            };
            let mut after = StreamVersion::NONE;
            loop {
                let events = reader.read_stream(&stream, after, PAGE).await?;
                let Some(last) = events.last() else { break };
                after = last.version;
                for event in &events {
                    self.print(&Shown::of(event))?;
                }
            }
        }
        Ok(())
    }

    fn print(&self, event: &Shown<'_>) -> anyhow::Result<()> {
        let text = if self.json {
            serde_json::to_string(event)?
        } else {
            serde_json::to_string_pretty(event)?
        };
        Ok(output::line(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_position_and_a_uuid_a_stream() {
        assert_eq!("42".parse(), Ok(What::Event(Position(42))));
        let id = Uuid::now_v7();
        assert_eq!(id.to_string().parse(), Ok(What::Stream(id)));
        for bad in ["0", "-1", "x", ""] {
            assert!(bad.parse::<What>().is_err(), "{bad:?}");
        }
    }
}
