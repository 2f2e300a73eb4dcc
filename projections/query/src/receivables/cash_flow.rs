//! `GetCashFlow`.

use guanxi_proto::query::v1::{
    CashFlowCurrency, CashFlowFigures, CashFlowMonth, GetCashFlowRequest, GetCashFlowResponse,
};
use guanxi_receivables::queries::{self, CashFlowQuery, Dates, Flows};
use guanxi_runtime::{Fields, date_to_wire};
use jiff::{ToSpan, Unit, civil::Date};
use rust_decimal::Decimal;
use tonic::Status;

use super::{Receivables, reader, request};
use crate::{asked::Asked, days, failure, request::finished, wire::money};

/// The most months of one answer.
const MOST_MONTHS: i32 = 120;
/// Months when no first day is given.
const USUAL_MONTHS: i32 = 12;

impl Receivables {
    pub(super) async fn cash_flow(
        &self,
        asked: &Asked,
        request: GetCashFlowRequest,
    ) -> Result<GetCashFlowResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let answer = reader(&snapshot, asked).cash_flow(&query).await;
        let (months, missing) = answer.map_err(|error| failure::postgres(&error))?;
        let months = months.iter().map(|row| month(row, asked.base()));
        Ok(GetCashFlowResponse {
            months: months.collect::<Result<_, _>>()?,
            missing_rates: missing.into_iter().collect(),
            as_of: Some(date_to_wire(query.dates.as_of)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetCashFlowRequest, asked: &Asked) -> Result<CashFlowQuery, Status> {
    let mut fields = Fields::default();
    let dates = request::dates(
        &mut fields,
        request.as_of.as_ref(),
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let days = days::span(&mut fields, "days", request.days.as_ref());
    let months = dates
        .zip(days)
        .and_then(|(dates, days)| months(&mut fields, dates, days));
    let customers = request::ids(&mut fields, "customer_ids", &request.customer_ids);
    let currencies = request::currencies(&mut fields, "currencies", &request.currencies);
    let query = (|| {
        let (first_month, last_month) = months?;
        Some(CashFlowQuery {
            dates: dates?,
            customers: customers?,
            currencies: currencies?,
            first_month,
            last_month,
        })
    })();
    finished(fields, query)
}

/// The first days of the first and of the last month.
fn months(
    fields: &mut Fields,
    dates: Dates,
    (first, last): (Option<Date>, Option<Date>),
) -> Option<(Date, Date)> {
    let last = last
        .unwrap_or(dates.as_of)
        .min(dates.as_of)
        .first_of_month();
    let first = match first {
        Some(first) if first > dates.as_of => {
            fields.bad("days.first", "is after the day that is asked for");
            return None;
        }
        Some(first) => first.first_of_month(),
        None => last.saturating_sub((USUAL_MONTHS - 1).months()),
    };
    let months = first.until((Unit::Month, last)).ok()?.get_months() + 1;
    if months > MOST_MONTHS {
        fields.bad(
            "days",
            format!("has {months} months; {MOST_MONTHS} are allowed"),
        );
        return None;
    }
    Some((first, last))
}

fn month(row: &queries::Month, base: &str) -> Result<CashFlowMonth, Status> {
    let currencies = row.currencies.iter().map(|of| {
        let converted = of.converted.map(|amount| money(amount, base));
        Ok(CashFlowCurrency {
            figures: Some(figures(&of.flows, &of.currency)?),
            outstanding_converted: converted.transpose()?,
        })
    });
    Ok(CashFlowMonth {
        month: Some(date_to_wire(row.month)),
        currencies: currencies.collect::<Result<_, Status>>()?,
        total: Some(figures(&row.total, base)?),
    })
}

fn figures(flows: &Flows, currency: &str) -> Result<CashFlowFigures, Status> {
    let money = |amount| money(amount, currency).map(Some);
    let text = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    Ok(CashFlowFigures {
        received: money(flows.received)?,
        bounced: money(flows.bounced)?,
        refunded: money(flows.refunded)?,
        returned: money(flows.returned)?,
        net_flow: money(flows.net())?,
        invoiced: money(flows.invoiced)?,
        outstanding: money(flows.outstanding)?,
        days_sales_outstanding: text(flows.days_sales_outstanding()),
        due: money(flows.due)?,
        collected: money(flows.collected)?,
        collection_rate: text(flows.collection_rate()),
    })
}
