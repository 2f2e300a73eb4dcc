//! `guanxi log verify`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use guanxi_eventlog::{Anchor, AnchorPublicKey, Verification, read_anchors};
use guanxi_events::Service;
use guanxi_runtime::{config::Config, database::Database};
use tokio_postgres::Client;

use crate::{cli::Global, output};

/// Check positions, versions, hashes, chain and anchors
///
/// Anchors are signed notes, kept outside the database, of where a log stood. With them a log that
/// was cut short or written anew is found out. Exit status 1 when anything is wrong.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The services whose logs to check; all when none is named
    #[arg(value_name = "LOG", value_parser = super::log)]
    logs: Vec<Service>,
    /// The folder of anchors, instead of log.anchors
    #[arg(long, value_name = "FOLDER")]
    anchors: Option<PathBuf>,
    /// The public half of the key that signed them, in hexadecimal, instead of keys.anchor_file
    #[arg(long, value_name = "HEX")]
    public_key: Option<String>,
}

impl Verify {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let client = Database::administrator(&config)?.connect().await?;
        let logs = if self.logs.is_empty() {
            Service::ALL.to_vec()
        } else {
            self.logs.clone()
        };
        let mut sound = true;
        for log in logs {
            let anchors = self.anchors(&config, &client, log).await?;
            let found = guanxi_eventlog::verify(&client, log, &anchors).await?;
            report(log, &found)?;
            sound &= found.problems.is_empty();
        }
        Ok(if sound {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    async fn anchors(
        &self,
        config: &Config,
        client: &Client,
        log: Service,
    ) -> anyhow::Result<Vec<Anchor>> {
        let Some(folder) = self.anchors.as_ref().or(config.log.anchors.as_ref()) else {
            output::line("no anchors are kept (log.anchors): a cut tail would go unnoticed")?;
            return Ok(Vec::new());
        };
        let file = anchor_file(folder, log);
        if !file.exists() {
            let head = format!("select position from log_{log}.head");
            let position: i64 = client.query_one(&head, &[]).await?.try_get(0)?;
            if position == 0 {
                return Ok(Vec::new());
            }
            bail!(
                "there is no {}: the log of {log} has events, and no anchor to compare them with \
                 (the first one is set within log.anchor_seconds)",
                file.display()
            );
        }
        let key = self.public_key(config)?;
        read_anchors(&file, &key).with_context(|| file.display().to_string())
    }

    fn public_key(&self, config: &Config) -> anyhow::Result<AnchorPublicKey> {
        if let Some(hex) = &self.public_key {
            return Ok(AnchorPublicKey::from_hex(hex)?);
        }
        let Some(file) = &config.keys.anchor_file else {
            bail!("give --public-key, or set keys.anchor_file");
        };
        if !file.exists() {
            bail!("keys.anchor_file: there is no {}", file.display());
        }
        Ok(guanxi_eventlog::load_or_create_key(file)?.public())
    }
}

fn anchor_file(folder: &Path, log: Service) -> PathBuf {
    folder.join(format!("{log}.anchors"))
}

fn report(log: Service, found: &Verification) -> anyhow::Result<()> {
    let events = output::grouped(found.events);
    let anchors = found.anchors;
    if found.problems.is_empty() {
        output::line(format!(
            "{log}: sound; {events} events, the chain holds, {anchors} anchors agree"
        ))?;
    } else {
        output::line(format!(
            "{log}: {} problems in {events} events; {anchors} anchors compared",
            found.problems.len()
        ))?;
        let mut table = output::table(&["#first", "#last", "what"]);
        for problem in &found.problems {
            table.add_row([
                problem.position.to_string(),
                problem.until.to_string(),
                problem.what.clone(),
            ]);
        }
        output::line(table.to_string())?;
    }
    for life in found.lives.iter().skip(1) {
        output::line(format!(
            "{log}: restored at {}; a new life began after position {}",
            output::instant(life.began_at),
            life.position
        ))?;
    }
    Ok(())
}
