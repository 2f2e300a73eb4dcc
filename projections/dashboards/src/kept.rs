//! Records that are kept whole: loaded before a batch, changed by it, written after it.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::Recorded;
use guanxi_projection::{ApplyError, Write};
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

/// Tenant and record.
pub(crate) type Id = (String, Uuid);

/// The id of what an event's stream is about.
pub(crate) fn id(event: &Recorded) -> Id {
    (event.stream.tenant.as_str().to_owned(), event.stream.id)
}

/// The id of a thing that has only a name or number within its stream.
pub(crate) fn part(event: &Recorded, name: &str) -> Id {
    let part = Uuid::new_v5(&event.stream.id, name.as_bytes());
    (event.stream.tenant.as_str().to_owned(), part)
}

/// A column of a batch's rows.
pub(crate) type Column = Box<dyn ToSql + Sync + Send>;

/// A row of a table with the key (tenant, id).
pub(crate) trait Kept: Sized + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// Its columns beside the key, with their types.
    const COLUMNS: &'static [(&'static str, &'static str)];

    /// From a row.
    fn read(row: &Row) -> Result<Self, Error>;

    /// Rows as columns.
    fn columns(rows: &[&Self]) -> Vec<Column>;
}

/// Declares such a row: its columns with their types here and in the table.
macro_rules! kept {
    ($(#[$doc:meta])* $name:ident in $table:literal { $($column:ident: $type:ty = $sql:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name {
            $(pub(crate) $column: $type),+
        }

        impl $crate::kept::Kept for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [(&'static str, &'static str)] =
                &[$((stringify!($column), $sql)),+];

            fn read(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
                Ok(Self { $($column: row.try_get(stringify!($column))?),+ })
            }

            fn columns(rows: &[&Self]) -> Vec<$crate::kept::Column> {
                vec![$({
                    let column: Vec<$type> = rows.iter().map(|row| row.$column.clone()).collect();
                    Box::new(column)
                }),+]
            }
        }
    };
}

pub(crate) use kept;

/// The records of a batch, in the order of their keys, so that two transactions never wait for each
/// other crosswise.
pub(crate) struct Set<T>(BTreeMap<Id, T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Kept> Set<T> {
    /// Loads those that are there.
    pub(crate) async fn load(write: &Write<'_>, ids: &BTreeSet<Id>) -> Result<Self, Error> {
        let mut set = Self::default();
        if ids.is_empty() {
            return Ok(set);
        }
        let tenants: Vec<&str> = ids.iter().map(|(tenant, _)| tenant.as_str()).collect();
        let ids: Vec<Uuid> = ids.iter().map(|(_, id)| *id).collect();
        let sql = format!(
            "select r.* from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
               join {} r on r.tenant = wanted.tenant and r.id = wanted.id",
            T::TABLE
        );
        for row in write.query(&sql, &[&tenants, &ids]).await? {
            let id = (row.try_get("tenant")?, row.try_get("id")?);
            set.0.insert(id, T::read(&row)?);
        }
        Ok(set)
    }

    /// Keeps one.
    pub(crate) fn insert(&mut self, id: Id, record: T) {
        self.0.insert(id, record);
    }

    /// The one of that id, if it is there.
    pub(crate) fn find(&mut self, id: &Id) -> Option<&mut T> {
        self.0.get_mut(id)
    }

    /// The one that an event changes.
    ///
    /// # Errors
    /// [`ApplyError::Poison`] when nothing was told of it before.
    pub(crate) fn of(&mut self, event: &Recorded) -> Result<&mut T, ApplyError> {
        self.0
            .get_mut(&id(event))
            .ok_or_else(|| ApplyError::poison(event, "nothing was told of it before"))
    }

    /// Writes them all.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let tenants: Vec<&str> = self.0.keys().map(|(tenant, _)| tenant.as_str()).collect();
        let ids: Vec<Uuid> = self.0.keys().map(|(_, id)| *id).collect();
        let rows: Vec<&T> = self.0.values().collect();
        let columns = T::columns(&rows);
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&tenants, &ids];
        params.extend(
            columns
                .iter()
                .map(|column| &**column as &(dyn ToSql + Sync)),
        );
        write.execute(&statement::<T>(), &params).await?;
        Ok(())
    }
}

fn statement<T: Kept>() -> String {
    let (mut names, mut arrays, mut sets) = (String::new(), String::new(), String::new());
    for (n, (name, sql)) in (3..).zip(T::COLUMNS) {
        names.push_str(&format!(", {name}"));
        arrays.push_str(&format!(", unnest(${n}::{sql}[])"));
        let comma = if n == 3 { "" } else { ", " };
        sets.push_str(&format!("{comma}{name} = excluded.{name}"));
    }
    format!(
        "insert into {} (tenant, id{names})
         select unnest($1::text[]), unnest($2::uuid[]){arrays}
         on conflict (tenant, id) do update set {sets}",
        T::TABLE
    )
}
