//! `GetCustomerStatement`.

use std::collections::BTreeMap;

use guanxi_proto::{
    google_type,
    query::v1::{GetCustomerStatementRequest, GetCustomerStatementResponse, StatementLine},
};
use guanxi_receivables::queries::{Movement, StatementQuery};
use guanxi_runtime::{Fields, date_to_wire, instant_to_wire};
use rust_decimal::Decimal;
use tonic::Status;

use super::{Receivables, reader, request, wire};
use crate::{asked::Asked, days, failure, pages::Binding, request::finished, wire::money};

impl Receivables {
    pub(super) async fn statement(
        &self,
        asked: &Asked,
        request: GetCustomerStatementRequest,
    ) -> Result<GetCustomerStatementResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let statement = reader(&snapshot, asked).statement(&query).await;
        let mut statement = statement.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut statement.movements, query.limit, |row| &row.cursor);
        let lines = statement.movements.iter().map(line);
        Ok(GetCustomerStatementResponse {
            opening: balances(&statement.opening)?,
            lines: lines.collect::<Result<_, _>>()?,
            closing: balances(&statement.closing)?,
            last_day: Some(date_to_wire(query.dates.as_of)),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetCustomerStatementRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<StatementQuery, Status> {
    let mut fields = Fields::default();
    let customer = fields.id("customer_id", &request.customer_id);
    let days = days::span(&mut fields, "days", request.days.as_ref());
    let last = request.days.as_ref().and_then(|days| days.last.as_ref());
    // What is wrong with the last day is said once, under its own name.
    let last = last.filter(|_| days.is_some());
    let dates = request::dates(
        &mut fields,
        last,
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let currencies = request::currencies(&mut fields, "currencies", &request.currencies);
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        let (first, _) = days?;
        Some(StatementQuery {
            dates: dates?,
            customer: customer?,
            first,
            currencies: currencies?,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn balances(balances: &BTreeMap<String, Decimal>) -> Result<Vec<google_type::Money>, Status> {
    let balances = balances.iter();
    balances
        .map(|(currency, amount)| money(*amount, currency))
        .collect()
}

fn line(row: &Movement) -> Result<StatementLine, Status> {
    Ok(StatementLine {
        business_date: Some(date_to_wire(row.cursor.on)),
        recorded_at: Some(instant_to_wire(row.recorded_at)),
        figure: wire::figure(row.figure).into(),
        reversal: row.reversal,
        amount: Some(money(row.amount, &row.currency)?),
        balance: Some(money(row.balance, &row.currency)?),
        item: row.item.unwrap_or_default(),
        document_id: wire::id(row.document),
        document_number: wire::text(row.document_number.as_ref()),
    })
}
