//! New rows have what each column is made of, however many come at once, and one that its table refuses is
//! found among many.

use std::sync::Arc;

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service};
use guanxi_projection::{
    ApplyError, Key, Projection, RebuildOptions, Write, columns, parked, rebuild,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    tallies::{SALES, Tallies},
    world::World,
};

columns! {
    /// A row of `notes`: an event.
    Notes of NoteRow {
        // In another order than the table's.
        at: Timestamp,
        told: Option<Value>,
        even: bool,
        tenant: &'a str,
        stream: Uuid,
        version: i64,
        n: i32,
        note: Option<&'a str>,
    }
}

/// A read model with a row for each event, of which it never looks one up.
struct NoteBook;

impl Projection for NoteBook {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn version(&self) -> u32 {
        1
    }

    fn logs(&self) -> &'static [Service] {
        SALES
    }

    fn ddl(&self) -> &'static str {
        "create table notes (tenant text not null, stream uuid not null, version bigint not null,
                             n int not null check (n < 1000), even bool not null, note text,
                             told jsonb, at timestamptz not null)"
    }

    fn indexes(&self) -> &'static str {
        "create unique index if not exists notes_key on notes (tenant, stream, version)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["notes"]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        Some(Key::stream(&event.stream))
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(note(write, events))
    }
}

async fn note(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let texts: Vec<String> = events
        .iter()
        .map(|event| number(event).to_string())
        .collect();
    let mut notes = Notes::default();
    for (event, text) in events.iter().zip(&texts) {
        let n = number(event);
        notes.push(NoteRow {
            tenant: event.stream.tenant.as_str(),
            stream: event.stream.id,
            version: event.version.0,
            n,
            even: n % 2 == 0,
            note: (n % 3 == 0).then_some(text.as_str()),
            told: (n % 5 == 0).then(|| json!({"n": [n, "a\tb\\n"]})),
            at: event.recorded_at,
        });
    }
    Ok(notes.insert(write, "notes").await?)
}

fn number(event: &Recorded) -> i32 {
    let data: Value = serde_json::from_slice(&event.data).unwrap();
    data["n"].as_i64().unwrap().try_into().unwrap()
}

/// What a row says, as text.
fn expected(event: &Recorded) -> String {
    let n = number(event);
    let note = if n % 3 == 0 {
        n.to_string()
    } else {
        String::new()
    };
    let told = (n % 5 == 0).then(|| json!({"n": [n, "a\tb\\n"]}));
    let told = told
        .map(|told| told["n"][1].to_string())
        .unwrap_or_default();
    let (stream, version, even) = (event.stream.id, event.version.0, n % 2 == 0);
    let at = event.recorded_at.as_microsecond();
    format!("acme {stream} {version} {n} {even} {note} {told} {at}")
}

/// All rows of a build of its own that so many events at once have made.
async fn rows_by(world: &World, batch: usize) -> Vec<String> {
    let mut setup = world.setup(Tallies::default());
    setup.projection = Arc::new(NoteBook);
    (setup.options.batch, setup.options.lanes) = (batch, 1);
    let into = Some(format!("notes_by_{batch}"));
    let what = RebuildOptions { as_of: None, into };
    let build = rebuild(setup, what, CancellationToken::new(), |_| {}).await;
    let sql = format!(
        "select concat_ws(' ', tenant, stream, version, n, case when even then 'true' else 'false' end,
                          coalesce(note, ''), coalesce((told->'n'->1)::text, ''),
                          (extract(epoch from at) * 1000000)::bigint)
           from {}.notes
          order by at, stream, version",
        build.unwrap().schema
    );
    let client = world.pool.get().await.unwrap();
    let rows = client.query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn in_order<'a>(events: impl Iterator<Item = &'a Recorded>) -> Vec<String> {
    let mut events: Vec<_> = events.collect();
    events.sort_by_key(|event| (event.recorded_at, event.stream.id, event.version));
    events.into_iter().map(expected).collect()
}

#[tokio::test]
async fn new_rows_say_the_same_however_many_come_at_once() {
    let world = World::new().await;
    world.append_some(20, 500).await;
    let events = world.events(Service::Sales).await;
    let wanted = in_order(events.iter());
    for batch in [1_000, 1] {
        assert_eq!(rows_by(&world, batch).await, wanted, "{batch} at once");
    }
}

#[tokio::test]
async fn a_row_that_is_refused_among_many_is_set_aside_alone() {
    let world = World::new().await;
    let sick = Uuid::from_u128(0xbad);
    world.append_some(20, 250).await;
    let good = [json!({"n": 1})];
    world.append(Service::Sales, sick, &good).await;
    let refused = [json!({"n": 1_000})];
    let position = world.append(Service::Sales, sick, &refused).await;
    world.append_some(20, 250).await;
    world.append(Service::Sales, sick, &good).await;
    let events = world.events(Service::Sales).await;
    let wanted = in_order(
        events
            .iter()
            .filter(|event| event.stream.id != sick || event.position < position),
    );
    assert_eq!(rows_by(&world, 1_000).await, wanted);
    let keys = parked(&world.pool, "notes").await.unwrap();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    // What came later of it waits behind it.
    assert_eq!((key.position, key.held), (position, 1));
}
