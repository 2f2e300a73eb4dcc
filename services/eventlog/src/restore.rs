//! A log that came back from a backup begins a new life.

use guanxi_events::{Incarnation, Service};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{LogError, options::schema};

/// Gives the log a new incarnation, after a recovery that may have lost its tail: positions of the
/// lost tail will be dealt again, and whoever holds one must be told that it means nothing now. The new
/// life begins after all others, whatever the clock says. Snapshots go: one may have been written since the
/// recovery by a process that did not know of it.
///
/// # Errors
/// When Postgres cannot be reached or the log does not exist.
pub async fn restore_mark(client: &Client, service: Service) -> Result<Incarnation, LogError> {
    let schema = schema(service);
    let marked = client
        .query_one(
            &format!(
                "with marked as ( \
                     update {schema}.head set incarnation = gen_random_uuid() \
                     returning incarnation, position), \
                 forgotten as (delete from {schema}.snapshots) \
                 insert into {schema}.lives (incarnation, position, began_at) \
                 select incarnation, position, \
                        greatest(clock_timestamp(), \
                                 (select max(began_at) + interval '1 microsecond' from {schema}.lives)) \
                 from marked \
                 returning incarnation"
            ),
            &[],
        )
        .await?;
    Ok(Incarnation(marked.try_get::<_, Uuid>(0)?))
}
