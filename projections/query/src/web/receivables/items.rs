//! Open items (S-26), the longest due first.

use guanxi_proto::query::v1::{ListOpenItemsRequest, OpenItem, ReceivablesFilter};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, ageing, customer::Customer, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, listed, text, whole},
    session::Visitor,
    table::{Cell, Column, Kind, Row},
};

/// A row for each item.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Items {
    #[serde(flatten)]
    pub(super) dates: Dates,
    pub(super) customer_id: Parameter,
    pub(super) currency: Parameter,
    pub(super) bucket: Parameter,
    pub(super) owner: Parameter,
}

impl Items {
    /// All at these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
            ..Self::default()
        }
    }

    fn message(&self) -> Result<ListOpenItemsRequest, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        let bucket = whole(&mut fields, "bucket", &self.bucket);
        parameters::finish(fields)?;
        Ok(ListOpenItemsRequest {
            as_of,
            as_known_at,
            filter: Some(ReceivablesFilter {
                customer_ids: listed(&self.customer_id),
                currencies: listed(&self.currency),
                owners: listed(&self.owner),
                ..ReceivablesFilter::default()
            }),
            buckets: bucket.into_iter().collect(),
            ..ListOpenItemsRequest::default()
        })
    }
}

impl List for Items {
    const PATH: &'static str = "/receivables/items";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).open_items.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        let others = [
            (texts.customer, &self.customer_id),
            (texts.currency, &self.currency),
            (texts.bucket, &self.bucket),
            (texts.owner, &self.owner),
        ];
        let given = others
            .into_iter()
            .filter_map(|(name, value)| Some((name, text(value)?)));
        filters.extend(given.map(|(name, value)| (name, value.to_owned())));
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
        let page = answer(visitor.receivables().list_open_items(request).await)?;
        let columns = [
            (texts.customer, Kind::Text),
            (texts.number, Kind::Text),
            (texts.kind, Kind::Text),
            (texts.dated, Kind::Day),
            (texts.due, Kind::Day),
            (texts.age, Kind::Number),
            (texts.bucket, Kind::Text),
            (texts.amount, Kind::Money),
            (texts.open, Kind::Money),
            (texts.booked, Kind::Money),
            (texts.owner, Kind::Text),
            (texts.team, Kind::Text),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let buckets = page
            .buckets
            .iter()
            .map(|bucket| ageing::name(bucket, texts));
        let buckets: Vec<String> = buckets.collect();
        let rows = page
            .items
            .iter()
            .map(|item| self.row(item, &buckets, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }
}

impl Items {
    fn row(&self, item: &OpenItem, buckets: &[String], texts: &Texts) -> Result<Row, Failure> {
        let customer = Customer::of(&self.dates, &item.customer_id).address();
        let name = match item.customer_name.as_str() {
            "" => texts.unknown_customer,
            name => name,
        };
        let bucket = usize::try_from(item.bucket).ok();
        let bucket = bucket.and_then(|bucket| buckets.get(bucket));
        Ok(vec![
            Cell::text(name).to(customer),
            Cell::text(&item.document_number),
            Cell::text(texts::kind(item.kind(), texts)),
            Cell::day(item.business_date.as_ref()),
            Cell::day(item.due_date.as_ref()),
            Cell::count(item.age_days.max(0).into()),
            Cell::text(bucket.cloned().unwrap_or_default()),
            Cell::money(item.amount.as_ref())?,
            Cell::money(item.open.as_ref())?,
            Cell::money(item.booked.as_ref())?,
            Cell::text(&item.owner),
            Cell::text(&item.team),
        ])
    }
}
