//! A worker: follows the builds of one projection, begins new ones, and switches to them.

use std::{collections::HashMap, time::Duration};

use deadpool_postgres::GenericClient;
use guanxi_eventlog::LogReader;
use guanxi_events::{Incarnation, Service};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Build, BuildId, BuildState, ProjectionError, Setup,
    batch::Lane,
    builds::{NewBuild, lock_name},
    checkpoint::Share,
    follower::Follower,
    parked::copy_skipped,
    switch::{self, Switched},
};

/// How long a follower may take to end, when Postgres does not answer.
const GRACE: Duration = Duration::from_secs(10);
/// Between two attempts to switch that are in someone's way: this at first, then ever longer.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Keeps one read model up to date; any number of them, in any number of processes, share the work.
pub struct Worker {
    team: Team,
}

impl Worker {
    /// A worker that does nothing before [`run`](Self::run).
    pub fn new(setup: Setup) -> Self {
        Self {
            team: Team::new(setup),
        }
    }

    /// Works until `cancel`, then finishes the batch in flight and gives its partitions back.
    /// Trouble with Postgres or NATS never ends it.
    ///
    /// # Errors
    /// [`ProjectionError::MissingLog`], at once.
    pub async fn run(mut self, cancel: CancellationToken) -> Result<(), ProjectionError> {
        self.team.check_logs()?;
        // A look at the builds may be given up anywhere: Postgres may be away without a word.
        while let Some(looked) = cancel.run_until_cancelled(self.tick()).await {
            if let Err(error) = looked {
                tracing::warn!(
                    projection = self.team.setup.projection.name(),
                    %error,
                    "cannot look after the builds; trying again"
                );
            }
            tokio::select! {
                () = sleep(self.team.setup.options.tick) => {}
                () = cancel.cancelled() => {}
            }
        }
        self.team.stop().await;
        Ok(())
    }

    async fn tick(&mut self) -> Result<(), ProjectionError> {
        let builds = self.team.followable().await?;
        if builds.is_empty() {
            self.team.begin().await?;
        }
        for build in &builds {
            if build.state == BuildState::Building {
                self.team.try_switch(build).await?;
            }
        }
        let builds = self.team.followable().await?;
        self.team.follow(&builds).await;
        Ok(())
    }
}

/// The followers of one process, and what they need.
pub(crate) struct Team {
    worker: Uuid,
    pub(crate) setup: Setup,
    members: HashMap<(BuildId, Service), Member>,
    idle: bool,
    // Not before then, when a switch was in someone's way; the next pause is longer.
    switch_after: Option<Instant>,
    switch_pause: Duration,
}

struct Member {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for Member {
    fn drop(&mut self) {
        // A worker that is dropped is killed: its leases run out.
        self.task.abort();
    }
}

impl Team {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            worker: Uuid::now_v7(),
            setup,
            members: HashMap::new(),
            idle: false,
            switch_after: None,
            switch_pause: FIRST_PAUSE,
        }
    }

    pub(crate) fn check_logs(&self) -> Result<(), ProjectionError> {
        self.logs().map(drop)
    }

    /// The readers of the logs that the projection follows.
    pub(crate) fn logs(&self) -> Result<Vec<&LogReader>, ProjectionError> {
        let logs = self.setup.projection.logs().iter();
        logs.map(|&log| reader_of(&self.setup.readers, self.setup.projection.name(), log))
            .collect()
    }

    /// The life that each log lives now.
    pub(crate) async fn incarnations(
        &self,
    ) -> Result<Vec<(Service, Incarnation)>, ProjectionError> {
        let mut incarnations = Vec::new();
        for reader in self.logs()? {
            incarnations.push((reader.service(), reader.head().await?.incarnation));
        }
        Ok(incarnations)
    }

    pub(crate) fn lane(&self, build: &Build, log: Service) -> Lane {
        Lane {
            setup: self.setup.clone(),
            build: build.clone(),
            share: Share {
                build: build.id,
                log,
                worker: self.worker,
                lease: self.setup.options.lease,
            },
        }
    }

    /// The builds of this version that are to be followed.
    async fn followable(&self) -> Result<Vec<Build>, ProjectionError> {
        let client = self.setup.pool.get().await?;
        self.followable_in(&client).await
    }

    async fn followable_in(
        &self,
        client: &impl GenericClient,
    ) -> Result<Vec<Build>, ProjectionError> {
        let mut builds = Build::all(client, self.setup.projection.name()).await?;
        builds.retain(|build| {
            build.version == self.setup.projection.version()
                && matches!(build.state, BuildState::Active | BuildState::Building)
        });
        Ok(builds)
    }

    /// Begins a build when this version has none to follow: the first of all is active at once, any
    /// other grows beside the active one. A version older than the active one begins none.
    async fn begin(&mut self) -> Result<(), ProjectionError> {
        let incarnations = self.incarnations().await?;
        let mut client = self.setup.pool.get().await?;
        let transaction = client.transaction().await?;
        lock_name(&transaction, self.setup.projection.name()).await?;
        if !self.followable_in(&transaction).await?.is_empty() {
            return Ok(());
        }
        let active = match Build::active(&transaction, self.setup.projection.name()).await {
            Ok(active) => Some(active),
            Err(ProjectionError::NeverBuilt(_)) => None,
            Err(error) => return Err(error),
        };
        let newer = active
            .as_ref()
            .filter(|active| active.version > self.setup.projection.version());
        if let Some(newer) = newer {
            if !self.idle {
                tracing::warn!(
                    projection = newer.name,
                    active = newer.version,
                    own = self.setup.projection.version(),
                    "a later version is active; standing by"
                );
            }
            self.idle = true;
            return Ok(());
        }
        self.idle = false;
        let first = active.is_none();
        let build = NewBuild {
            projection: &self.setup.projection,
            state: if first {
                BuildState::Active
            } else {
                BuildState::Building
            },
            as_of: None,
            schema: None,
            incarnations: &incarnations,
        }
        .create(&transaction)
        .await?;
        if let Some(active) = active.filter(|active| active.version == build.version) {
            copy_skipped(&transaction, active.id, build.id).await?;
        }
        if first {
            switch::point_at(&transaction, &self.setup.projection, &build).await?;
        }
        transaction.commit().await?;
        tracing::info!(schema = build.schema, state = %build.state, "a build begins");
        Ok(())
    }

    /// Switches to `build` if it is time.
    pub(crate) async fn try_switch(&mut self, build: &Build) -> Result<bool, ProjectionError> {
        if self
            .switch_after
            .is_some_and(|after| Instant::now() < after)
        {
            return Ok(false);
        }
        let (setup, logs) = (&self.setup, self.logs()?);
        let near = setup.options.batch;
        match switch::try_switch(setup, build, &logs, near).await? {
            Switched::Yes => {
                self.switch_pause = FIRST_PAUSE;
                return Ok(true);
            }
            Switched::NotYet => {}
            Switched::InTheWay => {
                self.switch_after = Some(Instant::now() + self.switch_pause);
                self.switch_pause = (self.switch_pause * 2).min(LONGEST_PAUSE);
            }
        }
        Ok(false)
    }

    /// Follows exactly `builds`: stops followers of others, starts those that lack or have ended.
    pub(crate) async fn follow(&mut self, builds: &[Build]) {
        let wanted = |id: BuildId| builds.iter().any(|build| build.id == id);
        let over: Vec<_> = self
            .members
            .iter()
            .filter(|((id, _), member)| !wanted(*id) || member.task.is_finished())
            .map(|(key, _)| *key)
            .collect();
        for key in over {
            if let Some(member) = self.members.remove(&key) {
                member.end().await;
            }
        }
        for build in builds {
            let Ok(logs) = self.logs() else { return };
            let new: Vec<_> = logs
                .into_iter()
                .filter(|reader| !self.members.contains_key(&(build.id, reader.service())))
                .cloned()
                .collect();
            for reader in new {
                let log = reader.service();
                let stop = CancellationToken::new();
                let follower = Follower::new(self.lane(build, log), reader);
                let task = tokio::spawn(follower.run(stop.clone()));
                self.members.insert((build.id, log), Member { stop, task });
            }
        }
    }

    /// Ends all followers, each after the batch in flight.
    pub(crate) async fn stop(&mut self) {
        for member in self.members.values() {
            member.stop.cancel();
        }
        for (_, member) in self.members.drain() {
            member.end().await;
        }
    }
}

impl Member {
    async fn end(mut self) {
        self.stop.cancel();
        match timeout(GRACE, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "a follower ended badly"),
            Err(_) => tracing::warn!("a follower does not end; its leases run out"),
        }
    }
}

/// The reader of `log` among `readers`.
pub(crate) fn reader_of<'r>(
    readers: &'r [LogReader],
    projection: &str,
    log: Service,
) -> Result<&'r LogReader, ProjectionError> {
    readers
        .iter()
        .find(|reader| reader.service() == log)
        .ok_or_else(|| ProjectionError::MissingLog {
            projection: projection.to_owned(),
            log,
        })
}
