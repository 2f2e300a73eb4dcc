//! The loyalty service: members and their points.

use std::collections::BTreeSet;

use guanxi_events::{
    Recorded,
    loyalty::{
        MemberEvent, PointsEvent,
        points::{LotPart, PointsExpired},
    },
};
use guanxi_projection::{ApplyError, Write};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{ids, read};
use crate::{
    Figure,
    approvals::{ADJUSTMENT, Approval, request},
    deltas::{Counted, Deltas, Much, When},
    kept::{Id, Set, id, kept},
};

kept! {
    /// Of which program a member is, and who it is.
    Member in "members" {
        program: Uuid = "uuid",
        customer: Option<Uuid> = "uuid",
    }
}

pub(super) async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let enrolled = read::<MemberEvent>(events)?;
    let told = read::<PointsEvent>(events)?;
    let mut members = Set::<Member>::load(write, &ids(&told)).await?;
    let mut approvals = Set::<Approval>::load(write, &requests(&told)).await?;
    let mut deltas = Deltas::default();
    // A member is enrolled before it has points.
    for (event, what) in &enrolled {
        if let MemberEvent::Enrolled(enrolled) = what {
            let program = Uuid::from(enrolled.program);
            let detail = program.to_string();
            let counted = Counted {
                figure: Figure::MembersEnrolled,
                when: When::On(enrolled.on),
                owner: "",
                detail: &detail,
            };
            deltas.one(event, &counted);
            let customer = enrolled.customer.map(Uuid::from);
            members.insert(id(event), Member { program, customer });
        }
    }
    for (event, what) in &told {
        let member = members.find(&id(event)).cloned();
        if let Some((figure, at, points)) = moved(what) {
            let program = member.as_ref().map(|member| member.program.to_string());
            let counted = Counted {
                figure,
                when: When::At(at),
                owner: "",
                detail: program.as_deref().unwrap_or_default(),
            };
            let much = Much {
                amount: points,
                currency: "",
            };
            deltas.add(event, &counted, 1, much);
        }
        let customer = member.and_then(|member| member.customer);
        asked(&mut approvals, event, what, customer);
    }
    members.store(write).await?;
    approvals.store(write).await?;
    deltas.store(write).await?;
    Ok(())
}

/// Which figure, when, and how many points.
fn moved(what: &PointsEvent) -> Option<(Figure, Timestamp, Decimal)> {
    let sum = |lots: &[LotPart]| lots.iter().map(|lot| lot.points).sum();
    Some(match what {
        PointsEvent::Earned(earned) => (Figure::PointsEarned, earned.at, earned.points),
        PointsEvent::Spent(spent) => (Figure::PointsSpent, spent.at, spent.points),
        PointsEvent::Returned(back) => (Figure::PointsReturned, back.at, back.points),
        PointsEvent::Reversed(back) => (Figure::PointsReversed, back.at, back.points),
        PointsEvent::Expired(PointsExpired { at, lots }) => (Figure::PointsExpired, *at, sum(lots)),
        _ => return None,
    })
}

/// The requests that these events may answer.
fn requests(told: &[(&Recorded, PointsEvent)]) -> BTreeSet<Id> {
    let ids = told.iter().filter_map(|(event, what)| {
        let number = match what {
            PointsEvent::AdjustmentRejected(rejected) => rejected.adjustment.0,
            PointsEvent::Adjusted(adjusted) => adjusted.adjustment.0,
            _ => return None,
        };
        Some(request(event, ADJUSTMENT, number))
    });
    ids.collect()
}

fn asked(
    approvals: &mut Set<Approval>,
    event: &Recorded,
    what: &PointsEvent,
    customer: Option<Uuid>,
) {
    match what {
        PointsEvent::AdjustmentRequested(asked) => {
            let why = (&asked.by, asked.reason.as_str());
            approvals.asked(event, ADJUSTMENT, asked.adjustment.0, customer, why);
        }
        PointsEvent::AdjustmentRejected(rejected) => {
            approvals.answered(event, ADJUSTMENT, rejected.adjustment.0);
        }
        PointsEvent::Adjusted(adjusted) => {
            approvals.answered(event, ADJUSTMENT, adjusted.adjustment.0);
        }
        _ => {}
    }
}
