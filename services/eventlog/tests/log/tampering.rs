//! Whatever byte of whatever column of the events is changed, taken out, doubled or swapped, and
//! wherever the tail is cut, the check finds it and says where.

use guanxi_eventlog::{AnchorKey, Problem, verify};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::world::{Build, SERVICE, World, command, stream, written};

const CASES: u32 = 200;

/// Each column with what its bytes are, and what bytes `$1` are as its value.
const COLUMNS: [(&str, &str, &str); 14] = [
    ("position", "int8send(position)", BIGINT),
    ("stream_id", "uuid_send(stream_id)", UUID),
    ("version", "int8send(version)", BIGINT),
    ("event_id", "uuid_send(event_id)", UUID),
    ("occurred_at", "timestamptz_send(occurred_at)", TIME),
    ("recorded_at", "timestamptz_send(recorded_at)", TIME),
    ("tenant", "convert_to(tenant, 'UTF8')", TEXT),
    ("category", "convert_to(category, 'UTF8')", TEXT),
    ("type", "convert_to(type, 'UTF8')", TEXT),
    ("data", "data", "$1"),
    ("meta", "meta", "$1"),
    (
        "numbers",
        "convert_to(numbers::text, 'UTF8')",
        "convert_from($1, 'UTF8')::jsonb",
    ),
    ("leaf", "leaf", "$1"),
    ("link", "link", "$1"),
];
const BIGINT: &str = "('x' || encode($1, 'hex'))::bit(64)::bigint";
const UUID: &str = "encode($1, 'hex')::uuid";
const TIME: &str = "timestamptz '2000-01-01 00:00Z' \
    + ('x' || encode($1, 'hex'))::bit(64)::bigint * interval '1 microsecond'";
const TEXT: &str = "convert_from($1, 'UTF8')";

/// What is done to the bytes of one value.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(u8),
    TakeOut,
    Double,
    /// With another byte of the value.
    Swap(usize),
    /// The value goes, where a row may do without.
    Clear,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        4 => (0..8_u8).prop_map(Harm::Flip),
        1 => Just(Harm::TakeOut),
        1 => Just(Harm::Double),
        2 => (0..1_000_usize).prop_map(Harm::Swap),
        1 => Just(Harm::Clear),
    ]
}

impl Harm {
    /// The bytes after it; none is no value.
    fn of(self, bytes: Option<&[u8]>, at: usize) -> Option<Vec<u8>> {
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
            // A value where there was none.
            return Some(br#"{"CU": 1}"#.to_vec());
        };
        let mut bytes = bytes.to_vec();
        let at = at % bytes.len();
        match self {
            Self::Flip(bit) => bytes[at] ^= 1 << bit,
            Self::TakeOut => drop(bytes.remove(at)),
            Self::Double => bytes.insert(at, bytes[at]),
            Self::Swap(other) => {
                let other = other % bytes.len();
                bytes.swap(at, other);
            }
            Self::Clear => return None,
        }
        Some(bytes)
    }
}

/// Seventeen events in eight calls, on few streams; some with numbers.
async fn filled() -> World {
    let world = World::new().await;
    let log = world.log().await;
    let (one, two, three) = (stream("a"), stream("b"), stream("a"));
    for append in [
        command().write(&one, 0, 2),
        command().write(&two, 0, 1).numbers(&["CU", "QT"]),
        command().write(&one, 2, 1).write(&two, 1, 3),
        command().write(&three, 0, 1),
        command().write(&three, 1, 1).numbers(&["CU"]),
        command().write(&one, 3, 4),
        command()
            .write(&two, 4, 1)
            .write(&three, 2, 2)
            .numbers(&["QT"]),
        command().write(&one, 7, 1),
    ] {
        written(log.append(append).await);
    }
    world
}

const EVENTS: i64 = 17;
/// The last positions of the calls.
const ENDS: [i64; 8] = [2, 3, 7, 8, 9, 13, 16, 17];

/// Whether the check finds another event where this column has another value: the leaf is made of all
/// columns but those that only the chain ties to their append call.
fn is_of_the_event(column: &str) -> bool {
    !["recorded_at", "link"].contains(&column)
}

/// Whether the check names the position: by itself, or else by its append call, which goes on to the end
/// of the next one when it has lost its link, as the one before it does into this.
fn names(problems: &[Problem], position: i64, itself: bool) -> bool {
    let (first, last) = match itself {
        true => (position, position),
        false => calls_around(position),
    };
    problems.iter().any(|problem| {
        let (from, until) = (problem.position.0, problem.until.0);
        (from..=until).contains(&position) && first <= from && until <= last
    })
}

/// From the first position of the append call before its own to the last of the one behind that.
fn calls_around(position: i64) -> (i64, i64) {
    let nth = ENDS.iter().position(|end| position <= *end).unwrap();
    let before = nth.checked_sub(2).map_or(0, |nth| ENDS[nth]);
    (before + 1, ENDS[(nth + 1).min(ENDS.len() - 1)])
}

impl World {
    /// What the check finds after a change; none when Postgres would not store it, or when it
    /// changes nothing. The change is undone.
    async fn after(&self, change: &str, bytes: &[&Option<Vec<u8>>]) -> Option<Vec<Problem>> {
        self.client.batch_execute("begin").await.unwrap();
        let params: Vec<_> = bytes.iter().map(|bytes| *bytes as _).collect();
        let changed = self.client.execute(change, &params).await;
        let found = match changed {
            Ok(1..) => Some(verify(&self.client, SERVICE, &[]).await.unwrap().problems),
            Ok(0) | Err(_) => None,
        };
        self.client.batch_execute("rollback").await.unwrap();
        found
    }

    async fn harm(
        &self,
        column: usize,
        position: i64,
        at: usize,
        harm: Harm,
    ) -> Option<Vec<Problem>> {
        let (column, send, receive) = COLUMNS[column];
        let sql = format!("select {send} from events where position = {position}");
        let row = self.client.query_one(&sql, &[]).await.unwrap();
        let bytes = harm.of(row.get(0), at);
        let change = format!(
            "update events set {column} = {receive}
             where position = {position} and {column} is distinct from {receive}"
        );
        self.after(&change, &[&bytes]).await
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: CASES,
        max_global_rejects: CASES * 10,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn a_byte_that_is_not_as_it_was_written_is_found_in_any_column_of_any_row() {
    let runtime = runtime();
    let world = runtime.block_on(filled());
    let any = (0..COLUMNS.len(), 1..=EVENTS, 0..1_000_usize, harm());
    proptest!(config(), |((column, position, at, harm) in any)| {
        let found = runtime.block_on(world.harm(column, position, at, harm));
        // What Postgres does not take, or takes for the same, is no case.
        let Some(problems) = found else { return Err(TestCaseError::reject("no change")) };
        let (column, ..) = COLUMNS[column];
        let found = names(&problems, position, is_of_the_event(column));
        prop_assert!(found, "{column} of {position}: {problems:?}");
    });
    // And every column by itself, so that chance leaves none out.
    for (column, (name, ..)) in COLUMNS.iter().enumerate() {
        let mut changes = 0;
        for position in 1..=EVENTS {
            for bit in [0, 4] {
                let at = 7 * position.unsigned_abs() as usize;
                let found = world.harm(column, position, at, Harm::Flip(bit));
                if let Some(problems) = runtime.block_on(found) {
                    changes += 1;
                    assert!(
                        names(&problems, position, is_of_the_event(name)),
                        "{name} of {position}: {problems:?}"
                    );
                }
            }
        }
        assert!(changes > 0, "{name} was never changed");
    }
    let untouched = runtime.block_on(verify(&world.client, SERVICE, &[]));
    assert_eq!(untouched.unwrap().problems, []);
    runtime.block_on(async { drop(world) });
}

#[test]
fn values_that_changed_places_are_found_in_both() {
    let runtime = runtime();
    let world = runtime.block_on(filled());
    // The first column is the position, so then two whole events change places.
    let any = (0..COLUMNS.len(), 1..=EVENTS, 1..=EVENTS);
    proptest!(config(), |((column, one, other) in any)| {
        let (column, ..) = COLUMNS[column];
        let change = if column == "position" {
            // Sorted, so that both have gone before one of them comes back.
            format!(
                "with gone as (delete from events where position in ({one}, {other})
                                and {one} <> {other} returning *)
                 insert into events
                 select {one} + {other} - position, stream_id, version, event_id, occurred_at,
                        recorded_at, tenant, category, type, data, meta, numbers, leaf, link
                 from gone order by position"
            )
        } else {
            format!(
                "update events e set {column} = o.{column} from events o
                 where (e.position, o.position) in (({one}, {other}), ({other}, {one}))
                   and e.{column} is distinct from o.{column}"
            )
        };
        let found = runtime.block_on(world.after(&change, &[]));
        let Some(problems) = found else { return Err(TestCaseError::reject("no change")) };
        // Events that changed places whole are as they were written; only their calls are not.
        let itself = is_of_the_event(column) && column != "position";
        for position in [one, other] {
            let found = names(&problems, position, itself);
            prop_assert!(found, "{column} of {position}: {problems:?}");
        }
    });
    runtime.block_on(async { drop(world) });
}

#[test]
fn a_tail_that_was_cut_is_found_from_the_cut_on() {
    let runtime = runtime();
    let world = runtime.block_on(filled());
    let key = AnchorKey::generate().unwrap();
    let head = runtime.block_on(async { world.log().await.head().await.unwrap() });
    let anchors = [key.sign(SERVICE, &head, Timestamp::now())];
    for cut in 0..EVENTS {
        let events = format!("delete from events where position > {cut}");
        let found = runtime.block_on(world.after(&events, &[])).unwrap();
        let named = |position: &i64| {
            let mut ranges = found.iter();
            ranges.any(|at| (at.position.0..=at.until.0).contains(position) && at.position.0 > cut)
        };
        assert!(
            (cut + 1..=EVENTS).all(|position| named(&position)),
            "{cut}: {found:?}"
        );

        // Without a trace in the database, which is possible between two calls only.
        let traceless = format!(
            "begin; {events}; delete from streams s where not exists (
                 select from events e where e.stream_id = s.id);
             update streams s set (version, last_position) = (
                 select max(version), max(position) from events e where e.stream_id = s.id);
             update head set position = {cut}, chain = coalesce(
                 (select link from events where position = {cut}), decode(repeat('00', 32), 'hex'))"
        );
        let found = runtime.block_on(async {
            world.client.batch_execute(&traceless).await.unwrap();
            let found = verify(&world.client, SERVICE, &anchors).await.unwrap();
            world.client.batch_execute("rollback").await.unwrap();
            found.problems
        });
        let ranges: Vec<_> = found.iter().map(|at| (at.position.0, at.until.0)).collect();
        assert!(ranges.contains(&(cut + 1, EVENTS)), "{cut}: {found:?}");
        let only_the_anchor = cut == 0 || ENDS.contains(&cut);
        assert_eq!(found.len() == 1, only_the_anchor, "{cut}: {found:?}");
    }
    runtime.block_on(async { drop(world) });
}
