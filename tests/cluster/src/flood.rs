//! A company that floods the sales service, and one that calls now and then and should not notice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use guanxi_runtime::Role as Granted;
use tokio::{task::JoinSet, time::sleep};
use tonic::{Code, Status};

use crate::{Caller, Cluster, HasReceipt, Noted, Role, requests};

/// Callers of one connection: a server takes only so many calls over each.
const CALLERS_A_CONNECTION: usize = 100;
/// What who was refused waits, as the answer asks for.
const PAUSE: Duration = Duration::from_millis(200);

/// Someone of a company of its own who opens one opportunity after another.
#[derive(Clone)]
struct Seller {
    caller: Caller,
    pipeline: String,
}

impl Seller {
    async fn of(cluster: &Cluster, company: &str) -> anyhow::Result<Self> {
        let caller = cluster.caller(Role::Sales, company, "anna", &[Granted::Manager])?;
        let created = caller.answered(&requests::pipeline()).await?;
        Ok(Self {
            caller,
            pipeline: created.receipt().id,
        })
    }

    /// The same company over a connection of its own.
    fn over_another_connection(&self, cluster: &Cluster) -> anyhow::Result<Self> {
        Ok(Self {
            caller: self.caller.over(cluster.ports(Role::Sales)?),
            ..self.clone()
        })
    }

    /// One command, sent once: its answer, how long that took, and its id.
    async fn open(&self) -> (Result<(), Status>, Duration, String) {
        let open = requests::opportunity(&self.pipeline, "deal", 1);
        let begun = Instant::now();
        let answer = self.caller.send(&open).await.map(drop);
        let id = open.header.map(|header| header.command_id);
        (answer, begun.elapsed(), id.unwrap_or_default())
    }
}

/// What a flood has come to so far.
#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    expired: AtomicU64,
}

/// Callers of one company in a closed loop; who is refused comes again after a moment.
pub struct Flood {
    counts: Arc<Counts>,
    /// How long each refusal took that was not looked at yet.
    refusals: Noted<Vec<Duration>>,
    /// Ids of commands of which was told that nothing was written.
    unwritten: Noted<Vec<String>>,
    /// Answers that nobody should get.
    complaints: Noted<Vec<String>>,
    stop: Arc<AtomicBool>,
    callers: JoinSet<()>,
}

impl Flood {
    /// So many callers of one company.
    ///
    /// # Errors
    /// When the company cannot be set up.
    pub async fn start(cluster: &Cluster, callers: usize) -> anyhow::Result<Self> {
        let seller = Seller::of(cluster, "flood").await?;
        let mut flood = Self {
            counts: Arc::default(),
            refusals: Noted::default(),
            unwritten: Noted::default(),
            complaints: Noted::default(),
            stop: Arc::default(),
            callers: JoinSet::new(),
        };
        let mut left = callers;
        while left > 0 {
            let seller = seller.over_another_connection(cluster)?;
            for _ in 0..left.min(CALLERS_A_CONNECTION) {
                flood.call(seller.clone());
            }
            left = left.saturating_sub(CALLERS_A_CONNECTION);
        }
        Ok(flood)
    }

    fn call(&mut self, seller: Seller) {
        let (counts, stop) = (self.counts.clone(), self.stop.clone());
        let (refusals, complaints) = (self.refusals.clone(), self.complaints.clone());
        let unwritten = self.unwritten.clone();
        self.callers.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let (answer, took, id) = seller.open().await;
                match answer {
                    Ok(()) => drop(counts.done.fetch_add(1, Ordering::Relaxed)),
                    Err(status) => match status.code() {
                        Code::ResourceExhausted => {
                            refusals.lock().push(took);
                            unwritten.lock().push(id);
                            sleep(PAUSE).await;
                        }
                        Code::DeadlineExceeded => {
                            if status.message().contains("nothing was written") {
                                unwritten.lock().push(id);
                            }
                            counts.expired.fetch_add(1, Ordering::Relaxed);
                        }
                        _ => complaints.lock().push(format!("{status:?}")),
                    },
                }
            }
        });
    }

    /// How many commands were done so far.
    pub fn done(&self) -> u64 {
        self.counts.done.load(Ordering::Relaxed)
    }

    /// How many expired so far.
    pub fn expired(&self) -> u64 {
        self.counts.expired.load(Ordering::Relaxed)
    }

    /// How long the refusals took that came since this was last asked, the shortest first.
    pub fn refusals(&self) -> Vec<Duration> {
        let mut taken = std::mem::take(&mut *self.refusals.lock());
        taken.sort_unstable();
        taken
    }

    /// Ids of the commands of which is told that nothing was written, to be read when all have stopped.
    pub(crate) fn unwritten(&self) -> Noted<Vec<String>> {
        self.unwritten.clone()
    }

    /// How many are done in the time from now on.
    pub async fn done_within(&self, window: Duration) -> u64 {
        let before = self.done();
        sleep(window).await;
        self.done() - before
    }

    /// Lets everyone finish what they began.
    ///
    /// # Errors
    /// When someone panicked, or got an answer that nobody should get.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.callers.join_next().await {
            ended?;
        }
        let complaints = self.complaints.copy();
        anyhow::ensure!(complaints.is_empty(), "{}", complaints.join("\n"));
        Ok(())
    }
}

/// One caller of another company, with a pause after each answer.
pub struct Trickle {
    answers: Noted<Vec<Duration>>,
    complaints: Noted<Vec<String>>,
    caller: JoinSet<()>,
}

impl Trickle {
    /// One command, then so long nothing.
    ///
    /// # Errors
    /// When the company cannot be set up.
    pub async fn start(cluster: &Cluster, pause: Duration) -> anyhow::Result<Self> {
        let seller = Seller::of(cluster, "trickle").await?;
        let (answers, complaints) = (Noted::default(), Noted::default());
        let mut caller = JoinSet::new();
        let (noted, heard): (Noted<Vec<Duration>>, Noted<Vec<String>>) =
            (answers.clone(), complaints.clone());
        caller.spawn(async move {
            loop {
                match seller.open().await {
                    (Ok(()), took, _) => noted.lock().push(took),
                    (Err(status), took, _) => heard.lock().push(format!("{took:?}: {status:?}")),
                }
                sleep(pause).await;
            }
        });
        Ok(Self {
            answers,
            complaints,
            caller,
        })
    }

    /// How long the answers took that came since this was last asked, the shortest first.
    ///
    /// # Errors
    /// When a command was not done; none should be refused or expire.
    pub fn answers(&self) -> anyhow::Result<Vec<Duration>> {
        let complaints = std::mem::take(&mut *self.complaints.lock());
        anyhow::ensure!(complaints.is_empty(), "{}", complaints.join("\n"));
        let mut taken = std::mem::take(&mut *self.answers.lock());
        taken.sort_unstable();
        Ok(taken)
    }
}

impl Drop for Trickle {
    fn drop(&mut self) {
        self.caller.abort_all();
    }
}

/// The duration that so many in a hundred of these, sorted, do not exceed; zero when there is none.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}
