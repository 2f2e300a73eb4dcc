//! The engine's own tables, in the schema `projections`.

use tokio_postgres::Client;

use crate::ProjectionError;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Two programs that start at once take turns. The number is the ASCII of `gx.proj`.
const MIGRATION_LOCK: i64 = 0x67_78_2e_70_72_6f_6a;

/// Brings the schema `projections` up to date. May be called at every start, by any number of
/// programs at once.
///
/// # Errors
/// [`ProjectionError::Migration`], or what Postgres says.
pub async fn migrate(client: &mut Client) -> Result<(), ProjectionError> {
    client
        .execute("select pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .await?;
    let migrated = migrate_locked(client).await;
    // The lock belongs to the session, which goes back to the pool.
    client
        .execute("select pg_advisory_unlock($1)", &[&MIGRATION_LOCK])
        .await?;
    migrated
}

async fn migrate_locked(client: &mut Client) -> Result<(), ProjectionError> {
    client
        .batch_execute("create schema if not exists projections")
        .await?;
    embedded::migrations::runner()
        .set_migration_table_name("projections.migrations")
        .run_async(client)
        .await?;
    Ok(())
}
