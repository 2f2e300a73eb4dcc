//! Who owes what: the ageing by customer.

use guanxi_proto::query::v1::{AgeingGroup, AgeingGrouping, GetAgeingRequest, ReceivablesFilter};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Items, Texts, ageing, customer::Customer, set};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, listed},
    session::Visitor,
    table::{Cell, Column, Kind, Row},
};

/// A row for each customer and currency.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Customers {
    #[serde(flatten)]
    pub(super) dates: Dates,
    pub(super) customer_id: Parameter,
    pub(super) currency: Parameter,
}

impl Customers {
    /// At these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
            ..Self::default()
        }
    }

    /// The question.
    pub(super) fn message(&self) -> Result<GetAgeingRequest, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        Ok(GetAgeingRequest {
            as_of,
            as_known_at,
            filter: Some(ReceivablesFilter {
                customer_ids: listed(&self.customer_id),
                currencies: listed(&self.currency),
                ..ReceivablesFilter::default()
            }),
            group_by: AgeingGrouping::Customer.into(),
            ..GetAgeingRequest::default()
        })
    }

    fn row(&self, group: &AgeingGroup, texts: &Texts) -> Result<Row, Failure> {
        let customer = Customer::of(&self.dates, &group.key).address();
        let name = match group.name.as_str() {
            "" => texts.unknown_customer,
            name => name,
        };
        let mut row = vec![Cell::text(name).to(customer), Cell::count(group.items)];
        row.extend(ageing::cells(group.figures.as_ref(), |bucket| Items {
            customer_id: set(&group.key),
            currency: set(&group.currency),
            bucket: bucket.map(|bucket| bucket.to_string()),
            ..Items::of(&self.dates)
        })?);
        Ok(row)
    }
}

impl List for Customers {
    const PATH: &'static str = "/receivables/customers";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).customers.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        let currency = parameters::text(&self.currency);
        filters.extend(currency.map(|currency| (texts.currency, currency.to_owned())));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut message = self.message()?;
        message.page = Some(parameters::page(size, after));
        let request = visitor.request(message)?;
        let ageing = answer(visitor.receivables().get_ageing(request).await)?;
        let mut columns = vec![
            Column::new(texts.customer, Kind::Text),
            Column::new(texts.items, Kind::Number),
        ];
        columns.extend(ageing::columns(&ageing.buckets, texts));
        let rows = ageing.groups.iter().map(|group| self.row(group, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns, rows, ageing.next_page_token))
    }
}
