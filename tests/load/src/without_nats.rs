//! A log, its relay and a read model, from which NATS is taken for a while.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use async_nats::{Client, jetstream};
use guanxi_eventlog::{EventLog, stream};
use guanxi_events::{Incarnation, Position};
use guanxi_funnels::Funnels;
use guanxi_harness::{Memory, connect_nats, eventually};
use guanxi_projection::{Models, Options, Projection, Setup, Worker};
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{Lives, LogDatabase, Relaying, SERVICE, Store, connect, report::median};

/// Whose events they are, all of the log of [`SERVICE`].
const LIVES: Lives = Lives::Opportunities;
/// Of all events, before NATS goes: one in so many.
const BEFORE: u64 = 10;
/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(200);
/// For a read model to be there, and for a relay to notice that NATS is back.
const PATIENCE: Duration = Duration::from_secs(60);
/// For all that is behind to be caught up.
const LONG: Duration = Duration::from_secs(1_800);

/// What was seen.
#[derive(Debug)]
pub struct WithoutNats {
    /// Events appended in a second with NATS there.
    pub before: f64,
    /// Events appended in a second while it was away.
    pub appended: f64,
    /// Events in a second that the read model took in meanwhile.
    pub followed: f64,
    /// Seconds until it was at the head of the log, after the last append.
    pub behind: f64,
    /// Seconds from NATS's return until the relay went on.
    pub noticed: f64,
    /// Messages in a second from then on, until the stream had them all.
    pub caught_up: f64,
    /// Memory of this process, in which all of them are, and those who write.
    pub memory: MemoryWithoutNats,
}

/// In MiB. Pages make it waver by a sixth from look to look, so like stands beside like: what is usual
/// beside what was usual, and the most beside the most.
#[derive(Debug)]
pub struct MemoryWithoutNats {
    /// The median of the first third of the time without NATS.
    pub early: f64,
    /// The median of the last third.
    pub late: f64,
    /// The most until a third of the events was written.
    pub most_early: f64,
    /// The most from then on until the stream had caught up.
    pub most_late: f64,
}

impl WithoutNats {
    /// Goes through it with so many events.
    ///
    /// # Errors
    /// When a command fails, when read model or stream stop following, or when the stream is not
    /// what the log is, message by message, in the end.
    pub async fn through(events: u64) -> anyhow::Result<Self> {
        let mut store = Store::start(None).await?;
        let database = store.fresh().await?;
        let log = database.log().await?;
        let servers = store.own.as_mut().context("the servers are not its own")?;
        let nats = connect_nats(&servers.nats_url()).await?;
        let stop = CancellationToken::new();
        let models = project(&database, &nats, stop.clone()).await?;
        let mut relaying = Relaying::start(&log, &nats, u64::MAX);
        LIVES.begin(&log).await?;
        let before = written(&log, events / BEFORE).await?;
        let head = log.head().await?.position;
        relaying.reached(head).await?;
        reached(&models, log.incarnation(), head).await?;

        servers.nats.stop().await;
        let away = Instant::now();
        let looks = Looks::default();
        let watching = AbortOnDropHandle::new(tokio::spawn(watch(looks.clone())));
        written(&log, events / 3).await?;
        let (third, at_a_third) = (Memory::own()?.now, seen(&looks).len());
        written(&log, events - events / 3).await?;
        let took = away.elapsed().as_secs_f64();
        let (early, late) = early_and_late(&seen(&looks));
        let end = log.head().await?.position;
        let passed = position(&models).await?.0 - head.0;
        let ended = Instant::now();
        reached(&models, log.incarnation(), end).await?;
        let behind = ended.elapsed().as_secs_f64();
        let missing = end.0 - relaying.position().0;
        ensure!(missing > 0, "NATS was not away");

        let back = Instant::now();
        servers.nats.restart().await?;
        let stood = relaying.position();
        relaying.reached(stood.next()).await?;
        let (noticed, begun) = (back.elapsed(), Instant::now());
        relaying.reached(end).await?;
        let caught_up = missing as f64 / begun.elapsed().as_secs_f64();
        drop(watching);
        eprintln!("{missing} messages caught up; comparing them");
        compare(&log, &nats).await?;
        stop.cancel();
        relaying.stop().await?;
        log.close().await;
        database.drop().await?;
        let looks = seen(&looks).clone();
        let (until_then, since) = looks.split_at(at_a_third);
        let most = |looks: &[f64]| looks.iter().copied().fold(third, f64::max);
        Ok(Self {
            before,
            appended: (end.0 - head.0) as f64 / took,
            followed: passed as f64 / took,
            behind,
            noticed: noticed.as_secs_f64(),
            caught_up,
            memory: MemoryWithoutNats {
                early,
                late,
                most_early: most(until_then),
                most_late: most(since),
            },
        })
    }
}

/// Writes so many events, as people who sell do; how many that were in a second.
async fn written(log: &EventLog, events: u64) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let written = LIVES.go_on(log, events).await?;
    Ok(written as f64 / begun.elapsed().as_secs_f64())
}

/// Keeps a read model up to date in this process; how far it is.
async fn project(
    database: &LogDatabase,
    nats: &Client,
    stop: CancellationToken,
) -> anyhow::Result<Models> {
    guanxi_projection::migrate(&mut connect(database.url()).await?).await?;
    let setup = Setup {
        projection: Arc::new(Funnels),
        pool: database.pool()?,
        readers: [database.reader()?].into(),
        nats: Some(nats.clone()),
        options: Options::default(),
    };
    tokio::spawn(Worker::new(setup).run(stop));
    let models = Models::new(database.pool()?);
    eventually(PATIENCE, async || models.active(Funnels.name()).await).await?;
    Ok(models)
}

/// How far the read model is.
async fn position(models: &Models) -> anyhow::Result<Position> {
    let positions = models.positions(Funnels.name()).await?;
    let own = positions.into_iter().find(|one| one.log == SERVICE);
    Ok(own.context("it does not follow the log")?.position)
}

/// Waits until the read model is there.
pub(crate) async fn reached(
    models: &Models,
    life: Incarnation,
    position: Position,
) -> anyhow::Result<()> {
    let deadline = (Instant::now() + LONG).into();
    let there = models.wait_for(Funnels.name(), SERVICE, life, position, deadline);
    Ok(there.await?)
}

/// Makes sure that what the stream holds is what the log says, and that it is the stream that there was
/// from the beginning: one that begins anew has not caught up. What came first it may have dropped by now.
async fn compare(log: &EventLog, nats: &Client) -> anyhow::Result<()> {
    let found = stream::compare(&jetstream::new(nats.clone()), log.reader()).await?;
    ensure!(found.differences.is_empty(), "{:?}", found.differences);
    let head = log.head().await?.position;
    ensure!(
        found.last == head,
        "the stream ends at {}, the log at {head}",
        found.last
    );
    let base = found.generation.map(|generation| generation.base);
    ensure!(
        base == Some(Position::START),
        "the stream began anew at {base:?}"
    );
    ensure!(found.missing == 0, "it lacks {} messages", found.missing);
    eprintln!("{} messages are what the log says", found.messages);
    Ok(())
}

/// What memory this process took at each look.
type Looks = Arc<Mutex<Vec<f64>>>;

async fn watch(looks: Looks) {
    loop {
        if let Ok(memory) = Memory::own() {
            seen(&looks).push(memory.now);
        }
        sleep(LOOK).await;
    }
}

fn seen(looks: &Looks) -> MutexGuard<'_, Vec<f64>> {
    looks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The medians of the first and of the last third.
fn early_and_late(looks: &[f64]) -> (f64, f64) {
    let third = looks.len().div_ceil(3);
    let median = |looks: &[f64]| median(looks.iter().copied());
    (
        median(&looks[..third]),
        median(&looks[looks.len() - third..]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_seen_and_what_only_wavers_is_not() {
        let looks = |each: fn(u32) -> u32| (0..300).map(each).map(f64::from).collect::<Vec<_>>();
        let (early, late) = early_and_late(&looks(|n| 100 + n / 3));
        assert_eq!((early, late), (116.0, 183.0));
        let (early, late) = early_and_late(&looks(|n| 100 + n % 25));
        assert_eq!((early, late), (112.0, 112.0));
        // A short time has few looks.
        assert_eq!(early_and_late(&[1.0, 2.0]), (1.0, 2.0));
    }
}
