//! The days that count for a threshold, and where a period ends (L-05).

use guanxi_events::loyalty::TierWindow;
use jiff::{ToSpan, civil::Date};

/// The first day that counts when `until` is the last; none where all days count.
///
/// Months are counted by the calendar: 12 months up to 15 March begin on 16 March, and 1 month up to
/// 31 March begins on 1 March, as does 1 month up to 30 March.
pub fn first_day(window: TierWindow, until: Date) -> Option<Date> {
    match window {
        TierWindow::CalendarYear => Some(until.first_of_year()),
        TierWindow::RollingDays(days) => {
            Some(until.saturating_sub((i64::from(days) - 1).max(0).days()))
        }
        TierWindow::RollingMonths(months) => {
            let before = until.saturating_sub(i64::from(months).months());
            Some(before.saturating_add(1.day()))
        }
        TierWindow::LifeTime => None,
    }
}

/// The first day after the period in which `on` lies, or that begins on it; none where no period ever
/// ends.
pub fn period_end(window: TierWindow, on: Date) -> Option<Date> {
    match window {
        TierWindow::CalendarYear => Some(on.last_of_year().saturating_add(1.day())),
        TierWindow::RollingDays(days) => Some(on.saturating_add(i64::from(days).max(1).days())),
        TierWindow::RollingMonths(months) => {
            Some(on.saturating_add(i64::from(months).max(1).months()))
        }
        TierWindow::LifeTime => None,
    }
}

/// The fewest days that a period may have.
pub(super) fn shortest(window: TierWindow) -> Option<u32> {
    match window {
        TierWindow::CalendarYear => Some(365),
        TierWindow::RollingDays(days) => Some(u32::from(days)),
        TierWindow::RollingMonths(months) => Some(u32::from(months) * 28),
        TierWindow::LifeTime => None,
    }
}
