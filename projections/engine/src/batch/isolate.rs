//! Finds the events of a batch that cannot be folded, and folds all others.

use std::collections::{BTreeMap, HashSet};

use deadpool_postgres::Transaction;
use guanxi_events::{Position, Recorded};

use super::{Batch, Failure, Lane};
use crate::{Key, ProjectionError, parked::Aside};

/// What is still to do, the next on top.
enum Step {
    /// Fold these.
    Fold(Vec<usize>),
    /// Set this one aside: nothing before it is left to fold.
    Park(usize, String),
}

impl Lane {
    /// Folds the events of `batch` at the indices `due` in halves, each under a savepoint, until
    /// every one is folded or set aside: one that cannot be folded with its reason, and the later
    /// ones of its key because of it.
    pub(super) async fn isolate(
        &self,
        transaction: &mut Transaction<'_>,
        batch: &Batch,
        due: &[usize],
    ) -> Result<Vec<Aside>, ProjectionError> {
        // Keys behind which nothing more is folded.
        let mut stuck: HashSet<&Key> = HashSet::new();
        let mut aside: BTreeMap<Position, Aside> = BTreeMap::new();
        let mut steps = vec![Step::Fold(due.to_vec())];
        while let Some(step) = steps.pop() {
            let mut part = match step {
                Step::Park(at, reason) => {
                    let reason = stuck.insert(&batch.keys[at]).then_some(reason);
                    aside.insert(batch.events[at].position, Aside::of(batch, at, reason));
                    continue;
                }
                Step::Fold(part) => part,
            };
            part.retain(|&at| {
                let free = !stuck.contains(&batch.keys[at]);
                if !free {
                    aside.insert(batch.events[at].position, Aside::of(batch, at, None));
                }
                free
            });
            if part.is_empty() {
                continue;
            }
            let events: Vec<Recorded> = part.iter().map(|&at| batch.events[at].clone()).collect();
            let poison = match self.under_savepoint(transaction, &events).await {
                Ok(()) => continue,
                Err(Failure::Poison(poison)) => poison,
                Err(Failure::Trouble(error)) => return Err(error),
            };
            let named = part
                .iter()
                .position(|&at| Some(batch.events[at].position) == poison.position);
            if let Some(index) = named.or((part.len() == 1).then_some(0)) {
                let after = part.split_off(index + 1);
                let last = part.pop();
                steps.push(Step::Fold(after));
                steps.extend(last.map(|at| Step::Park(at, poison.reason)));
                steps.push(Step::Fold(part));
            } else {
                let half = part.split_off(part.len() / 2);
                steps.push(Step::Fold(half));
                steps.push(Step::Fold(part));
            }
        }
        Ok(aside.into_values().collect())
    }

    pub(crate) async fn under_savepoint(
        &self,
        transaction: &mut Transaction<'_>,
        events: &[Recorded],
    ) -> Result<(), Failure> {
        let trouble = |error: tokio_postgres::Error| Failure::Trouble(error.into());
        let savepoint = transaction.savepoint("fold").await.map_err(trouble)?;
        match self.apply(&savepoint, events).await {
            Ok(()) => savepoint.commit().await.map_err(trouble),
            Err(failure) => {
                savepoint.rollback().await.map_err(trouble)?;
                Err(failure)
            }
        }
    }
}
