//! Returns of goods: what came back and why, and what waits for approval.

use std::collections::BTreeSet;

use guanxi_events::{Recorded, sales::ReturnEvent};
use guanxi_projection::{ApplyError, Write};
use uuid::Uuid;

use super::super::{ids, read};
use crate::{
    Figure,
    approvals::{Approval, RETURN, request},
    deltas::{Counted, Deltas, When},
    kept::{Id, Set, id, kept, part},
};

kept! {
    /// A return.
    Return in "returns" {
        customer: Uuid = "uuid",
        order_id: Uuid = "uuid",
        requested_by: String = "text",
    }
}

kept! {
    /// Why an order line is to come back.
    Line in "return_lines" {
        reason: String = "text",
    }
}

/// The requests that these events may answer.
pub(super) fn requests(events: &[Recorded]) -> Result<BTreeSet<Id>, ApplyError> {
    let told = read::<ReturnEvent>(events)?;
    Ok(told
        .iter()
        .map(|(event, _)| request(event, RETURN, 0))
        .collect())
}

pub(super) async fn apply(
    write: &Write<'_>,
    events: &[Recorded],
    deltas: &mut Deltas,
    approvals: &mut Set<Approval>,
) -> Result<(), ApplyError> {
    let told = read::<ReturnEvent>(events)?;
    let mut returns = Set::<Return>::load(write, &ids(&told)).await?;
    let mut lines = Set::<Line>::load(write, &received(&told)).await?;
    for (event, what) in &told {
        match what {
            ReturnEvent::Requested(requested) => {
                let returned = Return {
                    customer: requested.customer.into(),
                    order_id: requested.order.into(),
                    requested_by: requested.by.as_str().to_owned(),
                };
                let customer = Some(returned.customer);
                let reasons: Vec<&str> = requested
                    .lines
                    .iter()
                    .map(|line| line.reason.as_str())
                    .collect();
                let why = reasons.first().copied().unwrap_or_default();
                approvals.asked(event, RETURN, 0, customer, (&requested.by, why));
                for line in &requested.lines {
                    let reason = line.reason.clone();
                    lines.insert(part(event, &line.line.to_string()), Line { reason });
                }
                returns.insert(id(event), returned);
            }
            ReturnEvent::Approved(_) | ReturnEvent::Rejected(_) | ReturnEvent::Withdrawn(_) => {
                approvals.answered(event, RETURN, 0);
            }
            ReturnEvent::Received(received) => {
                let owner = returns.of(event)?.requested_by.clone();
                for line in &received.lines {
                    let line = lines.find(&part(event, &line.line.to_string()));
                    let counted = Counted {
                        figure: Figure::GoodsReturned,
                        when: When::At(event.occurred_at),
                        owner: &owner,
                        detail: line.map_or("", |line| line.reason.as_str()),
                    };
                    deltas.one(event, &counted);
                }
            }
            ReturnEvent::PartlyRefunded(_)
            | ReturnEvent::Refunded(_)
            | ReturnEvent::RefundTakenBack(_) => {}
        }
    }
    returns.store(write).await?;
    lines.store(write).await?;
    Ok(())
}

/// The lines that came back.
fn received(told: &[(&Recorded, ReturnEvent)]) -> BTreeSet<Id> {
    let mut ids = BTreeSet::new();
    for (event, what) in told {
        if let ReturnEvent::Received(received) = what {
            for line in &received.lines {
                ids.insert(part(event, &line.line.to_string()));
            }
        }
    }
    ids
}
