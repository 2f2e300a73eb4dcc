//! Policies on the wire and back.

use guanxi_runtime::CommandRequest;

use super::*;

fn seconds(seconds: i64) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos: 0 }
}

fn given() -> wire::SlaPolicy {
    wire::SlaPolicy {
        key: "gold".into(),
        name: "Gold 金牌".into(),
        condition: Some(wire::SlaCondition {
            queue_ids: vec![uuid::Uuid::from_u128(1).to_string()],
            kinds: vec![wire::TicketKind::Complaint.into()],
            channels: vec![wire::Channel::Wechat.into()],
            customer_ids: vec![uuid::Uuid::from_u128(2).to_string()],
        }),
        calendar_id: uuid::Uuid::from_u128(3).to_string(),
        targets: vec![wire::SlaPriorityTargets {
            priority: wire::Priority::High.into(),
            first_response: Some(wire::SlaTarget {
                span: Some(seconds(3600)),
                warn_before: vec![seconds(60), seconds(600)],
                escalate_after: Some(seconds(1800)),
            }),
            next_response: None,
            resolution: Some(wire::SlaTarget {
                span: Some(seconds(86_400)),
                ..Default::default()
            }),
        }],
    }
}

fn parse(policies: Vec<wire::SlaPolicy>) -> Result<Vec<SlaPolicy>, Vec<String>> {
    let request = wire::SetSlaPoliciesRequest {
        header: None,
        policies,
    };
    let mut fields = Fields::default();
    match request.parse(&mut fields) {
        Some((_, Command::Set(policies))) => Ok(policies),
        None => {
            let violations = fields.finish().unwrap_err().violations;
            Err(violations.into_iter().map(|bad| bad.field).collect())
        }
    }
}

#[test]
fn policies_come_back_as_they_were_given() {
    let list = parse(vec![given()]).unwrap();
    let read = to_wire(4, &Policies { version: 2, list });
    assert_eq!((read.version, read.policies_version), (4, 2));
    assert_eq!(read.policies, [given()]);
}

#[test]
fn every_bad_field_is_named() {
    let mut bad = given();
    bad.key.clear();
    bad.name.clear();
    bad.calendar_id = "office".into();
    bad.condition = Some(wire::SlaCondition {
        queue_ids: vec!["first".into()],
        kinds: vec![0],
        channels: vec![99],
        customer_ids: vec![String::new()],
    });
    bad.targets[0].priority = 0;
    let first = bad.targets[0].first_response.as_mut().unwrap();
    *first = wire::SlaTarget {
        span: None,
        warn_before: vec![seconds(-1)],
        escalate_after: Some(seconds(315_360_001)),
    };
    assert_eq!(
        parse(vec![bad]).unwrap_err(),
        [
            "policies[0].key",
            "policies[0].name",
            "policies[0].condition.queue_ids[0]",
            "policies[0].condition.kinds[0]",
            "policies[0].condition.channels[0]",
            "policies[0].condition.customer_ids[0]",
            "policies[0].calendar_id",
            "policies[0].targets[0].priority",
            "policies[0].targets[0].first_response.span",
            "policies[0].targets[0].first_response.warn_before[0]",
            "policies[0].targets[0].first_response.escalate_after",
        ]
    );
}

#[test]
fn a_priority_has_one_set_of_targets() {
    let mut twice = given();
    twice.targets.push(twice.targets[0].clone());
    assert_eq!(parse(vec![twice]).unwrap_err(), ["policies[0].targets"]);
}
