//! A log whose events were recorded on given days.

use std::sync::Arc;

use guanxi_events::{TenantId, sales::AccountEvent};
use guanxi_projection::Build;
use guanxi_receivables::{Receivables, queries::Dates};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    history::{Told, day},
    world::World,
};

/// The first instant of a day.
pub(crate) fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// The last instant before it counts is that before the next day.
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
    /// Appends what is told of accounts, with a number for each payment.
    pub(crate) async fn tell(&mut self, tenant: &TenantId, told: &Told) {
        let at = midnight(day(told.recorded)) + 12.hours();
        let series: &[&str] = match &told.event {
            AccountEvent::PaymentReceived(_) => &["PY-2024"],
            _ => &[],
        };
        let event = told.event.clone();
        self.append_numbered::<AccountEvent>(tenant, told.customer, event, at, series)
            .await;
    }

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

    pub(crate) async fn receivables(&self, batch: usize) -> Build {
        self.build_of(Arc::new(Receivables), batch).await
    }
}
