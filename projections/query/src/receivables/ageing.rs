//! `GetAgeing`.

use guanxi_proto::query::v1::{
    AgeingFigures, AgeingGroup, AgeingGrouping, GetAgeingRequest, GetAgeingResponse,
};
use guanxi_receivables::queries::{self, Ageing, AgeingQuery, Cell, GroupBy};
use guanxi_runtime::{Fields, date_to_wire};
use rust_decimal::Decimal;
use tonic::Status;

use super::{Receivables, reader, request, wire};
use crate::{asked::Asked, failure, pages::Binding, request::finished, wire::money};

impl Receivables {
    pub(super) async fn ageing(
        &self,
        asked: &Asked,
        request: GetAgeingRequest,
    ) -> Result<GetAgeingResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let ageing = reader(&snapshot, asked).ageing(&query).await;
        let mut ageing = ageing.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut ageing.groups, query.limit, |row| &row.cursor);
        let named = query.group_by == GroupBy::Customer;
        let group = |row| group(row, named, asked.base());
        Ok(GetAgeingResponse {
            groups: ageing.groups.iter().map(group).collect::<Result<_, _>>()?,
            totals: ageing.totals.iter().map(group).collect::<Result<_, _>>()?,
            total_converted: total_converted(&ageing, query.limits.len() + 2, asked.base())?,
            total_booked: Some(total_booked(&ageing, asked.base())?),
            buckets: wire::buckets(&query.limits),
            missing_rates: ageing.missing_rates.into_iter().collect(),
            next_page_token: next,
            as_of: Some(date_to_wire(query.dates.as_of)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetAgeingRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<AgeingQuery, Status> {
    let mut fields = Fields::default();
    let dates = request::dates(
        &mut fields,
        request.as_of.as_ref(),
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let limits = request::limits(&mut fields, &request.limits);
    let group_by = match AgeingGrouping::try_from(request.group_by) {
        Ok(AgeingGrouping::Unspecified) => Some(GroupBy::Nothing),
        Ok(AgeingGrouping::Customer) => Some(GroupBy::Customer),
        Ok(AgeingGrouping::Owner) => Some(GroupBy::Owner),
        Ok(AgeingGrouping::Team) => Some(GroupBy::Team),
        Err(_) => {
            let got = request.group_by;
            fields.bad(
                "group_by",
                format!("must be one of the known values, got {got}"),
            );
            None
        }
    };
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(AgeingQuery {
            dates: dates?,
            filter: filter?,
            limits: limits?,
            group_by: group_by?,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

/// The columns of an ageing.
struct Columns {
    debits: Vec<Decimal>,
    credits: Vec<Decimal>,
}

impl Columns {
    fn none(buckets: usize) -> Self {
        Self {
            debits: vec![Decimal::ZERO; buckets],
            credits: vec![Decimal::ZERO; buckets],
        }
    }

    /// Of one value of the cells; `None` where one has none.
    fn of(group: &queries::AgeingGroup, value: impl Fn(&Cell) -> Option<Decimal>) -> Option<Self> {
        let value = |cell: &Cell| match cell.items {
            0 => Some(Decimal::ZERO),
            _ => value(cell),
        };
        let buckets = group.buckets.iter();
        let debits = buckets.clone().map(|bucket| value(&bucket.debits));
        let credits = buckets.map(|bucket| value(&bucket.credits));
        Some(Self {
            debits: debits.collect::<Option<_>>()?,
            credits: credits.collect::<Option<_>>()?,
        })
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.debits.iter_mut().zip(&other.debits) {
            *sum += *more;
        }
        for (sum, more) in self.credits.iter_mut().zip(&other.credits) {
            *sum += *more;
        }
    }

    fn figures(&self, currency: &str) -> Result<AgeingFigures, Status> {
        let all = |amounts: &[Decimal]| {
            let amounts = amounts.iter().map(|amount| money(*amount, currency));
            amounts.collect::<Result<Vec<_>, _>>()
        };
        let debits: Decimal = self.debits.iter().sum();
        let overdue: Decimal = self.debits.iter().skip(1).sum();
        let credits: Decimal = self.credits.iter().sum();
        Ok(AgeingFigures {
            debits: all(&self.debits)?,
            credits: all(&self.credits)?,
            overdue: Some(money(overdue, currency)?),
            unallocated: Some(money(credits, currency)?),
            outstanding: Some(money(debits + credits, currency)?),
        })
    }
}

fn group(group: &queries::AgeingGroup, named: bool, base: &str) -> Result<AgeingGroup, Status> {
    let cursor = &group.cursor;
    let open = Columns::of(group, |cell| Some(cell.open));
    let converted = Columns::of(group, |cell| cell.converted);
    let outstanding = group.outstanding();
    Ok(AgeingGroup {
        key: cursor.key.clone(),
        name: if named {
            cursor.label.clone()
        } else {
            String::new()
        },
        currency: cursor.currency.clone(),
        items: outstanding.items,
        figures: open
            .map(|open| open.figures(&cursor.currency))
            .transpose()?,
        booked: Some(money(outstanding.booked, base)?),
        converted: converted
            .map(|converted| converted.figures(base))
            .transpose()?,
    })
}

/// All currencies together, where every one could be converted.
fn total_converted(
    ageing: &Ageing,
    buckets: usize,
    base: &str,
) -> Result<Option<AgeingFigures>, Status> {
    let mut sum = Columns::none(buckets);
    for total in &ageing.totals {
        match Columns::of(total, |cell| cell.converted) {
            Some(columns) => sum.add(&columns),
            None => return Ok(None),
        }
    }
    sum.figures(base).map(Some)
}

fn total_booked(ageing: &Ageing, base: &str) -> Result<guanxi_proto::google_type::Money, Status> {
    let totals = ageing.totals.iter();
    money(totals.map(|total| total.outstanding().booked).sum(), base)
}
