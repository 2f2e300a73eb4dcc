//! Fills a build that nobody follows, up to given positions: a day's, or those of the live one.

use guanxi_eventlog::LogReader;
use guanxi_events::Position;

use crate::{
    ProjectionError,
    batch::{Lane, Limits},
    pages::Pages,
};

/// Reads the log once and writes, of each partition, what lies within its limit; a partition without
/// one gets nothing. `progress` is told how far it is.
pub(crate) async fn fill(
    lane: &Lane,
    reader: &LogReader,
    limits: &Limits,
    mut progress: impl FnMut(Position),
) -> Result<(), ProjectionError> {
    let batch = lane.setup.options.batch;
    let until = limits.values().max().copied().unwrap_or_default();
    let mut held = {
        let client = lane.setup.pool.get().await?;
        lane.share.deal(&client).await?
    };
    held.positions
        .retain(|partition, _| limits.contains_key(partition));
    let start = held.lowest().unwrap_or(until);
    let mut pages = Pages::read(reader.clone(), start, until, batch);
    while let Some(page) = pages.next(batch).await? {
        let reached = page.last().map(|event| event.position);
        if let Some(written) = lane.batch(&held, limits, page) {
            lane.write(&mut held, &written).await?;
        }
        if let Some(reached) = reached {
            progress(reached);
        }
    }
    let client = lane.setup.pool.get().await?;
    lane.share.leave(&client).await
}
