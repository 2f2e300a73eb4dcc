//! What people do next: in turn, so that everything is done soon, or as dice fall.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// How people choose what to do next.
#[derive(Debug, Clone, Copy)]
pub enum Turns {
    /// One thing after the other: a few hundred turns do everything that can be done.
    InOrder,
    /// By dice with this seed, of which everyone has their own: mostly chores, which cost little and
    /// meet nobody else's.
    Drawn(u64),
}

/// What is done in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Something small on one's own.
    Chore,
    /// One of [`ROUND`] things, most of which are raced for.
    Work(u64),
}

/// How many things there are to do.
const ROUND: u64 = 23;
/// Chores among a hundred turns.
const CHORES: u32 = 70;

/// The turns of one person.
pub(super) struct Agenda {
    dice: Option<StdRng>,
    turn: u64,
}

impl Agenda {
    pub(super) fn new(turns: Turns, person: u64) -> Self {
        let dice = match turns {
            Turns::InOrder => None,
            // Far apart, so that neighbours of neighbouring seeds are not the same person.
            Turns::Drawn(seed) => Some(StdRng::seed_from_u64(seed ^ (person << 40))),
        };
        Self {
            dice,
            turn: person * 7,
        }
    }

    /// The next turn.
    pub(super) fn next(&mut self) -> Step {
        let Some(dice) = &mut self.dice else {
            self.turn += 1;
            return Step::Work(self.turn % ROUND);
        };
        self.turn = dice.random();
        if dice.random_ratio(CHORES, 100) {
            Step::Chore
        } else {
            Step::Work(dice.random_range(0..ROUND))
        }
    }

    /// The number of the turn, from which all choices of it follow.
    pub(super) fn number(&self) -> u64 {
        self.turn
    }

    /// Whether it is this one's turn among so many.
    pub(super) fn is_every(&self, nth: u64) -> bool {
        self.turn.is_multiple_of(nth)
    }

    /// One of `0..among`, each `slowness` turns long.
    pub(super) fn pick(&self, slowness: u64, among: usize) -> usize {
        let among = u64::try_from(among).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.turn / slowness % among).unwrap_or_default()
    }

    /// An amount of `1..=most`.
    pub(super) fn amount(&self, most: u32) -> i64 {
        i64::try_from(self.turn % u64::from(most)).unwrap_or_default() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, person: u64) -> Vec<(Step, u64)> {
        let mut agenda = Agenda::new(Turns::Drawn(seed), person);
        let turns = (0..200).map(|_| (agenda.next(), agenda.number()));
        turns.collect()
    }

    #[test]
    fn a_seed_lets_each_person_do_the_same_again_and_something_else_than_others() {
        assert_eq!(drawn(7, 3), drawn(7, 3));
        assert_ne!(drawn(7, 3), drawn(7, 4));
        assert_ne!(drawn(7, 3), drawn(8, 3));
    }

    #[test]
    fn in_order_everything_is_done_once_a_round() {
        let mut agenda = Agenda::new(Turns::InOrder, 5);
        let mut done: Vec<u64> = Vec::new();
        for _ in 0..ROUND {
            match agenda.next() {
                Step::Work(what) => done.push(what),
                Step::Chore => panic!("a chore is nothing for this"),
            }
        }
        done.sort_unstable();
        assert_eq!(done, (0..ROUND).collect::<Vec<_>>());
    }
}
