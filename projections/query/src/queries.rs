//! What every query does: wait, read in one snapshot, name the positions.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Object, Pool, Transaction};
use guanxi_eventlog::{SharedPool, Turn};
use guanxi_events::TenantId;
use guanxi_projection::{Build, LogPosition, Models, positions_in};
use guanxi_proto::{
    query::v1::{
        dashboard_service_server::DashboardServiceServer,
        funnel_service_server::FunnelServiceServer, points_service_server::PointsServiceServer,
        receivables_service_server::ReceivablesServiceServer,
        service_figures_service_server::ServiceFiguresServiceServer,
    },
    types::v1::ModelPosition,
};
use guanxi_runtime::{Token, config::Config, instant_to_wire};
use jiff::Timestamp;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};
use tokio_postgres::{Error, IsolationLevel};
use tonic::{Status, service::RoutesBuilder};

use crate::{
    after, dashboards::Dashboards, failure, funnels::Funnels, points::Points,
    receivables::Receivables, service_figures::ServiceFigures,
};

/// How long a question waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many streams of changes one process serves.
const WATCHERS: usize = 256;

/// What the query services stand on. Cheap to clone.
#[derive(Clone)]
pub struct Queries {
    pub(crate) models: Models,
    pub(crate) pool: SharedPool,
    pub(crate) config: Arc<Config>,
    pub(crate) watchers: Arc<Semaphore>,
}

impl Queries {
    /// On the database of the read models.
    pub fn new(models: Models, pool: Pool, config: Arc<Config>) -> Self {
        Self {
            models,
            pool: SharedPool::new(pool, PATIENCE),
            config,
            watchers: Arc::new(Semaphore::new(WATCHERS)),
        }
    }

    /// Adds the gRPC services.
    pub fn mount(&self, routes: &mut RoutesBuilder) {
        routes.add_service(FunnelServiceServer::new(Funnels::new(self.clone())));
        routes.add_service(PointsServiceServer::new(Points::new(self.clone())));
        routes.add_service(ReceivablesServiceServer::new(Receivables::new(
            self.clone(),
        )));
        routes.add_service(ServiceFiguresServiceServer::new(ServiceFigures::new(
            self.clone(),
        )));
        routes.add_service(DashboardServiceServer::new(Dashboards::new(self.clone())));
    }

    /// Waits until `model` shows what the tokens stand for.
    pub(crate) async fn after(
        &self,
        tenant: &TenantId,
        model: &after::Model,
        tokens: &[String],
        deadline: Instant,
    ) -> Result<(), Status> {
        after::wait(self, tenant, model, tokens, deadline).await
    }

    /// A connection to read with, when it is this tenant's turn: a tenant whose questions are many or
    /// long delays those of others by no more than one of them.
    pub(crate) async fn connection(&self, tenant: &TenantId) -> Result<Turn, Status> {
        let turn = timeout(PATIENCE, self.pool.client_for(tenant)).await;
        let turn = turn.map_err(|_| failure::no_connection())?;
        turn.map_err(|error| failure::log(&error))
    }
}

/// One read of a model: everything in it is of one moment.
pub(crate) struct Snapshot<'a> {
    pub(crate) transaction: Transaction<'a>,
    pub(crate) build: Build,
}

impl<'a> Snapshot<'a> {
    /// Opens one; statements that outlast the deadline are ended by Postgres itself.
    pub(crate) async fn open(
        queries: &Queries,
        connection: &'a mut Object,
        model: &after::Model,
        deadline: Instant,
    ) -> Result<Self, Status> {
        let build = queries.models.active(model.name).await;
        let build = build.map_err(|error| failure::projection(&error))?;
        let transaction = connection
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .map_err(|error| failure::postgres(&error))?;
        let left = deadline
            .saturating_duration_since(Instant::now())
            .as_millis()
            .max(1);
        transaction
            // To compile a statement takes longer than these run.
            .batch_execute(&format!(
                "set local statement_timeout = {left}; set local jit = off"
            ))
            .await
            .map_err(|error| failure::postgres(&error))?;
        Ok(Self { transaction, build })
    }

    /// How far the model is in this snapshot.
    pub(crate) async fn positions(&self) -> Result<Vec<ModelPosition>, Status> {
        let positions = positions_in(&self.transaction, self.build.id).await;
        let mut wire = Vec::new();
        for at in positions.map_err(|error| failure::projection(&error))? {
            let token = Token {
                service: at.log,
                incarnation: at.incarnation,
                position: at.position,
            };
            let recorded_at = self.recorded_at(&at).await;
            wire.push(ModelPosition {
                log: at.log.name().to_owned(),
                position: at.position.0,
                token: token.encode(),
                recorded_at: recorded_at
                    .map_err(|error| failure::postgres(&error))?
                    .map(instant_to_wire),
            });
        }
        Ok(wire)
    }

    /// When the event was recorded up to which the model is.
    async fn recorded_at(&self, at: &LogPosition) -> Result<Option<Timestamp>, Error> {
        let sql = format!(
            "select recorded_at from log_{}.events where position = $1",
            at.log
        );
        let statement = self.transaction.prepare_cached(&sql).await?;
        let row = self
            .transaction
            .query_opt(&statement, &[&at.position.0])
            .await?;
        row.map(|row| row.try_get(0)).transpose()
    }
}
