//! Page tokens: a place in a list, bound to the query that it came from.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use guanxi_events::TenantId;
use guanxi_proto::{
    query::v1::{
        GetAgeingRequest, GetBadDebtsRequest, GetCustomerStatementRequest,
        GetExpiringPointsRequest, GetPointsBalancesRequest, GetPointsStatementRequest,
        ListOpenItemsRequest, ListOpportunitiesRequest, ListPointsLotsRequest, ListTicketsRequest,
    },
    types::v1::PageRequest,
};
use guanxi_runtime::Fields;
use uuid::Uuid;

/// Rows of a page when nothing is said.
const USUAL: u16 = 50;
/// The most rows of a page.
const MOST: u16 = 1_000;

/// A place in a list: the order's columns of the last row.
pub(crate) trait Place: Sized {
    /// As text, without personal data in the clear: a token is shown to nobody but its caller.
    fn write(&self) -> String;

    /// From that text.
    fn read(text: &str) -> Option<Self>;
}

/// A request for a list that is given out page by page.
pub(crate) trait Paged: prost::Message + Clone {
    /// Which page.
    fn page(&self) -> Option<&PageRequest>;

    /// What is asked for, whichever page of it and from when on.
    fn question(&self) -> Self;
}

macro_rules! paged {
    ($($request:ty),* $(,)?) => {
        $(impl Paged for $request {
            fn page(&self) -> Option<&PageRequest> {
                self.page.as_ref()
            }

            fn question(&self) -> Self {
                Self { after: Vec::new(), page: None, ..self.clone() }
            }
        })*
    };
}

paged! {
    GetAgeingRequest, GetBadDebtsRequest, GetCustomerStatementRequest, GetExpiringPointsRequest,
    GetPointsBalancesRequest, GetPointsStatementRequest, ListOpenItemsRequest,
    ListOpportunitiesRequest, ListPointsLotsRequest, ListTicketsRequest,
}

/// Which query a token belongs to: a digest of everything that it asks for, paging aside.
pub(crate) struct Binding(Uuid);

impl Binding {
    /// Of a tenant's request.
    pub(crate) fn of(tenant: &TenantId, request: &impl Paged) -> Self {
        let tenant = Uuid::new_v5(&Uuid::NAMESPACE_OID, tenant.as_str().as_bytes());
        let question = request.question().encode_to_vec();
        Self(Uuid::new_v5(&tenant, &question))
    }

    /// How many rows are to be read, and after which. It is one more than the page has: it tells whether
    /// there is another page.
    pub(crate) fn page<P: Place>(
        &self,
        fields: &mut Fields,
        request: &impl Paged,
    ) -> Option<(u16, Option<P>)> {
        let Some(page) = request.page() else {
            return Some((USUAL + 1, None));
        };
        let size = match u16::try_from(page.page_size) {
            Ok(0) => Some(USUAL),
            Ok(size) if size <= MOST => Some(size),
            _ => {
                fields.bad(
                    "page.page_size",
                    format!("must be 0 to {MOST}, got {}", page.page_size),
                );
                None
            }
        };
        let after = match page.page_token.as_str() {
            "" => Some(None),
            token => {
                let place = self.read(token);
                if place.is_none() {
                    fields.bad(
                        "page.page_token",
                        "is no token of a page of this very query",
                    );
                }
                place.map(Some)
            }
        };
        Some((size? + 1, after?))
    }

    /// Cuts off the row that was read beyond the page; the token of the next page, empty at the end.
    pub(crate) fn next<T, P: Place>(
        &self,
        rows: &mut Vec<T>,
        limit: u16,
        place: impl Fn(&T) -> &P,
    ) -> String {
        let size = usize::from(limit.saturating_sub(1));
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        last.map(|row| self.token(place(row))).unwrap_or_default()
    }

    /// The token of the page after this place.
    fn token(&self, last: &impl Place) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{}.{}", self.0.simple(), last.write()))
    }

    fn read<P: Place>(&self, token: &str) -> Option<P> {
        let plain = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (binding, place) = plain.split_once('.')?;
        let binding: Uuid = binding.parse().ok()?;
        (binding == self.0).then(|| P::read(place))?
    }
}

#[cfg(test)]
mod tests {
    use guanxi_funnels::queries::Cursor;

    use super::*;

    fn cursor() -> Cursor {
        Cursor {
            created_at: "2017-06-30T12:00:00.000001Z".parse().unwrap(),
            id: Uuid::now_v7(),
        }
    }

    fn tenant(name: &str) -> TenantId {
        name.parse().unwrap()
    }

    #[test]
    fn a_page_token_is_good_for_its_own_query_and_tenant_only() {
        let request = ListOpportunitiesRequest {
            rotting: true,
            ..Default::default()
        };
        let cursor = cursor();
        let binding = Binding::of(&tenant("acme"), &request);
        let token = binding.token(&cursor);
        assert_eq!(binding.read(&token), Some(cursor));
        assert_eq!(binding.read::<Cursor>("nonsense"), None);

        // Which page of it, and from when on, are no part of what is asked for.
        let next = ListOpportunitiesRequest {
            after: vec!["a token".into()],
            page: Some(PageRequest {
                page_size: 7,
                page_token: token.clone(),
            }),
            ..request.clone()
        };
        let next = Binding::of(&tenant("acme"), &next);
        assert_eq!(next.read(&token), Some(cursor));

        let others = Binding::of(&tenant("bolt"), &request);
        assert_eq!(others.read::<Cursor>(&token), None);
        let other = ListOpportunitiesRequest::default();
        let other = Binding::of(&tenant("acme"), &other);
        assert_eq!(other.read::<Cursor>(&token), None);
    }

    #[test]
    fn a_page_has_as_many_rows_as_asked_for_and_a_token_where_there_are_more() {
        let request = ListOpportunitiesRequest {
            page: Some(PageRequest {
                page_size: 2,
                page_token: String::new(),
            }),
            ..Default::default()
        };
        let binding = Binding::of(&tenant("acme"), &request);
        let mut fields = Fields::default();
        let (limit, after) = binding.page::<Cursor>(&mut fields, &request).unwrap();
        assert_eq!((limit, after), (3, None));

        let all = [cursor(), cursor(), cursor()];
        for there in 0..=2 {
            let mut rows = all[..there].to_vec();
            assert_eq!(binding.next(&mut rows, limit, |row| row), "");
            assert_eq!(rows, all[..there]);
        }
        let mut rows = all.to_vec();
        let token = binding.next(&mut rows, limit, |row| row);
        assert_eq!(rows, all[..2]);
        assert_eq!(binding.read(&token), Some(all[1]));
    }
}
