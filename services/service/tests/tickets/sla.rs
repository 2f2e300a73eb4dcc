//! Calendars, policies and the clocks of tickets, over gRPC (V-05 to V-07).

use std::time::Duration;

use guanxi_events::service::{TicketEvent, ticket::TicketSlaBreached};
use guanxi_harness::eventually;
use guanxi_proto::{
    google_type::Date,
    service::v1::{
        self as wire, calendar_service_client::CalendarServiceClient,
        sla_policy_service_client::SlaPolicyServiceClient,
    },
};
use guanxi_served::events;
use jiff::{SignedDuration, Timestamp};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{
    ANALYST, ANNA, Caller, IMPORTER, MANAGER, STRANGER, Served, by_hand, dated, header, opening,
    reply, resolving, wire_instant,
};

fn seconds(seconds: i64) -> Option<prost_types::Duration> {
    Some(prost_types::Duration { seconds, nanos: 0 })
}

fn instant(at: &str) -> Option<prost_types::Timestamp> {
    Some(wire_instant(at.parse().unwrap()))
}

fn open_hours(from: &str, until: &str) -> Vec<wire::WorkingHours> {
    vec![wire::WorkingHours {
        from: from.into(),
        until: until.into(),
    }]
}

/// Nine to nine every day, two holidays.
fn shop() -> wire::CalendarDefinition {
    let day = || open_hours("09:00", "21:00");
    let holiday = |day| wire::CalendarHoliday {
        date: Some(Date {
            year: 2026,
            month: 11,
            day,
        }),
        name: String::new(),
    };
    wire::CalendarDefinition {
        name: "Shop".into(),
        time_zone: "UTC".into(),
        monday: day(),
        tuesday: day(),
        wednesday: day(),
        thursday: day(),
        friday: day(),
        saturday: day(),
        sunday: day(),
        holidays: vec![holiday(11), holiday(13)],
        special_days: Vec::new(),
    }
}

fn always() -> wire::CalendarDefinition {
    let day = || open_hours("00:00", "24:00");
    wire::CalendarDefinition {
        name: "Always".into(),
        time_zone: "UTC".into(),
        monday: day(),
        tuesday: day(),
        wednesday: day(),
        thursday: day(),
        friday: day(),
        saturday: day(),
        sunday: day(),
        ..Default::default()
    }
}

/// First response and resolution within so many seconds, for every priority.
fn policy(calendar_id: &str, first: i64, resolution: i64) -> wire::SlaPolicy {
    let target = |span| {
        Some(wire::SlaTarget {
            span: seconds(span),
            ..Default::default()
        })
    };
    let targets = [
        wire::Priority::Critical,
        wire::Priority::High,
        wire::Priority::Medium,
        wire::Priority::Low,
    ];
    let targets = targets.map(|priority| wire::SlaPriorityTargets {
        priority: priority.into(),
        first_response: target(first),
        next_response: None,
        resolution: target(resolution),
    });
    wire::SlaPolicy {
        key: "standard".into(),
        name: "Standard".into(),
        condition: None,
        calendar_id: calendar_id.to_owned(),
        targets: targets.to_vec(),
    }
}

impl Served {
    async fn define(
        &self,
        caller: Caller,
        id: &str,
        definition: wire::CalendarDefinition,
    ) -> Result<String, Status> {
        let define = wire::DefineCalendarRequest {
            header: header(),
            calendar_id: id.to_owned(),
            definition: Some(definition),
        };
        let mut calendars = CalendarServiceClient::new(self.channel());
        let defined = calendars.define_calendar(self.by(caller, define)).await?;
        Ok(defined.into_inner().receipt.unwrap().id)
    }

    async fn set(&self, caller: Caller, policies: Vec<wire::SlaPolicy>) -> Result<(), Status> {
        let set = wire::SetSlaPoliciesRequest {
            header: header(),
            policies,
        };
        let mut policies = SlaPolicyServiceClient::new(self.channel());
        policies.set_sla_policies(self.by(caller, set)).await?;
        Ok(())
    }

    async fn misses(&self) -> Vec<(TicketSlaBreached, Timestamp)> {
        let all = events::<TicketEvent>(&self.database).await;
        let missed = all.into_iter().filter_map(|(recorded, event)| match event {
            TicketEvent::SlaBreached(breached) => Some((breached, recorded.occurred_at)),
            _ => None,
        });
        missed.collect()
    }

    /// The states of a ticket's clocks.
    async fn clocks(&self, id: &str) -> Vec<wire::TicketClock> {
        let ticket = self.get(ANNA, id).await.unwrap();
        ticket.sla.map(|sla| sla.clocks).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_calendar_is_kept_in_versions_and_says_when_a_span_is_used_up() {
    let service = Served::start().await;
    let id = service.define(MANAGER, "", shop()).await.unwrap();
    let mut calendars = CalendarServiceClient::new(service.channel());
    let get = wire::GetCalendarRequest {
        calendar_id: id.clone(),
    };
    let got = calendars
        .get_calendar(service.by(ANALYST, get.clone()))
        .await;
    let calendar = got.unwrap().into_inner().calendar.unwrap();
    assert_eq!(
        (calendar.calendar_version, calendar.definition),
        (1, Some(shop()))
    );

    let ask = wire::ComputeDueRequest {
        calendar_id: id.clone(),
        start: instant("2026-11-09T23:00:00Z"),
        span: seconds(48 * 3600),
        pauses: Vec::new(),
    };
    let due = calendars.compute_due(service.by(ANNA, ask.clone())).await;
    let due = due.unwrap().into_inner();
    assert_eq!(due.due_at, instant("2026-11-15T21:00:00Z"));
    let days: Vec<i64> = due
        .stretches
        .iter()
        .map(|stretch| stretch.until.unwrap().seconds - stretch.from.unwrap().seconds)
        .collect();
    assert_eq!(days, [12 * 3600; 4]);
    let mut paused = ask;
    paused.pauses = vec![wire::Stretch {
        from: instant("2026-11-14T09:00:00Z"),
        until: None,
    }];
    let due = calendars
        .compute_due(service.by(ANNA, paused))
        .await
        .unwrap();
    let due = due.into_inner();
    assert_eq!((due.due_at, due.stretches.len()), (None, 2));

    let foreign = calendars.get_calendar(service.by(STRANGER, get)).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
    let agents = service.define(ANNA, &id, always()).await.unwrap_err();
    assert_eq!(agents.code(), Code::PermissionDenied);
    let mut never = shop();
    for day in [
        &mut never.monday,
        &mut never.tuesday,
        &mut never.wednesday,
        &mut never.thursday,
        &mut never.friday,
        &mut never.saturday,
        &mut never.sunday,
    ] {
        day.clear();
    }
    let refused = service.define(MANAGER, &id, never).await.unwrap_err();
    let info = refused.get_details_error_info().unwrap();
    assert_eq!(info.reason, "CALENDAR_NEVER_OPEN");
}

#[tokio::test]
async fn policies_need_a_calendar_and_a_manager() {
    let service = Served::start().await;
    let nowhere = Uuid::now_v7().to_string();
    let refused = service.set(MANAGER, vec![policy(&nowhere, 60, 120)]).await;
    let info = refused.unwrap_err().get_details_error_info().unwrap();
    assert_eq!(info.reason, "CALENDAR_UNKNOWN");
    let calendar = service.define(MANAGER, "", always()).await.unwrap();
    let list = vec![policy(&calendar, 60, 120)];
    let refused = service.set(ANNA, list.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    service.set(MANAGER, list).await.unwrap();
    let mut policies = SlaPolicyServiceClient::new(service.channel());
    let get = service.by(ANALYST, wire::GetSlaPoliciesRequest {});
    let got = policies.get_sla_policies(get).await.unwrap().into_inner();
    let got = got.policies.unwrap();
    assert_eq!((got.policies_version, got.policies.len()), (1, 1));
}

#[tokio::test]
async fn a_target_is_missed_by_itself_when_it_is_due() {
    let service = Served::start().await;
    let calendar = service.define(MANAGER, "", always()).await.unwrap();
    service
        .set(MANAGER, vec![policy(&calendar, 1, 3600)])
        .await
        .unwrap();
    let mut settings = by_hand();
    settings.escalation = vec!["lena".into()];
    let queue = service.queue(settings, &[]).await;
    let id = service.open(ANNA, opening(&queue)).await.unwrap().id;
    let opened = service.get(ANNA, &id).await.unwrap().opened_at.unwrap();
    let missed = eventually(Duration::from_secs(20), async || {
        service.misses().await.pop().ok_or("nothing was missed")
    });
    let (missed, occurred_at) = missed.await.unwrap();
    let due = Timestamp::new(opened.seconds, opened.nanos).unwrap() + SignedDuration::from_secs(1);
    assert_eq!((missed.breached_at, occurred_at), (due, due));
    assert_eq!(missed.told.person, Some("lena".parse().unwrap()));
    service.reply(ANNA, reply(&id, "sorry")).await.unwrap();
    assert_eq!(service.misses().await.len(), 1);
    let clocks = service.clocks(&id).await;
    let shown: Vec<_> = clocks.iter().map(|c| (c.clock(), c.state())).collect();
    assert_eq!(
        shown,
        [
            (wire::SlaClock::FirstResponse, wire::SlaClockState::Stopped),
            (wire::SlaClock::Resolution, wire::SlaClockState::Running),
        ]
    );
    assert_eq!(clocks[0].breached_at, Some(wire_instant(due)));
    assert_eq!(
        clocks[1].due_at,
        Some(wire_instant(due + SignedDuration::from_secs(3599)))
    );
}

#[tokio::test]
async fn history_that_is_imported_comes_to_what_it_came_to_then_with_timers_running_all_the_while()
{
    let service = Served::start().await;
    let calendar = service.define(MANAGER, "", shop()).await.unwrap();
    service
        .set(MANAGER, vec![policy(&calendar, 3600, 8 * 3600)])
        .await
        .unwrap();
    let queue = service.queue(by_hand(), &[]).await;
    let mut ids = Vec::new();
    for replay in [false, true] {
        let mut open = opening(&queue);
        (open.header, open.replay) = (dated("2025-01-02T10:00:00Z"), replay);
        let id = service.open(IMPORTER, open).await.unwrap().id;
        // Long enough for a timer that stood in the past to fire.
        tokio::time::sleep(Duration::from_millis(800)).await;
        let mut answer = reply(&id, "the small one");
        answer.header = dated("2025-01-02T10:45:00Z");
        service.reply(IMPORTER, answer).await.unwrap();
        let mut resolve = resolving(&id);
        resolve.header = dated("2025-01-03T11:00:00Z");
        service.resolve(IMPORTER, resolve).await.unwrap();
        ids.push(id);
    }
    let all = events::<TicketEvent>(&service.database).await;
    let mut told = Vec::new();
    for id in &ids {
        let id: Uuid = id.parse().unwrap();
        let own = all.iter().filter(|(recorded, _)| recorded.stream.id == id);
        let (mut scores, mut misses, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for (recorded, event) in own {
            events.push(recorded.event_type.name.replace("service.ticket_", ""));
            match event {
                TicketEvent::SlaStopped(stopped) => scores.extend(stopped.scores.clone()),
                TicketEvent::SlaBreached(missed) => misses.push((missed.clock, missed.breached_at)),
                TicketEvent::SlaBreachWithdrawn(back) => {
                    misses.retain(|miss| *miss != (back.clock, back.breached_at));
                }
                _ => {}
            }
        }
        told.push((scores, misses, events));
    }
    let (entered, replayed) = (&told[0], &told[1]);
    // 45 minutes to answer; 11 hours of the first day and 2 of the next one to resolve.
    let figures: Vec<_> = replayed
        .0
        .iter()
        .map(|s| (s.met, s.elapsed.as_secs() / 60))
        .collect();
    assert_eq!(figures, [(true, 45), (false, 13 * 60)]);
    assert_eq!(replayed.1.len(), 1);
    assert_eq!(replayed.1[0].1, "2025-01-02T18:00:00Z".parse().unwrap());
    assert_eq!(
        replayed.2,
        [
            "opened",
            "sla_applied",
            "replied",
            "sla_stopped",
            "started",
            "sla_breached",
            "resolved",
            "sla_stopped",
        ]
    );
    assert_eq!((&entered.0, &entered.1), (&replayed.0, &replayed.1));
    assert!(
        entered.2.contains(&"sla_breach_withdrawn".to_owned()),
        "{:?}",
        entered.2
    );
}
