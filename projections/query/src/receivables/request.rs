//! What several requests about receivables have in common.

use guanxi_proto::{google_type, query::v1::ReceivablesFilter};
use guanxi_receivables::queries::{Dates, Filter};
use guanxi_runtime::Fields;
use jiff::tz::TimeZone;

pub(super) use crate::request::ids;
use crate::{
    days,
    request::{self, MOST},
};

/// The limits of buckets when none are given (S-26).
const USUAL_LIMITS: [i32; 4] = [30, 60, 90, 120];

/// The dates of a request, whose fields have the same names in all of them.
pub(super) fn dates(
    fields: &mut Fields,
    as_of: Option<&google_type::Date>,
    as_known_at: Option<&google_type::Date>,
    as_known_at_instant: Option<&prost_types::Timestamp>,
    zone: &TimeZone,
) -> Option<Dates> {
    days::dates(fields, as_of, (as_known_at, as_known_at_instant), zone)
}

/// Which items.
pub(super) fn filter(fields: &mut Fields, filter: Option<&ReceivablesFilter>) -> Option<Filter> {
    let Some(filter) = filter else {
        return Some(Filter::default());
    };
    let customers = ids(fields, "filter.customer_ids", &filter.customer_ids);
    for (name, list) in [("owners", &filter.owners), ("teams", &filter.teams)] {
        fields.count(&format!("filter.{name}"), list.len(), MOST);
    }
    let currencies = currencies(fields, "filter.currencies", &filter.currencies);
    Some(Filter {
        customers: customers?,
        owners: filter.owners.clone(),
        teams: filter.teams.clone(),
        currencies: currencies?,
    })
}

/// Codes of currencies.
pub(super) fn currencies(
    fields: &mut Fields,
    field: &str,
    codes: &[String],
) -> Option<Vec<String>> {
    let count = fields.count(field, codes.len(), MOST);
    let codes = codes.iter().take(MOST).enumerate();
    let codes: Vec<Option<String>> = codes
        .map(|(n, code)| {
            let currency = fields.currency(&format!("{field}[{n}]"), code)?;
            Some(currency.code().to_owned())
        })
        .collect();
    count?;
    codes.into_iter().collect()
}

/// The last age of each bucket but the last.
pub(super) fn limits(fields: &mut Fields, limits: &[i32]) -> Option<Vec<i32>> {
    request::limits(fields, limits, &USUAL_LIMITS, 1)
}
