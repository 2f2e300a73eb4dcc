//! Statistics of young tables, before Postgres gathers any by itself.
//!
//! Statements are planned once and kept, and as long as nobody has looked at a table it counts as all
//! but empty: then an index that begins with the tenant looks as good as the primary key, and each
//! row that is wanted costs a walk over all rows of its tenant. Until Postgres comes by itself, a
//! minute later at the earliest, that was half a core at 4 500 events a second: 8 ms a batch of
//! `funnels` instead of 0.2.

use crate::{ProjectionError, batch::Lane};

/// After so many events a build's tables are looked at, and again whenever ten times as many have come.
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
    /// Whether it is time, with so many more events written.
    pub(crate) fn are_due_after(&mut self, events: usize) -> bool {
        self.written = self.written.saturating_add(events);
        let due = self.written >= self.due;
        while self.written >= self.due {
            self.due = self.due.saturating_mul(10);
        }
        due
    }
}

/// Gathers them, which throws away every plan that was made without.
pub(crate) async fn gather(lane: &Lane) -> Result<(), ProjectionError> {
    let schema = &lane.build.schema;
    let tables = lane.setup.projection.tables().iter();
    let tables: Vec<String> = tables.map(|table| format!("{schema}.{table}")).collect();
    let client = lane.setup.pool.get().await?;
    let analyze = format!("analyze {}", tables.join(", "));
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
            .filter(|_| statistics.are_due_after(1))
            .collect();
        assert_eq!(due, [200, 2_000, 20_000]);
        // Of a large batch once.
        assert!(Statistics::default().are_due_after(30_000));
        assert!(!statistics.are_due_after(1));
    }
}
