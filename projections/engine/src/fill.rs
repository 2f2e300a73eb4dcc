//! Fills a build that nobody follows, up to given positions: a day's, or those of the live one.

use guanxi_events::Position;
use guanxi_eventlog::LogReader;

use crate::{
    Options, ProjectionError,
    batch::{Lane, Limits},
    pages::Pages,
};

/// Reads the log once and writes, of each partition, what lies within its limit; a partition without
/// one gets nothing. `progress` is told how far it is.
pub(crate) async fn fill(
    lane: &Lane,
    reader: &LogReader,
    limits: &Limits,
    options: &Options,
    mut progress: impl FnMut(Position),
) -> Result<(), ProjectionError> {
    let until = limits.values().max().copied().unwrap_or_default();
    let mut held = {
        let client = lane.pool.get().await?;
        lane.share.deal(&client).await?
    };
    held.positions.retain(|partition, _| limits.contains_key(partition));
    let start = held.lowest().unwrap_or(until);
    let mut pages = Pages::read(reader.clone(), start, until, options.batch);
    while let Some(page) = pages.next(options.batch).await? {
        let reached = page.last().map(|event| event.position);
        if let Some(batch) = lane.batch(&held, limits, page) {
            lane.write(&mut held, &batch).await?;
        }
        if let Some(reached) = reached {
            progress(reached);
        }
    }
    let client = lane.pool.get().await?;
    lane.share.leave(&client).await
}
