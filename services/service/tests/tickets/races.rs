//! Commands of the same instant, on two replicas.

use futures::future::join_all;
use guanxi_events::service::{QueueEvent, TicketEvent};
use guanxi_proto::{service::v1 as wire, types::v1::CommandHeader};
use guanxi_served::events;
use tonic::Code;
use tonic_types::StatusExt;

use crate::served::{ANNA, BOB, Served, by_hand, header, in_turn, member, opening, reply};

#[tokio::test]
async fn tickets_of_the_same_instant_are_given_strictly_in_turn() {
    let service = Served::start().await;
    let replica = service.replica().await;
    let members = ["anna", "bob", "carl", "dora"];
    let queue = service.queue(in_turn(), &members).await;
    let both = [&service, &replica];
    let opened = join_all((0..20).map(|n| both[n % 2].open(ANNA, opening(&queue)))).await;
    for receipt in opened {
        receipt.unwrap();
    }
    let taken: Vec<String> = events::<QueueEvent>(&service.database)
        .await
        .into_iter()
        .filter_map(|(_, event)| match event {
            QueueEvent::TicketTaken(taken) => Some(taken.person.to_string()),
            _ => None,
        })
        .collect();
    let turns: Vec<&str> = members.into_iter().cycle().take(20).collect();
    assert_eq!(taken, turns);
}

#[tokio::test]
async fn nobody_is_given_more_than_there_is_room_for_and_the_rest_lies_in_the_pool() {
    let service = Served::start().await;
    let replica = service.replica().await;
    let members = ["anna", "bob", "carl"].map(|name| member(name, Some(2)));
    let queue = service.queue_of(in_turn(), members).await;
    let both = [&service, &replica];
    let opened = join_all((0..12).map(|n| both[n % 2].open(ANNA, opening(&queue)))).await;
    let mut assigned = Vec::new();
    for receipt in opened {
        let ticket = service.get(ANNA, &receipt.unwrap().id).await.unwrap();
        assigned.push(ticket.assignee);
    }
    assigned.sort();
    let expected = [
        "", "", "", "", "", "", "anna", "anna", "bob", "bob", "carl", "carl",
    ];
    assert_eq!(assigned, expected);
    let get = wire::GetQueueRequest { queue_id: queue };
    let got = replica.queues().get_queue(service.by(ANNA, get)).await;
    let loads = got.unwrap().into_inner().queue.unwrap().loads;
    assert!(loads.iter().all(|load| load.tickets == 2), "{loads:?}");
}

#[tokio::test]
async fn two_agents_who_answer_at_once_are_both_heard_and_one_of_them_is_the_first() {
    let service = Served::start().await;
    let replica = service.replica().await;
    let id = service.open(ANNA, opening("")).await.unwrap().id;
    let (anna, bob) = futures::join!(
        service.reply(ANNA, reply(&id, "we look into it")),
        replica.reply(BOB, reply(&id, "so do we")),
    );
    anna.unwrap();
    bob.unwrap();
    let first: Vec<bool> = events::<TicketEvent>(&service.database)
        .await
        .into_iter()
        .filter_map(|(_, event)| match event {
            TicketEvent::Replied(replied) => Some(replied.first_response),
            _ => None,
        })
        .collect();
    assert_eq!(first, [true, false]);
    let said = service.get(ANNA, &id).await.unwrap().conversation.unwrap();
    assert_eq!(said.agent_replies, 2);
}

#[tokio::test]
async fn who_answers_what_is_not_any_more_what_was_seen_is_told_so() {
    let service = Served::start().await;
    let receipt = service.open(ANNA, opening("")).await.unwrap();
    service
        .reply(ANNA, reply(&receipt.id, "we look into it"))
        .await
        .unwrap();
    let mut stale = reply(&receipt.id, "so do we");
    stale.header = header().map(|header| CommandHeader {
        expected_version: Some(receipt.version),
        ..header
    });
    let status = service.reply(BOB, stale).await.unwrap_err();
    assert_eq!(status.code(), Code::Aborted);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.metadata["current_version"], "3");
}

#[tokio::test]
async fn of_two_tickets_that_merge_into_each_other_one_survives() {
    let service = Served::start().await;
    let replica = service.replica().await;
    let queue = service.queue(by_hand(), &[]).await;
    for _ in 0..5 {
        let a = service.open(ANNA, opening(&queue)).await.unwrap().id;
        let b = service.open(ANNA, opening(&queue)).await.unwrap().id;
        let merge = |from: &str, into: &str| wire::MergeTicketRequest {
            header: header(),
            ticket_id: from.to_owned(),
            survivor_id: into.to_owned(),
        };
        let (mut here, mut there) = (service.tickets(), replica.tickets());
        let (one, other) = futures::join!(
            here.merge_ticket(service.by(ANNA, merge(&a, &b))),
            there.merge_ticket(service.by(BOB, merge(&b, &a))),
        );
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        let reason = refused.get_details_error_info().unwrap().reason;
        // Whoever was second finds itself the survivor of a merged one, or merged.
        assert!(
            ["SURVIVOR_MERGED", "TICKET_MERGED"].contains(&reason.as_str()),
            "{reason}"
        );
    }
}
