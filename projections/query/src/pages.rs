//! Page tokens: a place in a list, bound to the query that it came from.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use guanxi_proto::types::v1::PageRequest;
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

/// Which query a token belongs to: a digest of everything that it asks for, paging aside.
pub(crate) struct Binding(Uuid);

impl Binding {
    /// Of a tenant's request from which paging and `after` were taken out.
    pub(crate) fn of(tenant: &str, request: &impl prost::Message) -> Self {
        let tenant = Uuid::new_v5(&Uuid::NAMESPACE_OID, tenant.as_bytes());
        Self(Uuid::new_v5(&tenant, &request.encode_to_vec()))
    }

    /// The token of the page after this row.
    pub(crate) fn token(&self, last: &impl Place) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{}.{}", self.0.simple(), last.write()))
    }

    fn read<P: Place>(&self, token: &str) -> Option<P> {
        let plain = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (binding, place) = plain.split_once('.')?;
        let binding: Uuid = binding.parse().ok()?;
        (binding == self.0).then(|| P::read(place))?
    }
}

/// How many rows, and after which.
pub(crate) fn page<P: Place>(
    fields: &mut Fields,
    page: Option<&PageRequest>,
    binding: &Binding,
) -> Option<(u16, Option<P>)> {
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

/// Cuts the row that was read beyond the page, and says after which row the next one begins.
pub(crate) fn cut<T>(rows: &mut Vec<T>, size: u16) -> Option<&T> {
    let more = rows.len() > usize::from(size);
    rows.truncate(usize::from(size));
    rows.last().filter(|_| more)
}

#[cfg(test)]
mod tests {
    use guanxi_funnels::queries::Cursor;
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
        let token = binding.token(&cursor);
        assert_eq!(binding.read(&token), Some(cursor));
        assert_eq!(Binding::of("bolt", &request).read::<Cursor>(&token), None);
        assert_eq!(Binding::of("acme", &other).read::<Cursor>(&token), None);
        assert_eq!(binding.read::<Cursor>("nonsense"), None);
    }
}
