//! Page tokens: a place in a list, bound to the query that it came from.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use guanxi_funnels::queries::Cursor;
use guanxi_proto::types::v1::PageRequest;
use guanxi_runtime::Fields;
use jiff::Timestamp;
use uuid::Uuid;

/// Rows of a page when nothing is said.
const USUAL: u16 = 50;
/// The most rows of a page.
const MOST: u16 = 1_000;

/// Which query a token belongs to: a digest of everything that it asks for, paging aside.
pub(crate) struct Binding(Uuid);

impl Binding {
    /// Of a tenant's request from which paging and `after` were taken out.
    pub(crate) fn of(tenant: &str, request: &impl prost::Message) -> Self {
        let tenant = Uuid::new_v5(&Uuid::NAMESPACE_OID, tenant.as_bytes());
        Self(Uuid::new_v5(&tenant, &request.encode_to_vec()))
    }

    /// The token of the page after this row.
    pub(crate) fn token(&self, last: Cursor) -> String {
        let place = format!(
            "{}.{}.{}",
            self.0.simple(),
            last.created_at.as_microsecond(),
            last.id
        );
        BASE64_URL_SAFE_NO_PAD.encode(place)
    }

    fn read(&self, token: &str) -> Option<Cursor> {
        let plain = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut parts = plain.splitn(3, '.');
        let binding: Uuid = parts.next()?.parse().ok()?;
        let created_at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
        let id = parts.next()?.parse().ok()?;
        (binding == self.0).then_some(Cursor { created_at, id })
    }
}

/// How many rows, and after which.
pub(crate) fn page(
    fields: &mut Fields,
    page: Option<&PageRequest>,
    binding: &Binding,
) -> Option<(u16, Option<Cursor>)> {
    let Some(page) = page else {
        return Some((USUAL, None));
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
            let cursor = binding.read(token);
            if cursor.is_none() {
                fields.bad(
                    "page.page_token",
                    "is no token of a page of this very query",
                );
            }
            cursor.map(Some)
        }
    };
    Some((size?, after?))
}

#[cfg(test)]
mod tests {
    use guanxi_proto::types::v1::DateRange;

    use super::*;

    #[test]
    fn a_page_token_is_good_for_its_own_query_and_tenant_only() {
        let request = DateRange {
            first: None,
            last: None,
        };
        let other = DateRange {
            first: Some(guanxi_proto::google_type::Date {
                year: 2017,
                month: 1,
                day: 1,
            }),
            last: None,
        };
        let cursor = Cursor {
            created_at: "2017-06-30T12:00:00.000001Z".parse().unwrap(),
            id: Uuid::now_v7(),
        };
        let binding = Binding::of("acme", &request);
        let token = binding.token(cursor);
        assert_eq!(binding.read(&token), Some(cursor));
        assert_eq!(Binding::of("bolt", &request).read(&token), None);
        assert_eq!(Binding::of("acme", &other).read(&token), None);
        assert_eq!(binding.read("nonsense"), None);
    }
}
