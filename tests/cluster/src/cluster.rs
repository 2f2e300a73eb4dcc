//! The cluster: servers, configuration, replicas.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use anyhow::{Context, ensure};
use guanxi_events::Service;
use guanxi_harness::{OwnServers, SCRATCH, ScratchDir, Standby, TestDatabase, eventually};
use guanxi_runtime::Role as Granted;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::{Caller, Clock, Link, Links, Program, Replica, Replicas, Role, Tokens};

/// Postgres with room for two replicas of every role, each with all the connections that it may have,
/// and for the tests.
const ROOM: [(&str, &str); 2] = [("max_connections", "200"), ("shared_buffers", "64MB")];

/// On a small disk, little of it for the write-ahead log.
const THRIFT: (&str, &str) = ("max_wal_size", "256MB");

/// What a cluster is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    replicas: Vec<(Role, usize)>,
    settings: Vec<String>,
    environment: Vec<(String, String)>,
    own_servers: bool,
    disk_mib: Option<u32>,
    standby: bool,
    links: bool,
    clocks: Option<PathBuf>,
}

impl Plan {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            replicas: Vec::new(),
            settings: Vec::new(),
            environment: Vec::new(),
            own_servers: false,
            disk_mib: None,
            standby: false,
            links: false,
            clocks: None,
        }
    }

    /// So many replicas of every role.
    pub fn of_all(replicas: usize) -> Self {
        Role::ALL
            .into_iter()
            .fold(Self::new(), |plan, role| plan.with(role, replicas))
    }

    /// So many replicas of one role.
    #[must_use]
    pub fn with(mut self, role: Role, replicas: usize) -> Self {
        self.replicas.push((role, replicas));
        self
    }

    /// One more line of the configuration file: `limits.in_flight = 2`.
    #[must_use]
    pub fn set(mut self, line: impl Into<String>) -> Self {
        self.settings.push(line.into());
        self
    }

    /// One more variable in the environment of every replica.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// With a Postgres and a NATS that the test may kill, instead of the shared ones.
    #[must_use]
    pub fn on_its_own_servers(mut self) -> Self {
        self.own_servers = true;
        self
    }

    /// With a Postgres of its own whose data stand on a disk that holds so many MiB and can be filled;
    /// that takes root.
    #[must_use]
    pub fn on_a_small_disk(mut self, mib: u32) -> Self {
        self.own_servers = true;
        self.disk_mib = Some(mib);
        self
    }

    /// With a Postgres of its own that has a standby; every process knows both.
    #[must_use]
    pub fn with_a_standby(mut self) -> Self {
        self.own_servers = true;
        self.standby = true;
        self
    }

    /// Each process reaches the servers over links of its own, which can be slowed and cut.
    #[must_use]
    pub fn over_links(mut self) -> Self {
        self.links = true;
        self
    }

    /// The second of the replicas of each role has a clock of its own, by this [`Clock::library`]; the
    /// first keeps the system's.
    #[must_use]
    pub fn with_clocks(mut self, library: PathBuf) -> Self {
        self.clocks = Some(library);
        self
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

/// A running cluster. It ends when it is dropped; if that is because a test failed, the ends of
/// the replicas' logs are shown.
pub struct Cluster {
    // Before what they stand on.
    replicas: Vec<Replica>,
    program: Program,
    config: PathBuf,
    tokens: Tokens,
    database_url: String,
    nats_url: String,
    standby: Option<Standby>,
    own: Option<OwnServers>,
    _shared: Option<TestDatabase>,
    _folder: ScratchDir,
}

/// How many read models there are.
const MODELS: i64 = 5;
/// How long they may take to be there.
const MODELS_PATIENCE: Duration = Duration::from_secs(60);

impl Cluster {
    /// Migrates the database, starts every replica and waits until all are ready.
    ///
    /// # Errors
    /// When anything does not start, with what it said.
    pub async fn start(plan: Plan) -> anyhow::Result<Self> {
        let program = Program::locate()?;
        let (own, shared) = if plan.own_servers {
            let mut settings = ROOM.to_vec();
            settings.extend(plan.disk_mib.and(Some(THRIFT)));
            let servers = OwnServers::start_on(plan.disk_mib, &settings);
            (Some(servers.await?), None)
        } else {
            (None, Some(TestDatabase::create().await?))
        };
        let standby = match own.as_ref().filter(|_| plan.standby) {
            Some(own) => Some(Standby::of(own).await?),
            None => None,
        };
        let database_url = match (&own, &shared) {
            (Some(own), _) => {
                let url = own.database_url();
                standby
                    .as_ref()
                    .map_or(url.clone(), |standby| standby.either(&url))
            }
            (None, Some(shared)) => shared.url().to_owned(),
            (None, None) => anyhow::bail!("there is no database"),
        };
        let nats_url = match (&own, &shared) {
            (Some(own), _) => own.nats_url(),
            (None, Some(shared)) => shared.nats_url().to_owned(),
            (None, None) => anyhow::bail!("there is no NATS"),
        };
        let parent = std::env::var_os(SCRATCH).map_or_else(std::env::temp_dir, PathBuf::from);
        let folder = ScratchDir::create_in(&parent)?;
        let secret = folder.path().join("issuer.secret");
        let config = configure(folder.path(), &secret, &database_url, &nats_url, &plan)?;
        let mut replicas = Vec::new();
        for (role, count) in &plan.replicas {
            for number in 0..*count {
                let replica = Replica::new(*role, number, program.clone(), &config, folder.path());
                let mut replica = replica.with_environment(plan.environment.clone());
                if let Some(own) = own.as_ref().filter(|_| plan.links) {
                    let (links, settings) = links_to(own).await?;
                    replica = replica.over(links, settings);
                }
                if let Some(library) = plan.clocks.as_ref().filter(|_| number % 2 == 1) {
                    let file = folder.path().join(format!("{}.clock", replica.name()));
                    replica = replica.with_clock(Clock::new(library, file)?);
                }
                replicas.push(replica);
            }
        }
        let mut cluster = Self {
            replicas,
            program,
            config,
            tokens: Tokens::open(&secret)?,
            database_url,
            nats_url,
            standby,
            own,
            _shared: shared,
            _folder: folder,
        };
        if cluster.own.is_some() {
            // Whatever makes other tests faster: what is killed here must have kept its word.
            let durable = "alter database postgres set synchronous_commit = on";
            cluster.connect().await?.batch_execute(durable).await?;
        }
        cluster.run(&["migrate"]).await?;
        for replica in &mut cluster.replicas {
            replica.start()?;
        }
        cluster.ready().await?;
        if cluster
            .replicas
            .iter()
            .any(|replica| replica.role == Role::Project)
        {
            cluster.models().await?;
        }
        Ok(cluster)
    }

    /// Waits until every read model has a build that queries can ask.
    async fn models(&self) -> anyhow::Result<()> {
        let client = self.connect().await?;
        let sql = "select count(*) from projections.active";
        let active = eventually(MODELS_PATIENCE, async || {
            let active: i64 = client.query_one(sql, &[]).await?.get(0);
            ensure!(
                active >= MODELS,
                "{active} of {MODELS} read models are active"
            );
            anyhow::Ok(())
        });
        active.await
    }

    /// Waits until every replica is ready.
    ///
    /// # Errors
    /// With the log of the one that is not.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        for replica in &mut self.replicas {
            replica.ready().await?;
        }
        Ok(())
    }

    /// One replica.
    ///
    /// # Errors
    /// When there is none.
    pub fn replica(&mut self, role: Role, number: usize) -> anyhow::Result<&mut Replica> {
        let found = self
            .replicas
            .iter_mut()
            .find(|replica| replica.role == role && replica.number == number);
        found.with_context(|| format!("there is no {role}-{number}"))
    }

    /// All replicas, to do something to them.
    pub fn replicas_mut(&mut self) -> &mut [Replica] {
        &mut self.replicas
    }

    /// All replicas.
    pub fn replicas(&self) -> &[Replica] {
        &self.replicas
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When there is no such replica.
    pub fn kill_9(&mut self, role: Role, number: usize) -> anyhow::Result<()> {
        self.replica(role, number)?.kill_9();
        Ok(())
    }

    /// Starts a replica that was killed or stopped, and waits until it is ready.
    ///
    /// # Errors
    /// With its log, when it does not become ready.
    pub async fn restart(&mut self, role: Role, number: usize) -> anyhow::Result<()> {
        let replica = self.replica(role, number)?;
        replica.kill_9();
        replica.start()?;
        replica.ready().await
    }

    /// Stops every replica in order.
    ///
    /// # Errors
    /// When one does not end by itself, or not well.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        for replica in &self.replicas {
            replica.terminate()?;
        }
        for replica in &mut self.replicas {
            let status = replica.ends_within(Duration::from_secs(30)).await?;
            ensure!(status.success(), "{} ended with {status}", replica.name());
        }
        Ok(())
    }

    /// The servers, when the cluster has its own.
    ///
    /// # Errors
    /// When it uses the shared ones.
    pub fn servers(&mut self) -> anyhow::Result<&mut OwnServers> {
        self.own.as_mut().context("the servers are shared")
    }

    /// The standby of its Postgres.
    ///
    /// # Errors
    /// When the plan gave it none.
    pub fn standby(&self) -> anyhow::Result<&Standby> {
        self.standby.as_ref().context("there is no standby")
    }

    /// The issuer.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The ports of a role.
    ///
    /// # Errors
    /// When it has no replica.
    pub fn ports(&self, role: Role) -> anyhow::Result<Replicas> {
        let replicas = self.replicas.iter().filter(|replica| replica.role == role);
        Replicas::new(replicas.map(|replica| replica.port))
    }

    /// Someone who calls a role.
    ///
    /// # Errors
    /// When the role has no replica, or a name is none.
    pub fn caller(
        &self,
        role: Role,
        tenant: &str,
        person: &str,
        granted: &[Granted],
    ) -> anyhow::Result<Caller> {
        let token = self.tokens.issue(tenant, person, granted)?;
        Ok(Caller::new(self.ports(role)?, Some(token)))
    }

    /// The superuser's URL of the database.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// The URL of NATS.
    pub fn nats_url(&self) -> &str {
        &self.nats_url
    }

    /// The configuration file.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The file in which the anchors of a log are kept.
    pub fn anchors(&self, service: Service) -> PathBuf {
        self.config
            .with_file_name("anchors")
            .join(format!("{service}.anchors"))
    }

    /// A connection as superuser.
    ///
    /// # Errors
    /// When Postgres refuses it.
    pub async fn connect(&self) -> anyhow::Result<Client> {
        let (client, connection) = tokio_postgres::connect(&self.database_url, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Runs the program to its end: `migrate`, `log verify sales`.
    ///
    /// # Errors
    /// With what it said, when its status is not 0.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.program.command();
        command.arg("--config").arg(&self.config).args(arguments);
        let what = arguments.join(" ");
        let run = tokio::task::spawn_blocking(move || command.output());
        let Output {
            status,
            stdout,
            stderr,
        } = run.await?.with_context(|| format!("run guanxi {what}"))?;
        let said = String::from_utf8_lossy(&stdout).into_owned();
        let errors = String::from_utf8_lossy(&stderr);
        ensure!(status.success(), "guanxi {what}: {status}\n{said}{errors}");
        Ok(said)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for replica in &self.replicas {
                eprintln!("──── {} ────\n{}", replica.name(), replica.log_tail());
            }
        }
    }
}

/// Links to servers, and the settings of a process that leads over them.
async fn links_to(servers: &OwnServers) -> anyhow::Result<(Links, Vec<String>)> {
    let (postgres, nats) = (servers.postgres.port(), servers.nats.port());
    let links = Links {
        postgres: Link::to(postgres).await?,
        nats: Link::to(nats).await?,
    };
    let over = |url: String, port: u16, link: &Link| {
        url.replace(&format!(":{port}"), &format!(":{}", link.port()))
    };
    let database_url = over(servers.database_url(), postgres, &links.postgres);
    let nats_url = over(servers.nats_url(), nats, &links.nats);
    let settings = vec![
        format!("database.url={database_url:?}"),
        format!("nats.url={nats_url:?}"),
    ];
    Ok((links, settings))
}

/// Writes keys, secret and configuration; returns the configuration's file.
fn configure(
    folder: &Path,
    secret: &Path,
    database_url: &str,
    nats_url: &str,
    plan: &Plan,
) -> anyhow::Result<PathBuf> {
    let random = || format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let root = folder.join("root.key");
    let anchors = folder.join("anchors");
    fs::write(secret, random())?;
    fs::write(&root, random())?;
    fs::create_dir(&anchors)?;
    let mut lines = vec![
        "development = true".to_owned(),
        format!("database.url = {database_url:?}"),
        // Two replicas of four roles on a server for tests.
        "database.connections = 8".to_owned(),
        format!("nats.url = {nats_url:?}"),
        format!("auth.development_secret_file = {secret:?}"),
        format!("keys.root_file = {root:?}"),
        format!("keys.anchor_file = {:?}", folder.join("anchor.key")),
        format!("log.anchors = {anchors:?}"),
        "log.anchor_seconds = 2".to_owned(),
        "log.stream_mib = 64".to_owned(),
    ];
    // What the plan sets anew takes the place of ours.
    let key = |line: &str| line.split('=').next().map(|key| key.trim().to_owned());
    lines.retain(|line| !plan.settings.iter().any(|set| key(set) == key(line)));
    lines.extend(plan.settings.iter().cloned());
    let config = folder.join("guanxi.toml");
    fs::write(&config, lines.join("\n") + "\n")?;
    Ok(config)
}
