//! `guanxi projections parked`

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use guanxi_projection::Build;
use guanxi_projection::{ParkedKey, Retried, parked, retry, skip, skipped};
use serde_json::json;

use crate::{cli::Global, modules::Projector, output};

/// Events that could not be applied
///
/// Each is set aside with its reason, and the later events of the same key wait behind it; all
/// others go on.
#[derive(Debug, Subcommand)]
pub(crate) enum Parked {
    /// What is parked, and what was skipped
    List {
        /// A read model, or `all`
        #[arg(value_name = "NAME", default_value = "all")]
        name: String,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Apply the events of a key again, for example with a corrected release
    Retry {
        /// The read model
        #[arg(value_name = "NAME")]
        name: String,
        /// The key, as `list` shows it; every parked key when it is left out
        #[arg(value_name = "KEY")]
        key: Option<String>,
    },
    /// Leave a parked event out for good, and apply those behind it
    Skip {
        /// The read model
        #[arg(value_name = "NAME")]
        name: String,
        /// The key, as `list` shows it
        #[arg(value_name = "KEY")]
        key: String,
        /// Why, for those who come after you
        #[arg(long)]
        note: String,
    },
}

impl Parked {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        match self {
            Self::List { name, json } => list(&projector, &name, json).await,
            Self::Retry { name, key } => settle(&projector, &name, key.as_deref(), None).await,
            Self::Skip { name, key, note } => {
                settle(&projector, &name, Some(&key), Some(&note)).await
            }
        }
    }
}

async fn list(projector: &Projector, name: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut stuck = Vec::new();
    let mut left_out = Vec::new();
    for projection in projector.named(&[name.to_owned()])? {
        stuck.extend(parked(&projector.pool, projection.name()).await?);
        let client = projector.pool.get().await?;
        let builds = Build::all(&client, projection.name()).await?;
        drop(client);
        for build in builds {
            for event in skipped(&projector.pool, &build).await? {
                left_out.push((build.schema.clone(), event));
            }
        }
    }
    if as_json {
        let stuck: Vec<_> = stuck.iter().map(key_json).collect();
        let left_out: Vec<_> = left_out
            .iter()
            .map(|(schema, event)| {
                json!({
                    "schema": schema, "log": event.log, "position": event.position,
                    "reason": event.reason, "note": event.note, "skipped_at": event.at,
                })
            })
            .collect();
        let all = json!({ "parked": stuck, "skipped": left_out });
        output::line(serde_json::to_string_pretty(&all)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if stuck.is_empty() {
        output::line("nothing is parked")?;
    } else {
        let mut table = output::table(&[
            "build",
            "log",
            "#position",
            "key",
            "#held",
            "since",
            "reason",
        ]);
        for key in &stuck {
            table.add_row([
                key.schema.clone(),
                key.log.to_string(),
                key.position.to_string(),
                key.key.to_string(),
                key.held.to_string(),
                output::instant(key.at),
                key.reason.clone(),
            ]);
        }
        output::line(table.to_string())?;
    }
    for (schema, event) in &left_out {
        output::line(format!(
            "{schema} leaves out {} {}: {}",
            event.log,
            event.position,
            event.note.as_deref().unwrap_or("no note"),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn key_json(key: &ParkedKey) -> serde_json::Value {
    json!({
        "schema": key.schema, "log": key.log, "position": key.position, "key": key.key.as_str(),
        "held": key.held, "reason": key.reason, "parked_at": key.at,
    })
}

async fn settle(
    projector: &Projector,
    name: &str,
    key: Option<&str>,
    note: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let projection = projector.one(name)?;
    let mut stuck = parked(&projector.pool, projection.name()).await?;
    if let Some(key) = key {
        stuck.retain(|parked| parked.key.as_str() == key);
        if stuck.is_empty() {
            bail!("{name} has no parked key {key}; see `guanxi projections parked list {name}`");
        }
    }
    let mut free = true;
    for key in &stuck {
        let setup = projector.setup(projection.clone());
        let Retried { folded, stuck } = match note {
            Some(note) => skip(setup, key, note).await?,
            None => retry(setup, key).await?,
        };
        output::line(match &stuck {
            None => format!("{} {}: free, {folded} events applied", key.schema, key.key),
            Some((position, reason)) => format!(
                "{} {}: {folded} events applied, then stuck at {} {position}: {reason}",
                key.schema, key.key, key.log
            ),
        })?;
        free &= stuck.is_none();
    }
    if stuck.is_empty() {
        output::line("nothing is parked")?;
    }
    Ok(if free {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
