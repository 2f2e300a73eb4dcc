//! Requests to tickets as commands, and tickets as answers.

use guanxi_events::service::{Channel, Priority, QueueId, TicketKind};
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{CommandRequest, Fields};
use prost_types::FieldMask;

use crate::domain::ticket::{Command, Speaker, Ticket};

const ID: &str = "0191a4c0-0000-7000-8000-000000000001";

fn parsed<R: CommandRequest<Ticket>>(request: R) -> Command {
    let mut fields = Fields::default();
    let parsed = request.parse(&mut fields);
    fields.finish().unwrap();
    parsed.unwrap().1
}

fn bad<R: CommandRequest<Ticket>>(request: R) -> Vec<String> {
    let mut fields = Fields::default();
    // What comes of it does not matter: a command is done only when no field is bad.
    let _ = request.parse(&mut fields);
    let violations = fields.finish().unwrap_err().violations;
    violations.into_iter().map(|v| v.field).collect()
}

#[test]
fn what_is_left_out_of_a_new_ticket_is_the_usual() {
    let request = wire::OpenTicketRequest {
        details: Some(wire::TicketDetails {
            subject: " how long is the warranty? ".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let Command::Open(open) = parsed(request) else {
        panic!("not opened");
    };
    assert_eq!(open.details.subject, "how long is the warranty?");
    assert_eq!(open.details.kind, TicketKind::Question);
    assert_eq!(open.details.channel, Channel::Other);
    assert_eq!(
        (open.priority, open.queue),
        (Priority::Medium, QueueId::OF_TENANT)
    );
    assert_eq!((open.assignee, open.text, open.replay), (None, None, false));
}

#[test]
fn a_change_reads_what_its_mask_names_and_nothing_else() {
    let change = |paths: &[&str]| wire::ChangeTicketRequest {
        ticket_id: ID.into(),
        details: Some(wire::TicketDetails {
            category: "heating".into(),
            subject: String::new(),
            ..Default::default()
        }),
        update_mask: Some(FieldMask {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }),
        ..Default::default()
    };
    let Command::Change(patch) = parsed(change(&["category", "customer_id"])) else {
        panic!("not changed");
    };
    assert_eq!(patch.category, Some(Some("heating".into())));
    assert_eq!(
        (patch.customer, patch.subject.clone(), patch.kind),
        (Some(None), None, None)
    );
    assert_eq!(
        bad(change(&["subject", "status"])),
        ["details.subject", "update_mask[1]"]
    );
    assert_eq!(bad(change(&[])), ["update_mask"]);
}

#[test]
fn only_a_customers_words_name_one_of_their_people() {
    let reply = |from_customer| wire::ReplyToTicketRequest {
        ticket_id: ID.into(),
        text: "hello".into(),
        from_customer,
        contact_id: ID.into(),
        ..Default::default()
    };
    let Command::Reply(say) = parsed(reply(true)) else {
        panic!("nothing said");
    };
    assert_eq!(say.speaker, Speaker::Customer(Some(ID.parse().unwrap())));
    assert_eq!(bad(reply(false)), ["contact_id"]);
}

#[test]
fn what_must_be_told_is_asked_for() {
    let prioritize = wire::PrioritizeTicketRequest {
        ticket_id: ID.into(),
        ..Default::default()
    };
    assert_eq!(bad(prioritize), ["priority"]);
    let pending = wire::SetTicketPendingRequest::default();
    assert_eq!(bad(pending), ["ticket_id", "pending_for"]);
    let merge = wire::MergeTicketRequest::default();
    assert_eq!(bad(merge), ["ticket_id", "survivor_id"]);
    let reply = wire::ReplyToTicketRequest::default();
    assert_eq!(bad(reply), ["ticket_id", "text"]);
}
