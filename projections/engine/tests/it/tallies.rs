//! A small read model that shows every event that is lost, doubled or out of order, and its oracle.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::Pool;
use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service};
use guanxi_projection::{ApplyError, Key, Projection, Write};
use serde_json::Value;
use uuid::Uuid;

/// Counts, sums, and a digest that depends on the order, by stream.
#[derive(Clone)]
pub(crate) struct Tallies {
    pub(crate) version: u32,
    pub(crate) logs: &'static [Service],
    /// Whether it can read what was poison before.
    pub(crate) mended: Arc<AtomicBool>,
    /// How much longer each batch takes.
    pub(crate) slow: Duration,
    pub(crate) views: Option<&'static str>,
}

pub(crate) const BOTH: &[Service] = &[Service::Sales, Service::Customers];
pub(crate) const SALES: &[Service] = &[Service::Sales];

impl Default for Tallies {
    fn default() -> Self {
        Self {
            version: 1,
            logs: SALES,
            mended: Arc::default(),
            slow: Duration::ZERO,
            views: None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) events: i64,
    pub(crate) total: i64,
    pub(crate) digest: i64,
}

impl Tally {
    pub(crate) fn fold(&mut self, n: i64) {
        self.events += 1;
        self.total += n;
        self.digest = (self.digest * 31 + n + 7) % 1_000_003;
    }
}

/// A total beyond this is refused by the table.
pub(crate) const CEILING: i64 = 1_000_000;

impl Tallies {
    fn number(&self, event: &Recorded) -> Result<i64, ApplyError> {
        let data: Value = serde_json::from_slice(&event.data)
            .map_err(|error| ApplyError::poison(event, error))?;
        if data.get("panic").is_some() {
            assert!(self.mended.load(Ordering::SeqCst), "poison that panics");
            return Ok(0);
        }
        match data["n"].as_i64() {
            Some(n) => Ok(n),
            None if self.mended.load(Ordering::SeqCst) => Ok(0),
            None => Err(ApplyError::poison(event, "n is no number")),
        }
    }

    async fn fold(&self, write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
        let table = match write.log() {
            Service::Customers => "customers_tallies",
            _ => "tallies",
        };
        let ids: Vec<Uuid> = events.iter().map(|event| event.stream.id).collect();
        let mut tallies: BTreeMap<Uuid, Tally> = BTreeMap::new();
        let sql = format!("select id, events, total, digest from {table} where id = any ($1)");
        for row in write.query(&sql, &[&ids]).await? {
            let tally = Tally {
                events: row.get(1),
                total: row.get(2),
                digest: row.get(3),
            };
            tallies.insert(row.get(0), tally);
        }
        for event in events {
            let n = self.number(event)?;
            tallies.entry(event.stream.id).or_default().fold(n);
        }
        let ids: Vec<Uuid> = tallies.keys().copied().collect();
        let column = |of: fn(&Tally) -> i64| tallies.values().map(of).collect::<Vec<i64>>();
        let sql = format!(
            "insert into {table} (id, events, total, digest)
             select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
             on conflict (id) do update
                set (events, total, digest) = (excluded.events, excluded.total, excluded.digest)"
        );
        write
            .execute(
                &sql,
                &[
                    &ids,
                    &column(|tally| tally.events),
                    &column(|tally| tally.total),
                    &column(|tally| tally.digest),
                ],
            )
            .await?;
        if !self.slow.is_zero() {
            let seconds = self.slow.as_secs_f64();
            write.query("select pg_sleep($1)", &[&seconds]).await?;
        }
        Ok(())
    }
}

impl Projection for Tallies {
    fn name(&self) -> &'static str {
        "tallies"
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn logs(&self) -> &'static [Service] {
        self.logs
    }

    fn ddl(&self) -> &'static str {
        "create table tallies (id uuid primary key, events bigint not null,
                total bigint not null check (total < 1000000), digest bigint not null);
         create table customers_tallies (like tallies including all)"
    }

    fn indexes(&self) -> &'static str {
        "-- Of several tables; several of one.
         create index if not exists tallies_total on tallies (total);
         create index if not exists tallies_events on tallies (events);
         create index if not exists tallies_digest on tallies (digest);
         create index if not exists customers_tallies_total on customers_tallies (total);
         create index if not exists customers_tallies_events on customers_tallies (events);
         "
    }

    fn tables(&self) -> &'static [&'static str] {
        &["tallies", "customers_tallies"]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        (event.stream.category.as_str() == "tally").then(|| Key::stream(&event.stream))
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(self.fold(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        self.views
    }
}

/// What the read model should hold, by the simplest means. `left_out` says of an event whether the
/// model leaves it out.
pub(crate) fn oracle(
    events: &[Recorded],
    left_out: impl Fn(&Recorded) -> bool,
) -> BTreeMap<Uuid, Tally> {
    let mut tallies: BTreeMap<Uuid, Tally> = BTreeMap::new();
    for event in events {
        if event.stream.category.as_str() == "tally" && !left_out(event) {
            let data: Value = serde_json::from_slice(&event.data).unwrap();
            let tally = tallies.entry(event.stream.id).or_default();
            tally.fold(data["n"].as_i64().unwrap_or(0));
        }
    }
    tallies
}

/// What the read model holds.
pub(crate) async fn rows(pool: &Pool, schema: &str, log: Service) -> BTreeMap<Uuid, Tally> {
    let table = match log {
        Service::Customers => "customers_tallies",
        _ => "tallies",
    };
    let sql = format!("select id, events, total, digest from {schema}.{table}");
    let client = pool.get().await.unwrap();
    let rows = client.query(&sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| {
            let tally = Tally {
                events: row.get(1),
                total: row.get(2),
                digest: row.get(3),
            };
            (row.get(0), tally)
        })
        .collect()
}
