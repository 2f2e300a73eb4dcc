//! `GetPlanAgainstReceived`.

use guanxi_decider::Refusal;
use guanxi_proto::query::v1::{
    GetPlanAgainstReceivedRequest, GetPlanAgainstReceivedResponse, PlanMonth,
};
use guanxi_receivables::queries::{self, PlanQuery};
use guanxi_runtime::{Fields, date_to_wire, errors};
use tonic::Status;

use super::{Receivables, reader, request};
use crate::{asked::Asked, days, failure, request::finished, wire::money};

/// More months and currencies than anyone reads.
const MOST: usize = 1_000;

impl Receivables {
    pub(super) async fn plan(
        &self,
        asked: &Asked,
        request: GetPlanAgainstReceivedRequest,
    ) -> Result<GetPlanAgainstReceivedResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let months = reader(&snapshot, asked).plan(&query).await;
        let months = months.map_err(|error| failure::postgres(&error))?;
        if months.len() > MOST {
            return Err(errors::refused(&too_many(months.len())));
        }
        Ok(GetPlanAgainstReceivedResponse {
            months: months.iter().map(month).collect::<Result<_, _>>()?,
            as_of: Some(date_to_wire(query.dates.as_of)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetPlanAgainstReceivedRequest, asked: &Asked) -> Result<PlanQuery, Status> {
    let mut fields = Fields::default();
    let dates = request::dates(
        &mut fields,
        request.as_of.as_ref(),
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let due = days::span(&mut fields, "due", request.due.as_ref());
    let customers = request::ids(&mut fields, "customer_ids", &request.customer_ids);
    let currencies = request::currencies(&mut fields, "currencies", &request.currencies);
    let query = (|| {
        let (first, last) = due?;
        Some(PlanQuery {
            dates: dates?,
            customers: customers?,
            currencies: currencies?,
            first,
            last,
        })
    })();
    finished(fields, query)
}

fn too_many(count: usize) -> Refusal {
    let refusal = Refusal::precondition(
        "TOO_MANY_GROUPS",
        format!(
            "the plan falls into {count} months and currencies, at most {MOST}: ask for fewer days"
        ),
    );
    refusal.figure("groups", count).figure("limit", MOST)
}

fn month(row: &queries::PlanMonth) -> Result<PlanMonth, Status> {
    let money = |amount| money(amount, &row.currency).map(Some);
    Ok(PlanMonth {
        month: Some(date_to_wire(row.month)),
        billed: money(row.billed)?,
        planned: money(row.planned)?,
        due: money(row.due())?,
        received: money(row.received)?,
        settled_otherwise: money(row.settled_otherwise())?,
        open: money(row.open)?,
    })
}
