//! `guanxi log verify`: whether the log is what was written, and all of it.
//!
//! It reads in short statements, one after another, so that a long check neither needs memory nor
//! keeps Postgres from cleaning up behind the appenders. Events never change, so what is read is
//! still one state of the log: that of the head at the start.

mod events;
mod streams;

use std::collections::HashMap;

use guanxi_events::{Incarnation, Position, Service};
use jiff::Timestamp;
use tokio_postgres::Client;

use crate::{Anchor, Hash, LogError, options::schema};
use events::Walk;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Events read.
    pub events: u64,
    /// The head's position when it began.
    pub position: Position,
    /// Anchors that were compared with the chain.
    pub anchors: usize,
    /// The lives of the log, in order. Whoever restored it knows of each but the first.
    pub lives: Vec<Life>,
    /// What is wrong, empty when nothing is; in no strict order.
    pub problems: Vec<Problem>,
}

/// One life of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Its id.
    pub incarnation: Incarnation,
    /// The position after which it began.
    pub position: Position,
    /// When.
    pub began_at: Timestamp,
}

/// Something wrong somewhere in a range of positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The first position it may concern.
    pub position: Position,
    /// The last one.
    pub until: Position,
    /// What is wrong.
    pub what: String,
}

impl Problem {
    fn at(position: i64, what: impl Into<String>) -> Self {
        Self::between(position, position, what)
    }

    fn between(position: i64, until: i64, what: impl Into<String>) -> Self {
        Self {
            position: Position(position),
            until: Position(until),
            what: what.into(),
        }
    }
}

/// Checks positions, hashes, chain, times, versions, head and anchors. Anchors of other logs are
/// left aside; their signatures are [`read_anchors`](crate::read_anchors)'s business.
///
/// # Errors
/// When Postgres cannot be reached. What is wrong with the log is no error but a [`Problem`].
pub async fn verify(
    client: &Client,
    service: Service,
    anchors: &[Anchor],
) -> Result<Verification, LogError> {
    let schema = schema(service);
    let head = client
        .query_one(
            &format!(
                "select position, recorded_at, chain from {schema}.head \
                 order by position desc limit 1"
            ),
            &[],
        )
        .await?;
    let (position, recorded_at): (i64, Timestamp) = (head.try_get(0)?, head.try_get(1)?);
    let lives = lives(client, &schema).await?;
    let mut problems = Vec::new();
    let anchors = comparable(service, anchors, &lives, position, &mut problems);

    let mut walk = Walk::new(&anchors, &mut problems);
    walk.run(client, &schema, position).await?;
    let events = walk.end(position, head.try_get(2)?, recorded_at);
    streams::check(client, &schema, position, &mut problems).await?;
    Ok(Verification {
        events,
        position: Position(position),
        anchors: anchors.len(),
        lives,
        problems,
    })
}

async fn lives(client: &Client, schema: &str) -> Result<Vec<Life>, LogError> {
    let sql = format!(
        "select incarnation, position, began_at from {schema}.lives order by began_at, position"
    );
    let rows = client.query(&sql, &[]).await?;
    let lives = rows.iter().map(|row| {
        Ok(Life {
            incarnation: Incarnation(row.try_get(0)?),
            position: Position(row.try_get(1)?),
            began_at: row.try_get(2)?,
        })
    });
    lives.collect()
}

/// The anchors that say something about the log as it is now, by position. What a life wrote after
/// the point at which a later one began is lost by a restore, and said to be.
fn comparable(
    service: Service,
    anchors: &[Anchor],
    lives: &[Life],
    head: i64,
    problems: &mut Vec<Problem>,
) -> Vec<(i64, Hash)> {
    let mut kept_until = i64::MAX;
    let mut reach = HashMap::new();
    for life in lives.iter().rev() {
        reach.insert(life.incarnation, kept_until);
        kept_until = kept_until.min(life.position.0);
    }
    let mut comparable = Vec::new();
    for anchor in anchors.iter().filter(|anchor| anchor.log == service) {
        let at = anchor.position.0;
        match reach.get(&anchor.incarnation) {
            None => problems.push(Problem::at(at, "an anchor names an unknown incarnation")),
            Some(&reach) if at > reach => {}
            Some(_) if at > head => problems.push(Problem::between(
                head + 1,
                at,
                format!(
                    "the log ends at {head}, an anchor of {} saw more",
                    anchor.time
                ),
            )),
            Some(_) => comparable.push((at, anchor.hash)),
        }
    }
    comparable.sort_unstable();
    comparable
}
