//! The same by brute force: every second of a window is looked at by itself.

use jiff::{SignedDuration, Timestamp};

use super::{Calendar, Pause};

/// How many seconds of working time have passed by each second of a window.
pub(super) struct Oracle {
    start: Timestamp,
    /// `passed[n]`: within the first n seconds.
    passed: Vec<i64>,
}

impl Oracle {
    /// Looks at so many seconds from a start that is a whole second.
    pub(super) fn look(
        calendar: &Calendar,
        pauses: &[Pause],
        start: Timestamp,
        seconds: i64,
    ) -> Self {
        let mut passed = vec![0];
        let mut sum = 0;
        for second in 0..seconds {
            let at = later(start, second);
            sum += i64::from(works(calendar, at) && !paused(pauses, at));
            passed.push(sum);
        }
        Self { start, passed }
    }

    /// How much has passed by then.
    pub(super) fn elapsed(&self, seconds: usize) -> SignedDuration {
        SignedDuration::from_secs(self.passed[seconds])
    }

    /// The first second by which so much has passed, within the window.
    pub(super) fn due(&self, span: SignedDuration) -> Option<Timestamp> {
        let found = self.passed.iter().position(|sum| *sum >= span.as_secs());
        found.map(|second| later(self.start, i64::try_from(second).unwrap()))
    }

    /// Whether the second before this one was working time.
    pub(super) fn ends_work(&self, seconds: usize) -> bool {
        seconds > 0 && self.passed[seconds] > self.passed[seconds - 1]
    }
}

pub(super) fn later(start: Timestamp, seconds: i64) -> Timestamp {
    start + SignedDuration::from_secs(seconds)
}

fn works(calendar: &Calendar, at: Timestamp) -> bool {
    let wall = calendar.zone().to_datetime(at);
    let seconds = u32::try_from(i32::from(wall.hour()) * 3600 + i32::from(wall.minute()) * 60)
        .unwrap()
        + u32::try_from(wall.second()).unwrap();
    let hours = calendar.hours(wall.date());
    hours
        .iter()
        .any(|hours| (hours.from..hours.until).contains(&seconds))
}

fn paused(pauses: &[Pause], at: Timestamp) -> bool {
    pauses
        .iter()
        .any(|pause| pause.from <= at && pause.until.is_none_or(|until| at < until))
}
