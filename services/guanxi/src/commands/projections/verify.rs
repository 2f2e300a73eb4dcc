//! `guanxi projections verify`

use std::process::ExitCode;

use clap::Args;
use guanxi_projection::{RowDifference, VerifyReport, verify};

use super::progress;
use crate::{cli::Global, modules::Projector, output};

/// Prove that a live read model is what the log says
///
/// It is built anew in a scratch schema up to the same positions, and every table is compared.
/// Exit status 1 when they differ.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Names of read models, or `all`
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

impl Verify {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        let mut equal = true;
        for projection in projector.named(&self.names)? {
            let bar = progress::bar(projection.name());
            let report = verify(projector.setup(projection), |at| progress::show(&bar, at)).await;
            bar.finish_and_clear();
            let report = report?;
            show(&report)?;
            equal &= report.is_equal();
        }
        Ok(if equal {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn show(report: &VerifyReport) -> anyhow::Result<()> {
    let positions: Vec<String> = report
        .positions
        .iter()
        .map(|(log, position)| format!("{log} {}", output::grouped(position.0)))
        .collect();
    output::line(format!(
        "{}: {} at {}",
        report.build.schema,
        if report.is_equal() {
            "live and rebuilt are equal"
        } else {
            "live and rebuilt DIFFER"
        },
        positions.join(", ")
    ))?;
    let mut table = output::table(&["table", "#live rows", "#rebuilt rows", "equal"]);
    for one in &report.tables {
        table.add_row([
            one.table.clone(),
            output::grouped(one.live_rows),
            output::grouped(one.rebuilt_rows),
            if one.is_equal() { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    output::line(table.to_string())?;
    for one in &report.tables {
        for difference in &one.differences {
            output::line(match difference {
                RowDifference::OnlyLive(row) => format!("{} only live: {row}", one.table),
                RowDifference::OnlyRebuilt(row) => format!("{} only rebuilt: {row}", one.table),
            })?;
        }
    }
    for (log, position, reason) in &report.poison {
        output::line(format!("{log} {position} cannot be applied anew: {reason}"))?;
    }
    if report.left_out > 0 {
        output::line(format!(
            "{} parked or skipped events are left out of both",
            report.left_out
        ))?;
    }
    Ok(())
}
