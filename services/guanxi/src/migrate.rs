//! Brings a database up to date.

use anyhow::Context;
use guanxi_events::Service;
use guanxi_query::analytics;
use guanxi_runtime::{config::Config, database::Database};

use crate::{modules::projections, roles};

/// Creates or updates every log, what the projections need, and the roles with their rights. The
/// configured login must be allowed to create schemas and roles. May be called at every start, by
/// several processes at once.
///
/// # Errors
/// When Postgres cannot be reached or refuses, or a later release was here before.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let database = Database::administrator(config)?;
    let client = database.connect().await;
    let mut client = client.context("cannot reach Postgres at database.url; does it run?")?;
    for service in Service::ALL {
        guanxi_runtime::migrate(&mut client, service)
            .await
            .with_context(|| format!("the log of {service}"))?;
    }
    guanxi_projection::migrate(&mut client)
        .await
        .context("the tables of the projections")?;
    roles::grant(&mut client)
        .await
        .context("roles and their rights")?;
    let mut client = database.pool()?.get().await?;
    analytics::setup(&mut client, &analytics::Roles::default(), &projections())
        .await
        .context("the analysts' schema")?;
    Ok(())
}
