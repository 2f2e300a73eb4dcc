//! One round: a new cluster, load and faults, and the question what became of it all.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use guanxi_cluster::{
    Clock, Cluster, Plan,
    checker::{check, settle},
    load::{Load, Turns, Work},
    told,
};
use tokio::time::sleep;

use crate::{
    Fault, Kind, Options, Schedule,
    schedule::{REPLICAS, of_round},
    storm::Storm,
};

/// Between two looks at what is to be undone.
const LOOK: Duration = Duration::from_millis(100);
/// Between two words about how far it is.
const WORD: Duration = Duration::from_secs(10);
/// How long what was written may take to come everywhere once nothing goes wrong any more.
const ARRIVAL: Duration = Duration::from_secs(240);
/// How many problems of a kind are told.
const TOLD: usize = 40;

/// What a round came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Its number.
    pub number: u64,
    /// Faults that were done, by their kind.
    pub faults: BTreeMap<Kind, u64>,
    /// Commands that were acknowledged.
    pub acknowledged: u64,
    /// Commands that were refused by a rule, as they must be.
    pub refused: u64,
    /// Events in all logs.
    pub events: u64,
    /// How long it took until everything had come everywhere.
    pub settled_after: Duration,
    /// How long the check took.
    pub checked_in: Duration,
    /// What never happened in it, and so is not proven by it.
    pub undone: Vec<String>,
    /// What is wrong; empty is good.
    pub problems: Vec<String>,
}

impl Outcome {
    fn wrong(&mut self, what: &str, problems: impl IntoIterator<Item = String>) {
        let problems: Vec<String> = problems.into_iter().collect();
        let more = problems.len().saturating_sub(TOLD);
        let told = problems.into_iter().take(TOLD);
        self.problems
            .extend(told.map(|one| format!("{what}: {one}")));
        if more > 0 {
            self.problems.push(format!("{what}: {more} more"));
        }
    }
}

/// Tells what happens.
struct Story {
    round: u64,
    begun: Instant,
}

impl Story {
    fn tell(&self, commands: usize, what: &str) {
        let (round, seconds) = (self.round, self.begun.elapsed().as_secs_f32());
        eprintln!("round {round}  {seconds:6.1} s  {commands:7} commands  {what}");
    }
}

/// Runs one round of a seed with faults of these kinds, under load for so long.
///
/// # Errors
/// When it cannot be run. What is wrong with the cluster is no error but a problem.
pub async fn round(
    options: &Options,
    kinds: &[Kind],
    number: u64,
    lasts: Duration,
) -> anyhow::Result<Outcome> {
    let mut story = Story {
        round: number,
        begun: Instant::now(),
    };
    let mut outcome = Outcome {
        number,
        ..Outcome::default()
    };
    let mut cluster = Cluster::start(plan(options, kinds)).await?;
    story.tell(0, "the cluster stands");
    let work = Work {
        companies: options.companies,
        people: options.people,
        turns: Turns::Drawn(of_round(options.seed, number)),
    };
    let mut load = Load::start(&cluster, work).await?;
    story.begun = Instant::now();
    story.tell(load.ledger.len(), "everyone works");

    let schedule = Schedule::new(options.seed, number, kinds, options.interval());
    let mut storm = Storm::over(&mut cluster);
    let weathered = rage(&mut storm, &load, schedule, lasts, &story, &mut outcome).await;
    outcome.wrong("faults", weathered.err().map(|error| format!("{error:#}")));
    let calmed = storm.calm().await;
    let ended = std::mem::take(&mut storm.ended);
    outcome.wrong("not ready", calmed.err().map(|error| format!("{error:#}")));
    if !ended.is_empty() {
        story.tell(
            load.ledger.len(),
            &format!("ended by themselves: {ended:?}"),
        );
    }
    load.stop().await?;
    story.tell(load.ledger.len(), "everyone has stopped");
    judge(&cluster, &load, &story, &mut outcome).await;
    if !outcome.problems.is_empty() {
        keep_evidence(options, &cluster, &outcome)?;
        if options.hold {
            eprintln!("{}", outcome.problems.join("\n"));
            eprintln!("{}\n{}", cluster.database_url(), cluster.nats_url());
            tokio::signal::ctrl_c().await?;
        }
    }
    Ok(outcome)
}

fn plan(options: &Options, kinds: &[Kind]) -> Plan {
    let mut plan = Plan::of_all(REPLICAS).on_its_own_servers().over_links();
    if kinds.contains(&Kind::DiskFull) {
        plan = plan.on_a_small_disk(options.disk_mib);
    }
    if kinds.contains(&Kind::ClockStepped)
        && let Some(library) = Clock::library()
    {
        plan = plan.with_clocks(library);
    }
    plan
}

/// One fault after the other, until it is enough.
async fn rage(
    storm: &mut Storm<'_>,
    load: &Load,
    schedule: Schedule,
    lasts: Duration,
    story: &Story,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let end = Instant::now() + lasts;
    let mut said = (Instant::now(), load.ledger.len());
    for fault in schedule {
        let at = (Instant::now() + fault.pause).min(end);
        while Instant::now() < at {
            storm.attend()?;
            sleep(LOOK).await;
            if said.0.elapsed() >= WORD {
                let now = load.ledger.len();
                let millis = usize::try_from(said.0.elapsed().as_millis())?;
                let rate = (now - said.1) * 1_000 / millis.max(1);
                story.tell(now, &format!("{rate} a second"));
                said = (Instant::now(), now);
            }
        }
        if Instant::now() >= end {
            break;
        }
        inflict(storm, load, &fault, story, outcome).await?;
    }
    Ok(())
}

async fn inflict(
    storm: &mut Storm<'_>,
    load: &Load,
    fault: &Fault,
    story: &Story,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    story.tell(load.ledger.len(), &fault.to_string());
    match storm.inflict(fault).await {
        Ok(true) => *outcome.faults.entry(fault.kind).or_default() += 1,
        Ok(false) => story.tell(load.ledger.len(), "… there was nothing to do it to"),
        // It met a server that had not come back from the one before.
        Err(error) if is_passing(fault.kind) => {
            story.tell(
                load.ledger.len(),
                &format!("… could not be done: {error:#}"),
            );
        }
        Err(error) => return Err(error.context(fault.to_string())),
    }
    Ok(())
}

/// Whether a fault takes a server that answers, which may still be recovering.
fn is_passing(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BackendKilled
            | Kind::ConnectionsEnded
            | Kind::RelayTwice
            | Kind::StreamPurged
            | Kind::StreamDeleted
            | Kind::ForeignMessage
    )
}

/// Whether anything was lost or doubled.
async fn judge(cluster: &Cluster, load: &Load, story: &Story, outcome: &mut Outcome) {
    let begun = Instant::now();
    let settled = settle(cluster, ARRIVAL).await;
    outcome.settled_after = begun.elapsed();
    story.tell(load.ledger.len(), "everything has arrived");
    outcome.wrong(
        "never arrived",
        settled.err().map(|error| format!("{error:#}")),
    );
    let begun = Instant::now();
    let acknowledged = load.ledger.len();
    outcome.acknowledged = u64::try_from(acknowledged).unwrap_or(u64::MAX);
    outcome.refused = load.refusals.lock().values().sum();
    match check(cluster, &load.ledger).await {
        Ok(findings) => {
            let events: i64 = findings.events.iter().map(|(_, events)| events).sum();
            outcome.events = u64::try_from(events).unwrap_or_default();
            outcome.wrong("checker", findings.problems);
            let checked = findings.acknowledged;
            let unseen = (checked != acknowledged)
                .then(|| format!("{checked} of {acknowledged} commands were looked up"));
            outcome.wrong("checker", unseen);
        }
        Err(error) => outcome.wrong("cannot be checked", [format!("{error:#}")]),
    }
    match told::check(cluster, load).await {
        Ok(differences) => outcome.wrong("not as told", differences),
        Err(error) => outcome.wrong("cannot be compared", [format!("{error:#}")]),
    }
    outcome.wrong("complaint", load.complaints.copy());
    outcome.wrong("panic", panics(cluster));
    outcome.undone = told::undone(load);
    outcome.checked_in = begun.elapsed();
    let wrong = outcome.problems.len();
    story.tell(acknowledged, &format!("checked: {wrong} problems"));
}

/// What the processes say that should never happen, whatever does.
fn panics(cluster: &Cluster) -> Vec<String> {
    let mut panics = Vec::new();
    for replica in cluster.replicas() {
        let log = replica.log();
        let lines = log.lines().filter(|line| line.contains("panicked at"));
        panics.extend(lines.map(|line| format!("{}: {line}", replica.name())));
    }
    panics
}

/// Keeps the logs and what is wrong.
fn keep_evidence(options: &Options, cluster: &Cluster, outcome: &Outcome) -> anyhow::Result<()> {
    let (seed, round) = (options.seed, outcome.number);
    let folder = options.evidence.join(format!("seed-{seed}-round-{round}"));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("problems"), outcome.problems.join("\n"))?;
    for replica in cluster.replicas() {
        let log = folder.join(format!("{}.log", replica.name()));
        fs::copy(replica.log_file(), log)?;
    }
    eprintln!("the logs are kept in {}", folder.display());
    Ok(())
}
