//! `guanxi projections rebuild`

use std::{process::ExitCode, str::FromStr};

use anyhow::bail;
use clap::Args;
use guanxi_projection::{BuildState, ProjectionError, RebuildOptions, rebuild};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use tokio_util::sync::CancellationToken;

use super::progress;
use crate::{cli::Global, modules::Projector, output};

/// Build a read model anew beside the live one and switch to it, or as it was on a day
///
/// Without --as-of and --into the new build takes over when it has caught up; the live one serves
/// until then and is kept for going back. It may be interrupted: whoever runs it again, or any
/// worker, goes on where it stood.
#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// The read model
    #[arg(value_name = "NAME")]
    name: String,
    /// Only what was recorded up to the end of this day (UTC), or before this instant
    #[arg(long, value_name = "DAY|INSTANT")]
    as_of: Option<AsOf>,
    /// The schema to build into; such a build is not followed nor switched to
    #[arg(long, value_name = "SCHEMA")]
    into: Option<String>,
}

/// Recorded before this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AsOf(Timestamp);

impl FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse() {
            return Ok(Self(instant));
        }
        let day: Date = text.parse().map_err(|_| {
            "give a day, 2026-06-30, or an instant, 2026-06-30T12:00:00Z".to_owned()
        })?;
        day.checked_add(1.day())
            .and_then(|next| next.to_zoned(TimeZone::UTC))
            .map(|begin| Self(begin.timestamp()))
            .map_err(|error| error.to_string())
    }
}

impl Rebuild {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let projector = Projector::open(&config).await?;
        let setup = projector.setup(projector.one(&self.name)?);
        let what = RebuildOptions {
            as_of: self.as_of.map(|AsOf(instant)| instant),
            into: self.into,
        };
        let cancel = CancellationToken::new();
        let interrupted = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.cancel();
            }
        });
        let bar = progress::bar(&self.name);
        let begun = std::time::Instant::now();
        let mut events = 0;
        let built = rebuild(setup, what, cancel, |at| {
            events = at.done;
            progress::show(&bar, at);
        })
        .await;
        bar.finish_and_clear();
        let build = match built {
            Ok(build) => build,
            Err(ProjectionError::Stopped) => bail!("interrupted; run it again to go on"),
            Err(error) => return Err(error.into()),
        };
        let took = output::span(begun.elapsed());
        let passed = output::grouped(events);
        output::line(match build.state {
            BuildState::Frozen => format!(
                "{} holds {} in the schema {} ({passed} events in {took})",
                build.name,
                build.as_of.map_or_else(
                    || "what is recorded now".to_owned(),
                    |day| format!("what was recorded before {}", output::instant(day))
                ),
                build.schema
            ),
            state => format!(
                "{} is built anew in the schema {}, {state} ({passed} events in {took})",
                build.name, build.schema
            ),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_all_of_it() {
        let end: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        assert_eq!("2026-06-30".parse(), Ok(AsOf(end)));
        let noon: Timestamp = "2026-06-30T12:00:00Z".parse().unwrap();
        assert_eq!("2026-06-30T12:00:00Z".parse(), Ok(AsOf(noon)));
        assert!("yesterday".parse::<AsOf>().is_err());
    }
}
