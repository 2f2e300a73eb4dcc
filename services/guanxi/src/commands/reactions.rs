//! `guanxi reactions`

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use guanxi_events::Service;
use guanxi_runtime::database::Database;
use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{cli::Global, output};

/// Look after the reactions, with which one service follows the events of another
#[derive(Debug, Subcommand)]
pub(crate) enum Reactions {
    /// Events to which a reaction was refused, with the reason; later events went on
    Parked {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// An event whose reaction was refused.
#[derive(Debug, Serialize)]
struct Refused {
    /// The service that reacts.
    service: Service,
    /// The name of the reaction.
    reaction: String,
    /// The log of the event, and where it stands there.
    source: String,
    position: i64,
    event_id: Uuid,
    code: String,
    reason: String,
    parked_at: Timestamp,
}

impl Reactions {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let Self::Parked { json } = self;
        let config = global.load()?;
        let client = Database::administrator(&config)?.connect().await;
        let client = client.context("cannot reach Postgres at database.url; does it run?")?;
        let mut refused = Vec::new();
        for service in Service::ALL {
            let sql = format!(
                "select name, source, position, event_id, code, reason,
                        (extract(epoch from parked_at) * 1000)::bigint
                   from log_{service}.parked_reactions order by parked_at, position"
            );
            for row in client.query(&sql, &[]).await? {
                refused.push(Refused::of(service, &row)?);
            }
        }
        if json {
            output::line(serde_json::to_string_pretty(&refused)?)?;
        } else if refused.is_empty() {
            output::line("nothing is parked")?;
        } else {
            output::line(table(&refused))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Refused {
    fn of(service: Service, row: &Row) -> anyhow::Result<Self> {
        Ok(Self {
            service,
            reaction: row.try_get(0)?,
            source: row.try_get(1)?,
            position: row.try_get(2)?,
            event_id: row.try_get(3)?,
            code: row.try_get(4)?,
            reason: row.try_get(5)?,
            parked_at: Timestamp::from_millisecond(row.try_get(6)?)?,
        })
    }
}

fn table(refused: &[Refused]) -> String {
    let mut table = output::table(&[
        "service",
        "reaction",
        "log",
        "#position",
        "since",
        "code",
        "reason",
    ]);
    for one in refused {
        table.add_row([
            one.service.to_string(),
            one.reaction.clone(),
            one.source.clone(),
            one.position.to_string(),
            output::instant(one.parked_at),
            one.code.clone(),
            one.reason.clone(),
        ]);
    }
    table.to_string()
}
