//! Finds the events of a batch that cannot be folded, and folds all others.

use std::collections::{BTreeMap, HashSet};

use deadpool_postgres::Transaction;
use guanxi_events::{Position, Recorded};

use super::{Failure, Lane};
use crate::{Key, parked::Aside};

/// What is still to do, the next on top.
enum Step {
    /// Fold the events of this range.
    Fold(std::ops::Range<usize>),
    /// Set this one aside: nothing before it is left to fold.
    Park(usize, String),
}

impl Lane {
    /// Folds `due` in halves, each under a savepoint, until every event is folded or set aside: one
    /// that cannot be folded with its reason, and the later ones of its key because of it.
    pub(super) async fn isolate(
        &self,
        transaction: &mut Transaction<'_>,
        due: Vec<&(Key, Recorded)>,
    ) -> Result<Vec<Aside>, Failure> {
        // Keys behind which nothing more is folded.
        let mut stuck: HashSet<Key> = HashSet::new();
        let mut aside: BTreeMap<Position, Aside> = BTreeMap::new();
        let mut steps = vec![Step::Fold(0..due.len())];
        while let Some(step) = steps.pop() {
            let range = match step {
                Step::Park(index, reason) => {
                    let (key, event) = due[index];
                    let reason = stuck.insert(key.clone()).then_some(reason);
                    aside.insert(event.position, Aside::new(key, event, reason));
                    continue;
                }
                Step::Fold(range) => range,
            };
            let mut indices = Vec::with_capacity(range.len());
            for index in range {
                let (key, event) = due[index];
                if stuck.contains(key) {
                    aside.insert(event.position, Aside::new(key, event, None));
                } else {
                    indices.push(index);
                }
            }
            let (Some(&first), Some(&last)) = (indices.first(), indices.last()) else {
                continue;
            };
            let events: Vec<Recorded> = indices.iter().map(|&index| due[index].1.clone()).collect();
            let (position, reason) = match self.under_savepoint(transaction, &events).await {
                Ok(()) => continue,
                Err(Failure::Poison(position, reason)) => (position, reason),
                Err(trouble) => return Err(trouble),
            };
            let named = indices
                .iter()
                .find(|&&index| Some(due[index].1.position) == position);
            match named {
                Some(&index) => {
                    steps.push(Step::Fold(index + 1..last + 1));
                    steps.push(Step::Park(index, reason));
                    steps.push(Step::Fold(first..index));
                }
                None if first == last => steps.push(Step::Park(first, reason)),
                None => {
                    // By events, not by positions: at least one of these in each half.
                    let middle = indices[indices.len() / 2];
                    steps.push(Step::Fold(middle..last + 1));
                    steps.push(Step::Fold(first..middle));
                }
            }
        }
        Ok(aside.into_values().collect())
    }

    pub(crate) async fn under_savepoint(
        &self,
        transaction: &mut Transaction<'_>,
        events: &[Recorded],
    ) -> Result<(), Failure> {
        let savepoint = transaction.savepoint("fold").await?;
        match self.apply(&savepoint, events).await {
            Ok(()) => Ok(savepoint.commit().await?),
            Err(failure) => {
                savepoint.rollback().await?;
                Err(failure)
            }
        }
    }
}
