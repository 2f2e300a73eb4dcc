//! A log whose events were recorded when they happened.

use std::sync::Arc;

use guanxi_projection::Build;
use guanxi_receivables::{Receivables, queries::Dates};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::world::World;

/// The first instant of a day.
pub(crate) fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// The first instant after a day.
pub(crate) fn end_of(date: Date) -> Timestamp {
    midnight(date.tomorrow().unwrap())
}

/// As of the end of a day, as known at the end of another.
pub(crate) fn dates(as_of: Date, known: Option<Date>) -> Dates {
    Dates {
        as_of,
        ends: end_of(as_of),
        known_until: known.map(end_of),
    }
}

impl World {
    /// Lets everything be recorded when it happened, as far as that does not go back: the log itself
    /// takes no time but its own.
    pub(crate) async fn record_as_it_happened(&self) {
        let sql = "update log_sales.events e
                      set recorded_at = w.at
                     from (select position, max(occurred_at) over (order by position) as at
                             from log_sales.events) w
                    where w.position = e.position";
        self.client().await.batch_execute(sql).await.unwrap();
    }

    /// The active build of the model.
    pub(crate) async fn receivables(&self, batch: usize) -> Build {
        self.build_of(Arc::new(Receivables), batch).await
    }
}
