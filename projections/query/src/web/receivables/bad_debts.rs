//! Bad debts (坏账, S-25), by the date of the write-off.

use guanxi_proto::query::v1::{BadDebt, GetBadDebtsRequest};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, customer::Customer};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters,
    session::Visitor,
    table::{Cell, Column, Kind, Row},
};

/// A row for each write-off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct BadDebts {
    #[serde(flatten)]
    dates: Dates,
}

impl BadDebts {
    /// At these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
        }
    }

    fn row(&self, debt: &BadDebt, texts: &Texts) -> Result<Row, Failure> {
        let customer = Customer::of(&self.dates, &debt.customer_id).address();
        let name = match debt.customer_name.as_str() {
            "" => texts.unknown_customer,
            name => name,
        };
        let sums = debt.sums.clone().unwrap_or_default();
        Ok(vec![
            Cell::day(debt.business_date.as_ref()),
            Cell::text(name).to(customer),
            Cell::text(&debt.document_number),
            Cell::money(sums.written_off.as_ref())?,
            Cell::money(sums.taken_back.as_ref())?,
            Cell::money(sums.recovered.as_ref())?,
            Cell::money(sums.lost.as_ref())?,
            Cell::text(&debt.reason),
            Cell::text(&debt.approved_by),
        ])
    }
}

impl List for BadDebts {
    const PATH: &'static str = "/receivables/bad-debts";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).bad_debts.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        self.dates.filters(visitor)
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetBadDebtsRequest {
            as_of,
            as_known_at,
            page: Some(parameters::page(size, after)),
            ..GetBadDebtsRequest::default()
        })?;
        let page = answer(visitor.receivables().get_bad_debts(request).await)?;
        let columns = [
            (texts.dated, Kind::Day),
            (texts.customer, Kind::Text),
            (texts.number, Kind::Text),
            (texts.written_off, Kind::Money),
            (texts.back_again, Kind::Money),
            (texts.recovered, Kind::Money),
            (texts.lost, Kind::Money),
            (texts.reason, Kind::Text),
            (texts.approved_by, Kind::Text),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = page.bad_debts.iter().map(|debt| self.row(debt, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }
}
