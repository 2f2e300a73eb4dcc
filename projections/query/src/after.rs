//! Reading one's own writes: waiting until a model shows what tokens stand for.

use std::time::Duration;

use guanxi_decider::Refusal;
use guanxi_events::{Position, Service, TenantId};
use guanxi_projection::WaitError;
use guanxi_runtime::{Fields, Token, errors};
use tokio::time::{Instant, sleep};
use tonic::Status;

use crate::{Queries, failure};

/// A read model as its queries know it.
pub(crate) struct Model {
    /// Its name.
    pub(crate) name: &'static str,
    /// The log that it follows, as far as another log's tokens are concerned.
    pub(crate) log: Service,
    /// Logs whose events reach it only as what the reactions of `log`'s service make of them.
    pub(crate) through: &'static [Service],
}

/// More tokens than any caller has reason to hold.
const MOST: usize = 32;
/// Between two looks at a reaction's checkpoint.
const LOOK: Duration = Duration::from_millis(10);

/// Waits for all of them.
///
/// # Errors
/// `INVALID_ARGUMENT` for what is no token or one of a log that the model does not follow;
/// `FAILED_PRECONDITION` for one of another life of a log; `DEADLINE_EXCEEDED`.
pub(crate) async fn wait(
    queries: &Queries,
    tenant: &TenantId,
    model: &Model,
    tokens: &[String],
    deadline: Instant,
) -> Result<(), Status> {
    let mut fields = Fields::default();
    fields.count("after", tokens.len(), MOST);
    let mut wanted = Vec::new();
    for (n, text) in tokens.iter().enumerate().take(MOST) {
        match Token::decode(text) {
            Some(token) => wanted.push((n, token)),
            None => fields.bad(format!("after[{n}]"), "is no token of a command or query"),
        }
    }
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    for (n, token) in wanted {
        if model.through.contains(&token.service) {
            through_reaction(queries, tenant, model, token, deadline).await?;
        } else {
            reach(queries, model, n, token, deadline).await?;
        }
    }
    Ok(())
}

async fn reach(
    queries: &Queries,
    model: &Model,
    n: usize,
    token: Token,
    deadline: Instant,
) -> Result<(), Status> {
    let Token {
        service,
        incarnation,
        position,
    } = token;
    let waited = queries
        .models
        .wait_for(model.name, service, incarnation, position, deadline)
        .await;
    waited.map_err(|error| match error {
        WaitError::NotFollowed { log, follows, .. } => {
            let known = follows.iter().chain(model.through).map(|log| log.name());
            let known: Vec<&str> = known.collect();
            let mut fields = Fields::default();
            fields.bad(
                format!("after[{n}]"),
                format!(
                    "is of the log {log}; {} follows {}",
                    model.name,
                    known.join(", ")
                ),
            );
            match fields.finish() {
                Err(refusal) => errors::refused(&refusal),
                Ok(()) => errors::internal("a bad field was not kept"),
            }
        }
        WaitError::Foreign { log, .. } => errors::refused(
            &Refusal::precondition(
                "TOKEN_OF_ANOTHER_LIFE",
                format!(
                    "after[{n}] is of a life of the log {log} that is over: the log was restored, \
                     and what the token stands for may be lost; ask without it"
                ),
            )
            .figure("log", log),
        ),
        WaitError::Deadline { .. } => late(model, &error),
        WaitError::NeverBuilt(_) => errors::unavailable(&error),
    })
}

fn late(model: &Model, why: &dyn std::fmt::Display) -> Status {
    errors::deadline(&format!("{}: {why}", model.name))
}

/// Waits until the reactions of the model's service have answered the token's event, and then for
/// what they wrote.
async fn through_reaction(
    queries: &Queries,
    tenant: &TenantId,
    model: &Model,
    token: Token,
    deadline: Instant,
) -> Result<(), Status> {
    let target = loop {
        if let Some(target) = answered(queries, tenant, model, token).await? {
            break target;
        }
        if Instant::now() + LOOK >= deadline {
            let why = format!(
                "the {} service has not taken up position {} of {} yet",
                model.log, token.position, token.service
            );
            return Err(late(model, &why));
        }
        sleep(LOOK).await;
    };
    let positions = queries.models.positions(model.name).await;
    let positions = positions.map_err(|error| failure::projection(&error))?;
    let Some(own) = positions.iter().find(|at| at.log == model.log) else {
        return Err(errors::internal(
            "a model does not follow the log that it says",
        ));
    };
    let token = Token {
        service: model.log,
        incarnation: own.incarnation,
        position: target,
    };
    reach(queries, model, 0, token, deadline).await
}

/// Where the effects of the token's event stand, once every reaction to that log has passed it.
async fn answered(
    queries: &Queries,
    tenant: &TenantId,
    model: &Model,
    token: Token,
) -> Result<Option<Position>, Status> {
    let client = queries.connection(tenant).await?;
    let sql = format!(
        "select bool_and(incarnation = $2 and position >= $3) as passed, max(target_position) as target
           from log_{}.reactions where source = $1",
        model.log
    );
    let read = async {
        let statement = client.prepare_cached(&sql).await?;
        let source = token.service.name();
        let row = client
            .query_one(
                &statement,
                &[&source, &token.incarnation.0, &token.position.0],
            )
            .await?;
        // Without a reaction that ever ran, both are null.
        let passed: Option<bool> = row.try_get("passed")?;
        let target: Option<i64> = row.try_get("target")?;
        Ok(target.filter(|_| passed == Some(true)).map(Position))
    };
    read.await
        .map_err(|error: tokio_postgres::Error| failure::postgres(&error))
}
