//! Builds: one filling of a read model's tables, in a schema of its own.

use std::{fmt, str::FromStr, sync::Arc};

use deadpool_postgres::{GenericClient, Pool, Transaction};
use guanxi_events::{Incarnation, Service};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::{Projection, ProjectionError, indexes::statements};

/// The key of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildId(pub i64);

impl fmt::Display for BuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What becomes of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuildState {
    /// Being filled beside the active one.
    Building,
    /// Followed, and what queries read.
    Active,
    /// Stood still when another took over; kept for going back.
    Retired,
    /// Built from a life of a log that is over; read until the next one has caught up.
    Foreign,
    /// The model as of a day; never followed.
    Frozen,
    /// Made by a verification, and dropped after it.
    Scratch,
}

const STATES: [(BuildState, &str); 6] = [
    (BuildState::Building, "building"),
    (BuildState::Active, "active"),
    (BuildState::Retired, "retired"),
    (BuildState::Foreign, "foreign"),
    (BuildState::Frozen, "frozen"),
    (BuildState::Scratch, "scratch"),
];

impl BuildState {
    /// As it is stored and shown.
    pub fn as_str(self) -> &'static str {
        let known = STATES.iter().find(|(state, _)| *state == self);
        known.map_or("unknown", |(_, name)| name)
    }
}

impl fmt::Display for BuildState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for BuildState {
    type Err = ProjectionError;

    fn from_str(text: &str) -> Result<Self, ProjectionError> {
        let known = STATES.iter().find(|(_, name)| *name == text);
        known
            .map(|(state, _)| *state)
            .ok_or_else(|| ProjectionError::Unknown(format!("the build state {text:?}")))
    }
}

/// One filling of a read model's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Its key.
    pub id: BuildId,
    /// The projection's name.
    pub name: String,
    /// The projection's version.
    pub version: u32,
    /// 1, 2, 3 … within name and version.
    pub number: u32,
    /// Where its tables stand.
    pub schema: String,
    /// What becomes of it.
    pub state: BuildState,
    /// Up to when it was built, for a frozen one.
    pub as_of: Option<Timestamp>,
    /// Into how many partitions its keys fall; fixed when it was made.
    pub(crate) partitions: i16,
}

const COLUMNS: &str = "id, name, version, number, schema, partitions, state, as_of";

impl Build {
    pub(crate) fn from_row(row: &Row) -> Result<Self, ProjectionError> {
        let unsigned = |column: &str| -> Result<u32, ProjectionError> {
            Ok(row.try_get::<_, i32>(column)?.unsigned_abs())
        };
        Ok(Self {
            id: BuildId(row.try_get("id")?),
            name: row.try_get("name")?,
            version: unsigned("version")?,
            number: unsigned("number")?,
            schema: row.try_get("schema")?,
            state: row.try_get::<_, &str>("state")?.parse()?,
            as_of: row.try_get("as_of")?,
            partitions: row.try_get("partitions")?,
        })
    }

    /// All builds of `name`, oldest first.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn all(
        client: &impl GenericClient,
        name: &str,
    ) -> Result<Vec<Self>, ProjectionError> {
        let sql = format!("select {COLUMNS} from projections.builds where name = $1 order by id");
        let rows = client.query(&sql, &[&name]).await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// The build that queries read.
    ///
    /// # Errors
    /// [`ProjectionError::NeverBuilt`].
    pub async fn active(client: &impl GenericClient, name: &str) -> Result<Self, ProjectionError> {
        let sql = format!(
            "select {COLUMNS} from projections.builds
              where id = (select build from projections.active where name = $1)"
        );
        match client.query_opt(&sql, &[&name]).await? {
            Some(row) => Self::from_row(&row),
            None => Err(ProjectionError::NeverBuilt(name.to_owned())),
        }
    }

    pub(crate) async fn state_now(
        &self,
        client: &impl GenericClient,
    ) -> Result<BuildState, ProjectionError> {
        let sql = "select state from projections.builds where id = $1";
        let row = client.query_one(sql, &[&self.id.0]).await?;
        row.try_get::<_, &str>(0)?.parse()
    }

    /// Marks it as built from a life of a log that is over, if it is still followed.
    pub(crate) async fn mark_foreign(
        &self,
        client: &impl GenericClient,
    ) -> Result<(), ProjectionError> {
        let sql = "update projections.builds set state = 'foreign'
                    where id = $1 and state in ('active', 'building')";
        client.execute(sql, &[&self.id.0]).await?;
        Ok(())
    }
}

/// A build that is to be made.
pub(crate) struct NewBuild<'a> {
    pub(crate) projection: &'a Arc<dyn Projection>,
    pub(crate) state: BuildState,
    pub(crate) as_of: Option<Timestamp>,
    /// A schema other than `<name>_v<version>_<number>`.
    pub(crate) schema: Option<String>,
    /// The life of each log that it is built from.
    pub(crate) incarnations: &'a [(Service, Incarnation)],
}

impl NewBuild<'_> {
    /// Makes schema, tables and checkpoints at the start of every log.
    pub(crate) async fn create(
        self,
        transaction: &Transaction<'_>,
    ) -> Result<Build, ProjectionError> {
        let name = self.projection.name();
        let version = i32::try_from(self.projection.version()).unwrap_or(i32::MAX);
        let partitions = i16::try_from(self.projection.partitions().clamp(1, 1_024)).unwrap_or(1);
        // Numbers are dealt one at a time.
        lock_name(transaction, name).await?;
        let number: i32 = transaction
            .query_one(
                "select coalesce(max(number), 0) + 1 from projections.builds
                  where name = $1 and version = $2",
                &[&name, &version],
            )
            .await?
            .try_get(0)?;
        let schema = self
            .schema
            .unwrap_or_else(|| format!("{name}_v{version}_{number}"));
        check_schema(transaction, &schema).await?;
        let sql = format!(
            "insert into projections.builds (name, version, number, schema, partitions, state, as_of)
             values ($1, $2, $3, $4, $5, $6, $7) returning {COLUMNS}"
        );
        let row = transaction
            .query_one(
                &sql,
                &[
                    &name,
                    &version,
                    &number,
                    &schema,
                    &partitions,
                    &self.state.as_str(),
                    &self.as_of,
                ],
            )
            .await?;
        let build = Build::from_row(&row)?;
        for (log, incarnation) in self.incarnations {
            transaction
                .execute(
                    "insert into projections.checkpoints (build, log, partition, incarnation)
                     select $1, $2, n, $3 from generate_series(0, $4::smallint - 1) n",
                    &[&build.id.0, &log.name(), &incarnation.0, &partitions],
                )
                .await?;
        }
        transaction
            .batch_execute(&format!(
                "create schema {schema}; set local search_path = {schema};"
            ))
            .await?;
        transaction.batch_execute(self.projection.ddl()).await?;
        if self.state == BuildState::Active {
            // Queries read it while it grows.
            for index in statements(self.projection.indexes()) {
                transaction.batch_execute(&index).await?;
            }
        }
        transaction
            .batch_execute("set local search_path = default")
            .await?;
        grant(transaction, &schema).await?;
        Ok(build)
    }
}

/// Waits for the batches of `build` that are under way, and holds off further ones.
pub(crate) async fn lock_checkpoints(
    transaction: &Transaction<'_>,
    build: BuildId,
) -> Result<(), ProjectionError> {
    transaction
        .query(
            "select from projections.checkpoints where build = $1 order by log, partition for update",
            &[&build.0],
        )
        .await?;
    Ok(())
}

/// Holds off everyone else who makes or switches builds of `name`, until the transaction ends. Take
/// it before locks on what a switch changes, such as views: that holds this one when it asks for those.
///
/// # Errors
/// What Postgres says.
pub async fn lock_name(transaction: &Transaction<'_>, name: &str) -> Result<(), ProjectionError> {
    let sql = "select pg_advisory_xact_lock(hashtextextended('guanxi.projections.' || $1, 0))";
    transaction.execute(sql, &[&name]).await?;
    Ok(())
}

/// A schema's name goes into statements as it is, so it must be a plain one.
async fn check_schema(client: &impl GenericClient, schema: &str) -> Result<(), ProjectionError> {
    let plain = (1..=63).contains(&schema.len())
        && schema
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_lowercase())
        && schema
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !schema.starts_with("pg_");
    let taken = client
        .query_opt("select from pg_namespace where nspname = $1", &[&schema])
        .await?
        .is_some();
    if plain && !taken {
        Ok(())
    } else {
        Err(ProjectionError::UnfitSchema(schema.to_owned()))
    }
}

/// The query service reads builds, and which is active, where it has a role of its own.
async fn grant(client: &impl GenericClient, schema: &str) -> Result<(), ProjectionError> {
    let role = "select from pg_roles where rolname = 'guanxi_query'";
    if client.query_opt(role, &[]).await?.is_some() {
        // What is granted on the schema that all models share is one row: two who write it at once
        // would fail. Until the transaction ends, and after the lock of the name.
        client
            .batch_execute(&format!(
                "select pg_advisory_xact_lock(hashtextextended('guanxi.projections grants', 0));
                 grant usage on schema projections, {schema} to guanxi_query;
                 grant select on all tables in schema projections, {schema} to guanxi_query;"
            ))
            .await?;
    }
    Ok(())
}

/// Drops a build with its tables and everything that is remembered of it.
pub(crate) async fn drop_build(
    transaction: &Transaction<'_>,
    build: &Build,
) -> Result<(), ProjectionError> {
    transaction
        .batch_execute(&format!("drop schema if exists {} cascade", build.schema))
        .await?;
    transaction
        .execute(
            "delete from projections.builds where id = $1",
            &[&build.id.0],
        )
        .await?;
    Ok(())
}

/// Drops what nobody reads any more: retired and foreign builds of `name`, and what a verification
/// left behind when it was killed. Returns what it dropped.
///
/// # Errors
/// What Postgres says.
pub async fn drop_retired(pool: &Pool, name: &str) -> Result<Vec<Build>, ProjectionError> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    lock_name(&transaction, name).await?;
    let sql = format!(
        "select {COLUMNS} from projections.builds
          where name = $1 and state in ('retired', 'foreign', 'scratch')
            and id not in (select build from projections.active)
            and not exists (select from projections.workers w
                             where w.build = builds.id
                               and w.seen_at > clock_timestamp() - interval '1 minute')"
    );
    let rows = transaction.query(&sql, &[&name]).await?;
    let builds: Vec<_> = rows.iter().map(Build::from_row).collect::<Result<_, _>>()?;
    for build in &builds {
        drop_build(&transaction, build).await?;
    }
    transaction.commit().await?;
    Ok(builds)
}
