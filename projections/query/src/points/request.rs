//! What several requests about points have in common.

use guanxi_events::loyalty::TierKey;
use guanxi_points::queries::{Filter, Times};
use guanxi_proto::{google_type, query::v1::PointsFilter};
use guanxi_runtime::Fields;
use jiff::tz::TimeZone;

use crate::{
    days,
    request::{MOST, ids},
};

/// The times of a request, whose fields have the same names in all of them; each is a day and an
/// instant, of which one may be given.
pub(super) fn times(
    fields: &mut Fields,
    (as_of, as_of_instant): (Option<&google_type::Date>, Option<&prost_types::Timestamp>),
    (known, known_instant): (Option<&google_type::Date>, Option<&prost_types::Timestamp>),
    zone: &TimeZone,
) -> Option<Times> {
    let as_of = days::by(
        fields,
        ("as_of", as_of),
        ("as_of_instant", as_of_instant),
        zone,
    );
    let known = days::by(
        fields,
        ("as_known_at", known),
        ("as_known_at_instant", known_instant),
        zone,
    );
    let until = match as_of? {
        Some(until) => until,
        None => days::on(fields, "as_of", days::today(zone), zone)?.ends,
    };
    Some(Times {
        until,
        known_until: known?,
    })
}

/// Whose points.
pub(super) fn filter(fields: &mut Fields, filter: Option<&PointsFilter>) -> Option<Filter> {
    let Some(filter) = filter else {
        return Some(Filter::default());
    };
    let members = ids(fields, "filter.member_ids", &filter.member_ids);
    let programs = ids(fields, "filter.program_ids", &filter.program_ids);
    let count = fields.count("filter.tiers", filter.tiers.len(), MOST);
    let tiers = filter.tiers.iter().take(MOST).enumerate();
    let tiers: Vec<Option<String>> = tiers
        .map(|(n, tier)| match tier.as_str() {
            "" => Some(String::new()),
            tier => fields
                .parsed::<TierKey>(&format!("filter.tiers[{n}]"), tier)
                .map(String::from),
        })
        .collect();
    count?;
    Some(Filter {
        members: members?,
        programs: programs?,
        tiers: tiers.into_iter().collect::<Option<_>>()?,
    })
}
