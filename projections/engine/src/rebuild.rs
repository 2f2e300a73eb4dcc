//! Builds a read model anew: beside the live one and in its stead, or as it was on a day.

use std::time::Duration;

use guanxi_eventlog::LogReader;
use guanxi_events::{Position, Service};
use jiff::Timestamp;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    Build, BuildState, ProjectionError, Setup,
    batch::Limits,
    builds::{NewBuild, drop_build, lock_name},
    fill::fill,
    indexes,
    models::positions_in,
    parked::copy_skipped,
    worker::Team,
};

/// Between two looks at a build that grows.
const LOOK: Duration = Duration::from_millis(100);

/// What is to be built. With neither, the model is built beside the live one and switched to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuildOptions {
    /// Only what was recorded before this instant (for a day: its end, in UTC). Such a build is
    /// never followed nor switched to.
    pub as_of: Option<Timestamp>,
    /// The schema to build into, instead of `<name>_v<version>_<build>`. A build with a schema of
    /// its own, without `as_of`, holds what is recorded now, and is never followed either.
    pub into: Option<String>,
}

/// How far a build has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Which build.
    pub build: &'a Build,
    /// How many positions it has passed, of all logs together.
    pub done: i64,
    /// How many there are.
    pub total: i64,
}

/// Builds the model anew and returns the build when it is finished: the active one, or a frozen one.
/// A rebuild that was begun before, here or elsewhere, is joined; workers that run help with it.
///
/// # Errors
/// [`ProjectionError::Stopped`] upon `cancel`: a build beside the live one stays, and goes on with
/// any worker or another call; a frozen one is dropped.
pub async fn rebuild(
    setup: Setup,
    what: RebuildOptions,
    cancel: CancellationToken,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Build, ProjectionError> {
    let mut team = Team::new(setup);
    if what != RebuildOptions::default() {
        return frozen(&team, what, &cancel, &mut progress).await;
    }
    let built = beside(&mut team, &cancel, &mut progress).await;
    team.stop().await;
    built
}

async fn beside(
    team: &mut Team,
    cancel: &CancellationToken,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<Build, ProjectionError> {
    let mut build = join_or_begin(team).await?;
    loop {
        team.follow(std::slice::from_ref(&build)).await;
        let heads = heads(team).await?;
        let client = team.setup.pool.get().await?;
        let passed = positions_in(&client, build.id).await?;
        let state = build.state_now(&client).await?;
        drop(client);
        let done = passed.iter().map(|at| at.position.0).sum();
        let total: i64 = heads.iter().map(|(_, head)| head.0).sum();
        progress(Progress {
            build: &build,
            done,
            // The log has grown since it was asked.
            total: total.max(done),
        });
        match state {
            BuildState::Building => {
                if team.try_switch(&build).await? {
                    continue;
                }
            }
            BuildState::Foreign => {
                build = join_or_begin(team).await?;
                continue;
            }
            state => {
                build.state = state;
                return Ok(build);
            }
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            () = cancel.cancelled() => return Err(ProjectionError::Stopped),
        }
    }
}

async fn join_or_begin(team: &Team) -> Result<Build, ProjectionError> {
    let incarnations = team.incarnations().await?;
    let mut client = team.setup.pool.get().await?;
    let transaction = client.transaction().await?;
    let name = team.setup.projection.name();
    lock_name(&transaction, name).await?;
    let builds = Build::all(&transaction, name).await?;
    let begun = builds.into_iter().find(|build| {
        build.state == BuildState::Building && build.version == team.setup.projection.version()
    });
    if let Some(begun) = begun {
        return Ok(begun);
    }
    let build = NewBuild {
        projection: &team.setup.projection,
        state: BuildState::Building,
        as_of: None,
        schema: None,
        incarnations: &incarnations,
    }
    .create(&transaction)
    .await?;
    if let Ok(active) = Build::active(&transaction, name).await
        && active.version == build.version
    {
        copy_skipped(&transaction, active.id, build.id).await?;
    }
    transaction.commit().await?;
    Ok(build)
}

async fn frozen(
    team: &Team,
    what: RebuildOptions,
    cancel: &CancellationToken,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<Build, ProjectionError> {
    let heads = heads(team).await?;
    let mut ends = Vec::new();
    for reader in team.logs()? {
        let head = heads.iter().find(|(log, _)| *log == reader.service());
        let head = head.map_or(Position::START, |(_, head)| *head);
        let end = match what.as_of {
            Some(as_of) => last_before(reader, as_of).await?,
            None => head,
        };
        ends.push((reader, end));
    }
    let mut build = create_frozen(team, what).await?;
    let finished = async {
        fill_all(team, &build, &ends, progress).await?;
        finish(team, &build).await
    };
    let finished = tokio::select! {
        finished = finished => finished,
        () = cancel.cancelled() => Err(ProjectionError::Stopped),
    };
    if let Err(error) = finished {
        let mut client = team.setup.pool.get().await?;
        let transaction = client.transaction().await?;
        drop_build(&transaction, &build).await?;
        transaction.commit().await?;
        return Err(error);
    }
    build.state = BuildState::Frozen;
    Ok(build)
}

async fn create_frozen(team: &Team, what: RebuildOptions) -> Result<Build, ProjectionError> {
    let incarnations = team.incarnations().await?;
    let mut client = team.setup.pool.get().await?;
    let transaction = client.transaction().await?;
    let build = NewBuild {
        projection: &team.setup.projection,
        // Until it is full it is nobody's: what is left of a build that died is pruned.
        state: BuildState::Scratch,
        as_of: what.as_of,
        schema: what.into,
        incarnations: &incarnations,
    }
    .create(&transaction)
    .await?;
    if let Ok(active) = Build::active(&transaction, &build.name).await
        && active.version == build.version
    {
        copy_skipped(&transaction, active.id, build.id).await?;
    }
    transaction.commit().await?;
    Ok(build)
}

/// Queries may read it from now on.
async fn finish(team: &Team, build: &Build) -> Result<(), ProjectionError> {
    let mut client = team.setup.pool.get().await?;
    let transaction = client.transaction().await?;
    indexes::make(&transaction, &team.setup, build).await?;
    let sql = "update projections.builds set state = 'frozen' where id = $1";
    transaction.execute(sql, &[&build.id.0]).await?;
    transaction.commit().await?;
    Ok(())
}

async fn fill_all(
    team: &Team,
    build: &Build,
    ends: &[(&LogReader, Position)],
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<(), ProjectionError> {
    let total = ends.iter().map(|(_, end)| end.0).sum();
    let mut before = 0;
    for (reader, end) in ends {
        let lane = team.lane(build, reader.service());
        let limits: Limits = (0..build.partitions)
            .map(|partition| (partition, *end))
            .collect();
        fill(&lane, reader, &limits, |reached| {
            progress(Progress {
                build,
                done: before + reached.0,
                total,
            });
        })
        .await?;
        before += end.0;
    }
    Ok(())
}

async fn heads(team: &Team) -> Result<Vec<(Service, Position)>, ProjectionError> {
    let mut heads = Vec::new();
    for reader in team.logs()? {
        heads.push((reader.service(), reader.head().await?.position));
    }
    Ok(heads)
}

/// The last position recorded before `instant`. Recorded times have whole microseconds.
async fn last_before(reader: &LogReader, instant: Timestamp) -> Result<Position, ProjectionError> {
    let before = (instant.as_nanosecond() - 1).div_euclid(1_000);
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    let before = Timestamp::from_microsecond(before).unwrap_or(Timestamp::MIN);
    Ok(reader.position_at(before).await?)
}
