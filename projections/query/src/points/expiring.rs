//! `GetExpiringPoints`.

use guanxi_points::queries::{self, ExpiringQuery, ExpiringTotal};
use guanxi_proto::query::v1::{
    ExpiringMember, ExpiringSums, GetExpiringPointsRequest, GetExpiringPointsResponse,
};
use guanxi_runtime::{Fields, date_to_wire, instant_to_wire};
use jiff::{ToSpan, civil::Date};
use tonic::Status;

use super::{Points, reader, request, wire};
use crate::{asked::Asked, days, failure, pages::Binding, request::finished, wire::money};

/// Ten years.
const MOST_DAYS: u16 = 3_660;

impl Points {
    pub(super) async fn expiring(
        &self,
        asked: &Asked,
        request: GetExpiringPointsRequest,
    ) -> Result<GetExpiringPointsResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let (query, last_day) = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let found = reader(&snapshot, asked).expiring(&query).await;
        let mut found = found.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut found.members, query.limit, |row| &row.cursor);
        let members = found.members.iter().map(member);
        let totals = found.totals.iter().map(sums);
        Ok(GetExpiringPointsResponse {
            members: members.collect::<Result<_, _>>()?,
            totals: totals.collect::<Result<_, _>>()?,
            last_day: Some(date_to_wire(last_day)),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetExpiringPointsRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<(ExpiringQuery, Date), Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let times = request::times(
        &mut fields,
        (request.as_of.as_ref(), None),
        (
            request.as_known_at.as_ref(),
            request.as_known_at_instant.as_ref(),
        ),
        zone,
    );
    let within = fields.whole("within_days", request.within_days, 0, MOST_DAYS);
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        let (times, within) = (times?, within?);
        // The day at whose end it is asked.
        let first = times.until.to_zoned(zone.clone()).date().yesterday();
        let last = first.and_then(|first| first.checked_add(i32::from(within).days()));
        let Ok(last) = last else {
            fields.bad("within_days", "is beyond the calendar");
            return None;
        };
        let before = days::on(&mut fields, "within_days", last, zone)?.ends;
        let query = ExpiringQuery {
            times,
            filter: filter?,
            before,
            after,
            limit,
        };
        Some((query, last))
    })();
    finished(fields, query)
}

fn member(member: &queries::ExpiringMember) -> Result<ExpiringMember, Status> {
    Ok(ExpiringMember {
        member_id: member.cursor.member.to_string(),
        member_number: wire::text(member.number.as_ref()),
        customer_id: wire::id(member.customer),
        customer_name: wire::text(member.customer_name.as_ref()),
        tier: wire::text(member.tier.as_ref()),
        sums: Some(sums(&member.sums)?),
    })
}

fn sums(total: &ExpiringTotal) -> Result<ExpiringSums, Status> {
    let worth = total.worth.as_ref();
    let worth = worth.map(|(amount, currency)| money(*amount, currency));
    Ok(ExpiringSums {
        program_id: total.program.to_string(),
        program_name: wire::text(total.program_name.as_ref()),
        members: total.members,
        points: wire::points(total.points),
        pending: wire::points(total.pending),
        lots: total.lots,
        first_expires_at: Some(instant_to_wire(total.first)),
        worth: worth.transpose()?,
    })
}
