//! What the desk promises, and a plain reckoning of what was kept: minute by minute of the file's
//! own clock, without anything of the service that is checked by it.
//!
//! The file does not say what was promised, only whether it was kept. These promises are ours: within
//! working hours of Monday to Friday, 8 to 18 o'clock of the file's clock, time that a ticket waits
//! not counted. What a ticket took before it was reopened counts on.

use guanxi_proto::service::v1::Priority as WirePriority;
use jiff::{
    ToSpan,
    civil::{DateTime, Weekday},
};

use super::{Deed, Priority, Ticket};

/// The hour at which work begins.
pub const OPENS: i8 = 8;
/// The hour at which it ends.
pub const CLOSES: i8 = 18;

/// What is promised for a priority, in minutes of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// For which tickets.
    pub priority: Priority,
    /// To the first answer.
    pub answer: u32,
    /// To the resolution.
    pub resolution: u32,
}

const fn promise(priority: Priority, answer: u32, hours: u32) -> Promise {
    Promise {
        priority,
        answer,
        resolution: hours * 60,
    }
}

/// The promises.
pub const PROMISES: [Promise; 4] = [
    promise(Priority::Critical, 30, 4),
    promise(Priority::High, 60, 8),
    promise(Priority::Medium, 240, 30),
    promise(Priority::Low, 480, 50),
];

impl Priority {
    /// What is promised for it.
    pub fn promise(self) -> Promise {
        let found = PROMISES
            .into_iter()
            .find(|promise| promise.priority == self);
        found.unwrap_or(PROMISES[0])
    }

    /// As the contracts carry it.
    pub(super) fn on_wire(self) -> WirePriority {
        match self {
            Self::Critical => WirePriority::Critical,
            Self::High => WirePriority::High,
            Self::Medium => WirePriority::Medium,
            Self::Low => WirePriority::Low,
        }
    }
}

/// Minutes of working time between two moments.
pub fn working_minutes(from: DateTime, until: DateTime) -> u32 {
    let mut minutes = 0;
    let mut day = from.date();
    while day <= until.date() {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            let opens = day.at(OPENS, 0, 0, 0).max(from);
            let closes = day.at(CLOSES, 0, 0, 0).min(until);
            if opens < closes {
                let open = closes.duration_since(opens).as_mins();
                minutes += u32::try_from(open).unwrap_or(u32::MAX);
            }
        }
        day = day.saturating_add(1.day());
    }
    minutes
}

/// Whether what was promised for a ticket was kept; none while it is not resolved.
pub fn kept(ticket: &Ticket) -> Option<bool> {
    let (answered, resolved) = reckon(ticket);
    Some(answered.unwrap_or(true) && resolved?)
}

/// Whether it was answered in time, and resolved in time; none while it is not.
pub fn reckon(ticket: &Ticket) -> (Option<bool>, Option<bool>) {
    let mut told = Reckoning {
        since: ticket.opened_at,
        running: true,
        priority: ticket.priority,
        used: 0,
        late_answer: false,
        late: false,
        answered: None,
        resolved: None,
    };
    for step in &ticket.steps {
        told.pass(step.at);
        told.take(&step.deed);
    }
    (told.answered, told.resolved)
}

struct Reckoning {
    since: DateTime,
    /// Neither waiting nor resolved.
    running: bool,
    priority: Priority,
    /// Minutes of working time until `since`.
    used: u32,
    late_answer: bool,
    late: bool,
    answered: Option<bool>,
    resolved: Option<bool>,
}

impl Reckoning {
    /// Time passes until then. Who is done at the very moment at which a promise is used up is in time;
    /// whoever is not yet when time goes on, late: also where no work is done after that moment, and
    /// where a shorter promise was used up when it was made.
    fn pass(&mut self, until: DateTime) {
        if self.running && until > self.since {
            let before = self.used;
            self.used += working_minutes(self.since, until);
            let after = self.used;
            let minute_ago = until.saturating_sub(1.minute());
            let at_work = working_minutes(minute_ago, until) > 0;
            let over = |promised| {
                before >= promised || after > promised || (after == promised && !at_work)
            };
            let promise = self.priority.promise();
            self.late_answer |= self.answered.is_none() && over(promise.answer);
            self.late |= over(promise.resolution);
        }
        self.since = until;
    }

    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::Prioritised(priority) => self.priority = *priority,
            Deed::Waits(_) => self.running = false,
            Deed::Resumed | Deed::Reopened => self.running = true,
            Deed::Answered => {
                self.answered.get_or_insert(!self.late_answer);
            }
            Deed::Resolved => {
                self.running = false;
                self.answered.get_or_insert(!self.late_answer);
                self.resolved = Some(!self.late);
            }
            Deed::Transferred { .. } | Deed::Assigned(_) | Deed::Unassigned | Deed::Closed => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;
    use crate::demo::incidents::{Channel, State, Step};

    fn at(day: i8, hour: i8, minute: i8) -> DateTime {
        datetime(2016, 3, day, hour, minute, 0, 0)
    }

    #[test]
    fn only_the_hours_from_monday_to_friday_count() {
        // 4 March 2016 is a Friday.
        assert_eq!(working_minutes(at(4, 17, 30), at(7, 8, 45)), 30 + 45);
        assert_eq!(working_minutes(at(4, 3, 0), at(4, 23, 0)), 600);
        assert_eq!(working_minutes(at(5, 9, 0), at(6, 17, 0)), 0);
        assert_eq!(working_minutes(at(7, 10, 0), at(7, 9, 0)), 0);
    }

    fn ticket(steps: Vec<(DateTime, Deed)>) -> Ticket {
        Ticket {
            number: "INC1".into(),
            caller: String::new(),
            opened_at: at(7, 9, 0),
            channel: Channel::Phone,
            category: String::new(),
            priority: Priority::Critical,
            queue: String::new(),
            steps: steps
                .into_iter()
                .map(|(at, deed)| Step { at, deed })
                .collect(),
            made_sla: true,
            last: State::Resolved,
        }
    }

    #[test]
    fn four_hours_are_kept_to_the_minute_and_waiting_does_not_count() {
        let kept_at = |hour, minute| {
            kept(&ticket(vec![
                (at(7, 9, 30), Deed::Answered),
                (at(7, 10, 0), Deed::Waits(State::WaitsForCaller)),
                (at(7, 12, 0), Deed::Resumed),
                (at(7, hour, minute), Deed::Resolved),
            ]))
        };
        assert_eq!(kept_at(15, 0), Some(true));
        assert_eq!(kept_at(15, 1), Some(false));
    }

    #[test]
    fn a_late_answer_is_a_miss_and_a_lower_priority_later_does_not_mend_it() {
        let late = ticket(vec![
            (at(7, 9, 31), Deed::Answered),
            (at(7, 9, 32), Deed::Resolved),
        ]);
        assert_eq!(reckon(&late), (Some(false), Some(true)));
        let lowered = ticket(vec![
            (at(7, 9, 1), Deed::Answered),
            (at(7, 13, 1), Deed::Prioritised(Priority::Low)),
            (at(7, 13, 2), Deed::Resolved),
        ]);
        assert_eq!(reckon(&lowered), (Some(true), Some(false)));
    }

    #[test]
    fn a_promise_that_is_used_up_when_work_ends_is_missed_by_whoever_comes_later() {
        let resolved = |hour, minute| {
            // Four hours from Monday 14:00 end with the day.
            let mut late = ticket(vec![
                (at(7, 14, 0), Deed::Answered),
                (at(7, hour, minute), Deed::Resolved),
            ]);
            late.opened_at = at(7, 14, 0);
            kept(&late)
        };
        assert_eq!(resolved(18, 0), Some(true));
        assert_eq!(resolved(18, 2), Some(false));
    }

    #[test]
    fn a_shorter_promise_that_is_used_up_already_is_kept_only_at_that_moment() {
        let answered = |minute| {
            let mut hurried = ticket(vec![
                (at(7, 10, 39), Deed::Prioritised(Priority::High)),
                (at(7, 10, minute), Deed::Answered),
                (at(7, 10, minute), Deed::Resolved),
            ]);
            hurried.priority = Priority::Medium;
            kept(&hurried)
        };
        assert_eq!(answered(39), Some(true));
        assert_eq!(answered(40), Some(false));
    }

    #[test]
    fn a_reopened_ticket_goes_on_from_what_it_had_used() {
        let steps = |minute| {
            ticket(vec![
                (at(7, 9, 0), Deed::Answered),
                (at(7, 12, 0), Deed::Resolved),
                (at(7, 15, 0), Deed::Reopened),
                (at(7, 16, minute), Deed::Resolved),
            ])
        };
        assert_eq!(kept(&steps(0)), Some(true));
        assert_eq!(kept(&steps(1)), Some(false));
    }
}
