//! Does faults to a cluster, and undoes what they leave behind.

mod jetstream;
mod postgres;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use guanxi_cluster::{Cluster, Link, Role, Weather};
use guanxi_harness::eventually;
use tokio::time::{sleep, timeout};

use crate::{Fault, Kind, Server};

/// How long a process may take to say what it does.
const ANSWER: Duration = Duration::from_secs(2);
/// How long everything may take to be ready again when nothing more goes wrong.
const RECOVERY: Duration = Duration::from_secs(120);

/// A cluster to which things are done.
pub(crate) struct Storm<'a> {
    cluster: &'a mut Cluster,
    /// What is to be undone, and when.
    repairs: Vec<(Instant, Repair)>,
    /// Processes that ended though nobody ended them, by name; they were started again.
    pub(crate) ended: Vec<String>,
}

/// What undoes a fault that lasts while others come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repair {
    Start(Role, usize),
    GoOn(Role, usize),
    Clear(Role, usize, Server),
    PutRight(Role, usize),
}

impl<'a> Storm<'a> {
    pub(crate) fn over(cluster: &'a mut Cluster) -> Self {
        Self {
            cluster,
            repairs: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Does one fault; whether there was anything that it could be done to.
    ///
    /// # Errors
    /// When it cannot be done, or a server does not come back from it.
    pub(crate) async fn inflict(&mut self, fault: &Fault) -> anyhow::Result<bool> {
        let Fault { role, number, .. } = *fault;
        match fault.kind {
            Kind::ProcessKilled => self.kill(role, number, fault.lasts)?,
            Kind::AllProcessesKilled => {
                for role in Role::ALL {
                    for number in 0..crate::schedule::REPLICAS {
                        self.kill(role, number, fault.lasts)?;
                    }
                }
            }
            Kind::ProcessStoodStill => return self.stand_still(role, number, fault.lasts),
            Kind::ClockStepped => {
                let replica = self.cluster.replica(role, number)?;
                let clock = replica.clock().context("it has no clock of its own")?;
                clock.set(fault.step)?;
                self.repair_after(fault.lasts, Repair::PutRight(role, number));
            }
            Kind::BackendKilled => return postgres::kill_a_backend(self.cluster, fault.dice).await,
            Kind::ConnectionsEnded => return postgres::end_connections(self.cluster).await,
            Kind::PostgresKilled | Kind::PostgresStoppedAtOnce | Kind::PostgresRestarted => {
                postgres::stop_and_start(self.cluster, fault).await?;
            }
            Kind::DiskFull => postgres::fill_the_disk(self.cluster, fault.lasts).await?,
            Kind::NatsKilled => {
                self.cluster.servers()?.nats.kill();
                sleep(fault.lasts).await;
                self.cluster.servers()?.nats.restart().await?;
            }
            Kind::StreamPurged | Kind::StreamDeleted | Kind::ForeignMessage => {
                return jetstream::spoil(self.cluster, fault).await;
            }
            Kind::RelayTwice => {
                // When it goes on, in the middle of what it published, it does not know yet that it has
                // lost the lock.
                let role = serving(fault.service);
                let Some(number) = self.relaying(role).await? else {
                    return Ok(false);
                };
                return Ok(self.stand_still(role, number, fault.lasts)?
                    && postgres::take_the_relays_lock(self.cluster, fault.service).await?);
            }
            Kind::LinkCut => self.set_weather(fault, Weather::Cut)?,
            Kind::LinkSilent => self.set_weather(fault, Weather::Silent)?,
            Kind::LinkSlow => self.set_weather(fault, Weather::Slow(fault.delay))?,
        }
        Ok(true)
    }

    /// Undoes what is due, and starts what ended by itself, as a supervisor does.
    ///
    /// # Errors
    /// When that cannot be done.
    pub(crate) fn attend(&mut self) -> anyhow::Result<()> {
        let now = Instant::now();
        let (due, later) = self.repairs.drain(..).partition(|(at, _)| *at <= now);
        self.repairs = later;
        let due: Vec<(Instant, Repair)> = due;
        for (_, repair) in due {
            self.repair(repair)?;
        }
        for replica in self.cluster.replicas_mut() {
            let (role, number) = (replica.role, replica.number);
            let planned = Repair::Start(role, number);
            let planned = self.repairs.iter().any(|(_, repair)| *repair == planned);
            if !planned && !replica.is_running() {
                self.ended.push(replica.name());
                replica.start()?;
            }
        }
        Ok(())
    }

    /// Undoes everything and waits until all is ready.
    ///
    /// # Errors
    /// What is not ready though nothing more goes wrong.
    pub(crate) async fn calm(&mut self) -> anyhow::Result<()> {
        for (at, _) in &mut self.repairs {
            *at = Instant::now();
        }
        eventually(RECOVERY, async || {
            self.attend()?;
            for replica in self.cluster.replicas() {
                let name = replica.name();
                let status = replica.readyz().await.context(name.clone())?;
                ensure!(status == 200, "{name} says {status}");
            }
            anyhow::Ok(())
        })
        .await
    }

    fn kill(&mut self, role: Role, number: usize, lasts: Duration) -> anyhow::Result<()> {
        self.cluster.kill_9(role, number)?;
        // One that stood still does so no more.
        let still = Repair::GoOn(role, number);
        let start = Repair::Start(role, number);
        self.repairs
            .retain(|(_, repair)| *repair != still && *repair != start);
        self.repair_after(lasts, start);
        Ok(())
    }

    fn stand_still(&mut self, role: Role, number: usize, lasts: Duration) -> anyhow::Result<bool> {
        let replica = self.cluster.replica(role, number)?;
        if !replica.is_running() {
            return Ok(false);
        }
        replica.stand_still()?;
        self.repair_after(lasts, Repair::GoOn(role, number));
        Ok(true)
    }

    /// Which replica fills the stream of its log; none when nobody does, or none that answers.
    async fn relaying(&mut self, role: Role) -> anyhow::Result<Option<usize>> {
        for number in 0..crate::schedule::REPLICAS {
            let replica = self.cluster.replica(role, number)?;
            let metrics = match timeout(ANSWER, replica.metrics()).await {
                Ok(metrics) => metrics.unwrap_or_default(),
                // It stands still.
                Err(_) => continue,
            };
            let active = metrics
                .lines()
                .any(|line| line.starts_with("guanxi_relay_active{") && line.ends_with(" 1"));
            if active {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn set_weather(&mut self, fault: &Fault, weather: Weather) -> anyhow::Result<()> {
        let Fault {
            role,
            number,
            server,
            ..
        } = *fault;
        self.link(role, number, server)?.set(weather);
        self.repair_after(fault.lasts, Repair::Clear(role, number, server));
        Ok(())
    }

    fn link(&mut self, role: Role, number: usize, server: Server) -> anyhow::Result<&Link> {
        let links = self.cluster.replica(role, number)?.links()?;
        Ok(match server {
            Server::Postgres => &links.postgres,
            Server::Nats => &links.nats,
        })
    }

    fn repair_after(&mut self, lasts: Duration, repair: Repair) {
        self.repairs.push((Instant::now() + lasts, repair));
    }

    fn repair(&mut self, repair: Repair) -> anyhow::Result<()> {
        match repair {
            Repair::Start(role, number) => self.cluster.replica(role, number)?.start(),
            Repair::GoOn(role, number) => {
                let replica = self.cluster.replica(role, number)?;
                if replica.is_running() {
                    replica.go_on()?;
                }
                Ok(())
            }
            Repair::Clear(role, number, server) => {
                self.link(role, number, server)?.set(Weather::Fair);
                Ok(())
            }
            Repair::PutRight(role, number) => {
                let replica = self.cluster.replica(role, number)?;
                replica.clock().map_or(Ok(()), |clock| clock.set(0))
            }
        }
    }
}

/// The role that writes a log.
fn serving(service: guanxi_events::Service) -> Role {
    use guanxi_events::Service;
    match service {
        Service::Customers => Role::Customers,
        Service::Sales => Role::Sales,
        Service::Service => Role::Service,
        Service::Loyalty => Role::Loyalty,
    }
}
