//! Customers, interactions, follow-ups.

use guanxi_dashboards::Figure;
use guanxi_events::customers::{
    Changed, CustomerAssigned, CustomerClaimed, CustomerEnteredPool, CustomerEvent, CustomerKind,
    CustomerOwnerChanged, CustomerProfile, CustomerRegistered, FollowUpBecameOverdue,
    FollowUpCancelled, FollowUpDone, FollowUpEvent, FollowUpPlanned, FollowUpRescheduled,
    InteractionAmended, InteractionChange, InteractionDetails, InteractionEvent, InteractionKind,
    InteractionRecorded, PoolEntry, Schedule,
};
use jiff::SignedDuration;
use rand::RngExt;
use uuid::Uuid;

use super::{Teller, person};
use crate::oracle::When;

impl Teller<'_> {
    pub(super) async fn customer(&mut self) {
        let at = self.at();
        let owner = self.person();
        let owned = self.chance();
        let profile = CustomerProfile::named(CustomerKind::Company, "Silk Road");
        let registered = CustomerRegistered {
            profile,
            owner: owned.then(|| person(owner)),
        };
        self.tell::<CustomerEvent>(registered, at).await;
        let first = if owned { owner } else { "" };
        self.count(Figure::CustomersRegistered, When::At(at), first, "");
        let pool = Uuid::from_u128(1).into();
        let entered = CustomerEnteredPool {
            pool,
            pool_version: 1,
            entry: if owned {
                PoolEntry::Released
            } else {
                PoolEntry::Imported
            },
            entered_at: at,
            last_owner: owned.then(|| person(owner)),
            reason: None,
        };
        self.tell::<CustomerEvent>(entered, at).await;
        if owned {
            self.count(Figure::CustomersPooled, When::At(at), owner, "");
        }
        let (at, to) = (self.at(), self.person());
        if self.chance() {
            let claimed = CustomerClaimed {
                pool,
                pool_version: 1,
                by: person(to),
            };
            self.tell::<CustomerEvent>(claimed, at).await;
            self.count(Figure::CustomersClaimed, When::At(at), to, "");
        } else {
            let assigned = CustomerAssigned {
                pool,
                pool_version: 1,
                to: person(to),
                reason: None,
            };
            self.tell::<CustomerEvent>(assigned, at).await;
            self.count(Figure::CustomersAssigned, When::At(at), to, "");
        }
        if self.chance() {
            let handed = CustomerOwnerChanged {
                from: person(to),
                to: person("cid"),
                reason: None,
            };
            self.tell::<CustomerEvent>(handed, at).await;
            self.count(Figure::CustomersHandedOver, When::At(at), "cid", "");
        }
    }

    pub(super) async fn interaction(&mut self) {
        let (mut at, mut staff, told_at) = (self.at(), self.person(), self.at());
        let details = InteractionDetails {
            customer: Uuid::from_u128(self.id).into(),
            contact: None,
            kind: InteractionKind::Visit,
            direction: None,
            started_at: at,
            duration_minutes: None,
            summary: "tea".into(),
            staff: person(staff),
            outcome: None,
            next_action: None,
            opportunity: None,
            ticket: None,
            campaign: None,
        };
        let recorded = InteractionRecorded {
            details,
            follow_up: None,
        };
        self.tell::<InteractionEvent>(recorded, told_at).await;
        if self.chance() {
            let (other, another) = (self.at(), self.person());
            let amended = InteractionAmended {
                changes: vec![
                    InteractionChange::StartedAt(Changed {
                        from: at,
                        to: other,
                    }),
                    InteractionChange::Staff(Changed {
                        from: person(staff),
                        to: person(another),
                    }),
                ],
                reason: "a slip".into(),
            };
            self.tell::<InteractionEvent>(amended, told_at).await;
            (at, staff) = (other, another);
        }
        self.count(Figure::Interactions, When::At(at), staff, "visit");
    }

    pub(super) async fn follow_up(&mut self) {
        let (mut at, who, told_at) = (self.at(), self.person(), self.at());
        let schedule = |planned_at| Schedule {
            planned_at,
            duration_minutes: 30,
            remind_before_minutes: Default::default(),
            reminders: Default::default(),
        };
        let planned = FollowUpPlanned {
            customer: Uuid::from_u128(self.id).into(),
            contact: None,
            kind: InteractionKind::Call,
            person: person(who),
            planner: person("ann"),
            subject: "call back".into(),
            note: None,
            opportunity: None,
            schedule: schedule(at),
        };
        self.tell::<FollowUpEvent>(planned, told_at).await;
        if self.chance() {
            let due_at = at + SignedDuration::from_mins(30);
            let overdue = FollowUpBecameOverdue {
                due_at,
                person: person(who),
            };
            self.tell::<FollowUpEvent>(overdue, told_at).await;
            self.count(Figure::FollowUpsOverdue, When::At(due_at), who, "call");
        }
        if self.chance() {
            let other = self.at();
            let moved = FollowUpRescheduled {
                from: at,
                schedule: schedule(other),
                reason: None,
            };
            self.tell::<FollowUpEvent>(moved, told_at).await;
            at = other;
        }
        match self.rng.random_range(0..3) {
            0 => {
                let reason = "no need".into();
                self.tell::<FollowUpEvent>(FollowUpCancelled { reason }, told_at)
                    .await;
                return;
            }
            1 => {
                let interaction = Uuid::from_u128(self.id).into();
                self.tell::<FollowUpEvent>(FollowUpDone { interaction }, told_at)
                    .await;
                self.count(Figure::FollowUpsDone, When::At(told_at), who, "call");
            }
            _ => {}
        }
        self.count(Figure::FollowUpsDue, When::At(at), who, "call");
    }
}
