//! Speed: how far everything was at one look and at another.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use guanxi_events::Service;
use guanxi_projection::{BuildId, Status};
use rust_decimal::Decimal;
use tokio::time::{Instant, sleep};

use crate::{
    Queries,
    web::{failure::Failure, format::rounded},
};

/// Between two looks at least.
const APART: Duration = Duration::from_millis(500);
/// A look that is older says nothing of now.
const OLD: Duration = Duration::from_secs(60);
/// Looks that are kept.
const KEPT: usize = 16;

/// A build and a log that it follows.
type Place = (BuildId, Service);

/// The last looks. All clones share them.
#[derive(Clone, Default)]
pub(in crate::web) struct Moments(Arc<Mutex<VecDeque<Moment>>>);

struct Moment {
    at: Instant,
    positions: HashMap<Place, i64>,
}

impl Moments {
    /// How far every model is, and how many events a second it took in since an earlier look: one of
    /// the last minute, else one half a second before.
    pub(super) async fn look(
        &self,
        queries: &Queries,
    ) -> Result<Vec<(Status, Option<Decimal>)>, Failure> {
        let mut models = queries.model_statuses().await?;
        if !self.remember(&models) {
            sleep(APART).await;
            models = queries.model_statuses().await?;
            self.remember(&models);
        }
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = looks.front();
        let speed = |model: &Status| {
            let earlier = earlier?;
            let before = earlier.positions.get(&(model.build.id, model.log))?;
            let milliseconds = u64::try_from(earlier.at.elapsed().as_millis()).ok()?;
            let events = Decimal::from((model.position.0 - before).max(0));
            let speed = (events * Decimal::ONE_THOUSAND).checked_div(milliseconds.into())?;
            Some(rounded(speed, 1))
        };
        let models = models.into_iter().map(|model| {
            let speed = speed(&model);
            (model, speed)
        });
        Ok(models.collect())
    }

    /// Keeps a look; whether there is an earlier one to compare it with.
    fn remember(&self, models: &[Status]) -> bool {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        looks.retain(|look| now.duration_since(look.at) < OLD);
        let positions = models
            .iter()
            .map(|model| ((model.build.id, model.log), model.position.0));
        let recent = looks.back().map(|look| now.duration_since(look.at));
        if recent.is_none_or(|age| age >= APART) {
            looks.push_back(Moment {
                at: now,
                positions: positions.collect(),
            });
        }
        while looks.len() > KEPT {
            looks.pop_front();
        }
        let first = looks.front().map(|look| now.duration_since(look.at));
        first.is_some_and(|age| age >= APART)
    }
}
