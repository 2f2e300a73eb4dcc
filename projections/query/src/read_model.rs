//! A read model that is asked: who asks, from when on, and what they look at.

use deadpool_postgres::Object;
use guanxi_eventlog::Turn;
use guanxi_runtime::{deadline, identity};
use tonic::{Request, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot};

/// What the gRPC service of one read model stands on.
#[derive(Clone)]
pub(crate) struct ReadModel {
    pub(crate) queries: Queries,
    pub(crate) model: &'static Model,
}

impl ReadModel {
    pub(crate) fn new(queries: Queries, model: &'static Model) -> Self {
        Self { queries, model }
    }

    /// Who asks by a request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub(crate) fn asked<T>(&self, request: &Request<T>) -> Result<Asked, Status> {
        let identity = identity(request)?;
        let config = &self.queries.config;
        Ok(Asked {
            home: config.home(&identity.tenant),
            deadline: deadline(request, config),
            tenant: identity.tenant,
            person: identity.person,
        })
    }

    /// Waits until the model shows what the tokens stand for.
    pub(crate) async fn wait(&self, asked: &Asked, after: &[String]) -> Result<(), Status> {
        let Asked {
            tenant, deadline, ..
        } = asked;
        self.queries
            .after(tenant, self.model, after, *deadline)
            .await
    }

    /// A connection, once the model shows what the tokens stand for.
    pub(crate) async fn connection(&self, asked: &Asked, after: &[String]) -> Result<Turn, Status> {
        self.wait(asked, after).await?;
        self.queries.connection(&asked.tenant).await
    }

    /// One read of the model.
    pub(crate) async fn snapshot<'a>(
        &self,
        asked: &Asked,
        connection: &'a mut Object,
    ) -> Result<Snapshot<'a>, Status> {
        Snapshot::open(&self.queries, connection, self.model, asked.deadline).await
    }
}
