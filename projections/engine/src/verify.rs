//! Proves that a live read model is what the log says: builds it anew and compares.

mod compare;

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use guanxi_events::{Incarnation, Position, Service};
use uuid::Uuid;

use crate::{
    Build, BuildId, BuildState, Progress, ProjectionError, Setup,
    batch::Limits,
    builds::{NewBuild, drop_build},
    fill::fill,
    parked::{Parked, log_named},
    worker::Team,
};
use compare::{Checksum, checksums, differences};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// What was verified.
    pub build: Build,
    /// Up to where, by log: the highest position of any partition.
    pub positions: Vec<(Service, Position)>,
    /// Each table with its rows.
    pub tables: Vec<TableReport>,
    /// Events that the live build has folded and the new one could not, with the reason.
    pub poison: Vec<(Service, Position, String)>,
    /// How many events both leave out because they are parked, held or skipped in the live build.
    pub left_out: u64,
}

impl VerifyReport {
    /// Whether the live build is what the log says.
    pub fn is_equal(&self) -> bool {
        self.poison.is_empty() && self.tables.iter().all(TableReport::is_equal)
    }
}

/// One table, live and rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    /// Its name.
    pub table: String,
    /// Rows of the live one.
    pub live_rows: i64,
    /// Rows of the rebuilt one.
    pub rebuilt_rows: i64,
    /// The first rows, in the order of their text, that only one of the two has.
    pub differences: Vec<RowDifference>,
}

impl TableReport {
    /// Whether both hold the same rows.
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.live_rows == self.rebuilt_rows
    }
}

/// A row that only one of the two tables has, in Postgres's text form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowDifference {
    /// The live one has it, and should not.
    OnlyLive(String),
    /// The live one lacks it.
    OnlyRebuilt(String),
}

/// The live build at one moment.
struct Live {
    build: Build,
    limits: HashMap<Service, (Incarnation, Limits)>,
    checksums: Vec<Checksum>,
    left_out: Vec<(Service, Position)>,
}

/// Rebuilds the active build into a scratch schema, up to exactly where each partition of it is, and
/// compares all tables. Events that are parked in the live build are left out of both.
///
/// The snapshot of the live tables stays open until the rebuild is done, for rows that differ are
/// read from it: on a large model that keeps Postgres from vacuuming meanwhile.
///
/// # Errors
/// [`ProjectionError::OtherVersion`] when this program's projection is not that of the build, or
/// [`ProjectionError::ForeignIncarnation`] when a log lives another life than it.
pub async fn verify(
    setup: Setup,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<VerifyReport, ProjectionError> {
    let team = Team::new(setup);
    let mut client = team.setup.pool.get().await?;
    let snapshot = client
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let live = Live::read(&snapshot, &team).await?;
    let scratch = create_scratch(&team, &live).await?;
    let report = compare_with(&team, &snapshot, live, &scratch, &mut progress).await;
    drop(snapshot);
    let transaction = client.transaction().await?;
    drop_build(&transaction, &scratch).await?;
    transaction.commit().await?;
    report
}

impl Live {
    async fn read(snapshot: &Transaction<'_>, team: &Team) -> Result<Self, ProjectionError> {
        let build = Build::active(snapshot, team.setup.projection.name()).await?;
        if build.version != team.setup.projection.version() {
            return Err(ProjectionError::OtherVersion {
                build: build.version,
                program: team.setup.projection.version(),
            });
        }
        let mut limits: HashMap<Service, (Incarnation, Limits)> = HashMap::new();
        let rows = snapshot
            .query(
                "select log, partition, position, incarnation from projections.checkpoints
                  where build = $1",
                &[&build.id.0],
            )
            .await?;
        for row in rows {
            let incarnation = Incarnation(row.try_get("incarnation")?);
            limits
                .entry(log_named(row.try_get("log")?)?)
                .or_insert_with(|| (incarnation, Limits::new()))
                .1
                .insert(
                    row.try_get("partition")?,
                    Position(row.try_get("position")?),
                );
        }
        let rows = snapshot
            .query(
                "select log, position from projections.parked where build = $1",
                &[&build.id.0],
            )
            .await?;
        let left_out = rows
            .iter()
            .map(|row| {
                Ok((
                    log_named(row.try_get("log")?)?,
                    Position(row.try_get("position")?),
                ))
            })
            .collect::<Result<_, ProjectionError>>()?;
        let checksums = checksums(snapshot, &build.schema, team.setup.projection.tables()).await?;
        Ok(Self {
            build,
            limits,
            checksums,
            left_out,
        })
    }
}

async fn create_scratch(team: &Team, live: &Live) -> Result<Build, ProjectionError> {
    let incarnations = team.incarnations().await?;
    for (log, actual) in &incarnations {
        let built = live.limits.get(log).map_or(*actual, |(built, _)| *built);
        if built != *actual {
            return Err(ProjectionError::ForeignIncarnation {
                log: *log,
                built,
                actual: *actual,
            });
        }
    }
    let mut client = team.setup.pool.get().await?;
    let transaction = client.transaction().await?;
    let scratch = NewBuild {
        projection: &team.setup.projection,
        state: BuildState::Scratch,
        as_of: None,
        schema: Some(format!(
            "{}_verify_{}",
            live.build.name,
            Uuid::new_v4().simple()
        )),
        incarnations: &incarnations,
    }
    .create(&transaction)
    .await?;
    // Keys must fall as they do in the live build, whatever this release would choose.
    set_partitions(&transaction, scratch.id, live.build.partitions).await?;
    Parked::leave_out(&transaction, scratch.id, &live.left_out).await?;
    transaction.commit().await?;
    Ok(Build {
        partitions: live.build.partitions,
        ..scratch
    })
}

async fn set_partitions(
    transaction: &Transaction<'_>,
    build: BuildId,
    partitions: i16,
) -> Result<(), ProjectionError> {
    transaction
        .execute(
            "update projections.builds set partitions = $2 where id = $1",
            &[&build.0, &partitions],
        )
        .await?;
    transaction
        .execute(
            "insert into projections.checkpoints (build, log, partition, incarnation)
             select distinct build, log, n, incarnation
               from projections.checkpoints, generate_series(0, $2::smallint - 1) n
              where build = $1
             on conflict do nothing",
            &[&build.0, &partitions],
        )
        .await?;
    transaction
        .execute(
            "delete from projections.checkpoints where build = $1 and partition >= $2",
            &[&build.0, &partitions],
        )
        .await?;
    Ok(())
}

async fn compare_with(
    team: &Team,
    snapshot: &Transaction<'_>,
    live: Live,
    scratch: &Build,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<VerifyReport, ProjectionError> {
    let mut positions = Vec::new();
    for reader in team.logs()? {
        if let Some((_, limits)) = live.limits.get(&reader.service()) {
            let until = limits.values().max().copied().unwrap_or_default();
            positions.push((reader, limits, until));
        }
    }
    let total = positions.iter().map(|(_, _, until)| until.0).sum();
    let mut before = 0;
    for (reader, limits, until) in &positions {
        let lane = team.lane(scratch, reader.service());
        fill(&lane, reader, limits, |reached| {
            progress(Progress {
                build: scratch,
                done: before + reached.0,
                total,
            });
        })
        .await?;
        before += until.0;
    }
    let rebuilt = team.setup.pool.get().await?;
    let rebuilt_sums = checksums(&rebuilt, &scratch.schema, team.setup.projection.tables()).await?;
    let mut tables = Vec::new();
    for (live_sum, rebuilt_sum) in live.checksums.iter().zip(&rebuilt_sums) {
        let differences = if live_sum == rebuilt_sum {
            Vec::new()
        } else {
            let (schemas, table) = ((&*live.build.schema, &*scratch.schema), &live_sum.table);
            differences(snapshot, &rebuilt, schemas, table).await?
        };
        tables.push(TableReport {
            table: live_sum.table.clone(),
            live_rows: live_sum.rows,
            rebuilt_rows: rebuilt_sum.rows,
            differences,
        });
    }
    Ok(VerifyReport {
        positions: positions
            .iter()
            .map(|(reader, _, until)| (reader.service(), *until))
            .collect(),
        tables,
        poison: Parked::reasons(&rebuilt, scratch.id).await?,
        left_out: live.left_out.len() as u64,
        build: live.build,
    })
}
