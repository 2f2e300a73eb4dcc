//! What a service brings: its aggregates, its reactions, its RPCs.

use std::sync::Arc;

use guanxi_decider::{Decider, DynDecider};
use guanxi_events::Service;
use tonic::service::RoutesBuilder;

use crate::{
    Commands,
    jobs::{DynJob, Job},
    reactions::{DynReaction, Reaction},
};

type Mount = Box<dyn Fn(Commands, &mut RoutesBuilder) + Send + Sync>;

/// One command service, ready to be served.
pub struct Module {
    pub(crate) service: Service,
    pub(crate) deciders: Vec<DynDecider>,
    pub(crate) jobs: Vec<Arc<dyn DynJob>>,
    pub(crate) reactions: Vec<Arc<dyn DynReaction>>,
    pub(crate) mounts: Vec<Mount>,
}

impl Module {
    /// A service without anything yet.
    pub fn new(service: Service) -> Self {
        Self {
            service,
            deciders: Vec::new(),
            jobs: Vec::new(),
            reactions: Vec::new(),
            mounts: Vec::new(),
        }
    }

    /// Which service.
    pub fn service(&self) -> Service {
        self.service
    }

    /// One of its aggregates; its timers fire from now on.
    #[must_use]
    pub fn decider<D: Decider>(mut self) -> Self {
        self.deciders.push(DynDecider::of::<D>());
        self
    }

    /// One of its jobs, which is an aggregate as well; its items are worked off from now on.
    #[must_use]
    pub fn job<J: Job>(mut self, job: J) -> Self {
        self.jobs.push(Arc::new(job));
        self.decider::<J::Decider>()
    }

    /// One of its reactions to another service's events.
    #[must_use]
    pub fn reaction<R: Reaction>(mut self, reaction: R) -> Self {
        self.reactions.push(Arc::new(reaction));
        self
    }

    /// Its gRPC services.
    #[must_use]
    pub fn grpc(
        mut self,
        mount: impl Fn(Commands, &mut RoutesBuilder) + Send + Sync + 'static,
    ) -> Self {
        self.mounts.push(Box::new(mount));
        self
    }

    /// The gRPC services on these commands.
    pub(crate) fn routes(&self, commands: &Commands) -> RoutesBuilder {
        let mut routes = RoutesBuilder::default();
        for mount in &self.mounts {
            mount(commands.clone(), &mut routes);
        }
        routes
    }
}
