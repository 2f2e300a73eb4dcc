//! Making the log, restoring it, and its shortcuts.

use guanxi_eventlog::{AppendError, PayloadCodec, migrate, restore_mark};
use guanxi_events::{EventType, Position, Service, StreamKey, StreamVersion};
use guanxi_harness::TestDatabase;

use crate::world::{Build, SERVICE, World, command, repeated, stream, written};

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

/// What a process of the release before does goes on while this one starts: same function, same
/// arrays, one step more in the history.
#[tokio::test]
async fn a_log_of_the_release_before_is_brought_on_while_it_is_written() {
    let world = World::new().await;
    let earlier = format!(
        "set search_path = log_{SERVICE};
         drop function append_trusting;
         {}
         drop index timers_in_order;
         create index timers_by_due on timers (due_at);
         delete from refinery_schema_history where version > 3;
         reset search_path;",
        include_str!("../../migrations/V3__append_trusting.sql")
    );
    world.client.batch_execute(&earlier).await.unwrap();
    let log = world.log().await;
    let a = stream("a");
    written(log.append(command().write(&a, 0, 1)).await);
    let mut client = world.connect().await;
    migrate(&mut client, SERVICE).await.unwrap();
    written(log.append(command().write(&a, 1, 1)).await);
    written(world.log().await.append(command().write(&a, 2, 1)).await);
    let steps = format!("select max(version)::bigint from log_{SERVICE}.refinery_schema_history");
    assert_eq!(world.one::<i64>(&steps).await, 5);
    let moved = log.append(command().write(&a, 2, 1)).await;
    let stale = matches!(moved, Err(AppendError::Stale { .. }));
    assert!(stale, "{moved:?}");
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
async fn a_restore_changes_the_incarnation_and_the_next_receipt_says_so() {
    let world = World::new().await;
    let log = world.log().await;
    let append = command().write(&stream("a"), 0, 1);
    let before = written(log.append(append.clone()).await);
    let marked = restore_mark(&world.client, SERVICE).await.unwrap();
    assert_ne!(marked, before.incarnation);
    let after = repeated(log.append(append).await);
    assert_eq!(after.incarnation, marked);
    assert_eq!(after.position, before.position);
    assert_eq!(log.incarnation(), marked);
    let head = log.head().await.unwrap();
    assert_eq!((head.incarnation, head.position), (marked, Position(1)));
}

#[tokio::test]
async fn a_log_that_is_shorter_after_a_restore_is_known_to_be() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    written(log.append(command().write(&stream("b"), 0, 1)).await);
    written(log.append(command().write(&stream("c"), 0, 7)).await);
    let grown = log.position_watch();
    assert_eq!(*grown.borrow(), Position(9));
    let lost = "delete from events where position > 2; delete from streams where last_position > 2;
                delete from commands where position > 2;
                update head set position = 2, chain = (select link from events where position = 2)";
    world.client.batch_execute(lost).await.unwrap();
    restore_mark(&world.client, SERVICE).await.unwrap();
    written(log.append(command().write(&stream("d"), 0, 1)).await);
    assert_eq!(*grown.borrow(), Position(3));
}

#[tokio::test]
async fn the_newest_snapshot_of_each_shape_is_kept() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    let save = async |shape, version, state: &[u8]| {
        let version = StreamVersion(version);
        log.save_snapshot(&one, shape, version, state.to_vec())
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
    log.save_snapshot(&one, 1, StreamVersion(1), b"xyz".to_vec())
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
