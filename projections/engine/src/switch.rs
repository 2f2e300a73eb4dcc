//! Makes a build the one that queries read.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Pool, Transaction};
use guanxi_eventlog::LogReader;
use tokio::time::{Instant, sleep};
use tokio_postgres::error::SqlState;

use crate::{
    Build, BuildId, BuildState, Projection, ProjectionError, Setup,
    builds::{lock_checkpoints, lock_name},
    indexes,
    models::positions_in,
};

/// How long a switch waits for a lock, which is how long it may keep others waiting behind it.
const LOCK_TIMEOUT: &str = "100ms";
/// How long the old build stands still at most while the new one passes it.
const PAUSE: Duration = Duration::from_millis(750);

/// How an attempt to switch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switched {
    /// Queries read the new build, or it was given up for a later version.
    Yes,
    /// It has not caught up; soon.
    NotYet,
    /// Someone holds a lock for long, most likely an analyst on the views. Trying again at once
    /// would keep others waiting all the time.
    InTheWay,
}

/// Switches to `build` if it has caught up: within `near` events of every log's head, and past all
/// that the build it replaces has shown.
pub(crate) async fn try_switch(
    setup: &Setup,
    build: &Build,
    logs: &[&LogReader],
    near: usize,
) -> Result<Switched, ProjectionError> {
    let Setup {
        pool, projection, ..
    } = setup;
    let mut heads = Vec::new();
    for reader in logs {
        heads.push((reader.service(), reader.head().await?));
    }
    let positions = positions_in(&pool.get().await?, build.id).await?;
    let near = i64::try_from(near).unwrap_or(i64::MAX);
    let caught_up = heads.iter().all(|(log, head)| {
        positions.iter().any(|at| {
            at.log == *log
                && at.incarnation == head.incarnation
                && head.position.0 - at.position.0 <= near
        })
    });
    if !caught_up {
        return Ok(Switched::NotYet);
    }
    index(setup, build).await?;
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    match pass_and_point(&transaction, projection, build).await {
        Ok(true) => {
            transaction.commit().await?;
            tracing::info!(schema = build.schema, "queries read the new build");
            Ok(Switched::Yes)
        }
        Ok(false) => Ok(Switched::NotYet),
        Err(ProjectionError::Postgres(error)) if waited_too_long(&error) => {
            tracing::info!(
                schema = build.schema,
                "the switch is in someone's way; later"
            );
            Ok(Switched::InTheWay)
        }
        Err(error) => Err(error),
    }
}

/// Makes the indexes of a build that nobody reads yet. In a transaction before the switch, for that
/// is in the way of the build that is read; what is recorded meanwhile the build catches up with
/// while the switch waits for it, or until the next try.
async fn index(setup: &Setup, build: &Build) -> Result<(), ProjectionError> {
    let mut client = setup.pool.get().await?;
    let transaction = client.transaction().await?;
    lock_name(&transaction, &build.name).await?;
    if build.state_now(&transaction).await? == BuildState::Building {
        indexes::make(&transaction, setup, build).await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn waited_too_long(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::T_R_DEADLOCK_DETECTED)
    )
}

async fn pass_and_point(
    transaction: &Transaction<'_>,
    projection: &Arc<dyn Projection>,
    build: &Build,
) -> Result<bool, ProjectionError> {
    lock_name(transaction, &build.name).await?;
    transaction
        .batch_execute(&format!("set local lock_timeout = '{LOCK_TIMEOUT}'"))
        .await?;
    if build.state_now(transaction).await? != BuildState::Building {
        return Ok(false);
    }
    match Build::active(transaction, &build.name).await {
        Ok(old) if old.version > build.version => {
            let sql = "update projections.builds set state = 'retired' where id = $1";
            transaction.execute(sql, &[&build.id.0]).await?;
            return Ok(true);
        }
        Ok(old) => {
            if !passes(transaction, build.id, old.id).await? {
                return Ok(false);
            }
        }
        Err(ProjectionError::NeverBuilt(_)) => {}
        Err(error) => return Err(error),
    }
    point_at(transaction, projection, build).await?;
    Ok(true)
}

/// Holds the old build until the new one has passed it, so that no reader goes back in time. Both
/// follow the head, so this takes a batch or two.
async fn passes(
    transaction: &Transaction<'_>,
    new: BuildId,
    old: BuildId,
) -> Result<bool, ProjectionError> {
    lock_checkpoints(transaction, old).await?;
    let until = Instant::now() + PAUSE;
    loop {
        let lag = transaction
            .query(include_str!("switch/lag.sql"), &[&new.0, &old.0])
            .await?;
        if lag.is_empty() {
            return Ok(true);
        }
        if Instant::now() > until {
            return Ok(false);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Lets queries and views read `build`. The views come last of what may have to wait for others.
pub(crate) async fn point_at(
    transaction: &Transaction<'_>,
    projection: &Arc<dyn Projection>,
    build: &Build,
) -> Result<(), ProjectionError> {
    activate(transaction, build).await?;
    show(transaction, projection, build).await
}

async fn activate(transaction: &Transaction<'_>, build: &Build) -> Result<(), ProjectionError> {
    transaction
        .execute(
            "update projections.builds set state = 'retired'
              where name = $1 and state = 'active' and id <> $2",
            &[&build.name, &build.id.0],
        )
        .await?;
    transaction
        .execute(
            "update projections.builds set state = 'active', switched_at = clock_timestamp()
              where id = $1",
            &[&build.id.0],
        )
        .await?;
    transaction
        .execute(
            "insert into projections.active (name, build) values ($1, $2)
             on conflict (name) do update set build = excluded.build, since = clock_timestamp()",
            &[&build.name, &build.id.0],
        )
        .await?;
    Ok(())
}

/// The analysts' views read `build`.
async fn show(
    transaction: &Transaction<'_>,
    projection: &Arc<dyn Projection>,
    build: &Build,
) -> Result<(), ProjectionError> {
    if let Some(views) = projection.views() {
        transaction
            .batch_execute(&views.replace("{schema}", &build.schema))
            .await?;
    }
    Ok(())
}

/// Goes back to a retired build, at once: workers of its version then follow it again from where it
/// stood still. Stop the workers of the later version first, or they will build theirs anew.
///
/// The model's views in the schema `analytics` are made anew, as this program has them.
///
/// # Errors
/// [`ProjectionError::OtherVersion`] when this program's projection is of another version than the
/// build; [`ProjectionError::Unknown`] when it is not retired; what Postgres says, also when someone
/// reads the views for long, or has built something on them outside their schema.
pub async fn go_back(
    projection: &Arc<dyn Projection>,
    pool: &Pool,
    build: &Build,
) -> Result<(), ProjectionError> {
    if build.version != projection.version() {
        return Err(ProjectionError::OtherVersion {
            build: build.version,
            program: projection.version(),
        });
    }
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    lock_name(&transaction, &build.name).await?;
    let state = build.state_now(&transaction).await?;
    if state != BuildState::Retired {
        return Err(ProjectionError::Unknown(format!(
            "the build {} as {state}, not retired",
            build.schema
        )));
    }
    transaction
        .batch_execute(&format!("set local lock_timeout = '{LOCK_TIMEOUT}'"))
        .await?;
    activate(&transaction, build).await?;
    // Views that are replaced can only gain columns, and an earlier version may have fewer; views
    // that it lacks would go on to show a build that stands still.
    let drop_views = include_str!("switch/drop_views.sql").replace("{name}", &build.name);
    transaction.batch_execute(&drop_views).await?;
    show(&transaction, projection, build).await?;
    transaction.commit().await?;
    Ok(())
}
