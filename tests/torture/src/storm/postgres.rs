//! What is done to Postgres.

use std::time::Duration;

use anyhow::Context;
use guanxi_cluster::Cluster;
use guanxi_events::Service;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::time::sleep;

use crate::{Fault, Kind};

/// `kill -9` of one backend that serves a process.
pub(super) async fn kill_a_backend(cluster: &mut Cluster, dice: u64) -> anyhow::Result<bool> {
    let sql = "select pid from pg_stat_activity
               where backend_type = 'client backend' and pid <> pg_backend_pid()
               order by (state = 'active') desc, hashint8extended(pid, $1) limit 1";
    let dice = i64::from_le_bytes(dice.to_le_bytes());
    let found = cluster.connect().await?.query_opt(sql, &[&dice]).await?;
    let Some(backend) = found else {
        return Ok(false);
    };
    kill(Pid::from_raw(backend.try_get(0)?), Signal::SIGKILL)?;
    // Postgres notices by itself, ends all others and recovers.
    Ok(true)
}

/// Every connection but our own.
pub(super) async fn end_connections(cluster: &mut Cluster) -> anyhow::Result<bool> {
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where backend_type = 'client backend' and pid <> pg_backend_pid()";
    let ended: i64 = cluster.connect().await?.query_one(sql, &[]).await?.get(0);
    Ok(ended > 0)
}

/// The session that holds the lock of a service's relay.
pub(super) async fn take_the_relays_lock(
    cluster: &mut Cluster,
    service: Service,
) -> anyhow::Result<bool> {
    let sql = "select count(pg_terminate_backend(pid)) from pg_locks
               where locktype = 'advisory' and granted
                 and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)";
    let key = format!("guanxi relay {service}");
    let client = cluster.connect().await?;
    let ended: i64 = client.query_one(sql, &[&key]).await?.get(0);
    Ok(ended > 0)
}

pub(super) async fn stop_and_start(cluster: &mut Cluster, fault: &Fault) -> anyhow::Result<()> {
    let postgres = &mut cluster.servers()?.postgres;
    match fault.kind {
        Kind::PostgresKilled => postgres.kill(),
        Kind::PostgresStoppedAtOnce => postgres.kill_immediate(),
        _ => postgres.stop().await,
    }
    sleep(fault.lasts).await;
    Ok(postgres.restart().await?)
}

/// Fills the disk; when there is room again, Postgres is started if it did not survive that.
pub(super) async fn fill_the_disk(cluster: &mut Cluster, lasts: Duration) -> anyhow::Result<()> {
    let servers = cluster.servers()?;
    let disk = servers
        .disk
        .as_ref()
        .context("the disk is not a small one")?;
    disk.fill()?;
    sleep(lasts).await;
    disk.free()?;
    // It may be about to end, or to recover.
    sleep(Duration::from_secs(1)).await;
    if servers.postgres.pid().is_none() {
        servers.postgres.restart().await?;
    }
    Ok(())
}
