//! What the engine must know of the model.

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service};
use guanxi_projection::{ApplyError, Key, Projection, Write};

use crate::{logs, views};

/// The read model `dashboards`. Its key is the stream; what is of one customer's account, or of one
/// member, has one key from whichever stream of a log it comes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dashboards;

impl Projection for Dashboards {
    fn name(&self) -> &'static str {
        "dashboards"
    }

    fn version(&self) -> u32 {
        1
    }

    fn logs(&self) -> &'static [Service] {
        &Service::ALL
    }

    fn ddl(&self) -> &'static str {
        include_str!("sql/tables.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("sql/indexes.sql")
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "slots",
            "days",
            "customers",
            "interactions",
            "follow_ups",
            "stages",
            "opportunities",
            "orders",
            "returns",
            "return_lines",
            "invoices",
            "accounts",
            "payments",
            "tickets",
            "breaches",
            "members",
            "approvals",
        ]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        logs::key(event)
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(logs::apply(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        Some(views::sql())
    }
}
