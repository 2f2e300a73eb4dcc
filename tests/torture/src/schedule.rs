//! Which faults come, in which order: all of it follows from the seed.

use std::time::Duration;

use guanxi_cluster::Role;
use guanxi_events::Service;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{Fault, Kind, Server};

/// How many replicas of each role there are.
pub(crate) const REPLICAS: usize = 2;

/// The faults of a round, without an end. Every kind comes once before any comes again.
pub struct Schedule {
    dice: StdRng,
    kinds: Vec<Kind>,
    /// What is still to come of this time around.
    bag: Vec<Kind>,
    every: Duration,
}

impl Schedule {
    /// Of these kinds, one `every` so long on the average.
    #[must_use]
    pub fn new(seed: u64, round: u64, kinds: &[Kind], every: Duration) -> Self {
        Self {
            dice: StdRng::seed_from_u64(of_round(seed, round)),
            kinds: kinds.to_vec(),
            bag: Vec::new(),
            every,
        }
    }
}

/// The seed of one round, by which it can be run again alone.
pub(crate) fn of_round(seed: u64, round: u64) -> u64 {
    seed.wrapping_mul(1_000_003).wrapping_add(round)
}

impl Iterator for Schedule {
    type Item = Fault;

    fn next(&mut self) -> Option<Fault> {
        if self.bag.is_empty() {
            self.bag.clone_from(&self.kinds);
            self.bag.shuffle(&mut self.dice);
        }
        let kind = self.bag.pop()?;
        let dice = &mut self.dice;
        let (least, most) = kind.lasts();
        let ahead = dice.random_range(2..=120);
        Some(Fault {
            kind,
            pause: self.every * dice.random_range(50..=150) / 100,
            role: Role::ALL[dice.random_range(0..Role::ALL.len())],
            // Only the second of two has a clock of its own.
            number: match kind {
                Kind::ClockStepped => REPLICAS - 1,
                _ => dice.random_range(0..REPLICAS),
            },
            service: Service::ALL[dice.random_range(0..Service::ALL.len())],
            server: match dice.random_ratio(2, 3) {
                true => Server::Postgres,
                false => Server::Nats,
            },
            lasts: Duration::from_millis(dice.random_range(least..=most)),
            delay: Duration::from_millis(dice.random_range(5..=250)),
            step: match dice.random_ratio(1, 2) {
                true => ahead,
                false => -ahead,
            },
            dice: dice.random(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(4);

    fn drawn(seed: u64, round: u64) -> Vec<Fault> {
        let schedule = Schedule::new(seed, round, &Kind::ALL, EVERY);
        schedule.take(100).collect()
    }

    #[test]
    fn the_same_seed_and_round_bring_the_same_faults_and_another_one_others() {
        assert_eq!(drawn(1, 1), drawn(1, 1));
        assert_ne!(drawn(1, 1), drawn(1, 2));
        assert_ne!(drawn(1, 1), drawn(2, 1));
    }

    #[test]
    fn every_kind_comes_once_before_any_comes_again() {
        for around in drawn(3, 9).chunks_exact(Kind::ALL.len()) {
            let mut kinds: Vec<Kind> = around.iter().map(|fault| fault.kind).collect();
            kinds.sort_unstable();
            let mut all = Kind::ALL;
            all.sort_unstable();
            assert_eq!(kinds, all);
        }
    }

    #[test]
    fn faults_last_and_wait_as_long_as_they_may() {
        for fault in drawn(5, 0) {
            let (least, most) = fault.kind.lasts();
            let lasts = u64::try_from(fault.lasts.as_millis()).unwrap_or(u64::MAX);
            assert!((least..=most).contains(&lasts), "{fault:?}");
            assert!(fault.pause >= EVERY / 2 && fault.pause <= EVERY * 3 / 2);
        }
    }
}
