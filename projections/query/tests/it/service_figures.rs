//! The service desk's figures over gRPC.

use guanxi_events::Service;
use guanxi_proto::{
    google_type::Date,
    query::v1::{
        GetBacklogRequest, GetServiceFiguresRequest, GetTicketVolumesRequest, ListTicketsRequest,
        ServiceGrouping, TicketFilter, TicketState, TicketTargets,
    },
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::Role;
use tonic::Code;

use crate::{
    server::{Server, bad_fields},
    tickets::{self, CUSTOMER, SECOND},
};

const NO_DAY: Option<Date> = Some(Date {
    year: 2017,
    month: 2,
    day: 29,
});

fn on(day: i32) -> Option<Date> {
    Some(Date {
        year: 2024,
        month: 1,
        day,
    })
}

async fn desk() -> (Server, Vec<String>) {
    let mut server = Server::new().await;
    for name in ["bolt", "acme"] {
        tickets::write(&mut server.world, name).await;
    }
    let after = vec![server.written_to(Service::Service).await];
    (server, after)
}

#[tokio::test]
async fn tickets_are_listed_by_pages_and_filters() {
    let (mut server, after) = desk().await;
    let page = |token: &str| ListTicketsRequest {
        after: after.clone(),
        page: Some(PageRequest {
            page_size: 1,
            page_token: token.to_owned(),
        }),
        ..ListTicketsRequest::default()
    };
    let first = server.ask(page(""));
    let first = server
        .service
        .list_tickets(first)
        .await
        .unwrap()
        .into_inner();
    let second = server.ask(page(&first.next_page_token));
    let second = server
        .service
        .list_tickets(second)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(second.next_page_token, "");
    let (open, done) = (&first.tickets[0], &second.tickets[0]);
    assert_eq!(
        (open.state(), open.agent.as_str()),
        (TicketState::Open, "ann")
    );
    assert_eq!(
        (open.number.as_str(), open.targets()),
        ("TK-000002", TicketTargets::Unspecified)
    );
    assert!(open.due_at.is_some() && open.waiting_since.is_some());
    assert_eq!(
        (done.state(), done.targets()),
        (TicketState::Resolved, TicketTargets::Missed)
    );
    assert_eq!(done.customer_name, "customer of acme");
    assert_eq!(done.queue_name, "first line of acme");
    assert_eq!(done.first_response_time.unwrap().seconds, 3_600);
    assert_eq!(first.positions[0].log, "service");

    for (request, wanted) in [
        (
            ListTicketsRequest {
                states: vec![TicketState::Resolved.into()],
                ..ListTicketsRequest::default()
            },
            1,
        ),
        (
            ListTicketsRequest {
                targets: TicketTargets::Met.into(),
                ..ListTicketsRequest::default()
            },
            0,
        ),
        (
            ListTicketsRequest {
                filter: Some(TicketFilter {
                    customer_ids: vec![CUSTOMER.to_string()],
                    agents: vec![String::new()],
                    ..TicketFilter::default()
                }),
                ..ListTicketsRequest::default()
            },
            1,
        ),
        (
            ListTicketsRequest {
                opened: Some(DateRange {
                    first: on(2),
                    last: None,
                }),
                ..ListTicketsRequest::default()
            },
            0,
        ),
    ] {
        let asked = server.ask(request.clone());
        let answer = server.service.list_tickets(asked).await.unwrap();
        assert_eq!(answer.into_inner().tickets.len(), wanted, "{request:?}");
    }
    // A token belongs to its query.
    let request = server.ask(ListTicketsRequest {
        states: vec![TicketState::Open.into()],
        ..page(&first.next_page_token)
    });
    let status = server.service.list_tickets(request).await.unwrap_err();
    assert_eq!(bad_fields(&status), ["page.page_token"]);
}

#[tokio::test]
async fn the_backlog_is_that_of_the_day_where_the_tenant_lives() {
    let (mut server, after) = desk().await;
    let mut tickets = Vec::new();
    for as_of in [
        None,
        on(1),
        on(2),
        Some(Date {
            year: 2023,
            month: 12,
            day: 31,
        }),
    ] {
        let request = server.ask(GetBacklogRequest {
            after: after.clone(),
            as_of,
            limits: vec![0],
            group_by: ServiceGrouping::Agent.into(),
            ..GetBacklogRequest::default()
        });
        let answer = server
            .service
            .get_backlog(request)
            .await
            .unwrap()
            .into_inner();
        let total = answer.total.unwrap();
        let keys: Vec<String> = answer.groups.into_iter().map(|group| group.key).collect();
        tickets.push((total.tickets, total.by_age, keys.join(",")));
    }
    // The first was resolved at noon of the second.
    assert_eq!(
        tickets,
        [
            (1, vec![0, 1], "ann".to_owned()),
            (2, vec![2, 0], ",ann".to_owned()),
            (1, vec![0, 1], "ann".to_owned()),
            (0, vec![0, 0], String::new()),
        ]
    );
}

#[tokio::test]
async fn volumes_and_figures_count_on_their_day_and_for_their_agent() {
    let (mut server, after) = desk().await;
    let request = server.ask(GetTicketVolumesRequest {
        after: after.clone(),
        group_by: ServiceGrouping::Kind.into(),
        ..GetTicketVolumesRequest::default()
    });
    let answer = server.service.get_ticket_volumes(request).await.unwrap();
    let volumes = answer.into_inner().volumes.into_iter().map(|row| {
        let day = row.day.unwrap().day;
        (day, row.key, row.opened, row.resolved)
    });
    assert_eq!(
        volumes.collect::<Vec<_>>(),
        [
            (1, "complaint".to_owned(), 1, 0),
            (1, "question".to_owned(), 1, 0),
            (2, "complaint".to_owned(), 0, 1),
        ]
    );
    let request = server.ask(GetServiceFiguresRequest {
        after,
        days: Some(DateRange {
            first: on(1),
            last: on(2),
        }),
        filter: Some(TicketFilter {
            agents: vec!["bob".into()],
            ..TicketFilter::default()
        }),
        ..GetServiceFiguresRequest::default()
    });
    let answer = server.service.get_service_figures(request).await.unwrap();
    let [bob] = &answer.into_inner().groups[..] else {
        panic!("one group")
    };
    assert_eq!((bob.resolved, bob.reopen_rate.as_str()), (1, "0.0000"));
    let resolution = bob.resolution.unwrap();
    assert_eq!((resolution.count, resolution.in_working_time), (1, 1));
    assert_eq!(resolution.p90.unwrap().seconds, 30_000);
    let targets = bob.targets.clone().unwrap();
    assert_eq!(
        (targets.met, targets.missed, targets.share.as_str()),
        (0, 1, "0.0000")
    );
    let satisfaction = bob.satisfaction.clone().unwrap();
    assert_eq!((satisfaction.answered, satisfaction.low), (1, 1));
    assert_eq!(
        (satisfaction.csat.as_str(), satisfaction.mean_score.as_str()),
        ("0.0000", "2.00")
    );
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let (server, _) = desk().await;
    let filter = Some(TicketFilter {
        queue_ids: vec!["x".into()],
        priorities: vec![0],
        kinds: vec![99],
        channels: vec![1, -1],
        customer_ids: vec![SECOND.to_string(), "y".into()],
        ..TicketFilter::default()
    });
    let of_filter = [
        "filter.channels[1]",
        "filter.customer_ids[1]",
        "filter.kinds[0]",
        "filter.priorities[0]",
        "filter.queue_ids[0]",
    ];
    let range = Some(DateRange {
        first: NO_DAY,
        last: None,
    });
    let check = |status: tonic::Status, own: &[&str]| {
        let mut fields = bad_fields(&status);
        fields.sort();
        let mut wanted = [&of_filter, own].concat();
        wanted.sort_unstable();
        assert_eq!(fields, wanted);
    };
    let request = server.ask(ListTicketsRequest {
        filter: filter.clone(),
        states: vec![7],
        opened: range,
        targets: 8,
        page: Some(PageRequest {
            page_size: -1,
            page_token: "z".into(),
        }),
        ..ListTicketsRequest::default()
    });
    let status = server
        .service
        .clone()
        .list_tickets(request)
        .await
        .unwrap_err();
    let own = [
        "states[0]",
        "opened.first",
        "targets",
        "page.page_size",
        "page.page_token",
    ];
    check(status, &own);
    let request = server.ask(GetBacklogRequest {
        as_of: NO_DAY,
        filter: filter.clone(),
        limits: vec![3, 3],
        group_by: 99,
        ..GetBacklogRequest::default()
    });
    let status = server
        .service
        .clone()
        .get_backlog(request)
        .await
        .unwrap_err();
    check(status, &["as_of", "limits", "group_by"]);
    let request = server.ask(GetTicketVolumesRequest {
        days: range,
        filter: filter.clone(),
        group_by: 99,
        ..GetTicketVolumesRequest::default()
    });
    let status = server
        .service
        .clone()
        .get_ticket_volumes(request)
        .await
        .unwrap_err();
    check(status, &["days.first", "group_by"]);
    let request = server.ask(GetServiceFiguresRequest {
        days: range,
        filter,
        group_by: 99,
        ..GetServiceFiguresRequest::default()
    });
    let status = server
        .service
        .clone()
        .get_service_figures(request)
        .await
        .unwrap_err();
    check(status, &["days.first", "group_by"]);
}

#[tokio::test]
async fn another_tenant_sees_its_own_and_a_token_of_sales_is_refused() {
    let (mut server, after) = desk().await;
    let request = ListTicketsRequest {
        after,
        ..ListTicketsRequest::default()
    };
    let asked = server.ask_as("bolt", Role::Admin, request.clone());
    let answer = server
        .service
        .list_tickets(asked)
        .await
        .unwrap()
        .into_inner();
    assert!(
        answer
            .tickets
            .iter()
            .all(|ticket| ticket.subject == "secret of bolt")
    );
    assert_eq!(answer.tickets.len(), 2);
    let asked = tonic::Request::new(request);
    let status = server.service.list_tickets(asked).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let request = server.ask(ListTicketsRequest {
        after: vec![server.written().await],
        ..ListTicketsRequest::default()
    });
    let status = server.service.list_tickets(request).await.unwrap_err();
    assert_eq!(bad_fields(&status), ["after[0]"]);
}
