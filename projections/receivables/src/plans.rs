//! Receivable plans of orders, by version (S-21).

use guanxi_events::{Recorded, sales::ReceivablePlanSet};
use guanxi_projection::Write;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{columns::columns, storing::stored};

columns! {
    /// A row of `plans`.
    PlanColumns of PlanRow {
        tenant: &'a str,
        order_id: Uuid,
        version: i64,
        n: i32,
        customer: Uuid,
        occurred_at: Timestamp,
        recorded_at: Timestamp,
        currency: &'a str,
        due: Date,
        amount: Decimal,
    }
}

/// The versions of a batch.
#[derive(Default)]
pub(crate) struct Plans<'a>(PlanColumns<'a>);

impl<'a> Plans<'a> {
    /// Takes one version.
    pub(crate) fn take(&mut self, event: &'a Recorded, set: &ReceivablePlanSet) {
        for (n, part) in (0..).zip(&set.instalments) {
            self.0.push(PlanRow {
                tenant: event.stream.tenant.as_str(),
                order_id: event.stream.id,
                version: set.version.into(),
                n,
                customer: set.customer.into(),
                occurred_at: event.occurred_at,
                recorded_at: event.recorded_at,
                currency: set.currency.code(),
                due: part.due,
                amount: stored(part.amount),
            });
        }
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        self.0
            .write(write, include_str!("sql/write_plans.sql"))
            .await
    }
}
