//! Compares tables: by checksum, and row by row where those differ.

use std::{cmp::Ordering, pin::Pin};

use deadpool_postgres::GenericClient;
use futures::TryStreamExt;
use tokio_postgres::RowStream;

use super::RowDifference;
use crate::ProjectionError;

/// How many rows of a table are named.
const NAMED: usize = 10;

/// A table's rows, whatever their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checksum {
    pub(super) table: String,
    pub(super) rows: i64,
    sum: String,
}

pub(super) async fn checksums(
    client: &impl GenericClient,
    schema: &str,
    tables: &[&str],
) -> Result<Vec<Checksum>, ProjectionError> {
    let mut checksums = Vec::new();
    for table in tables {
        // A sum, because it does not depend on the order, and numeric, because it does not overflow.
        let sql = format!(
            "select count(*), coalesce(sum(hashtextextended({TEXT}, 0)), 0)::text from {schema}.{table} t"
        );
        let row = client.query_one(&sql, &[]).await?;
        checksums.push(Checksum {
            table: (*table).to_owned(),
            rows: row.try_get(0)?,
            sum: row.try_get(1)?,
        });
    }
    Ok(checksums)
}

/// A row's text. Both sides are written by the same program; sessions differ in nothing.
const TEXT: &str = "t::text";

/// The first rows that only one of the two has: both are read in the order of their text and merged.
pub(super) async fn differences(
    live: &impl GenericClient,
    rebuilt: &impl GenericClient,
    (live_schema, rebuilt_schema): (&str, &str),
    table: &str,
) -> Result<Vec<RowDifference>, ProjectionError> {
    let mut live = Rows::of(live, live_schema, table).await?;
    let mut rebuilt = Rows::of(rebuilt, rebuilt_schema, table).await?;
    let mut found = Vec::new();
    while found.len() < NAMED {
        let order = match (&live.next, &rebuilt.next) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(live), Some(rebuilt)) => live.cmp(rebuilt),
        };
        match order {
            Ordering::Less => found.extend(live.advance().await?.map(RowDifference::OnlyLive)),
            Ordering::Greater => {
                found.extend(rebuilt.advance().await?.map(RowDifference::OnlyRebuilt));
            }
            Ordering::Equal => {
                live.advance().await?;
                rebuilt.advance().await?;
            }
        }
    }
    Ok(found)
}

struct Rows {
    stream: Pin<Box<RowStream>>,
    next: Option<String>,
}

impl Rows {
    async fn of(
        client: &impl GenericClient,
        schema: &str,
        table: &str,
    ) -> Result<Self, ProjectionError> {
        let sql = format!(r#"select {TEXT} from {schema}.{table} t order by {TEXT} collate "C""#);
        let none: [&str; 0] = [];
        let stream = client.query_raw(&sql, none).await?;
        let mut rows = Self {
            stream: Box::pin(stream),
            next: None,
        };
        rows.advance().await?;
        Ok(rows)
    }

    /// The row at hand; the one after it is then at hand.
    async fn advance(&mut self) -> Result<Option<String>, ProjectionError> {
        let next = match self.stream.try_next().await? {
            Some(row) => Some(row.try_get(0)?),
            None => None,
        };
        Ok(std::mem::replace(&mut self.next, next))
    }
}
