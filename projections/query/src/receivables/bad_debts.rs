//! `GetBadDebts`.

use guanxi_proto::query::v1::{BadDebt, BadDebtSums, GetBadDebtsRequest, GetBadDebtsResponse};
use guanxi_receivables::queries::{self, BadDebtsQuery};
use guanxi_runtime::{Fields, date_to_wire};
use tonic::Status;

use super::{Receivables, reader, request, wire};
use crate::{asked::Asked, days, failure, pages::Binding, request::finished, wire::money};

impl Receivables {
    pub(super) async fn bad_debts(
        &self,
        asked: &Asked,
        request: GetBadDebtsRequest,
    ) -> Result<GetBadDebtsResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let answer = reader(&snapshot, asked).bad_debts(&query).await;
        let mut answer = answer.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut answer.bad_debts, query.limit, |row| &row.cursor);
        let bad_debts = answer.bad_debts.iter();
        let bad_debts = bad_debts.map(|row| bad_debt(row, asked.base()));
        let totals = answer.totals.iter().map(|row| sums(row, asked.base()));
        Ok(GetBadDebtsResponse {
            bad_debts: bad_debts.collect::<Result<_, _>>()?,
            totals: totals.collect::<Result<_, _>>()?,
            next_page_token: next,
            as_of: Some(date_to_wire(query.dates.as_of)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetBadDebtsRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<BadDebtsQuery, Status> {
    let mut fields = Fields::default();
    let dates = request::dates(
        &mut fields,
        request.as_of.as_ref(),
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let days = days::span(&mut fields, "written_off", request.written_off.as_ref());
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        let (first, last) = days?;
        Some(BadDebtsQuery {
            dates: dates?,
            filter: filter?,
            first,
            last,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn sums(sums: &queries::BadDebtSums, base: &str) -> Result<BadDebtSums, Status> {
    let own = |amount| money(amount, &sums.currency).map(Some);
    Ok(BadDebtSums {
        written_off: own(sums.written_off)?,
        taken_back: own(sums.taken_back)?,
        recovered: own(sums.recovered)?,
        lost: own(sums.lost)?,
        lost_booked: Some(money(sums.lost_booked, base)?),
    })
}

fn bad_debt(row: &queries::BadDebt, base: &str) -> Result<BadDebt, Status> {
    Ok(BadDebt {
        customer_id: row.cursor.customer.to_string(),
        customer_name: wire::text(row.customer_name.as_ref()),
        customer_number: wire::text(row.customer_number.as_ref()),
        write_off: row.cursor.write_off,
        item: row.item,
        document_id: wire::id(row.document),
        document_number: wire::text(row.document_number.as_ref()),
        business_date: Some(date_to_wire(row.cursor.on)),
        sums: Some(sums(&row.sums, base)?),
        reason: wire::text(row.reason.as_ref()),
        requested_by: wire::text(row.requested_by.as_ref()),
        approved_by: wire::text(row.approved_by.as_ref()),
        owner: wire::text(row.owner.as_ref()),
        team: wire::text(row.team.as_ref()),
    })
}
