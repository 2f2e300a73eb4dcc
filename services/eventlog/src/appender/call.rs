//! A batch as the arrays of the database function.

use std::{collections::HashSet, sync::Arc};

use guanxi_events::{StreamKey, StreamVersion};
use jiff::Timestamp;
use tokio_postgres::{Client, Row, Statement, types::ToSql};
use uuid::Uuid;

use crate::{Claim, TimerChange, prepared::Prepared};

/// The two ways into the log, prepared on one connection.
#[derive(Clone)]
pub(super) struct Calls {
    /// See `migrations/V2__append.sql`, and V6.
    append: Statement,
    /// See `migrations/V3__append_trusting.sql`, V4 and V6.
    trusting: Statement,
}

impl Calls {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let call = |function: &str, arguments: usize| {
            let arguments: Vec<String> = (1..=arguments).map(|n| format!("${n}")).collect();
            format!("select * from {function}({})", arguments.join(", "))
        };
        Ok(Self {
            append: client.prepare(&call("append", 33)).await?,
            trusting: client.prepare(&call("append_trusting", 30)).await?,
        })
    }

    /// Sends the batch and waits for its rows.
    pub(super) async fn send(
        self,
        client: Arc<Client>,
        commands: Arc<Vec<Prepared>>,
        trusting: bool,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let columns = Columns::of(&commands, trusting);
        if trusting {
            let params = columns.trusting_params();
            client.query(&self.trusting, &params).await
        } else {
            client.query(&self.append, &columns.params()).await
        }
    }
}

#[derive(Default)]
struct Columns<'a> {
    /// All of a batch were decided in one life.
    decided_in: Uuid,
    commands: Commands<'a>,
    guards: Guards<'a>,
    events: Events<'a>,
    number_events: Vec<i32>,
    number_series: Vec<&'a str>,
    claims: Keys<'a>,
    releases: Keys<'a>,
    timer_guards: Vec<i32>,
    timer_dues: Vec<Option<Timestamp>>,
    /// In a trusting batch: the reads that are among the guards already.
    read: Option<HashSet<(&'a StreamKey, StreamVersion)>>,
}

#[derive(Default)]
struct Commands<'a> {
    id: Vec<Uuid>,
    tenant: Vec<&'a str>,
    hash: Vec<&'a [u8]>,
    result: Vec<&'a [u8]>,
    events: Vec<i32>,
    last: Vec<i32>,
}

#[derive(Default)]
struct Guards<'a> {
    command: Vec<i32>,
    id: Vec<Uuid>,
    category: Vec<&'a str>,
    expected: Vec<i64>,
    events: Vec<Option<i32>>,
    last: Vec<i32>,
    /// How many begin a stream, go on with one, and write no event to theirs.
    begun: i64,
    moved: i64,
    still: i64,
}

#[derive(Default)]
struct Events<'a> {
    guard: Vec<i32>,
    version: Vec<i64>,
    id: Vec<Uuid>,
    event_type: Vec<&'a str>,
    occurred_at: Vec<Timestamp>,
    data: Vec<&'a [u8]>,
    meta: Vec<&'a [u8]>,
    leaves: Vec<u8>,
}

#[derive(Default)]
struct Keys<'a> {
    command: Vec<i32>,
    key: Vec<&'a [u8]>,
    category: Vec<&'a str>,
    id: Vec<Uuid>,
}

impl<'a> Columns<'a> {
    /// A batch that is trusted fails as a whole where a stream that was read has moved, so it asks
    /// once about what many of its commands read: a pipeline's rules, a price list.
    fn of(batch: &'a [Prepared], trusting: bool) -> Self {
        let mut columns = Self {
            decided_in: batch.first().map_or(Uuid::nil(), |one| one.decided_in.0),
            read: trusting.then(HashSet::new),
            ..Self::default()
        };
        for (index, prepared) in (1..).zip(batch) {
            columns.add(index, prepared);
        }
        columns
    }

    /// `index` is the command's, from 1.
    fn add(&mut self, index: i32, prepared: &'a Prepared) {
        let append = &prepared.append;
        let commands = &mut self.commands;
        commands.id.push(append.command_id.0);
        commands.tenant.push(append.tenant.as_str());
        commands.hash.push(&append.content_hash);
        commands.result.push(&append.result);
        commands.events.push(count(prepared.events.len()));
        let last = self.events.id.len() + prepared.events.len();
        commands.last.push(count(last));

        let mut events = prepared.events.iter().peekable();
        for (at, write) in append.writes.iter().enumerate() {
            let before = self.events.id.len();
            let guards = &mut self.guards;
            guards.command.push(index);
            guards.id.push(write.stream.id);
            guards.category.push(write.stream.category.as_str());
            guards.expected.push(write.expected.0);
            let guard = count(guards.id.len());
            while let Some(event) = events.next_if(|event| event.write == at) {
                self.events.guard.push(guard);
                self.events.version.push(event.version);
                self.events.id.push(event.id);
                self.events.event_type.push(&event.event_type);
                self.events.occurred_at.push(event.occurred_at);
                self.events.data.push(&event.data);
                self.events.meta.push(&event.meta);
                self.events.leaves.extend_from_slice(&event.leaf);
                for series in &event.numbers {
                    self.number_events.push(count(self.events.id.len()));
                    self.number_series.push(series);
                }
            }
            let last = self.events.id.len();
            let guards = &mut self.guards;
            guards.events.push(Some(count(last - before)));
            guards.last.push(count(last));
            match (last - before, write.expected.0) {
                (0, _) => guards.still += 1,
                (_, 0) => guards.begun += 1,
                _ => guards.moved += 1,
            }
            match write.timer {
                TimerChange::Keep => {}
                TimerChange::Set(due) => self.timer(guard, Some(due)),
                TimerChange::Clear => self.timer(guard, None),
            }
        }
        for (stream, version) in &append.reads {
            let read = self.read.as_mut();
            if read.is_some_and(|read| !read.insert((stream, *version))) {
                continue;
            }
            let guards = &mut self.guards;
            guards.command.push(index);
            guards.id.push(stream.id);
            guards.category.push(stream.category.as_str());
            guards.expected.push(version.0);
            guards.events.push(None);
            guards.still += 1;
            guards.last.push(count(self.events.id.len()));
        }
        for claim in &append.claims {
            self.claims.add(index, claim);
        }
        for release in &append.releases {
            self.releases.add(index, release);
        }
    }

    fn timer(&mut self, guard: i32, due: Option<Timestamp>) {
        self.timer_guards.push(guard);
        self.timer_dues.push(due);
    }

    fn params(&self) -> [&(dyn ToSql + Sync); 33] {
        let Self {
            commands: c,
            guards: g,
            events: e,
            claims: k,
            releases: r,
            ..
        } = self;
        [
            &self.decided_in,
            &c.id,
            &c.tenant,
            &c.hash,
            &c.result,
            &c.events,
            &c.last,
            &g.command,
            &g.id,
            &g.category,
            &g.expected,
            &g.events,
            &g.last,
            &e.guard,
            &e.version,
            &e.id,
            &e.event_type,
            &e.occurred_at,
            &e.data,
            &e.meta,
            &e.leaves,
            &self.number_events,
            &self.number_series,
            &k.command,
            &k.key,
            &k.category,
            &k.id,
            &r.command,
            &r.key,
            &r.category,
            &r.id,
            &self.timer_guards,
            &self.timer_dues,
        ]
    }

    fn trusting_params(&self) -> [&(dyn ToSql + Sync); 30] {
        let Self {
            commands: c,
            guards: g,
            events: e,
            claims: k,
            ..
        } = self;
        [
            &self.decided_in,
            &c.id,
            &c.tenant,
            &c.hash,
            &c.result,
            &c.events,
            &c.last,
            &g.command,
            &g.id,
            &g.category,
            &g.expected,
            &g.events,
            &g.last,
            &g.begun,
            &g.moved,
            &g.still,
            &e.guard,
            &e.version,
            &e.id,
            &e.event_type,
            &e.occurred_at,
            &e.data,
            &e.meta,
            &e.leaves,
            &k.command,
            &k.key,
            &k.category,
            &k.id,
            &self.timer_guards,
            &self.timer_dues,
        ]
    }
}

impl<'a> Keys<'a> {
    fn add(&mut self, command: i32, claim: &'a Claim) {
        self.command.push(command);
        self.key.push(&claim.key.0);
        self.category.push(claim.owner.category.as_str());
        self.id.push(claim.owner.id);
    }
}

/// A batch is bounded far below this.
fn count(items: usize) -> i32 {
    i32::try_from(items).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use guanxi_events::{Category, Incarnation, TenantId};

    use super::*;
    use crate::{Append, PlainCodec};

    /// A tenant's command that read these versions of two streams.
    fn reading(tenant: &str, of_one: i64, of_other: i64) -> Prepared {
        let tenant: TenantId = tenant.parse().unwrap();
        let stream = |n| StreamKey {
            tenant: tenant.clone(),
            category: Category::of("rule"),
            id: Uuid::from_u128(n),
        };
        let append = Append {
            reads: vec![
                (stream(1), StreamVersion(of_one)),
                (stream(2), StreamVersion(of_other)),
            ],
            ..Append::of_nothing(tenant.clone())
        };
        Prepared::new(append, Incarnation::new(), &PlainCodec).unwrap()
    }

    #[test]
    fn a_batch_that_is_trusted_asks_once_for_what_many_have_read() {
        let batch = [
            reading("acme", 3, 7),
            reading("acme", 3, 7),
            reading("acme", 4, 7),
            reading("other", 3, 7),
        ];
        let trusted = Columns::of(&batch, true).guards;
        assert_eq!(trusted.command, [1, 1, 3, 4, 4]);
        assert_eq!(trusted.expected, [3, 7, 4, 3, 7]);
        assert_eq!(trusted.still, 5);
        // Where each command gets its own answer, each has its own guards.
        assert_eq!(Columns::of(&batch, false).guards.expected.len(), 8);
    }
}
