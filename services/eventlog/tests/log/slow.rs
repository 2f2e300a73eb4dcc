//! A Postgres that answers late: what expires in line stays unwritten, what is refused is refused
//! soon, and once it is fast again so is the log.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use guanxi_eventlog::{Append, AppendError, LogOptions};
use guanxi_events::CommandId;

use crate::{
    wire::Wire,
    world::{Build, SERVICE, World, all, command, spawn, stream, written},
};

/// One event that names its command.
fn named() -> Append {
    let mut append = command().write(&stream("a"), 0, 1);
    append.writes[0].events[0].meta.command_id = append.command_id;
    append
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_slow_postgres_no_expired_command_is_ever_written() {
    let world = World::new().await;
    let wire = Wire::to(world.url()).await;
    let mut options = LogOptions::new(SERVICE);
    options.max_batch_commands = 16;
    let log = World::log_at(world.url(), wire.connector(), options).await;
    written(log.append(command()).await);
    wire.slow_down(Duration::from_millis(50));

    // More than can be written within the longest of these deadlines, which pass at any moment: while
    // a batch is formed, while it is under way.
    let mut commands = Vec::new();
    for n in 0..1_000_u64 {
        let append = named();
        let deadline = Duration::from_micros(n * 7_919_000 % 1_500_000);
        commands.push((append.command_id, spawn(&log, append.within(deadline))));
        if n % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let (mut done, mut expired, mut open) = (HashSet::new(), HashSet::new(), 0);
    for (id, append) in commands {
        match append.await.unwrap() {
            Ok(_) => assert!(done.insert(id)),
            Err(AppendError::DeadlineExceeded) => assert!(expired.insert(id)),
            Err(AppendError::Unknown) => open += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    wire.slow_down(Duration::ZERO);
    // What still stands in line would be written now.
    log.close().await;
    let events = all(&log).await;
    let written: HashSet<CommandId> = events.iter().map(|event| event.meta.command_id).collect();
    assert_eq!(written.len(), events.len(), "a command was written twice");
    let late = expired.intersection(&written).count();
    assert_eq!(late, 0, "expired, and written all the same");
    assert!(done.is_subset(&written), "answered, but not written");
    assert!(written.len() <= done.len() + open);
    let (done, expired) = (done.len(), expired.len());
    assert!(
        done > 50 && expired > 300,
        "{done} written, {expired} expired, {open} open: no race"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_postgres_is_slow_the_line_is_bounded_and_when_it_is_fast_again_so_is_the_log() {
    let world = World::new().await;
    let wire = Wire::to(world.url()).await;
    let mut options = LogOptions::new(SERVICE);
    options.queue = 100;
    let log = World::log_at(world.url(), wire.connector(), options).await;
    written(log.append(command()).await);
    wire.slow_down(Duration::from_millis(100));

    let mut waiting = Vec::new();
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        // All at once, each in a task of its own as a server has them; what is not refused waits.
        for _ in 0..200 {
            let append = spawn(&log, named());
            waiting.push((Instant::now(), append));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut still = Vec::new();
        for (since, append) in waiting {
            if !append.is_finished() {
                still.push((since, append));
            } else if let Err(AppendError::Overloaded) = append.await.unwrap() {
                refused += 1;
                slowest = slowest.max(since.elapsed());
            }
        }
        waiting = still;
        // A place is free again when its command is sent: at most the line, and two batches.
        assert!(waiting.len() <= 3 * 100, "{} wait", waiting.len());
    }
    assert!(refused > 1_000, "{refused} were refused: no flood");
    assert!(
        slowest < Duration::from_millis(100),
        "a refusal took {slowest:?}, with Postgres 200 ms away"
    );

    for (_, append) in waiting {
        written(append.await.unwrap());
    }
    wire.slow_down(Duration::ZERO);
    let begun = Instant::now();
    for _ in 0..10 {
        written(log.append(named()).await);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?} for ten appends once Postgres is fast again",
        begun.elapsed()
    );
}
