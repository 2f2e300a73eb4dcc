//! A caller's question: who asks, and until when an answer is of use.

use deadpool_postgres::Object;
use guanxi_decider::Home;
use guanxi_eventlog::Turn;
use guanxi_events::{PersonId, TenantId};
use guanxi_runtime::{deadline, identity};
use tokio::time::Instant;
use tonic::{Request, Status};

use crate::{Queries, after::Model, queries::Snapshot};

/// Who asks, and until when an answer is of use.
pub(crate) struct Asked {
    pub(crate) tenant: TenantId,
    pub(crate) person: PersonId,
    pub(crate) home: Home,
    pub(crate) deadline: Instant,
}

impl Asked {
    /// Of a request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub(crate) fn of<T>(queries: &Queries, request: &Request<T>) -> Result<Self, Status> {
        let identity = identity(request)?;
        Ok(Self {
            home: queries.config.home(&identity.tenant),
            deadline: deadline(request, &queries.config),
            tenant: identity.tenant,
            person: identity.person,
        })
    }

    /// A connection, once the model shows what the tokens stand for.
    pub(crate) async fn connection(
        &self,
        queries: &Queries,
        model: &Model,
        after: &[String],
    ) -> Result<Turn, Status> {
        queries
            .after(&self.tenant, model, after, self.deadline)
            .await?;
        queries.connection(&self.tenant).await
    }

    /// One read of the model.
    pub(crate) async fn snapshot<'a>(
        &self,
        queries: &Queries,
        model: &Model,
        connection: &'a mut Object,
    ) -> Result<Snapshot<'a>, Status> {
        Snapshot::open(queries, connection, model, self.deadline).await
    }
}
