//! Whether the next batch is trusted: goes the short way, on which nothing is looked up beforehand, and
//! which fails as a whole where anything is not as expected. Pure.
//!
//! Of 38 commands the short way costs Postgres 0.61 ms and the long one 0.84. So it is worth trying until
//! about every fourth batch disappoints. What this process sent before is known ([`super::outrun`]); others
//! that write to the log are not, and where one in twenty disappoints because of them, such a one must cost
//! little more than itself. What disappoints nearly always (a stream that everybody wants, callers that
//! repeat after an outage) must hardly be tried.

/// The longest that the short way is left alone, in batches.
const MOST: u32 = 64;

#[derive(Default)]
pub(super) struct Trust {
    /// How many more batches are not trusted.
    wary: u32,
    /// For how many the last disappointment was one. Grows fourfold with each and is halved by every batch
    /// that was trusted rightly: taking off one each time, it would stay at its most where one in fourteen
    /// disappoints.
    caution: u32,
}

impl Trust {
    /// Whether the next batch is trusted; one that is not makes good for a disappointment.
    pub(super) fn is_given(&mut self) -> bool {
        let given = self.wary == 0;
        self.wary = self.wary.saturating_sub(1);
        given
    }

    /// A batch that was trusted is written.
    pub(super) fn was_right(&mut self) {
        self.caution /= 2;
    }

    /// A batch that was trusted must go the long way after all. What was under way together counts once.
    pub(super) fn was_wrong(&mut self) {
        if self.wary == 0 {
            self.caution = (self.caution * 4 + 1).min(MOST);
            self.wary = self.caution;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    /// How many batches are not trusted before the next one is.
    fn left_alone(trust: &mut Trust) -> u32 {
        let mut batches = 0;
        while !trust.is_given() {
            batches += 1;
        }
        batches
    }

    /// Percent of batches that go the long way, the second time or at once, where so many percent of
    /// those that are trusted disappoint.
    fn long_ways(percent: usize) -> u32 {
        const BATCHES: u32 = 20_000;
        let (mut trust, mut dice) = (Trust::default(), Dice::of(7));
        let mut long = 0;
        for _ in 0..BATCHES {
            if !trust.is_given() {
                long += 1;
            } else if dice.below(100) < percent {
                long += 1;
                trust.was_wrong();
            } else {
                trust.was_right();
            }
        }
        long * 100 / BATCHES
    }

    #[test]
    fn disappointed_again_and_again_it_is_given_ever_more_seldom() {
        let mut trust = Trust::default();
        assert_eq!(left_alone(&mut trust), 0);
        for batches in [1, 5, 21, 64, 64] {
            trust.was_wrong();
            assert_eq!(left_alone(&mut trust), batches);
        }
    }

    #[test]
    fn two_batches_under_way_together_disappoint_once() {
        let mut trust = Trust::default();
        assert!(trust.is_given() && trust.is_given());
        trust.was_wrong();
        trust.was_wrong();
        assert_eq!(left_alone(&mut trust), 1);
    }

    #[test]
    fn what_disappoints_by_chance_costs_little_more_than_itself_and_what_always_does_is_hardly_tried()
     {
        assert_eq!(long_ways(0), 0);
        assert!(long_ways(5) <= 12, "{}", long_ways(5));
        assert!(long_ways(10) <= 30, "{}", long_ways(10));
        assert!(long_ways(100) == 100);
    }
}
