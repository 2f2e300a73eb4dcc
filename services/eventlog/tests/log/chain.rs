//! The chain and the anchors: whatever was changed is found, and where.

use std::time::Duration;

use guanxi_eventlog::{
    Anchor, AnchorKey, EventLog, append_anchor, keep_anchors, load_or_create_key, read_anchors,
    restore_mark, verify,
};
use guanxi_events::Position;
use guanxi_harness::{ScratchDir, eventually};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::world::{Build, SERVICE, World, command, stream, written};

/// Eight events in four append calls; 3 and 4 with numbers.
async fn filled(world: &World) -> EventLog {
    let log = world.log().await;
    let (one, two) = (stream("a"), stream("b"));
    written(log.append(command().write(&one, 0, 2)).await);
    let numbered = command().write(&one, 2, 1).numbers(&["CU"]);
    written(
        log.append(numbered.write(&two, 0, 1).numbers(&["CU", "QT"]))
            .await,
    );
    written(log.append(command().write(&two, 1, 3)).await);
    written(log.append(command().write(&one, 3, 1)).await);
    log
}

async fn anchor_of(log: &EventLog, key: &AnchorKey) -> Anchor {
    key.sign(SERVICE, &log.head().await.unwrap(), Timestamp::now())
}

/// Positions at which problems are found.
async fn found(world: &World, anchors: &[Anchor]) -> Vec<(i64, i64, String)> {
    let verification = verify(&world.client, SERVICE, anchors).await.unwrap();
    let problems = verification.problems.into_iter();
    problems
        .map(|problem| (problem.position.0, problem.until.0, problem.what))
        .collect()
}

#[tokio::test]
async fn an_untouched_log_verifies_with_its_anchors() {
    let world = World::new().await;
    let key = AnchorKey::generate().unwrap();
    let log = world.log().await;
    let empty = anchor_of(&log, &key).await;
    drop(log);
    let log = filled(&world).await;
    let anchors = [empty, anchor_of(&log, &key).await];
    let verification = verify(&world.client, SERVICE, &anchors).await.unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!((verification.events, verification.anchors), (8, 2));
    assert_eq!(verification.position, Position(8));
}

#[tokio::test]
async fn a_change_in_any_column_is_found_at_its_position() {
    let world = World::new().await;
    filled(&world).await;
    let columns: Vec<String> = world
        .client
        .query(
            "select column_name::text from information_schema.columns
             where table_schema = 'log_sales' and table_name = 'events' and column_name <> 'position'",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(columns.len(), 13);
    for column in columns {
        // Event 6 is in the middle of a call, event 4 has numbers and closes its call.
        let position = match column.as_str() {
            "numbers" | "link" => 4,
            _ => 6,
        };
        let change = match column.as_str() {
            "stream_id" | "event_id" => "gen_random_uuid()",
            "version" => "version + 1",
            "occurred_at" | "recorded_at" => &format!("{column} + interval '1 microsecond'"),
            "tenant" | "category" | "type" => &format!("overlay({column} placing 'x' from 1)"),
            "data" | "meta" | "leaf" | "link" => {
                &format!("set_byte({column}, 0, get_byte({column}, 0) # 1)")
            }
            "numbers" => "jsonb_set(numbers, '{CU}', '7')",
            other => panic!("{other} is not covered"),
        };
        let sql = format!(
            "begin; create temp table kept as select * from events;
             update events set {column} = {change} where position = {position}"
        );
        world.client.batch_execute(&sql).await.unwrap();
        let problems = found(&world, &[]).await;
        let named = |(from, until, _): &(i64, i64, String)| (*from..=*until).contains(&position);
        assert!(problems.iter().any(named), "{column}: {problems:?}");
        world.client.batch_execute("rollback").await.unwrap();
    }
    assert_eq!(found(&world, &[]).await, []);
}

#[tokio::test]
async fn a_change_whose_hash_was_made_anew_is_still_found() {
    let world = World::new().await;
    filled(&world).await;
    world
        .client
        .batch_execute(
            "update events e set data = o.data, leaf = o.leaf, event_id = o.event_id
             from events o where e.position = 5 and o.position = 6",
        )
        .await
        .unwrap();
    let problems = found(&world, &[]).await;
    let named = |what: &str| {
        let mut naming = problems.iter().filter(|(_, _, found)| found.contains(what));
        naming.any(|(from, until, _)| (*from..=*until).contains(&5))
    };
    assert!(named("changed") && named("chain"), "{problems:?}");
}

#[tokio::test]
async fn swapped_and_missing_events_are_found() {
    let world = World::new().await;
    filled(&world).await;
    for (change, position) in [
        (
            "update events set position = case position when 5 then -6 else -5 end
             where position in (5, 6);
             update events set position = - position where position < 0",
            5,
        ),
        ("delete from events where position = 6", 6),
        ("delete from events where position = 1", 1),
        (
            "insert into events select 0, stream_id, version, event_id, occurred_at, recorded_at,
               tenant, category, type, data, meta, numbers, leaf, link from events where position = 1",
            0,
        ),
        (
            "insert into events select 9, stream_id, version + 1, gen_random_uuid(), occurred_at,
               recorded_at, tenant, category, type, data, meta, numbers, leaf, link
             from events where position = 8",
            9,
        ),
        ("update streams set version = version + 1 where last_position = 8", 8),
        ("delete from streams where last_position = 8", 8),
        ("update head set position = 9", 9),
        ("update head set chain = '\\x00'", 8),
        ("update head set recorded_at = recorded_at - interval '1 day'", 8),
    ] {
        world.client.batch_execute(&format!("begin; {change}")).await.unwrap();
        let problems = found(&world, &[]).await;
        let named = |(from, until, _): &(i64, i64, String)| (*from..=*until).contains(&position);
        assert!(problems.iter().any(named), "{change}: {problems:?}");
        world.client.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test]
async fn a_tail_cut_off_with_all_its_traces_is_found_by_the_last_anchor() {
    let world = World::new().await;
    let log = filled(&world).await;
    let key = AnchorKey::generate().unwrap();
    let anchors = [anchor_of(&log, &key).await];
    world
        .client
        .batch_execute(
            "delete from events where position > 4;
             update streams s set (version, last_position) =
                 (select max(version), max(position) from events e where e.stream_id = s.id);
             update head set position = 4,
                 chain = (select link from events where position = 4)",
        )
        .await
        .unwrap();
    assert_eq!(
        found(&world, &[]).await,
        [],
        "the cut itself leaves no trace"
    );
    let problems = found(&world, &anchors).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((problems[0].0, problems[0].1), (5, 8));

    // And a tail written anew, too.
    let log = world.log().await;
    written(log.append(command().write(&stream("c"), 0, 4)).await);
    assert_eq!(found(&world, &[]).await, []);
    let problems = found(&world, &anchors).await;
    assert!(
        problems.iter().any(|(_, until, _)| *until == 8),
        "{problems:?}"
    );
}

#[tokio::test]
async fn what_a_known_restore_lost_is_no_problem_and_the_restore_is_shown() {
    let world = World::new().await;
    let log = filled(&world).await;
    let key = AnchorKey::generate().unwrap();
    let mut lost = log.head().await.unwrap();
    lost.position = Position(100);
    let kept = anchor_of(&log, &key).await;
    let anchors = [kept, key.sign(SERVICE, &lost, Timestamp::now())];
    let marked = restore_mark(&world.client, SERVICE).await.unwrap();
    let verification = verify(&world.client, SERVICE, &anchors).await.unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!(verification.anchors, 1);
    assert_eq!(verification.lives.len(), 2);
    assert_eq!(verification.lives[1].incarnation, marked);
    assert_eq!(verification.lives[1].position, Position(8));
}

#[tokio::test]
async fn lives_follow_each_other_though_the_clock_was_put_back_between_them() {
    let world = World::new().await;
    filled(&world).await;
    let first = restore_mark(&world.client, SERVICE).await.unwrap();
    // The first restore was done by a clock that was an hour ahead.
    let ahead = "update lives set began_at = began_at + interval '1 hour'
                 where incarnation = (select incarnation from head)";
    world.client.batch_execute(ahead).await.unwrap();
    let second = restore_mark(&world.client, SERVICE).await.unwrap();
    let log = world.log().await;
    written(log.append(command().write(&stream("c"), 0, 2)).await);
    let lives = verify(&world.client, SERVICE, &[]).await.unwrap().lives;
    let lives: Vec<_> = lives.iter().map(|life| life.incarnation).collect();
    assert_eq!(lives[1..], [first, second]);

    // So an anchor of the life that is now still tells of a tail that was cut.
    let key = AnchorKey::generate().unwrap();
    let mut cut = log.head().await.unwrap();
    cut.position = Position(cut.position.0 + 5);
    let anchors = [key.sign(SERVICE, &cut, Timestamp::now())];
    let found = verify(&world.client, SERVICE, &anchors).await.unwrap();
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
}

#[test]
fn processes_that_start_together_sign_with_one_key() {
    let scratch = ScratchDir::create_in(&std::env::temp_dir()).unwrap();
    let path = scratch.path().join("key");
    let keys: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| load_or_create_key(&path).unwrap().public()))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_eq!(
        std::fs::read_dir(scratch.path()).unwrap().count(),
        2,
        "key and lock"
    );
}

#[tokio::test]
async fn anchors_are_kept_at_intervals_in_a_file_that_survives_a_torn_line() {
    let world = World::new().await;
    let scratch = ScratchDir::create_in(&std::env::temp_dir()).unwrap();
    let (path, key_path) = (
        scratch.path().join("folder/anchors"),
        scratch.path().join("key"),
    );
    let key = load_or_create_key(&key_path).unwrap();
    let public = key.public();
    assert_eq!(load_or_create_key(&key_path).unwrap().public(), public);
    let log = filled(&world).await;
    append_anchor(&path, &anchor_of(&log, &key).await).unwrap();
    let torn = std::fs::read_to_string(&path).unwrap() + "{\"log\":\"sal";
    std::fs::write(&path, torn).unwrap();
    assert_eq!(read_anchors(&path, &public).unwrap().len(), 1);

    let stop = CancellationToken::new();
    let every = Duration::from_millis(20);
    let keeper = tokio::spawn(keep_anchors(
        log.clone(),
        key,
        path.clone(),
        every,
        stop.clone(),
    ));
    eventually(Duration::from_secs(5), async || {
        let anchors = read_anchors(&path, &public)?;
        anyhow::ensure!(anchors.len() == 2, "{} anchors", anchors.len());
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    stop.cancel();
    keeper.await.unwrap();
    let anchors = read_anchors(&path, &public).unwrap();
    assert_eq!(anchors.last().unwrap().position, Position(9));
    assert_eq!(
        verify(&world.client, SERVICE, &anchors)
            .await
            .unwrap()
            .problems,
        []
    );

    let changed = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\"position\":9", "\"position\":8");
    std::fs::write(&path, changed).unwrap();
    assert!(read_anchors(&path, &public).is_err());
}
