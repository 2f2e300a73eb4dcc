//! `guanxi projections status`

use std::process::ExitCode;

use clap::Args;
use guanxi_projection::{Status, status};
use serde_json::{Value, json};

use crate::{cli::Global, modules::Projector, output};

/// How far every build of every read model is
#[derive(Debug, Args)]
pub(crate) struct StatusOf {
    /// One read model; all when none is named
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl StatusOf {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        if let Some(name) = &self.name {
            projector.one(name)?;
        }
        let all = status(&projector.pool, &projector.readers, self.name.as_deref()).await?;
        if self.json {
            let all: Vec<Value> = all.iter().map(as_json).collect();
            output::line(serde_json::to_string_pretty(&all)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        if all.is_empty() {
            output::line("nothing was built yet; start `guanxi project all`")?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = output::table(&[
            "read model",
            "build",
            "state",
            "log",
            "#position",
            "#head",
            "#behind",
            "#for",
            "#parked",
            "#held",
            "#workers",
            "last success",
        ]);
        for one in &all {
            table.add_row(row(one));
        }
        output::line(table.to_string())?;
        for (one, trouble) in all.iter().filter_map(|s| Some((s, s.trouble.as_ref()?))) {
            output::line(format!("{} on {}: {trouble}", one.build.schema, one.log))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(status: &Status) -> Vec<String> {
    let unknown = || "–".to_owned();
    let build = &status.build;
    vec![
        build.name.clone(),
        format!("v{}.{}", build.version, build.number),
        match build.as_of {
            Some(day) => format!("{} as of {}", build.state, output::instant(day)),
            None => build.state.to_string(),
        },
        status.log.to_string(),
        output::grouped(status.position.0),
        status
            .head
            .map_or_else(unknown, |head| output::grouped(head.0)),
        // What is not followed is not behind.
        (status.behind.and(status.events_behind)).map_or_else(unknown, output::grouped),
        status.behind.map_or_else(unknown, output::span),
        status.parked.to_string(),
        status.held.to_string(),
        status.workers.to_string(),
        status.last_success.map_or_else(unknown, output::instant),
    ]
}

fn as_json(status: &Status) -> Value {
    let build = &status.build;
    json!({
        "name": build.name,
        "version": build.version,
        "build": build.number,
        "schema": build.schema,
        "state": build.state.as_str(),
        "as_of": build.as_of,
        "log": status.log,
        "position": status.position,
        "head": status.head,
        "events_behind": status.events_behind,
        "milliseconds_behind": status.behind.map(|behind| behind.as_millis()),
        "last_success": status.last_success,
        "parked": status.parked,
        "held": status.held,
        "workers": status.workers,
        "partitions_led": status.partitions_led,
        "trouble": status.trouble,
    })
}
