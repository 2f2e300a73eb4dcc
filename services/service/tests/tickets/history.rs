//! History from elsewhere, loaded by the importer (V-02).

use std::time::Duration;

use guanxi_events::service::TicketEvent;
use guanxi_harness::eventually;
use guanxi_proto::service::v1 as wire;
use guanxi_served::events;
use tonic::Code;
use tonic_types::StatusExt;

use crate::served::{
    ANNA, IMPORTER, Served, assigning, by_hand, dated, header, opening, reply, resolving,
};

fn closing() -> wire::QueueSettings {
    wire::QueueSettings {
        close_days: Some(3),
        ..by_hand()
    }
}

#[tokio::test]
async fn a_year_old_incident_comes_out_as_its_file_says() {
    let service = Served::start().await;
    let queue = service.queue(closing(), &[]).await;
    let mut open = opening(&queue);
    open.header = dated("2025-01-02T09:00:00Z");
    open.replay = true;
    let id = service.open(IMPORTER, open).await.unwrap().id;
    let mut tickets = service.tickets();
    let mut assign = assigning(&id, "bob");
    assign.header = dated("2025-01-02T10:00:00Z");
    tickets
        .assign_ticket(service.by(IMPORTER, assign))
        .await
        .unwrap();
    let waiting = wire::SetTicketPendingRequest {
        header: dated("2025-01-02T11:00:00Z"),
        ticket_id: id.clone(),
        pending_for: wire::PendingFor::Customer.into(),
        until: Some(prost_types::Timestamp {
            seconds: 1_736_000_000,
            nanos: 0,
        }),
        reason: String::new(),
    };
    tickets
        .set_ticket_pending(service.by(IMPORTER, waiting))
        .await
        .unwrap();
    let mut answer = reply(&id, "the small one");
    answer.from_customer = true;
    answer.header = dated("2025-01-02T12:00:00Z");
    service.reply(IMPORTER, answer).await.unwrap();
    let mut resolve = resolving(&id);
    resolve.header = dated("2025-01-03T09:00:00Z");
    service.resolve(IMPORTER, resolve).await.unwrap();
    // Long enough for a timer that stood in the past to fire.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let close = wire::CloseTicketRequest {
        header: dated("2025-01-20T09:00:00Z"),
        ticket_id: id.clone(),
    };
    tickets
        .close_ticket(service.by(IMPORTER, close))
        .await
        .unwrap();

    let told: Vec<(String, String)> = events::<TicketEvent>(&service.database)
        .await
        .into_iter()
        .map(|(recorded, _)| {
            let name = recorded.event_type.name.replace("service.ticket_", "");
            (name, recorded.occurred_at.to_string())
        })
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        told,
        [
            ("opened", "2025-01-02T09:00:00Z"),
            ("assigned", "2025-01-02T10:00:00Z"),
            ("started", "2025-01-02T10:00:00Z"),
            ("pending_set", "2025-01-02T11:00:00Z"),
            ("replied", "2025-01-02T12:00:00Z"),
            ("pending_ended", "2025-01-02T12:00:00Z"),
            ("resolved", "2025-01-03T09:00:00Z"),
            ("closed", "2025-01-20T09:00:00Z"),
        ]
    );
    let ticket = service.get(ANNA, &id).await.unwrap();
    assert!(ticket.replay);
    let end = wire::EndTicketReplayRequest {
        header: header(),
        ticket_id: id.clone(),
    };
    tickets
        .end_ticket_replay(service.by(IMPORTER, end))
        .await
        .unwrap();
    let ticket = service.get(ANNA, &id).await.unwrap();
    assert_eq!(
        (ticket.replay, ticket.status()),
        (false, wire::TicketStatus::Closed)
    );
}

#[tokio::test]
async fn only_importers_replay_and_date_far_back() {
    let service = Served::start().await;
    let mut open = opening("");
    open.replay = true;
    let status = service.open(ANNA, open).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "NOT_IMPORTER");
    let mut open = opening("");
    open.header = dated("2025-01-02T09:00:00Z");
    let status = service.open(ANNA, open).await.unwrap_err();
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "BACKDATED_TOO_FAR");
}

#[tokio::test]
async fn without_a_replay_a_year_old_resolution_closes_at_its_own_time_at_once() {
    let service = Served::start().await;
    let queue = service.queue(closing(), &[]).await;
    let mut open = opening(&queue);
    open.header = dated("2025-01-02T09:00:00Z");
    let id = service.open(IMPORTER, open).await.unwrap().id;
    let mut resolve = resolving(&id);
    resolve.header = dated("2025-01-03T09:00:00Z");
    service.resolve(IMPORTER, resolve).await.unwrap();
    let closed = eventually(Duration::from_secs(20), async || {
        let all = events::<TicketEvent>(&service.database).await;
        let closed = all.into_iter().find_map(|(_, event)| match event {
            TicketEvent::Closed(closed) => Some(closed.at.to_string()),
            _ => None,
        });
        closed.ok_or("it is still resolved")
    });
    assert_eq!(closed.await.unwrap(), "2025-01-06T09:00:00Z");
    // The command that closes it finds it done.
    let close = wire::CloseTicketRequest {
        header: header(),
        ticket_id: id,
    };
    let mut tickets = service.tickets();
    tickets
        .close_ticket(service.by(IMPORTER, close))
        .await
        .unwrap();
}
