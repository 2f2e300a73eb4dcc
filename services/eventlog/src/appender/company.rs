//! Whether others write to this log as well. Pure.
//!
//! Their batches keep Postgres busy while ours is on its way, so a second one of ours would only be
//! in its own way: both would be half as large, and what a batch costs beside its rows, the commit
//! above all, would be paid twice as often.

use guanxi_events::Position;

/// How many batches in a row must find the head where we left it before we believe to be alone.
const QUIET: u32 = 32;

/// What the log's head tells of others.
#[derive(Debug, Default)]
pub(super) struct Company {
    /// Where our last batch left the head.
    left_at: Option<Position>,
    /// How many more batches it is believed that others are there.
    batches: u32,
}

impl Company {
    /// A batch of ours moved the head from `before` to `after`.
    pub(super) fn landed(&mut self, before: Position, after: Position) {
        self.batches = match self.left_at.replace(after) {
            Some(left_at) if left_at != before => QUIET,
            _ => self.batches.saturating_sub(1),
        };
    }

    /// Whether others have written lately.
    pub(super) fn is_there(&self) -> bool {
        self.batches > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_head_where_it_left_it_is_alone() {
        let mut company = Company::default();
        // Whoever wrote before this process began is no company.
        company.landed(Position(700), Position(710));
        for position in (710..2_000).step_by(10) {
            company.landed(Position(position), Position(position + 10));
            assert!(!company.is_there());
        }
    }

    #[test]
    fn others_are_believed_to_be_there_until_they_have_been_silent_for_a_while() {
        let mut company = Company::default();
        company.landed(Position(0), Position(5));
        company.landed(Position(6), Position(8));
        for _ in 0..QUIET {
            assert!(company.is_there());
            company.landed(Position(8), Position(8));
        }
        assert!(!company.is_there());
        company.landed(Position(9), Position(10));
        assert!(company.is_there());
    }
}
