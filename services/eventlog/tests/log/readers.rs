//! Readers at full speed, while writers commit slowly, roll back, or are killed between insert and
//! commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_eventlog::{Feed, FeedOptions, LogReader, verify};
use guanxi_events::Position;
use tokio_postgres::Client;

use crate::world::{Build, SERVICE, World, all, command, stream, written};

/// Reads to the end at full speed until told to stop; every page must follow the one before.
pub(crate) async fn read_at_full_speed(log: LogReader, stop: Arc<AtomicBool>) -> usize {
    let mut read = 0;
    loop {
        let stopping = stop.load(Ordering::Acquire);
        let page = log.read(Position(read as i64), 100).await.unwrap();
        read += page.len();
        if stopping && page.is_empty() {
            return read;
        }
    }
}

/// Takes what a feed over the log gives, until told to stop.
async fn follow(log: LogReader, stop: Arc<AtomicBool>) -> usize {
    let options = FeedOptions {
        min_poll: Duration::from_millis(1),
        max_poll: Duration::from_millis(5),
        ..FeedOptions::default()
    };
    let mut feed = Feed::open(log.clone(), None, Position::START, options)
        .await
        .unwrap();
    let mut seen = 0;
    loop {
        let stopping = stop.load(Ordering::Acquire);
        match tokio::time::timeout(Duration::from_millis(100), feed.next(10)).await {
            Ok(batch) => {
                for event in batch.unwrap() {
                    seen += 1;
                    assert_eq!(event.position, Position(seen));
                }
            }
            Err(_) if stopping => return seen as usize,
            Err(_) => {}
        }
    }
}

/// Asks where the log ends and what it holds by one statement: both must be of one moment. And
/// what the head says is there must be there to read.
async fn look(client: Client, log: LogReader, stop: Arc<AtomicBool>) -> usize {
    const SQL: &str = "select h.position, (select count(*) from events),
        (select coalesce(max(position), 0) from events), h.chain,
        (select link from events e where e.position = h.position) from head h";
    let mut looks = 0;
    while !stop.load(Ordering::Acquire) {
        let row = client.query_one(SQL, &[]).await.unwrap();
        let [head, count, last] = [0, 1, 2].map(|column| row.get::<_, i64>(column));
        assert_eq!((count, last), (head, head), "head and rows of two moments");
        if head > 0 {
            let (chain, link) = (row.get::<_, Vec<u8>>(3), row.get::<_, Option<Vec<u8>>>(4));
            assert_eq!(Some(chain), link);
        }
        let head = log.head().await.unwrap().position;
        let end = Position(head.0 - 1);
        let read = log.read_until(end, head, 10).await.unwrap();
        assert_eq!(read.len(), usize::from(head.0 > 0), "no event at {head}");
        looks += 1;
    }
    looks
}

/// How a stranger's open transaction ends.
#[derive(Clone, Copy)]
enum End {
    Late,
    RolledBack,
    /// Its backend is ended by Postgres.
    Terminated,
    /// Its client goes away.
    Abandoned,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_never_skips_what_commits_late_is_rolled_back_or_killed_before_its_commit() {
    let world = World::new().await;
    let log = world.log().await;
    let (stop, reader) = (Arc::new(AtomicBool::new(false)), log.reader().clone());
    let pages = tokio::spawn(read_at_full_speed(reader.clone(), stop.clone()));
    let feed = tokio::spawn(follow(reader.clone(), stop.clone()));
    let looks = tokio::spawn(look(world.connect().await, reader, stop.clone()));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move {
                for _ in 0..60 {
                    let receipt = written(log.append(command().write(&stream("a"), 0, 1)).await);
                    // What a receipt names is there to read.
                    let before = Position(receipt.position.0 - 1);
                    let own = log.read_until(before, receipt.position, 1).await.unwrap();
                    assert_eq!(own[0].position, receipt.position);
                }
            })
        })
        .collect();
    let mut by_hand = 0;
    for round in 0..32 {
        let stranger = world.connect().await;
        let pid: i32 = stranger
            .query_one("select pg_backend_pid()", &[])
            .await
            .unwrap()
            .get(0);
        stranger.batch_execute("begin").await.unwrap();
        append_by_hand(&stranger).await;
        tokio::time::sleep(Duration::from_millis(8)).await;
        match [End::Late, End::RolledBack, End::Terminated, End::Abandoned][round % 4] {
            End::Late => {
                stranger.batch_execute("commit").await.unwrap();
                by_hand += 1;
            }
            End::RolledBack => stranger.batch_execute("rollback").await.unwrap(),
            End::Terminated => {
                let sql = "select pg_terminate_backend($1)";
                let row = world.client.query_one(sql, &[&pid]).await.unwrap();
                assert!(row.get::<_, bool>(0));
                assert!(stranger.batch_execute("commit").await.is_err());
            }
            End::Abandoned => drop(stranger),
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let expected = 240 + by_hand;
    assert_eq!(all(&log).await.len(), expected);
    stop.store(true, Ordering::Release);
    assert_eq!(pages.await.unwrap(), expected);
    assert_eq!(feed.await.unwrap(), expected);
    assert!(looks.await.unwrap() > 10);
    // The strangers' events have a leaf of nothing; only the chain over them is right.
    let found = verify(&world.client, SERVICE, &[]).await.unwrap();
    let changed = |what: &str| what.contains("the event was changed");
    assert!(found.problems.iter().all(|problem| changed(&problem.what)));
    assert_eq!(found.problems.len(), by_hand);
}

/// One event by the same function, in the caller's transaction.
async fn append_by_hand(client: &Client) {
    let sql = "select outcome from append(
        array[gen_random_uuid()], array['acme'], array['\\x00'::bytea], array[''::bytea], array[1],
        array[1], array[1], array[gen_random_uuid()], array['a'], array[0], array[1], array[1],
        array[1], array[1], array[gen_random_uuid()], array['sales.thing_done/1'], array[now()],
        array['{}'::bytea],
        array['{\"actor\":\"a\",\"command_id\":\"00000000-0000-0000-0000-000000000001\",
                \"correlation_id\":\"00000000-0000-0000-0000-000000000001\"}'::bytea],
        decode(repeat('00', 32), 'hex'),
        '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')";
    let row = client.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "written");
}

#[tokio::test]
async fn pages_read_ahead_hold_the_whole_stretch_and_miss_what_is_not_there() {
    let world = World::new().await;
    let log = world.log().await;
    for _ in 0..23 {
        written(log.append(command().write(&stream("a"), 0, 1)).await);
    }
    let mut pages = log.read_ahead(Position(3), Position(20), 5);
    let mut read = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        assert!((1..=5).contains(&page.len()));
        read.extend(page.into_iter().map(|event| event.position.0));
    }
    assert_eq!(read, (4..=20).collect::<Vec<_>>());
    assert!(pages.next().await.unwrap().is_none(), "it stays at its end");

    let mut nothing = log.read_ahead(Position(20), Position(20), 5);
    assert!(nothing.next().await.unwrap().is_none());

    let mut beyond = log.read_ahead(Position(20), Position(30), 5);
    assert_eq!(beyond.next().await.unwrap().unwrap().len(), 3);
    let missing = beyond.next().await.unwrap_err().to_string();
    assert!(missing.contains("ends before position 30"), "{missing}");
    assert!(
        beyond.next().await.unwrap().is_none(),
        "nothing comes after an error"
    );
}
