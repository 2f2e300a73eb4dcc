//! What is to be received of orders: their plans, by version (S-21), and what they will still be
//! billed.

use guanxi_events::{
    Recorded,
    sales::{ReceivablePlanSet, account::CommitmentSet},
};
use guanxi_projection::{Write, columns};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::storing::stored;

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

columns! {
    /// A row of `commitments`.
    CommitmentColumns of CommitmentRow {
        tenant: &'a str,
        customer: Uuid,
        version: i64,
        order_id: Uuid,
        occurred_at: Timestamp,
        recorded_at: Timestamp,
        unbilled: Decimal,
    }
}

/// What a batch says of orders.
#[derive(Default)]
pub(crate) struct Plans<'a> {
    plans: PlanColumns<'a>,
    commitments: CommitmentColumns<'a>,
}

impl<'a> Plans<'a> {
    /// Takes one version.
    pub(crate) fn take(&mut self, event: &'a Recorded, set: &ReceivablePlanSet) {
        for (n, part) in (0..).zip(&set.instalments) {
            self.plans.push(PlanRow {
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

    /// Takes what an order will still be billed.
    pub(crate) fn commit(&mut self, event: &'a Recorded, set: &CommitmentSet) {
        self.commitments.push(CommitmentRow {
            tenant: event.stream.tenant.as_str(),
            customer: event.stream.id,
            version: event.version.0,
            order_id: set.order.into(),
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            unbilled: stored(set.unbilled.amount),
        });
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        self.plans.insert(write, "plans").await?;
        self.commitments.insert(write, "commitments").await
    }
}
