//! Business dates, and the instants that they are in the tenant's time zone.

use guanxi_funnels::queries::Range;
use guanxi_proto::{google_type, types::v1::DateRange};
use guanxi_receivables::queries::Dates;
use guanxi_runtime::Fields;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// The first instant after a day; `Some(None)` when none is given.
pub(crate) fn end_of(
    fields: &mut Fields,
    field: &str,
    date: Option<&google_type::Date>,
    zone: &TimeZone,
) -> Option<Option<Timestamp>> {
    let Some(date) = fields.optional_date(field, date)? else {
        return Some(None);
    };
    let end = date.tomorrow().and_then(|next| midnight(next, zone));
    noted(fields, field, end).map(Some)
}

/// A span of whole days.
pub(crate) fn range(
    fields: &mut Fields,
    field: &str,
    range: Option<&DateRange>,
    zone: &TimeZone,
) -> Option<Range> {
    let Some(range) = range else {
        return Some(Range::default());
    };
    let first_field = format!("{field}.first");
    let first = fields.optional_date(&first_field, range.first.as_ref());
    let until = end_of(fields, &format!("{field}.last"), range.last.as_ref(), zone);
    let from = match first? {
        None => None,
        Some(first) => Some(begin_of(fields, &first_field, first, zone)?),
    };
    let until = until?;
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        fields.bad(field, "its last day is before its first");
        return None;
    }
    Some(Range { from, until })
}

/// The two dates of a question about receivables: a business date, today when none is given, and
/// the day or the instant up to which things had been recorded.
pub(crate) fn dates(
    fields: &mut Fields,
    as_of: Option<&google_type::Date>,
    known: (Option<&google_type::Date>, Option<&prost_types::Timestamp>),
    zone: &TimeZone,
) -> Option<Dates> {
    let as_of = fields
        .optional_date("as_of", as_of)
        .map(|day| day.unwrap_or_else(|| today(zone)));
    let (day, instant) = known;
    let known = by(
        fields,
        ("as_known_at", day),
        ("as_known_at_instant", instant),
        zone,
    );
    let dates = on(fields, "as_of", as_of?, zone)?;
    Some(Dates {
        known_until: known?,
        ..dates
    })
}

/// The first instant after what is asked for: a day's end, or an instant; `Some(None)` when neither
/// is given.
pub(crate) fn by(
    fields: &mut Fields,
    (day_field, day): (&str, Option<&google_type::Date>),
    (instant_field, instant): (&str, Option<&prost_types::Timestamp>),
    zone: &TimeZone,
) -> Option<Option<Timestamp>> {
    let ends = end_of(fields, day_field, day, zone);
    let given = fields.optional_instant(instant_field, instant);
    if day.is_some() && instant.is_some() {
        fields.bad(
            instant_field,
            format!("is not given together with {day_field}"),
        );
        return None;
    }
    let given = match given? {
        // The log keeps microseconds, and what was so at that very instant counts.
        Some(instant) => Some(noted(
            fields,
            instant_field,
            instant.checked_add(SignedDuration::from_micros(1)),
        )?),
        None => None,
    };
    Some(ends?.or(given))
}

/// A business date, with all that is known.
pub(crate) fn on(fields: &mut Fields, field: &str, as_of: Date, zone: &TimeZone) -> Option<Dates> {
    let ends = as_of.tomorrow().and_then(|next| midnight(next, zone));
    Some(Dates {
        as_of,
        ends: noted(fields, field, ends)?,
        known_until: None,
    })
}

/// The first instant of a day.
pub(crate) fn begin_of(
    fields: &mut Fields,
    field: &str,
    date: Date,
    zone: &TimeZone,
) -> Option<Timestamp> {
    noted(fields, field, midnight(date, zone))
}

/// The day that it is where the tenant lives.
pub(crate) fn today(zone: &TimeZone) -> Date {
    Timestamp::now().to_zoned(zone.clone()).date()
}

/// A span of whole days as such.
pub(crate) fn span(
    fields: &mut Fields,
    field: &str,
    range: Option<&DateRange>,
) -> Option<(Option<Date>, Option<Date>)> {
    let Some(range) = range else {
        return Some((None, None));
    };
    let first = fields.optional_date(&format!("{field}.first"), range.first.as_ref());
    let last = fields.optional_date(&format!("{field}.last"), range.last.as_ref());
    let (first, last) = (first?, last?);
    if first.zip(last).is_some_and(|(first, last)| first > last) {
        fields.bad(field, "its last day is before its first");
        return None;
    }
    Some((first, last))
}

fn midnight(date: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    Ok(date.to_zoned(zone.clone())?.timestamp())
}

fn noted(
    fields: &mut Fields,
    field: &str,
    instant: Result<Timestamp, jiff::Error>,
) -> Option<Timestamp> {
    if instant.is_err() {
        fields.bad(field, "is beyond the calendar");
    }
    instant.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: i32, day: i32) -> google_type::Date {
        google_type::Date { year, month, day }
    }

    #[test]
    fn a_day_ends_where_the_tenant_lives_also_when_clocks_change() {
        let mut fields = Fields::default();
        let mut end = |zone: &str, date| {
            let zone = TimeZone::get(zone).unwrap();
            end_of(&mut fields, "as_of", Some(&date), &zone)
                .unwrap()
                .unwrap()
                .to_string()
        };
        assert_eq!(end("UTC", on(2017, 6, 30)), "2017-07-01T00:00:00Z");
        assert_eq!(
            end("Asia/Shanghai", on(2017, 6, 30)),
            "2017-06-30T16:00:00Z"
        );
        // The last Sunday of March has 23 hours in Berlin.
        assert_eq!(
            end("Europe/Berlin", on(2017, 3, 25)),
            "2017-03-25T23:00:00Z"
        );
        assert_eq!(
            end("Europe/Berlin", on(2017, 3, 26)),
            "2017-03-26T22:00:00Z"
        );
    }

    #[test]
    fn a_span_that_ends_before_it_begins_is_refused() {
        let mut fields = Fields::default();
        let span = DateRange {
            first: Some(on(2017, 2, 1)),
            last: Some(on(2017, 1, 31)),
        };
        assert!(range(&mut fields, "filter.created", Some(&span), &TimeZone::UTC).is_none());
        assert!(fields.finish().is_err());
        let mut fields = Fields::default();
        let day = DateRange {
            first: Some(on(2017, 2, 1)),
            last: Some(on(2017, 2, 1)),
        };
        assert!(range(&mut fields, "filter.created", Some(&day), &TimeZone::UTC).is_some());
    }

    #[test]
    fn the_last_day_of_the_calendar_has_no_end() {
        let mut fields = Fields::default();
        let end = end_of(
            &mut fields,
            "as_of",
            Some(&on(9999, 12, 31)),
            &TimeZone::UTC,
        );
        assert_eq!(end, None);
        assert!(fields.finish().is_err());
    }
}
