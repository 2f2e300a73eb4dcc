//! One desk's day, by hand.

use std::sync::Arc;

use guanxi_events::{
    TenantId,
    service::{
        Channel, SlaClock, TicketEvent, TicketKind,
        ticket::{Reopened, TicketReopened},
    },
};
use guanxi_service_figures::{
    Service,
    queries::{Clock, Days, FiguresQuery, Filter, GroupBy, Reader, TicketsQuery},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::{
    desk::{
        agent, answered, applied, asked, details, due, opened, queue, replied, resolved, stopped,
        subject,
    },
    world::World,
};

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * 3_600).unwrap()
}

/// A ticket that is answered in time and resolved late, reopened, and resolved again; one that no
/// policy measures; and what the customer says.
async fn desk() -> (World, TenantId) {
    let mut world = World::new().await;
    let tenant: TenantId = "acme".parse().unwrap();
    let facts = || details(TicketKind::Request, Channel::Phone);
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let clocks = vec![
        due(SlaClock::FirstResponse, Some(at(4))),
        due(SlaClock::Resolution, Some(at(4))),
    ];
    let story: Vec<(i64, TicketEvent)> = vec![
        (0, opened(at(0), queue(1), facts()).into()),
        (0, applied(at(0), clocks).into()),
        (2, replied(at(2), agent("ann")).into()),
        (
            2,
            stopped(at(2), &[(SlaClock::FirstResponse, 3_600, true)]).into(),
        ),
        (20, resolved(at(20), 1, "ann", queue(1)).into()),
        (
            20,
            stopped(at(20), &[(SlaClock::Resolution, 18_000, false)]).into(),
        ),
        (
            30,
            TicketReopened {
                at: at(30),
                because: Reopened::ByHand,
                reason: None,
            }
            .into(),
        ),
        (
            30,
            applied(at(30), vec![due(SlaClock::Resolution, Some(at(30)))]).into(),
        ),
        (31, resolved(at(31), 2, "bob", queue(1)).into()),
        (
            31,
            stopped(at(31), &[(SlaClock::Resolution, 21_600, false)]).into(),
        ),
    ];
    for (hour, event) in story {
        world
            .append_numbered::<TicketEvent>(&tenant, first, event, at(hour), &[])
            .await;
    }
    let story: Vec<(i64, TicketEvent)> = vec![
        (1, opened(at(1), queue(2), facts()).into()),
        (11, resolved(at(11), 1, "bob", queue(2)).into()),
    ];
    for (hour, event) in story {
        world
            .append::<TicketEvent>(&tenant, second, event, at(hour))
            .await;
    }
    let about = subject(first, 2, "bob", queue(1));
    let survey = Uuid::from_u128(3);
    type Survey = guanxi_events::service::SurveyEvent;
    world
        .append::<Survey>(&tenant, survey, asked(about.clone(), at(31)), at(31))
        .await;
    world
        .append::<Survey>(&tenant, survey, answered(about, 4, at(40)), at(40))
        .await;
    (world, tenant)
}

#[tokio::test]
async fn times_are_in_working_time_where_a_clock_gives_it_and_a_resolution_that_did_not_hold_is_none()
 {
    let (world, tenant) = desk().await;
    let build = world.build_of(Arc::new(Service), 100).await;
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let reader = Reader::new(&transaction, &build, &tenant);
    let query = FiguresQuery {
        days: Days::default(),
        filter: Filter::default(),
        group_by: GroupBy::Agent,
        zone: TimeZone::UTC,
        limit: 10,
    };
    let groups = reader.figures(&query).await.unwrap();
    let [nobody, ann, bob] = &groups[..] else {
        panic!("{groups:#?}")
    };
    assert_eq!((nobody.key.as_str(), nobody.figures.opened), ("", 2));
    // Ann answered in an hour of working time; her resolution did not hold.
    let ann = &ann.figures;
    assert_eq!(
        (ann.resolved, ann.reopened, ann.resolution.count),
        (1, 1, 0)
    );
    assert_eq!(
        (ann.first_response.count, ann.first_response.worked),
        (1, 1)
    );
    assert_eq!(
        ann.first_response.median,
        Some(SignedDuration::from_hours(1))
    );
    let once = Clock { met: 1, missed: 0 };
    assert_eq!((ann.first_response_clock, ann.clocks()), (once, once));
    // Bob's took six hours of working time and ten by the clock on the wall; the one miss is counted
    // once, however often the ticket was resolved.
    let bob = &bob.figures;
    assert_eq!((bob.resolved, bob.reopened), (2, 0));
    assert_eq!((bob.resolution.count, bob.resolution.worked), (2, 1));
    assert_eq!(bob.resolution.median, Some(SignedDuration::from_hours(6)));
    assert_eq!(bob.resolution.p90, Some(SignedDuration::from_hours(10)));
    assert_eq!(bob.resolution_clock, Clock { met: 0, missed: 1 });
    assert_eq!(
        (
            bob.asked,
            bob.answered,
            bob.score_sum,
            bob.satisfied,
            bob.low
        ),
        (1, 1, 4, 1, 0)
    );
}

#[tokio::test]
async fn a_ticket_met_its_targets_when_all_are_done_in_time_and_not_from_the_first_miss_on() {
    let (world, tenant) = desk().await;
    let build = world.build_of(Arc::new(Service), 100).await;
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let reader = Reader::new(&transaction, &build, &tenant);
    let query = TicketsQuery {
        limit: 10,
        ..TicketsQuery::default()
    };
    let tickets = reader.tickets(&query).await.unwrap();
    let [second, first] = &tickets[..] else {
        panic!("{tickets:#?}")
    };
    assert_eq!((first.sla_met, first.due_at), (Some(false), None));
    assert_eq!(
        (first.resolutions, first.resolved_by.as_deref()),
        (2, Some("bob"))
    );
    assert_eq!((second.sla_met, second.first_response), (None, None));
    let missed = TicketsQuery {
        sla_met: Some(false),
        ..query
    };
    assert_eq!(reader.tickets(&missed).await.unwrap().len(), 1);
}
