//! The demo tenant's analyst.

use anyhow::Context;
use guanxi_events::TenantId;
use guanxi_query::analytics::{Analyst, Roles, create_analyst};
use guanxi_runtime::{config::Config, database::Database};
use secrecy::{ExposeSecret, SecretString};

use super::{DevHome, TENANT};

/// Makes the login, and returns the URL with which to log in.
pub(super) async fn login(
    home: &DevHome,
    config: &Config,
    database: &SecretString,
) -> anyhow::Result<String> {
    let tenant: TenantId = TENANT.parse()?;
    let login = format!("{TENANT}_analyst");
    let (_, password) = home.secret("analyst-password")?;
    let mut client = Database::administrator(config)?.pool()?.get().await?;
    let analyst = Analyst {
        tenant: &tenant,
        zone: &config.time_zone(&tenant),
        currency: config.currency(&tenant),
        login: &login,
        password: &SecretString::from(password.clone()),
    };
    create_analyst(&mut client, &Roles::default(), analyst)
        .await
        .context("the analyst's login")?;
    let address = database.expose_secret().rsplit_once('@');
    let (_, address) = address.context("the database's address has no login")?;
    Ok(format!("postgres://{login}:{password}@{address}"))
}
