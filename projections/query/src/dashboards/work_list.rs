//! `GetWorkList`.

use guanxi_dashboards::queries::{self, Kind, Reason, WorkListQuery};
use guanxi_decider::Refusal;
use guanxi_proto::query::v1::{
    GetWorkListRequest, GetWorkListResponse, WorkItem, WorkItemKind, WorkItemReason,
};
use guanxi_runtime::{Fields, errors, instant_to_wire};
use jiff::Timestamp;
use tonic::Status;

use super::{Dashboards, reader};
use crate::{
    asked::Asked,
    days, failure,
    request::finished,
    wire::{id, money, text},
};

/// How many of each kind: who has more to do sees what is due first.
const MOST: u16 = 200;

impl Dashboards {
    pub(super) async fn work_list(
        &self,
        asked: &Asked,
        manages: bool,
        request: GetWorkListRequest,
    ) -> Result<GetWorkListResponse, Status> {
        let query = query(&request, asked, manages)?;
        if !manages && query.person != asked.person.as_str() {
            let refusal = Refusal::forbidden(
                "NOT_YOUR_WORK",
                "another person's work is shown to managers and admins",
            );
            return Err(errors::refused(&refusal));
        }
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let items = reader(&snapshot, asked).work_list(&query).await;
        let items = items.map_err(|error| failure::postgres(&error))?;
        Ok(GetWorkListResponse {
            items: items.iter().map(item).collect::<Result<_, _>>()?,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetWorkListRequest,
    asked: &Asked,
    manages: bool,
) -> Result<WorkListQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let person = fields.optional_person("person", &request.person);
    let until = fields.optional_date("until", request.until.as_ref());
    let query = (|| {
        let until_day = until?.unwrap_or_else(|| days::today(zone));
        let until = days::on(&mut fields, "until", until_day, zone)?.ends;
        let person = person?.unwrap_or_else(|| asked.person.clone());
        Some(WorkListQuery {
            person: person.as_str().to_owned(),
            approvals: manages,
            now: Timestamp::now(),
            until_day,
            until,
            zone: zone.clone(),
            limit: MOST,
        })
    })();
    finished(fields, query)
}

fn item(item: &queries::WorkItem) -> Result<WorkItem, Status> {
    let amount = item.amount.as_ref();
    let amount = amount.map(|(amount, currency)| money(*amount, currency));
    Ok(WorkItem {
        kind: kind(item.kind).into(),
        reason: reason(item.reason).into(),
        id: item.id.to_string(),
        number: item.number.unwrap_or_default(),
        document_number: text(item.document_number.as_ref()),
        title: item.title.clone(),
        customer_id: id(item.customer),
        customer_name: text(item.customer_name.as_ref()),
        opportunity_id: id(item.opportunity),
        due_at: item.due_at.map(instant_to_wire),
        amount: amount.transpose()?,
        requested_by: text(item.requested_by.as_ref()),
        priority: text(item.priority.as_ref()),
    })
}

const fn kind(kind: Kind) -> WorkItemKind {
    match kind {
        Kind::FollowUp => WorkItemKind::FollowUp,
        Kind::NextAction => WorkItemKind::NextAction,
        Kind::Opportunity => WorkItemKind::Opportunity,
        Kind::Ticket => WorkItemKind::Ticket,
        Kind::ReturnApproval => WorkItemKind::ReturnApproval,
        Kind::WriteOffApproval => WorkItemKind::WriteOffApproval,
        Kind::AdjustmentApproval => WorkItemKind::AdjustmentApproval,
    }
}

const fn reason(reason: Reason) -> WorkItemReason {
    match reason {
        Reason::Due => WorkItemReason::Due,
        Reason::Overdue => WorkItemReason::Overdue,
        Reason::Rotting => WorkItemReason::Rotting,
        Reason::CloseDatePassed => WorkItemReason::CloseDatePassed,
        Reason::Assigned => WorkItemReason::Assigned,
        Reason::Asked => WorkItemReason::Asked,
    }
}
