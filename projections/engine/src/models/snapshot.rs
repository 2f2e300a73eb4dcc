//! One look at all active models.

use std::collections::HashMap;

use guanxi_events::{Incarnation, Position, Service};
use tokio::time::Instant;
use tokio_postgres::Row;
use uuid::Uuid;

use super::waiters::Following;
use crate::{Build, BuildState, ProjectionError, WaitError, parked::log_named};

/// How far a model has followed one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// Which log.
    pub log: Service,
    /// The life of the log that the model was built from.
    pub incarnation: Incarnation,
    /// The lowest position that all partitions have passed.
    pub position: Position,
}

impl LogPosition {
    pub(crate) fn from_row(row: &Row) -> Result<Self, ProjectionError> {
        Ok(Self {
            log: log_named(row.try_get("log")?)?,
            incarnation: Incarnation(row.try_get::<_, Uuid>("incarnation")?),
            position: Position(row.try_get("position")?),
        })
    }
}

/// One model: what queries read, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) build: Build,
    pub(super) positions: Vec<LogPosition>,
}

/// All of them, at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// No later than the moment that Postgres looked.
    pub(super) taken_at: Instant,
    models: HashMap<String, Model>,
}

impl Snapshot {
    pub(super) fn from_rows(taken_at: Instant, rows: &[Row]) -> Result<Self, ProjectionError> {
        let mut models: HashMap<String, Model> = HashMap::new();
        for row in rows {
            let build = Build::from_row(row)?;
            let model = models.entry(build.name.clone()).or_insert_with(|| Model {
                build,
                positions: Vec::new(),
            });
            model.positions.push(LogPosition::from_row(row)?);
        }
        Ok(Self { taken_at, models })
    }

    pub(super) fn model(&self, name: &str) -> Option<&Model> {
        self.models.get(name)
    }

    pub(super) fn shows_the_same_as(&self, other: &Self) -> bool {
        self.models == other.models
    }

    /// How far a model is in a life of a log.
    pub(super) fn reached(&self, following: &Following) -> Result<Position, WaitError> {
        let Following {
            model: name,
            log,
            incarnation,
        } = following;
        let Some(model) = self.model(name) else {
            return Err(WaitError::NeverBuilt(name.clone()));
        };
        let Some(at) = model.positions.iter().find(|at| at.log == *log) else {
            return Err(WaitError::NotFollowed {
                model: name.clone(),
                log: *log,
                follows: model.positions.iter().map(|at| at.log).collect(),
            });
        };
        if at.incarnation == *incarnation {
            return Ok(at.position);
        }
        // A model of a life that is over is being built anew: a token of the new life may wait for
        // it. A model of today will never know a token of another life.
        if model.build.state == BuildState::Foreign {
            Ok(Position::START)
        } else {
            Err(WaitError::Foreign {
                log: *log,
                model: at.incarnation,
            })
        }
    }
}
