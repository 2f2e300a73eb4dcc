//! What an operator does about a parked event: try again, or leave it out.

use guanxi_eventlog::{LogError, LogReader};
use guanxi_events::{Position, Recorded};

use crate::{
    Build, ParkedKey, ProjectionError, Setup,
    batch::{Failure, Lane},
    builds::BuildState,
    worker::{Team, reader_of},
};

/// How trying again ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// How many events were folded, and wait no more.
    pub folded: u64,
    /// The event at which it stopped, and why; `None` when the key is free.
    pub stuck: Option<(Position, String)>,
}

/// Folds the events of a parked key, in order, from the log. Those that can be folded now wait no
/// more, up to the first that cannot; behind that one the key stays parked.
///
/// # Errors
/// [`ProjectionError::NotParked`]; [`ProjectionError::OtherVersion`] when this program's projection
/// is not that of the build.
pub async fn retry(setup: Setup, key: &ParkedKey) -> Result<Retried, ProjectionError> {
    settle(setup, key, None).await
}

/// Leaves out the parked event of the key, for good and with a note of why, then folds those that
/// waited behind it, as [`retry`] does. Builds of the same version that are made later leave it out
/// as well.
///
/// # Errors
/// As [`retry`].
pub async fn skip(setup: Setup, key: &ParkedKey, note: &str) -> Result<Retried, ProjectionError> {
    settle(setup, key, Some(note)).await
}

async fn settle(
    setup: Setup,
    key: &ParkedKey,
    skip: Option<&str>,
) -> Result<Retried, ProjectionError> {
    let reader = reader_of(&setup.readers, setup.projection.name(), key.log)?.clone();
    let team = Team::new(setup);
    let build = build_of(&team, key).await?;
    let lane = team.lane(&build, key.log);
    lane.settle(&reader, key, skip).await
}

async fn build_of(team: &Team, key: &ParkedKey) -> Result<Build, ProjectionError> {
    let client = team.setup.pool.get().await?;
    let projection = &team.setup.projection;
    let builds = Build::all(&client, projection.name()).await?;
    let build = builds
        .into_iter()
        .find(|build| build.id == key.build && build.state != BuildState::Scratch)
        .ok_or(ProjectionError::NotParked)?;
    if build.version == projection.version() {
        Ok(build)
    } else {
        Err(ProjectionError::OtherVersion {
            build: build.version,
            program: projection.version(),
        })
    }
}

impl Lane {
    async fn settle(
        &self,
        reader: &LogReader,
        key: &ParkedKey,
        skip: Option<&str>,
    ) -> Result<Retried, ProjectionError> {
        let (build, log, name) = (self.build.id.0, self.share.log.name(), key.key.as_str());
        let mut client = self.setup.pool.get().await?;
        let mut transaction = client.transaction().await?;
        // The lock on everything that this partition writes: no batch comes between.
        let partition = key.key.partition(self.build.partitions);
        let locked = transaction
            .query_one(
                "select incarnation from projections.checkpoints
                  where build = $1 and log = $2 and partition = $3 for update",
                &[&build, &log, &partition],
            )
            .await?;
        let built = guanxi_events::Incarnation(locked.try_get(0)?);
        let actual = reader.head().await?.incarnation;
        if built != actual {
            return Err(ProjectionError::ForeignIncarnation {
                log: self.share.log,
                built,
                actual,
            });
        }
        if let Some(note) = skip {
            let skipped = transaction
                .execute(
                    "update projections.parked
                        set state = 'skipped', note = $5, skipped_at = clock_timestamp()
                      where build = $1 and log = $2 and key = $3 and position = $4
                        and state = 'parked'",
                    &[&build, &log, &name, &key.position.0, &note],
                )
                .await?;
            if skipped == 0 {
                return Err(ProjectionError::NotParked);
            }
        }
        let waiting = transaction
            .query(
                "select position from projections.parked
                  where build = $1 and log = $2 and key = $3 and state <> 'skipped'
                  order by position",
                &[&build, &log, &name],
            )
            .await?;
        if waiting.is_empty() && skip.is_none() {
            return Err(ProjectionError::NotParked);
        }
        transaction.batch_execute(&self.settings()).await?;
        // An operator's word is not taken back by a crash.
        transaction
            .batch_execute("set local synchronous_commit = on")
            .await?;
        let mut retried = Retried {
            folded: 0,
            stuck: None,
        };
        for row in waiting {
            let position = Position(row.try_get(0)?);
            let event = event_at(reader, position).await?;
            match self.under_savepoint(&mut transaction, &[event]).await {
                Ok(()) => retried.folded += 1,
                Err(Failure::Poison(poison)) => {
                    retried.stuck = Some((position, poison.reason));
                    break;
                }
                Err(Failure::Trouble(error)) => return Err(error),
            }
        }
        let stuck_at = retried.stuck.as_ref().map_or(i64::MAX, |(at, _)| at.0);
        transaction
            .execute(
                "delete from projections.parked
                  where build = $1 and log = $2 and key = $3 and state <> 'skipped'
                    and position < $4",
                &[&build, &log, &name, &stuck_at],
            )
            .await?;
        if let Some((at, reason)) = &retried.stuck {
            transaction
                .execute(
                    "update projections.parked set state = 'parked', reason = $4
                      where build = $1 and log = $2 and position = $3",
                    &[&build, &log, &at.0, &reason],
                )
                .await?;
        }
        transaction.commit().await?;
        Ok(retried)
    }
}

async fn event_at(reader: &LogReader, position: Position) -> Result<Recorded, ProjectionError> {
    let event = reader.read(Position(position.0 - 1), 1).await?.pop();
    event.ok_or_else(|| {
        let what = "the log lacks it".to_owned();
        LogError::Corrupt { position, what }.into()
    })
}
