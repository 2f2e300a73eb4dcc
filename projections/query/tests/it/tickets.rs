//! A desk of each tenant with something for every view.

use guanxi_events::{
    CustomerCopied,
    service::{
        Author, Channel, CustomerCopyEvent, SlaClock, SurveyEvent, TicketEvent, TicketKind,
        ticket::{Given, TicketAssigned, TicketStarted},
    },
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    analysts::tenant,
    desk::{
        agent, answered, applied, asked, details, due, opened, queue, replied, resolved, stopped,
        subject,
    },
    world::World,
};

pub(crate) const FIRST: Uuid = Uuid::from_u128(1);
pub(crate) const SECOND: Uuid = Uuid::from_u128(2);
pub(crate) const CUSTOMER: Uuid = Uuid::from_u128(8);

/// Hours from the beginning of 2024 in Shanghai.
pub(crate) fn at(hour: i64) -> Timestamp {
    let begins: Timestamp = "2023-12-31T16:00:00Z".parse().unwrap();
    begins + jiff::SignedDuration::from_hours(hour)
}

/// A ticket that was answered in time, resolved late and rated; and one that Ann has still to resolve.
pub(crate) async fn write(world: &mut World, name: &str) {
    let tenant = tenant(name);
    world
        .queue(
            &tenant,
            Uuid::from_u128(1),
            &format!("first line of {name}"),
        )
        .await;
    let copied = CustomerCopied {
        name: format!("customer of {name}"),
        ..CustomerCopied::default()
    };
    world
        .append::<CustomerCopyEvent>(&tenant, CUSTOMER, copied, at(0))
        .await;
    let mut facts = details(TicketKind::Complaint, Channel::Phone);
    facts.subject = format!("secret of {name}");
    facts.customer = Some(CUSTOMER.into());
    let clocks = vec![
        due(SlaClock::FirstResponse, Some(at(14))),
        due(SlaClock::Resolution, Some(at(18))),
    ];
    let story: Vec<(i64, TicketEvent)> = vec![
        (10, opened(at(10), queue(1), facts.clone()).into()),
        (10, applied(at(10), clocks).into()),
        (12, replied(at(12), agent("ann")).into()),
        (
            12,
            stopped(at(12), &[(SlaClock::FirstResponse, 3_600, true)]).into(),
        ),
        (36, resolved(at(36), 1, "bob", queue(1)).into()),
        (
            36,
            stopped(at(36), &[(SlaClock::Resolution, 30_000, false)]).into(),
        ),
    ];
    tell(world, name, FIRST, story).await;
    facts.kind = TicketKind::Question;
    facts.customer = None;
    let assigned = TicketAssigned {
        at: at(13),
        to: "ann".parse().unwrap(),
        from: None,
        given: Given::ByHand,
        queue: queue(2),
    };
    let story: Vec<(i64, TicketEvent)> = vec![
        (11, opened(at(11), queue(2), facts).into()),
        (
            11,
            applied(at(11), vec![due(SlaClock::Resolution, Some(at(90)))]).into(),
        ),
        (13, assigned.into()),
        (13, TicketStarted { at: at(13) }.into()),
        (14, replied(at(14), Author::Customer(None)).into()),
    ];
    tell(world, name, SECOND, story).await;
    let about = subject(FIRST, 1, "bob", queue(1));
    let survey = Uuid::from_u128(3);
    let events: [SurveyEvent; 2] = [
        asked(about.clone(), at(36)).into(),
        answered(about, 2, at(40)).into(),
    ];
    for event in events {
        world
            .append::<SurveyEvent>(&tenant, survey, event, at(40))
            .await;
    }
}

async fn tell(world: &mut World, name: &str, id: Uuid, story: Vec<(i64, TicketEvent)>) {
    for (hour, event) in story {
        let series: &[&str] = match event {
            TicketEvent::Opened(_) => &["TK"],
            _ => &[],
        };
        let tenant = tenant(name);
        world
            .append_numbered::<TicketEvent>(&tenant, id, event, at(hour), series)
            .await;
    }
}
