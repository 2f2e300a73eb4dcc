//! The walk over all events: positions, leaves, links, times, anchors.

use std::slice::Iter;

use futures::{TryStreamExt, pin_mut};
use jiff::Timestamp;
use tokio_postgres::{Client, Row};

use super::Problem;
use crate::{
    Hash, LogError,
    chain::{Leaf, Link, with_numbers},
};

/// Rows of one statement: they stream, so this bounds only how long one statement lasts.
const PAGE: i64 = 20_000;

pub(super) struct Walk<'a> {
    anchors: std::iter::Peekable<Iter<'a, (i64, Hash)>>,
    problems: &'a mut Vec<Problem>,
    events: u64,
    /// The last position read.
    last: i64,
    /// The link of the last whole append call.
    link: Vec<u8>,
    recorded_at: Timestamp,
    /// The append call being read: its first position, time and leaves so far.
    call: Option<(i64, Timestamp, Link)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(anchors: &'a [(i64, Hash)], problems: &'a mut Vec<Problem>) -> Self {
        Self {
            anchors: anchors.iter().peekable(),
            problems,
            events: 0,
            last: 0,
            link: vec![0; 32],
            recorded_at: Timestamp::MIN,
            call: None,
        }
    }

    pub(super) async fn run(
        &mut self,
        client: &Client,
        schema: &str,
        head: i64,
    ) -> Result<(), LogError> {
        let statement = client
            .prepare(&format!(
                "select position, stream_id, version, event_id, occurred_at, recorded_at, \
                        tenant, category, type, data, meta, numbers::text, leaf, link \
                 from {schema}.events where position > $1 and position <= $2 \
                 order by position limit $3"
            ))
            .await?;
        // Nothing may stand before the first position or behind the head.
        let mut after = i64::MIN;
        loop {
            let rows = client
                .query_raw(&statement, [after, i64::MAX, PAGE])
                .await?;
            pin_mut!(rows);
            let before = self.events;
            while let Some(row) = rows.try_next().await? {
                after = row.try_get(0)?;
                if after > head {
                    return self.beyond(client, schema, head).await;
                }
                self.position(after);
                if self.event(after, &row).is_err() {
                    let what = "a column holds what no append writes";
                    self.problems.push(Problem::at(after, what));
                }
            }
            if self.events == before {
                return Ok(());
            }
        }
    }

    /// Events behind the head are new ones, unless the head has not moved.
    async fn beyond(&mut self, client: &Client, schema: &str, head: i64) -> Result<(), LogError> {
        let sql = format!(
            "select h.position, max(e.position) from {schema}.head h, {schema}.events e \
             where e.position > h.position group by 1"
        );
        if let Some(row) = client.query_opt(&sql, &[]).await? {
            let (now, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            let what = format!("events stand behind the head, {now}");
            self.problems
                .push(Problem::between(head.max(now) + 1, last, what));
        }
        Ok(())
    }

    fn position(&mut self, position: i64) {
        self.events += 1;
        if position != self.last + 1 {
            let what = "positions are missing";
            let gap = Problem::between(self.last + 1, (position - 1).max(self.last + 1), what);
            self.problems.push(gap);
        }
        self.last = position;
    }

    fn event(&mut self, position: i64, row: &Row) -> Result<(), tokio_postgres::Error> {
        let recorded_at: Timestamp = row.try_get(5)?;
        let leaf = Leaf {
            stream_id: row.try_get(1)?,
            version: row.try_get(2)?,
            id: row.try_get(3)?,
            occurred_at: row.try_get(4)?,
            tenant: row.try_get(6)?,
            category: row.try_get(7)?,
            event_type: row.try_get(8)?,
            data: row.try_get(9)?,
            meta: row.try_get(10)?,
        }
        .hash();
        let leaf = match row.try_get::<_, Option<&str>>(11)? {
            Some(numbers) => with_numbers(leaf, numbers),
            None => leaf,
        };
        let stored: &[u8] = row.try_get(12)?;
        if stored != leaf {
            self.problems
                .push(Problem::at(position, "the event was changed"));
        }
        if recorded_at < self.recorded_at {
            let what = "it was recorded before its predecessor";
            self.problems.push(Problem::at(position, what));
        }
        self.recorded_at = recorded_at;

        let (first, time, mut link) = match self.call.take() {
            Some(call) => call,
            None => (
                position,
                recorded_at,
                Link::new(&self.link, position, recorded_at),
            ),
        };
        if time != recorded_at {
            let what = "it was recorded at another time than its append call";
            self.problems.push(Problem::between(first, position, what));
        }
        // The stored leaf: a changed event is said to be changed once, above.
        link.add(stored);
        match row.try_get::<_, Option<&[u8]>>(13)? {
            Some(stored) => self.close(first, position, stored, link),
            None => self.call = Some((first, time, link)),
        }
        Ok(())
    }

    /// The last event of an append call.
    fn close(&mut self, first: i64, position: i64, stored: &[u8], link: Link) {
        if stored != link.hash() {
            let what = "the chain is broken: something here was changed, removed or swapped";
            self.problems.push(Problem::between(first, position, what));
        }
        self.link = stored.to_vec();
        while let Some((at, hash)) = self.anchors.next_if(|(at, _)| *at <= position) {
            // Anchors are set between append calls, so an anchor within one names no link.
            if *at == position && stored != hash {
                let what = "the chain is not the one that an anchor saw";
                self.problems.push(Problem::between(1, position, what));
            } else if *at != position && *at != 0 {
                let what = "an anchor saw the end of an append call here";
                self.problems.push(Problem::at(*at, what));
            }
        }
    }

    /// Compares with the head; how many events there were.
    pub(super) fn end(mut self, head: i64, chain: &[u8], recorded_at: Timestamp) -> u64 {
        if let Some((first, ..)) = self.call.take() {
            let what = "the last append call has no link";
            self.problems.push(Problem::between(first, self.last, what));
        }
        if self.last < head {
            let what = format!("the head says {head}, the events end at {}", self.last);
            self.problems
                .push(Problem::between(self.last + 1, head, what));
        }
        if self.link != chain {
            let what = "the head's chain is not that of the last event";
            self.problems.push(Problem::at(head, what));
        }
        if self.recorded_at > recorded_at {
            let what = "the head's time is before that of the last event";
            self.problems.push(Problem::at(head, what));
        }
        self.events
    }
}
