//! What the engine must know of the model, and the fold of a batch.

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service};
use guanxi_projection::{ApplyError, Key, Projection, Write};
use uuid::Uuid;

use crate::{
    causes::Causes,
    customers::Customers,
    members::Members,
    programs::Programs,
    sources::{self, Source},
    storing::Booked,
    views,
};

/// The read model `points`. Its key is the member; programs, purchases, redemptions and customers
/// have keys of their own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Points;

/// Tenant and whatever is its own.
pub(crate) type Id = (String, Uuid);

impl Projection for Points {
    fn name(&self) -> &'static str {
        "points"
    }

    fn version(&self) -> u32 {
        2
    }

    fn logs(&self) -> &'static [Service] {
        &[Service::Loyalty]
    }

    fn ddl(&self) -> &'static str {
        include_str!("sql/tables.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("sql/indexes.sql")
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "customers",
            "programs",
            "members",
            "tiers",
            "accounts",
            "lines",
            "lots",
            "lot_movements",
            "purchases",
            "redemptions",
        ]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        sources::key(event)
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(apply(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        Some(views::sql())
    }
}

/// Nothing is loaded: every row says by how much it changes what is there.
async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut booked = Booked::default();
    let mut members = Members::default();
    let mut programs = Programs::default();
    let mut causes = Causes::default();
    let mut customers = Customers::default();
    for event in events {
        let source = sources::source(event);
        let source = source.map_err(|error| ApplyError::undecodable(event, &error))?;
        let id = (event.stream.tenant.as_str().to_owned(), event.stream.id);
        match source {
            Some(Source::Points(points)) => booked.take(id, event, &points),
            Some(Source::Member(member)) => members.take(id, event, &member),
            Some(Source::Program(program)) => programs.take(id, event, &program),
            Some(Source::Purchase(purchase)) => causes.purchase(id, &purchase),
            Some(Source::Redemption(redemption)) => causes.redemption(id, &redemption),
            Some(Source::Customer(copied)) => customers.take(id, copied),
            None => {}
        }
    }
    programs.store(write).await?;
    customers.store(write).await?;
    causes.store(write).await?;
    // An account is a member's, so members come first.
    members.store(write).await?;
    booked.store(write).await?;
    Ok(())
}
