//! People who give commands at a pace, whatever becomes of those before, and who wait for what they
//! did.

use std::{
    num::NonZeroU64,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use guanxi_funnels::Funnels;
use guanxi_projection::{Models, Projection};
use guanxi_runtime::Token;
use tonic::Code;

use crate::{Cores, Measured, Seller, Sellers, paced, percentiles_ms};

/// What a query waits at most.
const DEADLINE: Duration = Duration::from_secs(10);

/// Those who give commands, and the read model in which some of them look for what they did.
pub struct Desk {
    sellers: Sellers,
    /// How many came so far: as many as ever had something to do at the same time.
    hired: AtomicUsize,
    /// Who has nothing to do.
    idle: Mutex<Vec<Seller>>,
    looking: Option<Looking>,
}

/// Where is looked for what commands did.
pub struct Looking {
    /// The read models that say how far they are.
    pub models: Models,
    /// One command in so many is waited for, as by one who asks at once for what changed.
    pub every: NonZeroU64,
}

/// What was seen in one window.
pub struct Worked {
    /// From the answer until the row was visible, in milliseconds: p50, p99, p99.9; zeros where
    /// nobody looks.
    pub waits_ms: [f64; 3],
    /// The commands that were done.
    pub commands: Measured,
    /// How many cores of the machine were busy.
    pub cores: f64,
}

/// What became of one command.
struct Seen {
    answered: Duration,
    /// From then on until it was visible, where that was waited for.
    visible: Option<Duration>,
}

impl Desk {
    /// A desk at which nobody works yet.
    pub fn new(sellers: Sellers, looking: Option<Looking>) -> Arc<Self> {
        Arc::new(Self {
            sellers,
            hired: AtomicUsize::new(0),
            idle: Mutex::default(),
            looking,
        })
    }

    /// Gives so many commands a second, for so long. Those that are too many for the service are
    /// not counted.
    ///
    /// # Errors
    /// When one fails, or the pace cannot be kept at all.
    pub async fn work(self: &Arc<Self>, rate: f64, window: Duration) -> anyhow::Result<Worked> {
        let every = self.looking.as_ref().map(|looking| looking.every.get());
        let mut n = 0u64;
        let (begun, cores) = (Instant::now(), Cores::look()?);
        let begin = || {
            n += 1;
            let (desk, watched) = (
                self.clone(),
                every.is_some_and(|every| n.is_multiple_of(every)),
            );
            async move { desk.command(watched).await }
        };
        let seen: anyhow::Result<Vec<Option<Seen>>> =
            paced(rate, window, begin).await?.into_iter().collect();
        let (seen, took) = (seen?, begun.elapsed());
        let cores = Cores::look()?.busy_since(cores);
        let seen: Vec<Seen> = seen.into_iter().flatten().collect();
        let waits: Vec<Duration> = seen.iter().filter_map(|seen| seen.visible).collect();
        ensure!(every.is_none() || !waits.is_empty(), "nobody looked");
        let mut commands = Measured::bulk(seen.len() as u64, took);
        commands.percentiles_ms = percentiles_ms(seen.iter().map(|seen| seen.answered))?;
        Ok(Worked {
            waits_ms: percentiles_ms(waits)?,
            commands,
            cores,
        })
    }

    /// `None` when there are too many.
    async fn command(&self, watched: bool) -> anyhow::Result<Option<Seen>> {
        let idle = self.idle().pop();
        let mut seller = idle.unwrap_or_else(|| self.hire());
        let begun = Instant::now();
        let receipt = seller.step().await;
        let answered = begun.elapsed();
        self.idle().push(seller);
        let receipt = match receipt {
            Err(status) if status.code() == Code::ResourceExhausted => return Ok(None),
            receipt => receipt?,
        };
        let visible = match &self.looking {
            Some(looking) if watched => Some(looking.wait_for(&receipt.token).await?),
            _ => None,
        };
        Ok(Some(Seen { answered, visible }))
    }

    fn hire(&self) -> Seller {
        self.sellers
            .seller(self.hired.fetch_add(1, Ordering::Relaxed))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Seller>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Looking {
    /// Until the rows are there.
    async fn wait_for(&self, token: &str) -> anyhow::Result<Duration> {
        let token = Token::decode(token).context("the answer has no token")?;
        let begun = Instant::now();
        let deadline = (begun + DEADLINE).into();
        let (log, life, position) = (token.service, token.incarnation, token.position);
        self.models
            .wait_for(Funnels.name(), log, life, position, deadline)
            .await?;
        Ok(begun.elapsed())
    }
}
