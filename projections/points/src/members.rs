//! Members: whose an account is, of which program, and in which tier by when (L-03, L-05).

use std::collections::BTreeMap;

use guanxi_events::{
    Recorded, document_number,
    loyalty::{MemberEnrolled, MemberEvent, MemberStatus},
};
use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::projection::Id;

columns! {
    /// A row of `members`.
    MemberColumns of MemberRow {
        tenant: &'a str,
        member: Uuid,
        program: Uuid,
        number: Option<&'a str>,
        customer: Option<Uuid>,
        status: &'static str,
    }
}

columns! {
    /// A change of a row of `members`.
    StatusColumns of StatusRow {
        tenant: &'a str,
        member: Uuid,
        status: &'static str,
    }
}

columns! {
    /// A row of `tiers`.
    TierColumns of TierRow {
        tenant: &'a str,
        member: Uuid,
        version: i64,
        at: Timestamp,
        recorded_at: Timestamp,
        tier: Option<&'a str>,
    }
}

/// A change of a tier.
struct Tier {
    id: Id,
    version: i64,
    at: Timestamp,
    recorded_at: Timestamp,
    tier: Option<String>,
}

/// What a batch tells of members.
#[derive(Default)]
pub(crate) struct Members {
    /// With the number that each drew.
    enrolled: Vec<(Id, MemberEnrolled, Option<String>)>,
    /// The last one holds.
    statuses: BTreeMap<Id, MemberStatus>,
    tiers: Vec<Tier>,
}

impl Members {
    /// Takes what happened to a member.
    pub(crate) fn take(&mut self, id: Id, event: &Recorded, member: &MemberEvent) {
        let status = match member {
            MemberEvent::Enrolled(enrolled) => {
                let number = event.numbers.iter().next();
                let number = number.map(|(series, number)| document_number(series, *number));
                self.enrolled.push((id, enrolled.clone(), number));
                return;
            }
            MemberEvent::TierChanged(changed) => {
                self.tiers.push(Tier {
                    id,
                    version: event.version.0,
                    at: event.occurred_at,
                    recorded_at: event.recorded_at,
                    tier: changed.to.clone().map(String::from),
                });
                return;
            }
            MemberEvent::Activated(_) => MemberStatus::Active,
            MemberEvent::Frozen(_) => MemberStatus::Frozen,
            MemberEvent::Unfrozen(unfrozen) => unfrozen.to,
            MemberEvent::Closed(_) => MemberStatus::Closed,
            // Cards and keys move no points, and what qualifies shows in the tier.
            MemberEvent::KeysChanged(_)
            | MemberEvent::CardAdded(_)
            | MemberEvent::CardReplaced(_)
            | MemberEvent::CardRemoved(_)
            | MemberEvent::Qualified(_)
            | MemberEvent::TierConfirmed(_) => return,
        };
        self.statuses.insert(id, status);
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut members = MemberColumns::default();
        for ((tenant, member), enrolled, number) in &self.enrolled {
            members.push(MemberRow {
                tenant,
                member: *member,
                program: enrolled.program.into(),
                number: number.as_deref(),
                customer: enrolled.customer.map(Uuid::from),
                status: name(enrolled.status),
            });
        }
        let mut statuses = StatusColumns::default();
        for ((tenant, member), status) in &self.statuses {
            statuses.push(StatusRow {
                tenant,
                member: *member,
                status: name(*status),
            });
        }
        let mut tiers = TierColumns::default();
        for change in &self.tiers {
            tiers.push(TierRow {
                tenant: &change.id.0,
                member: change.id.1,
                version: change.version,
                at: change.at,
                recorded_at: change.recorded_at,
                tier: change.tier.as_deref(),
            });
        }
        members.insert(write, "members").await?;
        let change = include_str!("sql/write_statuses.sql");
        statuses.write(write, change).await?;
        tiers.insert(write, "tiers").await
    }
}

const fn name(status: MemberStatus) -> &'static str {
    match status {
        MemberStatus::New => "new",
        MemberStatus::Active => "active",
        MemberStatus::Frozen => "frozen",
        MemberStatus::Closed => "closed",
    }
}
