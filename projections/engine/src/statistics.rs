//! Statistics of young tables, before Postgres gathers any by itself.
//!
//! Statements are planned once and kept, and as long as nobody has looked at a table it counts as all
//! but empty: then an index that begins with the tenant looks as good as the primary key, and each
//! row that is wanted costs a walk over all rows of its tenant. Until Postgres comes by itself, a
//! minute later at the earliest, that was half a core at 4 500 events a second: 8 ms a batch of
//! `funnels` instead of 0.2.

use crate::{ProjectionError, batch::Lane};

/// After so many events of a follower the tables of its build are looked at, and again whenever ten
/// times as many have come.
const FIRST: usize = 200;

/// When a follower has them gathered.
#[derive(Debug)]
pub(crate) struct Statistics {
    written: usize,
    due: usize,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            written: 0,
            due: FIRST,
        }
    }
}

impl Statistics {
    /// How many events were written when it is time, with so many more.
    pub(crate) fn are_due_after(&mut self, events: usize) -> Option<usize> {
        self.written = self.written.saturating_add(events);
        if self.written < self.due {
            return None;
        }
        self.due = self.written.max(self.due).saturating_mul(10);
        Some(self.written)
    }
}

/// Gathers them of the tables that count as far smaller than so many events make them, which throws
/// away every plan that was made without. What another one looks at meanwhile is left to that.
pub(crate) async fn gather(lane: &Lane, written: usize) -> Result<(), ProjectionError> {
    let client = lane.setup.pool.get().await?;
    // Of a table that nobody has looked at yet Postgres says that it has -1 rows.
    let young = "select c.oid::regclass::text from pg_class c
                  where c.relnamespace = $1::text::regnamespace and c.relkind = 'r'
                    and c.reltuples * 10 <= $2";
    let (schema, written) = (&lane.build.schema, written as f64);
    let young = client.query(young, &[schema, &written]).await?;
    let young: Vec<&str> = young
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    if young.is_empty() {
        return Ok(());
    }
    let analyze = format!("analyze (skip_locked) {}", young.join(", "));
    client.batch_execute(&analyze).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_looked_at_again_when_it_is_ten_times_as_large() {
        let mut statistics = Statistics::default();
        let due: Vec<usize> = (1..=30_000)
            .filter_map(|_| statistics.are_due_after(1))
            .collect();
        assert_eq!(due, [200, 2_000, 20_000]);
        let mut at_once = Statistics::default();
        assert_eq!(at_once.are_due_after(30_000), Some(30_000));
        assert_eq!(at_once.are_due_after(1), None);
    }
}
