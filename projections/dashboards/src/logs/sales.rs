//! The sales service: opportunities, orders, returns, invoices, accounts.

mod accounts;
mod opportunities;
mod orders;
mod returns;

use guanxi_events::Recorded;
use guanxi_projection::{ApplyError, Write};

use crate::{approvals::Approval, deltas::Deltas, kept::Set};

pub(super) async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut deltas = Deltas::default();
    let mut approvals = asked_for(write, events).await?;
    opportunities::apply(write, events, &mut deltas).await?;
    orders::apply(write, events, &mut deltas).await?;
    returns::apply(write, events, &mut deltas, &mut approvals).await?;
    accounts::apply(write, events, &mut deltas, &mut approvals).await?;
    approvals.store(write).await?;
    deltas.store(write).await?;
    Ok(())
}

/// The requests that these events may answer.
async fn asked_for(write: &Write<'_>, events: &[Recorded]) -> Result<Set<Approval>, ApplyError> {
    let mut ids = returns::requests(events)?;
    ids.extend(accounts::requests(events)?);
    Ok(Set::load(write, &ids).await?)
}
