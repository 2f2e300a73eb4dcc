//! What waits for a person, by hand.

use std::sync::Arc;

use guanxi_dashboards::{
    Dashboards,
    queries::{Kind, Reader, Reason, WorkItem, WorkListQuery},
};
use guanxi_events::{
    DomainEvent, TenantId,
    customers::{
        CustomerEvent, CustomerKind, CustomerProfile, CustomerRegistered, FollowUpDone,
        FollowUpEvent, FollowUpPlanned, InteractionDetails, InteractionEvent, InteractionKind,
        InteractionRecorded, NextAction, Schedule,
    },
    loyalty::{
        PointsEvent,
        points::{AdjustmentNo, AdjustmentRejected, AdjustmentRequested},
    },
    sales::{
        AccountEvent, OpportunityDetails, OpportunityEvent, OpportunityOpened, PipelineCreated,
        PipelineDefinition, PipelineEvent, PipelineVersion, RefundAs, ReturnApproved, ReturnEvent,
        ReturnLine, ReturnRequested, Stage, StageEntry,
        account::{ItemNo, WriteOffNo, WriteOffRequested},
    },
    service::{
        Channel, Priority, QueueVersion, SlaClock, TicketDetails, TicketEvent, TicketKind,
        ticket::{Given, SlaDue, TicketAssigned, TicketOpened, TicketSlaApplied},
    },
};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{stories::person, world::World};

const CUSTOMER: Uuid = Uuid::from_u128(1);

/// An hour of the 10th of January 2024 in Shanghai, also of other days: 24 is midnight after it.
fn at(hour: i64) -> Timestamp {
    let begins: Timestamp = "2024-01-09T16:00:00Z".parse().unwrap();
    begins + jiff::SignedDuration::from_hours(hour)
}

struct Desk {
    world: World,
    tenant: TenantId,
}

impl Desk {
    async fn new() -> Self {
        Self {
            world: World::new().await,
            tenant: "acme".parse().unwrap(),
        }
    }

    async fn tell<E: DomainEvent>(&mut self, id: u128, event: impl Into<E>, hour: i64) {
        let id = Uuid::from_u128(id);
        self.world
            .append::<E>(&self.tenant, id, event, at(hour))
            .await;
    }

    /// What waits at noon.
    async fn list(&self, who: &str, approvals: bool) -> Vec<WorkItem> {
        let build = self.world.build_of(Arc::new(Dashboards), 100).await;
        let mut client = self.world.client().await;
        let transaction = client.transaction().await.unwrap();
        let query = WorkListQuery {
            person: who.into(),
            approvals,
            now: at(12),
            until_day: date(2024, 1, 10),
            until: at(24),
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
            limit: 100,
        };
        let reader = Reader::new(&transaction, &build, &self.tenant);
        reader.work_list(&query).await.unwrap()
    }

    async fn waits(&self, who: &str, approvals: bool) -> Vec<(Kind, Reason, u128)> {
        let items = self.list(who, approvals).await;
        items
            .iter()
            .map(|item| (item.kind, item.reason, item.id.as_u128()))
            .collect()
    }
}

fn planned(hour: i64) -> FollowUpPlanned {
    FollowUpPlanned {
        customer: CUSTOMER.into(),
        contact: None,
        kind: InteractionKind::Call,
        person: person("ann"),
        planner: person("bob"),
        subject: format!("call at {hour}"),
        note: None,
        opportunity: None,
        schedule: Schedule {
            planned_at: at(hour),
            duration_minutes: 60,
            remind_before_minutes: Default::default(),
            reminders: Default::default(),
        },
    }
}

fn talked(hour: i64, customer: u128, next: Option<(i8, Option<&str>)>) -> InteractionRecorded {
    let next_action = next.map(|(day, who)| NextAction {
        action: "send the offer".into(),
        due: date(2024, 1, day),
        person: who.map(person),
    });
    let details = InteractionDetails {
        customer: Uuid::from_u128(customer).into(),
        contact: None,
        kind: InteractionKind::Call,
        direction: None,
        started_at: at(hour),
        duration_minutes: None,
        summary: "hello".into(),
        staff: person("ann"),
        outcome: None,
        next_action,
        opportunity: None,
        ticket: None,
        campaign: None,
    };
    InteractionRecorded {
        details,
        follow_up: None,
    }
}

#[tokio::test]
async fn follow_ups_wait_until_they_are_done_and_next_actions_until_somebody_deals_with_the_customer()
 {
    let mut desk = Desk::new().await;
    let profile = CustomerProfile::named(CustomerKind::Company, "Silk Road");
    let registered = CustomerRegistered {
        profile,
        owner: None,
    };
    desk.tell::<CustomerEvent>(1, registered, 0).await;
    for (id, hour) in [(1, 20), (2, 9), (3, 11), (4, 26), (5, 8)] {
        desk.tell::<FollowUpEvent>(id, planned(hour), 0).await;
    }
    let interaction = Uuid::from_u128(9).into();
    desk.tell::<FollowUpEvent>(5, FollowUpDone { interaction }, 9)
        .await;
    for (id, hour, customer, next) in [
        (11, 1, 1, Some((10, None))),
        (12, 1, 2, Some((9, None))),
        (13, 2, 2, None),
        (14, 1, 3, Some((9, Some("bob")))),
        (15, 1, 4, Some((11, None))),
    ] {
        let told = talked(hour, customer, next);
        desk.tell::<InteractionEvent>(id, told, hour).await;
    }
    assert_eq!(
        desk.waits("ann", true).await,
        [
            (Kind::FollowUp, Reason::Overdue, 2),
            // It ends right now.
            (Kind::FollowUp, Reason::Due, 3),
            (Kind::FollowUp, Reason::Due, 1),
            (Kind::NextAction, Reason::Due, 11),
        ]
    );
    assert_eq!(
        desk.waits("bob", true).await,
        [(Kind::NextAction, Reason::Overdue, 14)]
    );
    let items = desk.list("ann", false).await;
    assert_eq!(items[0].customer_name.as_deref(), Some("Silk Road"));
    assert_eq!(
        (items[0].title.as_str(), items[0].due_at),
        ("call at 9", Some(at(9)))
    );
}

#[tokio::test]
async fn opportunities_wait_when_they_rot_or_should_have_closed_and_tickets_by_what_is_due() {
    let mut desk = Desk::new().await;
    let stage = Stage {
        key: "closing".parse().unwrap(),
        name: "Closing".into(),
        probability: 50,
        required: vec![],
        rotting_days: Some(2),
        archived: false,
    };
    let definition = PipelineDefinition {
        name: "Hardware".into(),
        stages: vec![stage],
        ..PipelineDefinition::default()
    };
    desk.tell::<PipelineEvent>(7, PipelineCreated { definition }, 0)
        .await;
    for (id, hour, close) in [
        (1, -36, None),
        (2, -35, Some(9)),
        (3, -35, Some(10)),
        (4, -37, None),
    ] {
        let details = OpportunityDetails {
            title: "deal".into(),
            expected_close: close.map(|day| date(2024, 1, day)),
            ..OpportunityDetails::default()
        };
        let opened = OpportunityOpened {
            pipeline: PipelineVersion {
                id: Uuid::from_u128(7).into(),
                version: 1,
            },
            entry: StageEntry {
                stage: "closing".parse().unwrap(),
                probability: 50,
                at: at(hour),
                by: person("ann"),
            },
            details,
            owner: person(if id == 4 { "bob" } else { "ann" }),
            team: None,
            lines: vec![],
        };
        desk.tell::<OpportunityEvent>(id, opened, hour).await;
    }
    let queue = QueueVersion {
        id: Uuid::from_u128(1).into(),
        version: 1,
    };
    for (id, due) in [(21, Some(30)), (22, Some(11)), (23, None), (24, Some(13))] {
        let opened = TicketOpened {
            at: at(0),
            details: TicketDetails {
                kind: TicketKind::Request,
                channel: Channel::Phone,
                subject: "help".into(),
                category: None,
                customer: Some(CUSTOMER.into()),
                contact: None,
                order: None,
            },
            priority: Priority::High,
            queue,
            text: None,
            attachments: vec![],
            follow_up_of: None,
            replay: false,
        };
        desk.tell::<TicketEvent>(id, opened, 0).await;
        let applied = TicketSlaApplied {
            at: at(0),
            terms: None,
            targets: Default::default(),
            ladder: vec![],
            ended: vec![],
            clocks: vec![SlaDue {
                clock: SlaClock::Resolution,
                due_at: due.map(at),
                warnings: vec![],
                escalate_at: None,
            }],
            foreseen: None,
        };
        desk.tell::<TicketEvent>(id, applied, 0).await;
        let assigned = TicketAssigned {
            at: at(0),
            to: person("ann"),
            from: None,
            given: Given::ByHand,
            queue,
        };
        desk.tell::<TicketEvent>(id, assigned, 0).await;
    }
    assert_eq!(
        desk.waits("ann", false).await,
        [
            (Kind::Opportunity, Reason::CloseDatePassed, 2),
            (Kind::Opportunity, Reason::Rotting, 1),
            (Kind::Ticket, Reason::Overdue, 22),
            (Kind::Ticket, Reason::Due, 24),
            (Kind::Ticket, Reason::Assigned, 21),
            (Kind::Ticket, Reason::Assigned, 23),
        ]
    );
}

#[tokio::test]
async fn approvals_wait_for_others_than_who_asks_until_they_are_answered() {
    let mut desk = Desk::new().await;
    for id in [1, 2] {
        let line = ReturnLine {
            line: 1,
            quantity: Decimal::ONE,
            reason: "broken".into(),
        };
        let requested = ReturnRequested {
            order: Uuid::from_u128(5).into(),
            customer: CUSTOMER.into(),
            lines: vec![line],
            refund: RefundAs::CreditNote,
            by: person("bob"),
        };
        desk.tell::<ReturnEvent>(id, requested, i64::try_from(id).unwrap())
            .await;
    }
    desk.tell::<ReturnEvent>(2, ReturnApproved {}, 3).await;
    let write_off = WriteOffRequested {
        write_off: WriteOffNo(4),
        item: ItemNo(1),
        amount: Decimal::TEN,
        on: date(2024, 1, 10),
        reason: "insolvent".into(),
        by: person("cid"),
    };
    desk.tell::<AccountEvent>(1, write_off, 4).await;
    for number in [1, 2] {
        let adjustment = AdjustmentRequested {
            adjustment: AdjustmentNo(number),
            points: Decimal::TEN,
            tier_points: Decimal::ZERO,
            reason: "a gift".into(),
            by: person("cid"),
        };
        desk.tell::<PointsEvent>(1, adjustment, 5).await;
    }
    let rejected = AdjustmentRejected {
        adjustment: AdjustmentNo(1),
        reason: "no".into(),
    };
    desk.tell::<PointsEvent>(1, rejected, 6).await;
    let seen = |items: Vec<WorkItem>| -> Vec<(Kind, Option<i32>, String)> {
        let items = items.into_iter();
        items
            .map(|item| (item.kind, item.number, item.title))
            .collect()
    };
    let adjustment = (Kind::AdjustmentApproval, Some(2), "a gift".to_owned());
    let returned = (Kind::ReturnApproval, None, "broken".to_owned());
    let write_off = (Kind::WriteOffApproval, Some(4), "insolvent".to_owned());
    let all = [adjustment.clone(), returned.clone(), write_off.clone()];
    assert_eq!(seen(desk.list("ann", true).await), all);
    assert_eq!(seen(desk.list("bob", true).await), [adjustment, write_off]);
    assert_eq!(seen(desk.list("cid", true).await), [returned]);
    assert_eq!(seen(desk.list("ann", false).await), []);
}
