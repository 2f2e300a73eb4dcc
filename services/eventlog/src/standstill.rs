//! Whether reading stands still though the log is known to hold more. Pure: it is told the time.

use std::time::Duration;

use guanxi_events::Position;
use tokio::time::Instant;

/// Since when the log has been known to hold more than was read, with nothing read from then on. A
/// log that was quiet for long and has just got events is no standstill: nobody could have read them.
#[derive(Debug, Default)]
pub struct Standstill {
    since: Option<Instant>,
}

impl Standstill {
    /// Events were read, or reading began anew.
    pub fn moved(&mut self) {
        self.since = None;
    }

    /// At `now` the log ends at `head` and `read` is what was read last; whether it has been like
    /// that for longer than `patience`.
    pub fn lasts(
        &mut self,
        read: Position,
        head: Position,
        now: Instant,
        patience: Duration,
    ) -> bool {
        if read >= head {
            self.since = None;
            return false;
        }
        now - *self.since.get_or_insert(now) > patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    struct Looks(Standstill, Instant);

    impl Looks {
        fn new() -> Self {
            Self(Standstill::default(), Instant::now())
        }

        fn at(&mut self, second: u64, read: i64, head: i64) -> bool {
            let now = self.1 + Duration::from_secs(second);
            self.0.lasts(Position(read), Position(head), now, PATIENCE)
        }
    }

    #[test]
    fn what_came_in_the_moment_of_the_look_is_waited_for_however_quiet_the_log_was() {
        let mut looks = Looks::new();
        assert!(!looks.at(0, 7, 7));
        assert!(!looks.at(60, 7, 27));
        assert!(!looks.at(65, 7, 40));
        assert!(looks.at(66, 7, 40));
    }

    #[test]
    fn a_reader_that_moves_or_reaches_the_head_does_not_stand() {
        let mut looks = Looks::new();
        assert!(!looks.at(0, 1, 9));
        looks.0.moved();
        assert!(!looks.at(6, 5, 9));
        assert!(!looks.at(11, 9, 9));
        assert!(!looks.at(17, 9, 10));
        assert!(looks.at(23, 9, 10));
    }
}
