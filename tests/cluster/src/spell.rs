//! A spell of bad weather: one company floods the sales service, another calls now and then, and for
//! a while Postgres answers late.

use std::time::{Duration, Instant};

use anyhow::Context;
use guanxi_harness::Memory;
use tokio::time::sleep;

use crate::{
    Cluster, Role, Weather,
    flood::{Flood, Trickle},
};

/// Between two commands of the company that calls now and then.
const PAUSE: Duration = Duration::from_millis(100);
/// For the flood to rise, and for what was asked in other weather to be answered.
const CHANGE: Duration = Duration::from_secs(2);
/// In how short a time it is looked how fast the service is.
const LOOK: Duration = Duration::from_millis(500);
/// How long it may take until it is as fast as before.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is done.
#[derive(Debug, Clone, Copy)]
pub struct Spell {
    /// Callers of the flood, in a closed loop.
    pub callers: usize,
    /// How much later everything arrives, on the way to Postgres and on the way back.
    pub later: Duration,
    /// How long it is looked at each weather.
    pub window: Duration,
}

/// What was seen in one weather.
#[derive(Debug)]
pub struct Stretch {
    /// Commands of the flood that were done in a second.
    pub per_second: u64,
    /// The same of each half a second by itself.
    pub looks: Vec<u64>,
    /// How long the flood's refusals took, the shortest first.
    pub refusals: Vec<Duration>,
    /// How long the other company's answers took, the shortest first.
    pub others: Vec<Duration>,
    /// Memory of the service at its end.
    pub memory: Memory,
}

/// What was seen of the whole.
#[derive(Debug)]
pub struct Seen {
    /// Before it.
    pub fair: Stretch,
    /// While Postgres was slow.
    pub slow: Stretch,
    /// How long after it until the service was half as fast as before it, looked at every half a
    /// second …
    pub recovered: Duration,
    /// … and until it was nine tenths as fast, when that came in time.
    pub recovered_wholly: Option<Duration>,
    /// Commands of the flood that were done in a second, of each half a second until then.
    pub recovering: Vec<u64>,
    /// Commands of the flood that expired, in all.
    pub expired: u64,
    /// Commands of which was told that nothing was written, in all.
    pub unwritten: usize,
    /// Those of them that are in the log all the same: none may be.
    pub written_all_the_same: Vec<String>,
}

impl Spell {
    /// Lets it come over the one sales replica of a cluster with links.
    ///
    /// # Errors
    /// When the other company is refused or its command expires, when the flood gets an answer that
    /// nobody should get or none of it is done in fair weather, or when the service does not recover.
    pub async fn over(self, cluster: &mut Cluster) -> anyhow::Result<Seen> {
        let replica = cluster.replica(Role::Sales, 0)?;
        let pid = replica.pid().context("the service does not run")?;
        replica.links()?;
        let trickle = Trickle::start(cluster, PAUSE).await?;
        let flood = Flood::start(cluster, self.callers).await?;
        let fair = self.look(pid, &flood, &trickle).await?;
        anyhow::ensure!(
            fair.per_second > 0,
            "in fair weather nothing of the flood is done: more is in flight than is done in time"
        );
        set(cluster, Weather::Slow(self.later))?;
        let slow = self.look(pid, &flood, &trickle).await?;
        set(cluster, Weather::Fair)?;
        let begun = Instant::now();
        let (mut half, mut wholly) = (None, None);
        let mut recovering = Vec::new();
        while wholly.is_none() && begun.elapsed() < PATIENCE {
            let now = per_second(&flood, LOOK).await?;
            recovering.push(now);
            if now * 10 >= fair.per_second * 5 {
                half.get_or_insert(begun.elapsed());
            }
            if now * 10 >= fair.per_second * 9 {
                wholly = Some(begun.elapsed());
            }
        }
        let recovered = half.context("it does not recover")?;
        trickle.answers()?;
        let (expired, told) = (flood.expired(), flood.unwritten());
        flood.stop().await?;
        let unwritten = told.copy();
        let sql = "select id::text from log_sales.commands where id = any($1::text[]::uuid[])";
        let written = cluster.connect().await?.query(sql, &[&unwritten]).await?;
        let written: Result<_, _> = written.iter().map(|row| row.try_get(0)).collect();
        Ok(Seen {
            fair,
            slow,
            recovered,
            recovered_wholly: wholly,
            recovering,
            expired,
            unwritten: unwritten.len(),
            written_all_the_same: written?,
        })
    }

    async fn look(self, pid: u32, flood: &Flood, trickle: &Trickle) -> anyhow::Result<Stretch> {
        sleep(CHANGE).await;
        // Of another weather, or of the flood before it was one.
        flood.refusals();
        trickle.answers()?;
        let begun = Instant::now();
        let mut looks = Vec::new();
        while begun.elapsed() < self.window {
            looks.push(per_second(flood, LOOK).await?);
        }
        Ok(Stretch {
            per_second: looks.iter().sum::<u64>() / u64::try_from(looks.len())?.max(1),
            looks,
            refusals: flood.refusals(),
            others: trickle.answers()?,
            memory: Memory::of(pid)?,
        })
    }
}

/// How many commands of the flood are done in a second, looked at for so long.
async fn per_second(flood: &Flood, look: Duration) -> anyhow::Result<u64> {
    let begun = Instant::now();
    let done = flood.done_within(look).await;
    Ok(done * 1_000_000 / u64::try_from(begun.elapsed().as_micros())?.max(1))
}

fn set(cluster: &mut Cluster, weather: Weather) -> anyhow::Result<()> {
    let links = cluster.replica(Role::Sales, 0)?.links()?;
    links.postgres.set(weather);
    Ok(())
}
