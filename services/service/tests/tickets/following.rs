//! A customer's reply that comes too late becomes a new ticket (V-02); a merged ticket's, the
//! survivor's.

use std::time::Duration;

use guanxi_events::service::TicketEvent;
use guanxi_harness::eventually;
use guanxi_proto::service::v1 as wire;
use guanxi_served::events;
use tonic::Code;
use tonic_types::StatusExt;

use crate::served::{
    ANNA, IMPORTER, Served, by_hand, customer_says, dated, header, in_turn, opening, reply,
    resolving,
};

#[tokio::test]
async fn a_reply_that_came_too_late_is_a_new_linked_ticket_once() {
    let service = Served::start().await;
    let queue = service.queue(in_turn(), &["anna"]).await;
    let mut open = opening(&queue);
    open.header = dated("2025-01-02T09:00:00Z");
    let id = service.open(IMPORTER, open).await.unwrap().id;
    let mut resolve = resolving(&id);
    resolve.header = dated("2025-01-03T09:00:00Z");
    service.resolve(IMPORTER, resolve).await.unwrap();

    let late = customer_says(&id, "it never worked");
    service.reply(ANNA, late.clone()).await.unwrap();
    // The very same command again is the same reply.
    service.reply(ANNA, late).await.unwrap();
    let follow_up = service.get(ANNA, &id).await.unwrap().follow_up_id;
    let found = eventually(Duration::from_secs(20), async || {
        service.get(ANNA, &follow_up).await
    });
    let ticket = found.await.unwrap();
    assert_eq!(ticket.number, "TK-000002");
    assert_eq!(ticket.follow_up_of, id);
    assert_eq!(ticket.link_ids, std::slice::from_ref(&id));
    assert_eq!(ticket.assignee, "anna");
    assert_eq!(ticket.details.unwrap().subject, "空调不制冷");
    let old = service.get(ANNA, &id).await.unwrap();
    assert_eq!(old.status(), wire::TicketStatus::Resolved);
    assert_eq!(old.link_ids, std::slice::from_ref(&follow_up));

    let events = events::<TicketEvent>(&service.database).await;
    let late = events
        .iter()
        .find(|(_, e)| matches!(e, TicketEvent::RepliedLate(_)));
    let opened: Vec<_> = events
        .iter()
        .filter(|(_, event)| matches!(event, TicketEvent::Opened(_)))
        .collect();
    assert_eq!(opened.len(), 2);
    let (effect, TicketEvent::Opened(told)) = opened[1] else {
        panic!("{opened:?}");
    };
    assert_eq!(effect.meta.causation_id, Some(late.unwrap().0.id));
    assert_eq!(told.text.as_deref(), Some("it never worked"));

    let status = service
        .reply(ANNA, customer_says(&id, "hello?"))
        .await
        .unwrap_err();
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "TICKET_FOLLOWED_UP");
    assert_eq!(info.metadata["follow_up"], follow_up);
}

#[tokio::test]
async fn a_reply_to_a_merged_ticket_is_refused_with_the_survivor() {
    let service = Served::start().await;
    let queue = service.queue(by_hand(), &[]).await;
    let merged = service.open(ANNA, opening(&queue)).await.unwrap().id;
    let survivor = service.open(ANNA, opening(&queue)).await.unwrap().id;
    let merge = wire::MergeTicketRequest {
        header: header(),
        ticket_id: merged.clone(),
        survivor_id: survivor.clone(),
    };
    let mut tickets = service.tickets();
    tickets.merge_ticket(service.by(ANNA, merge)).await.unwrap();
    for said in [reply(&merged, "hello"), customer_says(&merged, "hello?")] {
        let status = service.reply(ANNA, said).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        let info = status.get_details_error_info().unwrap();
        assert_eq!(info.reason, "TICKET_MERGED");
        assert_eq!(info.metadata["survivor"], survivor);
    }
    let ticket = service.get(ANNA, &merged).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::Merged);
    assert_eq!(ticket.merged_into, survivor);

    let unmerge = wire::UnmergeTicketRequest {
        header: header(),
        ticket_id: merged.clone(),
    };
    tickets
        .unmerge_ticket(service.by(ANNA, unmerge))
        .await
        .unwrap();
    service.reply(ANNA, reply(&merged, "hello")).await.unwrap();
    let survivor = service.get(ANNA, &survivor).await.unwrap();
    assert!(survivor.absorbed_ids.is_empty());
}
