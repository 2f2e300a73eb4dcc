//! The analysts' schema: who may read it, and as whom.
//!
//! Every tenant has logins of its own, members of one group that may read the documented views of
//! the schema `analytics` and nothing else. The views filter by the tenant that `session_user`
//! stands for; neither a setting nor `SET ROLE` changes that, and `security_barrier` keeps functions
//! of the caller away from rows that are not the caller's.

use deadpool_postgres::{Object, Transaction};
use guanxi_events::TenantId;
use guanxi_projection::{Build, ProjectionError, Registry, lock_name};
use iso_currency::Currency;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};

/// The names of the two roles without a login. Roles belong to the whole server, so two
/// installations on one server need two pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// Owns the views and reads the read models.
    pub owner: String,
    /// The group of all analysts' logins.
    pub analyst: String,
}

impl Default for Roles {
    fn default() -> Self {
        Self {
            owner: "guanxi_analytics".to_owned(),
            analyst: "guanxi_analyst".to_owned(),
        }
    }
}

/// Why the analysts' schema could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    /// A role's name that would need quoting.
    #[error(
        "{0:?} is no plain role name: 1 to 63 of a-z, 0-9 and _, beginning with a letter, not pg_"
    )]
    Name(String),
    /// The role exists and is not an analyst of that tenant.
    #[error("the role {0} exists and is no analyst of that tenant")]
    Taken(String),
    /// A time zone without a name cannot be told to Postgres.
    #[error("the tenant's time zone has no IANA name")]
    Zone,
    /// A password that can be guessed.
    #[error("an analyst's password has at least 12 characters")]
    Password,
    /// Postgres refused or could not be reached.
    #[error("postgres: {0}")]
    Postgres(#[from] tokio_postgres::Error),
    /// The builds could not be read.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}

/// A login of one tenant.
#[derive(Debug, Clone, Copy)]
pub struct Analyst<'a> {
    /// Whose rows it sees.
    pub tenant: &'a TenantId,
    /// Where the tenant's days begin.
    pub zone: &'a TimeZone,
    /// What the tenant sums up several currencies in.
    pub currency: Currency,
    /// The name to log in with; a role's name, so it is unique over the whole server.
    pub login: &'a str,
    /// At least 12 characters.
    pub password: &'a SecretString,
}

/// How many connections a login may have at once: that, unlike a timeout, it cannot change itself.
const CONNECTIONS: u32 = 8;

/// Makes or brings up to date the schema, the two roles, and the views over those read models that
/// are built in this program's version. May be called at every start, by several programs at once;
/// by a superuser, for it makes roles.
///
/// A role that builds read models without being a superuser must be a member of [`Roles::owner`].
///
/// # Errors
/// [`AnalyticsError`].
pub async fn setup(
    client: &mut Object,
    roles: &Roles,
    registry: &Registry,
) -> Result<(), AnalyticsError> {
    plain(&roles.owner)?;
    plain(&roles.analyst)?;
    let transaction = client.transaction().await?;
    lock(&transaction).await?;
    // What is active stays so until its views are made: they would be left on a build that is not.
    for projection in registry.iter().filter(|it| it.views().is_some()) {
        lock_name(&transaction, projection.name()).await?;
    }
    let sql = include_str!("analytics/setup.sql")
        .replace("{owner}", &roles.owner)
        .replace("{analyst}", &roles.analyst);
    transaction.batch_execute(&sql).await?;
    for projection in registry.iter() {
        let Some(views) = projection.views() else {
            continue;
        };
        match Build::active(&transaction, projection.name()).await {
            Ok(build) if build.version == projection.version() => {
                transaction
                    .batch_execute(&views.replace("{schema}", &build.schema))
                    .await?
            }
            // A build of another version lacks what these views show; the switch to one of this
            // version brings them.
            Ok(_) | Err(ProjectionError::NeverBuilt(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// Makes a login that sees what belongs to its tenant. One that is there already gets the password.
/// The password itself is not sent: only what Postgres keeps of it.
///
/// # Errors
/// [`AnalyticsError`].
pub async fn create_analyst(
    client: &mut Object,
    roles: &Roles,
    analyst: Analyst<'_>,
) -> Result<(), AnalyticsError> {
    let Analyst {
        tenant,
        zone,
        currency,
        login,
        password,
    } = analyst;
    plain(login)?;
    plain(&roles.analyst)?;
    let zone = zone.iana_name().ok_or(AnalyticsError::Zone)?;
    if password.expose_secret().chars().count() < 12 {
        return Err(AnalyticsError::Password);
    }
    let verifier = postgres_protocol::password::scram_sha_256(password.expose_secret().as_bytes());
    let transaction = client.transaction().await?;
    lock(&transaction).await?;
    let known = transaction
        .query_opt(
            "select l.tenant from pg_roles r
               left join analytics_access.logins l on l.login = r.rolname
              where r.rolname = $1::text::name",
            &[&login],
        )
        .await?;
    match known {
        None => {
            transaction
                .batch_execute(&format!("create role {login}"))
                .await?
        }
        Some(row) if row.try_get::<_, Option<&str>>(0)? == Some(tenant.as_str()) => {}
        Some(_) => return Err(AnalyticsError::Taken(login.to_owned())),
    }
    let group = &roles.analyst;
    transaction
        .batch_execute(&format!(
            "alter role {login} login inherit nosuperuser nocreatedb nocreaterole noreplication
                   nobypassrls connection limit {CONNECTIONS} password '{verifier}';
             alter role {login} set default_transaction_read_only = on;
             alter role {login} set statement_timeout = '2min';
             alter role {login} set idle_in_transaction_session_timeout = '1min';
             alter role {login} set search_path = analytics;
             grant {group} to {login};"
        ))
        .await?;
    let places = i32::from(currency.exponent().unwrap_or(2));
    transaction
        .execute(
            "insert into analytics_access.logins
                    (login, tenant, time_zone, base_currency, base_places)
             values ($1::text::name, $2, $3, $4, $5)
             on conflict (login) do update
                set time_zone = excluded.time_zone, base_currency = excluded.base_currency,
                    base_places = excluded.base_places",
            &[&login, &tenant.as_str(), &zone, &currency.code(), &places],
        )
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Takes a login away: from now on it sees nothing, and its sessions end.
///
/// # Errors
/// [`AnalyticsError::Taken`] when it is not an analyst's.
pub async fn remove_analyst(client: &mut Object, login: &str) -> Result<(), AnalyticsError> {
    plain(login)?;
    let transaction = client.transaction().await?;
    lock(&transaction).await?;
    let sql = "delete from analytics_access.logins where login = $1::text::name";
    if transaction.execute(sql, &[&login]).await? == 0 {
        return Err(AnalyticsError::Taken(login.to_owned()));
    }
    transaction
        .batch_execute(&format!("alter role {login} nologin"))
        .await?;
    transaction.commit().await?;
    let sql = "select pg_terminate_backend(pid) from pg_stat_activity
                where usename = $1::text::name";
    client.execute(sql, &[&login]).await?;
    client.batch_execute(&format!("drop role {login}")).await?;
    Ok(())
}

/// Roles and grants of one database are changed by one program at a time.
async fn lock(transaction: &Transaction<'_>) -> Result<(), tokio_postgres::Error> {
    let sql = "select pg_advisory_xact_lock(hashtextextended('guanxi.analytics', 0))";
    transaction.execute(sql, &[]).await?;
    Ok(())
}

/// Names go into statements as they are, for Postgres takes no parameters there.
fn plain(name: &str) -> Result<(), AnalyticsError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let fits = (1..=63).contains(&name.len())
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name.bytes().all(allowed)
        && !name.starts_with("pg_");
    if fits {
        Ok(())
    } else {
        Err(AnalyticsError::Name(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_go_into_statements() {
        for good in ["a", "acme_analyst", "analyst2"] {
            assert!(plain(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "2a",
            "a b",
            "a;drop",
            "a\"b",
            "Ann",
            "pg_monitor",
            &"a".repeat(64),
        ] {
            assert!(plain(bad).is_err(), "{bad}");
        }
    }
}
