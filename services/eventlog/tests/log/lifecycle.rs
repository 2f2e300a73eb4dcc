//! Making the log, and its shortcuts.

use guanxi_eventlog::{AppendError, PayloadCodec, migrate};
use guanxi_events::{EventType, Position, Service, StreamKey, StreamVersion};
use guanxi_harness::TestDatabase;

use crate::world::{Build, SERVICE, World, command, stream, written};

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    let head = log.head().await.unwrap();
    let mut client = world.connect().await;
    migrate(&mut client, SERVICE).await.unwrap();
    assert_eq!(log.head().await.unwrap(), head);
    let path: String = client
        .query_one("show search_path", &[])
        .await
        .unwrap()
        .get(0);
    assert!(
        !path.contains("log_"),
        "the connection was left with {path}"
    );
}

/// What processes of the releases before do goes on while this one starts, and beside it: the functions
/// that they call are there still.
#[tokio::test]
async fn a_log_of_the_releases_before_is_brought_on_while_they_write_it() {
    let world = World::new().await;
    let earlier = format!(
        "set search_path = log_{SERVICE};
         do $$
         declare ours regprocedure;
         begin
             for ours in select oid from pg_proc
                         where pronamespace = 'log_{SERVICE}'::regnamespace
                           and 'decided_in' = any (proargnames)
             loop
                 execute format('drop function %s', ours);
             end loop;
         end $$;
         drop function append_trusting;
         {}
         drop index timers_in_order;
         create index timers_by_due on timers (due_at);
         delete from refinery_schema_history where version > 3;",
        include_str!("../../migrations/V3__append_trusting.sql")
    );
    world.client.batch_execute(&earlier).await.unwrap();
    let a = stream("a");
    let begin = earlier_call("append_trusting", &a, 0);
    let go_on = |version| earlier_call("append", &a, version);
    world.client.batch_execute(&begin).await.unwrap();
    world.client.batch_execute(&go_on(1)).await.unwrap();
    let mut client = world.connect().await;
    migrate(&mut client, SERVICE).await.unwrap();
    world.client.batch_execute(&go_on(2)).await.unwrap();
    let log = world.log().await;
    written(log.append(command().write(&a, 3, 1)).await);
    world.client.batch_execute(&go_on(4)).await.unwrap();
    written(world.log().await.append(command().write(&a, 5, 1)).await);
    let steps = format!("select max(version)::bigint from log_{SERVICE}.refinery_schema_history");
    assert_eq!(world.one::<i64>(&steps).await, 6);
    let moved = log.append(command().write(&a, 2, 1)).await;
    let stale = matches!(moved, Err(AppendError::Stale { .. }));
    assert!(stale, "{moved:?}");
}

/// One event of one command, as the functions were called before they were told of lives.
fn earlier_call(function: &str, stream: &StreamKey, expected: i64) -> String {
    let StreamKey {
        tenant,
        category,
        id,
    } = stream;
    let (begun, moved) = if expected == 0 { (1, 0) } else { (0, 1) };
    let (counts, numbers, releases) = match function {
        "append_trusting" => (format!("{begun}, {moved}, 0,"), "", ""),
        _ => (String::new(), "'{}', '{}',", "'{}', '{}', '{}', '{}',"),
    };
    format!(
        "select * from {function}(
             array[gen_random_uuid()], array['{tenant}'], array['\\x07'::bytea],
             array[''::bytea], array[1], array[1],
             array[1], array['{id}'::uuid], array['{category}'], array[{expected}::bigint],
             array[1], array[1], {counts}
             array[1], array[{expected} + 1::bigint], array[gen_random_uuid()], array['a.b/1'],
             array[now()], array['\\x7b7d'::bytea], array['\\x7b7d'::bytea], sha256('a'),
             {numbers} '{{}}', '{{}}', '{{}}', '{{}}', {releases} '{{}}', '{{}}')"
    )
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    let database = TestDatabase::create().await.unwrap();
    let starts = (0..12).map(|n| {
        let client = database.connect();
        async move {
            let service = Service::ALL[n % Service::ALL.len()];
            migrate(&mut client.await.unwrap(), service).await
        }
    });
    for done in futures::future::join_all(starts).await {
        done.unwrap();
    }
    let client = database.connect().await.unwrap();
    for service in Service::ALL {
        let sql = format!("select count(*) from log_{service}.head");
        assert_eq!(
            client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0),
            1
        );
    }
}

#[tokio::test]
async fn an_append_waits_for_the_disk_though_the_server_would_not() {
    let world = World::new().await;
    let database: String = world.one("select current_database()::text").await;
    let lax = format!(
        "alter database {database} set synchronous_commit = off;
         create table public.seen (setting text);
         create function public.see() returns trigger language plpgsql as $$
         begin
             insert into public.seen values (current_setting('synchronous_commit'));
             return new;
         end $$;
         create trigger see before insert on log_{SERVICE}.events
             for each row execute function public.see();"
    );
    world.client.batch_execute(&lax).await.unwrap();
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    let seen: String = world
        .one("select string_agg(setting, ' ') from public.seen")
        .await;
    assert_eq!(seen, "on");
}

#[tokio::test]
async fn the_newest_snapshot_of_each_shape_is_kept() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    let save = async |shape, version, state: &[u8]| {
        let version = StreamVersion(version);
        log.save_snapshot(log.incarnation(), &one, shape, version, state.to_vec())
            .await
            .unwrap();
    };
    assert_eq!(log.snapshot(&one, 1).await.unwrap(), None);
    save(1, 10, b"ten").await;
    save(1, 20, b"twenty").await;
    save(1, 15, b"fifteen").await;
    save(2, 5, b"five").await;
    let (newest, other) = (StreamVersion(20), StreamVersion(5));
    assert_eq!(
        log.snapshot(&one, 1).await.unwrap(),
        Some((newest, b"twenty".to_vec()))
    );
    assert_eq!(
        log.snapshot(&one, 2).await.unwrap(),
        Some((other, b"five".to_vec()))
    );
    assert_eq!(log.snapshot(&stream("a"), 1).await.unwrap(), None);
}

/// Stands for encryption: what Postgres sees is not what the events say.
struct Backwards;

impl PayloadCodec for Backwards {
    fn encode(
        &self,
        _: &StreamKey,
        _: &EventType,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, guanxi_eventlog::LogError> {
        data.reverse();
        Ok(data)
    }

    fn decode(
        &self,
        stream: &StreamKey,
        event_type: &EventType,
        stored: Vec<u8>,
    ) -> Result<Vec<u8>, guanxi_eventlog::LogError> {
        self.encode(stream, event_type, stored)
    }
}

#[tokio::test]
async fn postgres_sees_only_what_the_codec_made() {
    let world = World::new().await;
    let log = guanxi_eventlog::EventLog::open(
        guanxi_eventlog::LogOptions::new(SERVICE),
        world.pool(),
        guanxi_eventlog::connect_plain(world.url()),
        std::sync::Arc::new(Backwards),
    )
    .await
    .unwrap();
    let one = stream("a");
    let event = crate::world::event_of(b"abc");
    written(
        log.append(command().write_events(&one, 0, vec![event]))
            .await,
    );
    log.save_snapshot(
        log.incarnation(),
        &one,
        1,
        StreamVersion(1),
        b"xyz".to_vec(),
    )
    .await
    .unwrap();

    assert_eq!(
        world.one::<Vec<u8>>("select data from events").await,
        b"cba"
    );
    assert_eq!(
        world.one::<Vec<u8>>("select state from snapshots").await,
        b"zyx"
    );
    assert_eq!(log.read(Position(0), 1).await.unwrap()[0].data, b"abc");
    assert_eq!(
        log.read_stored(Position(0), 1).await.unwrap()[0].0.data,
        b"cba"
    );
    let (_, state) = log.snapshot(&one, 1).await.unwrap().unwrap();
    assert_eq!(state, b"xyz");
    let check = guanxi_eventlog::verify(&world.client, SERVICE, &[])
        .await
        .unwrap();
    assert_eq!(check.problems, []);
}
