//! The life of a ticket, over gRPC.

use std::time::Duration;

use guanxi_events::{
    customers::{CustomerEvent, CustomerKind, CustomerProfile, CustomerRegistered},
    service::{QueueId, TicketEvent},
};
use guanxi_harness::eventually;
use guanxi_proto::service::v1 as wire;
use guanxi_served::{events, written};
use jiff::{SignedDuration, Timestamp};
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{
    ANNA, BOB, MANAGER, Served, assigning, by_hand, customer_says, header, opening, reply,
    resolving, wire_instant,
};

#[tokio::test]
async fn from_new_to_closed_and_back_once() {
    let service = Served::start().await;
    let queue = service.queue(by_hand(), &[]).await;
    let mut open = opening(&queue);
    open.priority = wire::Priority::High.into();
    open.text = "since yesterday".into();
    let receipt = service.open(ANNA, open.clone()).await.unwrap();
    assert_eq!((receipt.number.as_str(), receipt.version), ("TK-000001", 1));
    let id = receipt.id;
    let ticket = service.get(BOB, &id).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::New);
    assert_eq!(ticket.priority(), wire::Priority::High);
    assert_eq!(ticket.details, open.details);
    assert_eq!(
        (ticket.number.as_str(), ticket.assignee.as_str()),
        ("TK-000001", "")
    );

    let mut tickets = service.tickets();
    tickets
        .assign_ticket(service.by(ANNA, assigning(&id, "bob")))
        .await
        .unwrap();
    let waiting = wire::SetTicketPendingRequest {
        header: header(),
        ticket_id: id.clone(),
        pending_for: wire::PendingFor::Customer.into(),
        until: None,
        reason: "which model?".into(),
    };
    service
        .reply(BOB, reply(&id, "which model is it?"))
        .await
        .unwrap();
    tickets
        .set_ticket_pending(service.by(BOB, waiting))
        .await
        .unwrap();
    let ticket = service.get(BOB, &id).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::Pending);
    assert_eq!(ticket.pending_for(), wire::PendingFor::Customer);

    service
        .reply(ANNA, customer_says(&id, "the small one"))
        .await
        .unwrap();
    service.resolve(BOB, resolving(&id)).await.unwrap();
    let close = wire::CloseTicketRequest {
        header: header(),
        ticket_id: id.clone(),
    };
    tickets.close_ticket(service.by(BOB, close)).await.unwrap();
    let ticket = service.get(BOB, &id).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::Closed);
    assert!(ticket.reopen_until.is_some() && ticket.close_at.is_none());

    service
        .reply(ANNA, customer_says(&id, "again!"))
        .await
        .unwrap();
    let ticket = service.get(BOB, &id).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::Open);
    let said = ticket.conversation.unwrap();
    assert_eq!((said.agent_replies, said.customer_replies), (1, 2));
    assert!(said.waiting_since.is_some());
}

#[tokio::test]
async fn a_ticket_that_names_no_queue_is_in_the_tenants_own() {
    let service = Served::start().await;
    let id = service.open(ANNA, opening("")).await.unwrap().id;
    let ticket = service.get(ANNA, &id).await.unwrap();
    assert_eq!(ticket.queue_id, QueueId::OF_TENANT.to_string());
    let change = wire::ChangeQueueRequest {
        header: header(),
        queue_id: String::new(),
        settings: Some(wire::QueueSettings {
            close_days: Some(30),
            ..by_hand()
        }),
    };
    let mut queues = service.queues();
    queues
        .change_queue(service.by(MANAGER, change))
        .await
        .unwrap();
    let get = wire::GetQueueRequest::default();
    let got = queues.get_queue(service.by(ANNA, get)).await.unwrap();
    let queue = got.into_inner().queue.unwrap();
    assert_eq!(queue.settings_version, 1);
    assert_eq!(queue.settings.unwrap().close_days, Some(30));
}

#[tokio::test]
async fn what_waits_until_an_instant_is_open_again_by_itself_at_that_instant() {
    let service = Served::start().await;
    let id = service.open(ANNA, opening("")).await.unwrap().id;
    let until = Timestamp::now() + SignedDuration::from_millis(1_500);
    let until = until.round(jiff::Unit::Microsecond).unwrap();
    let waiting = wire::SetTicketPendingRequest {
        header: header(),
        ticket_id: id.clone(),
        pending_for: wire::PendingFor::Date.into(),
        until: Some(wire_instant(until)),
        reason: String::new(),
    };
    let mut tickets = service.tickets();
    tickets
        .set_ticket_pending(service.by(ANNA, waiting))
        .await
        .unwrap();
    let open = eventually(Duration::from_secs(20), async || {
        let ended = events::<TicketEvent>(&service.database).await;
        let ended = ended.into_iter().find_map(|(recorded, event)| match event {
            TicketEvent::PendingEnded(ended) => Some((recorded.occurred_at, ended.at)),
            _ => None,
        });
        ended.ok_or("it still waits")
    });
    assert_eq!(open.await.unwrap(), (until, until));
    let ticket = service.get(ANNA, &id).await.unwrap();
    assert_eq!(ticket.status(), wire::TicketStatus::Open);
}

#[tokio::test]
async fn a_customer_can_be_named_once_the_service_has_heard_of_it() {
    let service = Served::start().await;
    let customer = Uuid::now_v7();
    let mut open = opening("");
    open.details.as_mut().unwrap().customer_id = customer.to_string();
    let status = service.open(ANNA, open.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "CUSTOMER_UNKNOWN");

    let registered = CustomerRegistered {
        profile: CustomerProfile::named(CustomerKind::Company, "Cancity"),
        owner: Some("anna".parse().unwrap()),
    };
    written(
        &service.database,
        customer,
        CustomerEvent::from(registered),
        &["CU"],
    )
    .await;
    let opened = eventually(Duration::from_secs(20), async || {
        let mut again = open.clone();
        again.header = header();
        service.open(ANNA, again).await
    });
    let id = opened.await.unwrap().id;
    let details = service.get(ANNA, &id).await.unwrap().details.unwrap();
    assert_eq!(details.customer_id, customer.to_string());
}

#[tokio::test]
async fn the_longest_message_with_the_most_attachments_fits_an_event() {
    let service = Served::start().await;
    let id = service.open(ANNA, opening("")).await.unwrap().id;
    let attachment = wire::Attachment {
        name: "𠮷".repeat(200),
        reference: "𠮷".repeat(1000),
        media_type: "𠮷".repeat(100),
        bytes: i64::MAX,
    };
    let longest = wire::ReplyToTicketRequest {
        attachments: vec![attachment; 20],
        ..reply(&id, &"𠮷".repeat(20_000))
    };
    service.reply(ANNA, longest).await.unwrap();
    let status = service
        .reply(ANNA, reply(&id, &"x".repeat(20_001)))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
