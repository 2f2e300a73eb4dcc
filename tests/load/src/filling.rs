//! Fills a log with millions of events, as years of work would have.

use futures::{StreamExt, TryStreamExt, stream};
use guanxi_eventlog::EventLog;
use guanxi_events::StreamVersion;
use uuid::Uuid;

use crate::{
    Appends, Ids,
    writers::{STREAMS, new_stream},
};

/// What one command of the filling writes: so many new streams of so many events each. So the log has
/// as many events and streams as one that grew by single commands.
const EVENTS_A_STREAM: usize = 2;

/// Ids in the order of time may be a tenth as many: whoever looks for a new one looks at their end. Among
/// random ones each is looked for anywhere, so that it counts how many there are.
const fn streams_a_command(ids: Ids) -> usize {
    match ids {
        Ids::InTime => 10,
        Ids::Random => 1,
    }
}

/// Events between two calls to who is told how many there are.
const PROGRESS: u64 = 200_000;
/// Commands on the way to the log: several full batches.
const IN_FLIGHT: usize = 1_024;

/// What a log was filled with.
pub struct Filled {
    /// How many events.
    pub events: u64,
    /// Some of its streams, spread over all of it, with their versions.
    pub streams: Vec<(Uuid, i64)>,
}

/// Writes at least so many events; `progress` is told now and then how many there are.
///
/// # Errors
/// When an append fails.
pub async fn fill(
    log: &EventLog,
    ids: Ids,
    events: u64,
    progress: impl Fn(u64),
) -> anyhow::Result<Filled> {
    let appends = Appends::new(ids)?;
    let streams = streams_a_command(ids);
    let each = (streams * EVENTS_A_STREAM) as u64;
    let commands = events.div_ceil(each);
    // One stream of every so many commands is kept in mind.
    let every = commands.div_ceil(STREAMS as u64).max(1);
    let command = |n: u64| {
        let ids: Vec<Uuid> = (0..streams).map(|_| new_stream()).collect();
        let append = appends.append_all(&ids, StreamVersion::NONE, EVENTS_A_STREAM);
        let kept = n.is_multiple_of(every).then(|| ids[0]);
        async move { log.append(append).await.map(|_| kept) }
    };
    let done = std::cell::Cell::new(0);
    let streams: Vec<(Uuid, i64)> = stream::iter(0..commands)
        .map(command)
        .buffer_unordered(IN_FLIGHT)
        .inspect_ok(|_| {
            done.set(done.get() + each);
            if done.get().is_multiple_of(PROGRESS) {
                progress(done.get());
            }
        })
        .try_filter_map(|kept| futures::future::ok(kept.map(|id| (id, EVENTS_A_STREAM as i64))))
        .try_collect()
        .await?;
    Ok(Filled {
        events: commands * each,
        streams,
    })
}
