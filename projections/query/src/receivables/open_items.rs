//! `ListOpenItems`.

use guanxi_proto::query::v1::{
    ListOpenItemsRequest, ListOpenItemsResponse, OpenItem, OpenItemKind,
};
use guanxi_receivables::{
    ledger::Kind,
    queries::{self, OpenItemsQuery},
};
use guanxi_runtime::{Fields, date_to_wire};
use tonic::Status;

use super::{Receivables, reader, request, wire};
use crate::{asked::Asked, failure, pages::Binding, request::finished, wire::money};

impl Receivables {
    pub(super) async fn open_items(
        &self,
        asked: &Asked,
        request: ListOpenItemsRequest,
    ) -> Result<ListOpenItemsResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let listed = reader(&snapshot, asked).open_items(&query).await;
        let (mut rows, missing) = listed.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut rows, query.limit, |row| &row.cursor);
        let items = rows.iter().map(|row| open_item(row, asked.base()));
        Ok(ListOpenItemsResponse {
            items: items.collect::<Result<_, _>>()?,
            next_page_token: next,
            as_of: Some(date_to_wire(query.dates.as_of)),
            buckets: wire::buckets(&query.limits),
            missing_rates: missing.into_iter().collect(),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &ListOpenItemsRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<OpenItemsQuery, Status> {
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
    let last = limits.as_ref().map_or(0, Vec::len) + 1;
    let known = |bucket: &i32| usize::try_from(*bucket).is_ok_and(|bucket| bucket <= last);
    if limits.is_some() && !request.buckets.iter().all(known) {
        fields.bad("buckets", format!("must be from 0 to {last}"));
    }
    fields.count("buckets", request.buckets.len(), last + 1);
    fields.count("kinds", request.kinds.len(), Kind::ALL.len());
    let kinds = request.kinds.iter().enumerate();
    let kinds: Vec<Kind> = kinds
        .filter_map(|(n, kind)| {
            fields.choice(&format!("kinds[{n}]"), *kind, |kind| match kind {
                OpenItemKind::Unspecified => None,
                OpenItemKind::Instalment => Some(Kind::Instalment),
                OpenItemKind::Fee => Some(Kind::Fee),
                OpenItemKind::Refund => Some(Kind::Refund),
                OpenItemKind::Payment => Some(Kind::Payment),
                OpenItemKind::CreditNote => Some(Kind::CreditNote),
            })
        })
        .collect();
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(OpenItemsQuery {
            dates: dates?,
            filter: filter?,
            limits: limits?,
            buckets: request.buckets.clone(),
            kinds,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn open_item(row: &queries::OpenItem, base: &str) -> Result<OpenItem, Status> {
    Ok(OpenItem {
        customer_id: row.cursor.customer.to_string(),
        customer_name: wire::text(row.customer_name.as_ref()),
        customer_number: wire::text(row.customer_number.as_ref()),
        item: row.cursor.item,
        kind: wire::kind(row.kind).into(),
        document_id: wire::id(row.document),
        document_number: wire::text(row.document_number.as_ref()),
        order_id: wire::id(row.order),
        business_date: Some(date_to_wire(row.on)),
        due_date: Some(date_to_wire(row.cursor.due)),
        age_days: row.age,
        bucket: row.bucket,
        owner: wire::text(row.owner.as_ref()),
        team: wire::text(row.team.as_ref()),
        amount: Some(money(row.amount, &row.currency)?),
        open: Some(money(row.open, &row.currency)?),
        booked: Some(money(row.booked, base)?),
        converted: row
            .converted
            .map(|converted| money(converted, base))
            .transpose()?,
    })
}
