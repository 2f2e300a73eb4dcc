//! What can be served and projected: the one place that knows every service and read model.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use async_nats::Client;
use deadpool_postgres::Pool;
use guanxi_eventlog::{LogReader, PlainCodec};
use guanxi_events::Service;
use guanxi_projection::{Options, Projection, Registry, Setup, Worker};
use guanxi_runtime::{
    Module, Readiness, Serving,
    config::Config,
    database::Database,
    serve::{self, Running},
    telemetry,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Span;

/// What `guanxi serve` can serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A command service.
    Service(Service),
    /// The queries.
    Query,
}

/// A part that runs.
pub(crate) enum Served {
    /// A command service.
    Service(Running),
    /// The queries.
    Query(Serving),
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Service(Service::Customers),
        Self::Service(Service::Sales),
        Self::Service(Service::Service),
        Self::Service(Service::Loyalty),
        Self::Query,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Service(service) => service.name(),
            Self::Query => "query",
        }
    }

    /// Starts it.
    pub(crate) async fn serve(
        self,
        config: &Arc<Config>,
        readiness: &Readiness,
        stop: &CancellationToken,
    ) -> anyhow::Result<Served> {
        let (readiness, stop) = (readiness.clone(), stop.clone());
        let served = match self {
            Self::Service(service) => {
                serve::serve(module(service), config.clone(), readiness, stop)
                    .await
                    .map(Served::Service)
            }
            Self::Query => guanxi_query::serve(config.clone(), readiness, stop)
                .await
                .map(Served::Query),
        };
        served.with_context(|| format!("cannot serve {}", self.name()))
    }
}

impl Served {
    /// Where its gRPC port is.
    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Service(running) => running.address,
            Self::Query(serving) => serving.address,
        }
    }

    /// Waits for its orderly end.
    pub(crate) async fn stopped(self) {
        match self {
            Self::Service(running) => running.stopped().await,
            Self::Query(serving) => {
                if serving.done.await.is_err() {
                    tracing::error!("the query port ended by a panic");
                }
            }
        }
    }
}

fn module(service: Service) -> Module {
    match service {
        Service::Customers => guanxi_customers::module(),
        Service::Sales => guanxi_sales::module(),
        Service::Service => guanxi_service::module(),
        Service::Loyalty => guanxi_loyalty::module(),
    }
}

/// The read models that this release knows.
pub(crate) fn projections() -> Registry {
    Registry::new()
        .with(guanxi_funnels::Funnels)
        .with(guanxi_receivables::Receivables)
        .with(guanxi_points::Points)
        .with(guanxi_service_figures::Service)
        .with(guanxi_dashboards::Dashboards)
}

/// A reader of every log, on these connections.
pub(crate) fn readers(pool: &Pool) -> Vec<LogReader> {
    let codec = Arc::new(PlainCodec);
    Service::ALL
        .into_iter()
        .map(|service| LogReader::new(service, pool.clone(), codec.clone()))
        .collect()
}

/// What keeps read models up to date.
pub(crate) struct Projector {
    /// In the projector's role.
    pub(crate) pool: Pool,
    /// Of every log.
    pub(crate) readers: Vec<LogReader>,
    nats: Option<Client>,
    registry: Registry,
}

impl Projector {
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let pool = Database::open(config, "projector")?.pool()?;
        // Here and not in the first tick, so that a wrong address is told at once.
        let reached = pool.get().await;
        drop(reached.context("cannot reach Postgres at database.url; does it run?")?);
        Ok(Self {
            readers: readers(&pool),
            pool,
            nats: serve::nats(config).await?,
            registry: projections(),
        })
    }

    /// The projections of these names; `all` is all of them.
    pub(crate) fn named(&self, names: &[String]) -> anyhow::Result<Vec<Arc<dyn Projection>>> {
        if names.iter().any(|name| name == "all") {
            return Ok(self.registry.iter().cloned().collect());
        }
        names.iter().map(|name| self.one(name)).collect()
    }

    /// The projection of this name.
    pub(crate) fn one(&self, name: &str) -> anyhow::Result<Arc<dyn Projection>> {
        self.registry.get(name).with_context(|| {
            let known: Vec<_> = self.registry.iter().map(|p| p.name()).collect();
            format!("the read models are {}", known.join(", "))
        })
    }

    /// What the engine needs for a projection.
    pub(crate) fn setup(&self, projection: Arc<dyn Projection>) -> Setup {
        Setup {
            projection,
            pool: self.pool.clone(),
            readers: self.readers.clone(),
            nats: self.nats.clone(),
            options: Options {
                link: Some(link),
                ..Options::default()
            },
        }
    }

    /// Starts a worker for each.
    pub(crate) fn work(
        &self,
        projections: &[Arc<dyn Projection>],
        readiness: &Readiness,
        stop: &CancellationToken,
    ) -> Workers {
        let mut workers = JoinSet::new();
        for projection in projections {
            let name = format!("projection {}", projection.name());
            readiness.set(&name, true);
            let worker = Worker::new(self.setup(projection.clone()));
            let (readiness, stop) = (readiness.clone(), stop.clone());
            workers.spawn(async move {
                let worked = worker.run(stop).await;
                readiness.set(&name, false);
                worked.with_context(|| name)
            });
        }
        Workers(workers)
    }
}

/// Workers at work.
pub(crate) struct Workers(JoinSet<anyhow::Result<()>>);

impl Workers {
    /// Waits until all have given back what they held.
    pub(crate) async fn ended(mut self) -> anyhow::Result<()> {
        while let Some(worked) = self.0.join_next().await {
            worked??;
        }
        Ok(())
    }
}

/// Joins the span of a batch to the traces of its events.
fn link(span: &Span, traceparents: &[&str]) {
    span.in_scope(|| {
        traceparents
            .iter()
            .for_each(|trace| telemetry::link_to(trace))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_read_model_declares_its_indexes_one_by_one_and_where_they_are_not_there_yet() {
        for projection in projections().iter() {
            let lines = projection.indexes().lines();
            let code: Vec<&str> = lines.filter(|line| !line.starts_with("--")).collect();
            let code = code.join("\n");
            for statement in code.split_terminator(';').map(str::trim) {
                let name = projection.name();
                let is_index = statement.starts_with("create index if not exists ")
                    || statement.starts_with("create unique index if not exists ");
                assert!(is_index || statement.is_empty(), "{name}: {statement}");
            }
        }
    }
}
