//! A customer's statement (对账单): what moved the balance, with the balance before and after.

use guanxi_proto::query::v1::{GetCustomerStatementRequest, StatementLine};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, date, days, listed, plain, text},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// A row for each movement.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Statement {
    customer_id: Parameter,
    from: Parameter,
    to: Parameter,
    as_known_at: Parameter,
    currency: Parameter,
}

impl Statement {
    /// Up to a day.
    pub(super) fn of(dates: &Dates, customer: &str) -> Self {
        Self {
            customer_id: Some(customer.to_owned()),
            to: dates.as_of.clone(),
            as_known_at: dates.as_known_at.clone(),
            ..Self::default()
        }
    }
}

impl List for Statement {
    const PATH: &'static str = "/receivables/statement";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).statement.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let all = [
            (texts.customer, &self.customer_id),
            (texts.from, &self.from),
            (texts.to, &self.to),
            (texts.as_known_at, &self.as_known_at),
            (texts.currency, &self.currency),
        ];
        let given = all
            .into_iter()
            .filter_map(|(name, value)| Some((name, text(value)?)));
        given
            .map(|(name, value)| (name, value.to_owned()))
            .collect()
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut fields = Fields::default();
        let days = days(&mut fields, ("from", &self.from), ("to", &self.to));
        let as_known_at = date(&mut fields, "as_known_at", &self.as_known_at);
        parameters::finish(fields)?;
        let request = visitor.request(GetCustomerStatementRequest {
            days,
            as_known_at,
            customer_id: plain(&self.customer_id),
            currencies: listed(&self.currency),
            page: Some(parameters::page(size, after)),
            ..GetCustomerStatementRequest::default()
        })?;
        let page = answer(visitor.receivables().get_customer_statement(request).await)?;
        let columns = [
            (texts.dated, Kind::Day),
            (texts.movement, Kind::Text),
            (texts.number, Kind::Text),
            (texts.moved, Kind::Money),
            (texts.balance, Kind::Money),
            (texts.recorded, Kind::Moment),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let mut rows = Vec::new();
        if after.is_none() {
            for balance in &page.opening {
                rows.push(balance_row(texts.opening, Value::None, balance)?);
            }
        }
        for line in &page.lines {
            rows.push(row(line, texts)?);
        }
        if page.next_page_token.is_empty() {
            let last = crate::web::table::date_of(page.last_day.as_ref());
            for balance in &page.closing {
                let last = last.map_or(Value::None, Value::Day);
                rows.push(balance_row(texts.closing, last, balance)?);
            }
        }
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }
}

fn balance_row(
    name: &str,
    day: Value,
    balance: &guanxi_proto::google_type::Money,
) -> Result<Row, Failure> {
    Ok(vec![
        day.into(),
        Cell::text(name),
        Value::None.into(),
        Value::None.into(),
        Cell::money(Some(balance))?,
        Value::None.into(),
    ])
}

fn row(line: &StatementLine, texts: &Texts) -> Result<Row, Failure> {
    let mut movement = texts::figure(line.figure(), texts).to_owned();
    if line.reversal {
        movement = format!("{movement} ({})", texts.taken_back);
    }
    Ok(vec![
        Cell::day(line.business_date.as_ref()),
        Cell::text(movement),
        Cell::text(&line.document_number),
        Cell::money(line.amount.as_ref())?,
        Cell::money(line.balance.as_ref())?,
        Cell::moment(line.recorded_at.as_ref()),
    ])
}
