//! From when to when points can be spent: calendar days in the tenant's time zone (L-13, L-14).

use guanxi_events::loyalty::{ExpiryRule, ProgramRules};
use jiff::{Span, Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// From when to when points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When they become active: not before `at`.
    pub active_at: Timestamp,
    /// When they expire; never when absent.
    pub expires_at: Option<Timestamp>,
}

/// The life of points of a purchase: pending until its return window is over, counted from the day
/// of the purchase; but never active before they were earned, which a late payment delays.
pub fn of_purchase(rules: &ProgramRules, bought: Date, at: Timestamp, zone: &TimeZone) -> Life {
    let window = i64::from(rules.return_window_days);
    let over = (window > 0).then(|| begin(plus(bought, (window + 1).days())?, zone));
    let active_at = over.flatten().map_or(at, |over| over.max(at));
    Life {
        active_at,
        expires_at: expires_at(rules.expiry, active_at.to_zoned(zone.clone()).date(), zone),
    }
}

/// The life of points that are active at once.
pub fn at_once(rules: &ProgramRules, at: Timestamp, zone: &TimeZone) -> Life {
    Life {
        active_at: at,
        expires_at: expires_at(rules.expiry, at.to_zoned(zone.clone()).date(), zone),
    }
}

/// Points that come back live at least to the end of the day so many days later: the instant before
/// which they do not expire.
pub fn grace(rules: &ProgramRules, on: Date, zone: &TimeZone) -> Option<Timestamp> {
    end_of(plus(on, i64::from(rules.returned_grace_days).days())?, zone)
}

/// The end of the last day, by the rule, counted from the first day on which points can be spent.
/// Beyond the calendar's end is never.
pub fn expires_at(rule: ExpiryRule, first: Date, zone: &TimeZone) -> Option<Timestamp> {
    let last = match rule {
        ExpiryRule::Never => return None,
        ExpiryRule::Days(days) => plus(first, i64::from(days).days())?,
        // A month that has no such day ends sooner: 31 January + 1 month is the end of February.
        ExpiryRule::Months(months) => plus(first, i64::from(months).months())?,
        ExpiryRule::MonthEnd(months) => {
            plus(first.first_of_month(), i64::from(months).months())?.last_of_month()
        }
        ExpiryRule::YearEnd(years) => {
            plus(first.first_of_year(), i64::from(years).years())?.last_of_year()
        }
    };
    end_of(last, zone)
}

fn plus(day: Date, span: Span) -> Option<Date> {
    day.checked_add(span).ok()
}

/// When the day after begins, which may be 23 or 25 hours later.
fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    begin(day.tomorrow().ok()?, zone)
}

fn begin(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp())
}
