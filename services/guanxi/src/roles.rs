//! The narrow roles of Postgres: each process takes on the one of its job, which may do that job
//! and nothing else.

use std::time::Duration;

use guanxi_events::Service;
use tokio_postgres::{Client, error::SqlState};

/// The logs whose events a service's reactions read.
const fn reads(service: Service) -> &'static [Service] {
    match service {
        Service::Customers => &[],
        Service::Sales => &[Service::Customers],
        Service::Service => &[Service::Customers],
        Service::Loyalty => &[Service::Customers, Service::Sales],
    }
}

/// Creates the roles and grants them what they need. The login must be allowed to, and becomes a
/// member of each, so that processes with this login can take them on.
///
/// # Errors
/// When Postgres refuses.
pub async fn grant(client: &mut Client) -> Result<(), tokio_postgres::Error> {
    let script = script();
    let mut attempts = 1;
    loop {
        let transaction = client.transaction().await?;
        let granted = transaction.batch_execute(&script).await;
        match granted {
            Ok(()) => return transaction.commit().await,
            Err(error) if attempts < 20 && collided(&error) => {
                transaction.rollback().await?;
                tokio::time::sleep(Duration::from_millis(50 * attempts)).await;
                attempts += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Roles belong to the whole server, where no advisory lock reaches: another database's migration
/// at the same moment shows as one of these.
fn collided(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(
            &SqlState::DUPLICATE_OBJECT
                | &SqlState::UNIQUE_VIOLATION
                | &SqlState::T_R_DEADLOCK_DETECTED
                | &SqlState::T_R_SERIALIZATION_FAILURE
                // "tuple concurrently updated", of two grants on one thing.
                | &SqlState::INTERNAL_ERROR
        )
    )
}

fn script() -> String {
    let mut script = String::from(include_str!("roles/roles.sql"));
    for service in Service::ALL {
        let own = include_str!("roles/service.sql");
        script.push_str(&own.replace("{service}", service.name()));
        for source in reads(service) {
            let other = include_str!("roles/source.sql");
            let other = other.replace("{service}", service.name());
            script.push_str(&other.replace("{source}", source.name()));
        }
        let all = include_str!("roles/readers.sql");
        script.push_str(&all.replace("{service}", service.name()));
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left_in_the_script() {
        assert!(!script().contains(['{', '}']), "{}", script());
    }
}
