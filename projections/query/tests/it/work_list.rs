//! The personal work list over gRPC.

use guanxi_events::Service;
use guanxi_proto::{
    google_type::Date,
    query::v1::{GetWorkListRequest, WorkItemKind, WorkItemReason},
};
use guanxi_runtime::Role;
use tonic::Code;

use crate::{
    server::{Server, bad_fields},
    tickets::{self, SECOND},
};

#[tokio::test]
async fn a_person_sees_what_waits_and_a_manager_what_waits_for_others() {
    let mut server = Server::new().await;
    for name in ["bolt", "acme"] {
        tickets::write(&mut server.world, name).await;
    }
    let own = GetWorkListRequest {
        after: vec![server.written_to(Service::Service).await],
        ..GetWorkListRequest::default()
    };
    // The caller is Ann.
    let asked = server.ask_as("acme", Role::Agent, own.clone());
    let answer = server
        .dashboards
        .get_work_list(asked)
        .await
        .unwrap()
        .into_inner();
    let [ticket] = &answer.items[..] else {
        panic!("{:#?}", answer.items)
    };
    assert_eq!(
        (ticket.kind(), ticket.reason()),
        (WorkItemKind::Ticket, WorkItemReason::Overdue)
    );
    assert_eq!(
        (ticket.id.clone(), ticket.title.as_str()),
        (SECOND.to_string(), "secret of acme")
    );
    assert_eq!(
        (ticket.document_number.as_str(), ticket.priority.as_str()),
        ("TK-000002", "medium")
    );

    let anothers = GetWorkListRequest {
        person: "bob".into(),
        ..own
    };
    let asked = server.ask_as("acme", Role::Agent, anothers.clone());
    let status = server.dashboards.get_work_list(asked).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let asked = server.ask_as("acme", Role::Manager, anothers);
    let answer = server.dashboards.get_work_list(asked).await.unwrap();
    assert!(answer.into_inner().items.is_empty());
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let mut server = Server::new().await;
    let request = server.ask(GetWorkListRequest {
        after: vec![],
        person: "not a person!".into(),
        until: Some(Date {
            year: 2024,
            month: 2,
            day: 30,
        }),
    });
    let status = server.dashboards.get_work_list(request).await.unwrap_err();
    let mut fields = bad_fields(&status);
    fields.sort();
    assert_eq!(fields, ["person", "until"]);
}
