//! Commits of which nobody hears: whoever asks again, the appender or the caller, gets the truth.

use std::time::Duration;

use guanxi_eventlog::{AppendError, EventLog, LogOptions, Outcome, verify};
use guanxi_events::CommandId;
use guanxi_harness::eventually;

use crate::{
    wire::{Cut, Wire},
    world::{Build, SERVICE, World, all, command, key, stream, tenant, vouched_for, written},
};

const CUTS: [Cut; 4] = [
    Cut::BeforeTheCall,
    Cut::WithinTheCall,
    Cut::AfterTheCall,
    Cut::AfterTheCommit,
];

/// A log whose appender reaches Postgres by a wire, and has connected.
async fn over(wire: &Wire, world: &World) -> EventLog {
    let options = LogOptions::new(SERVICE);
    let log = World::log_at(world.url(), wire.connector(), options).await;
    written(log.append(command()).await);
    log
}

/// Every command once, and nothing but what is right.
async fn judge(world: &World, log: &EventLog, commands: &[CommandId]) {
    let events = all(log).await;
    let mut seen: Vec<_> = events.iter().map(|event| event.meta.command_id).collect();
    seen.sort_unstable();
    let mut wanted = commands.to_vec();
    wanted.sort_unstable();
    assert_eq!(seen, wanted);
    let check = verify(&world.client, SERVICE, &[]).await.unwrap();
    assert_eq!(check.problems, []);
}

/// A command that would fail if it were done twice.
fn delicate(n: u8) -> guanxi_eventlog::Append {
    let own = stream("a");
    let mut append = command()
        .write(&own, 0, 1)
        .numbers(&["CU"])
        .claim(key(n), &own)
        .result(&[n]);
    append.writes[0].events[0].meta.command_id = append.command_id;
    append
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_cut_at_the_commit_costs_the_caller_nothing() {
    let world = World::new().await;
    let wire = Wire::to(world.url()).await;
    let log = over(&wire, &world).await;
    let mut commands = Vec::new();
    for (n, cut) in (0..24).zip(CUTS.into_iter().cycle()) {
        let append = delicate(n);
        commands.push(append.command_id);
        wire.cut_next(cut);
        let outcome = log.append(append.clone()).await;
        assert!(!wire.is_whole(), "{cut:?}");
        match cut {
            Cut::AfterTheCommit => assert!(matches!(outcome, Ok(Outcome::Repeated(_))), "{cut:?}"),
            Cut::BeforeTheCall | Cut::WithinTheCall => {
                assert!(matches!(outcome, Ok(Outcome::Written(_))), "{cut:?}");
            }
            // The first call may have come to its end or not.
            Cut::AfterTheCall => {}
        }
        let receipt = vouched_for(outcome);
        let stored = log.command(&tenant(), append.command_id).await.unwrap();
        assert_eq!(stored.unwrap().1, receipt);
        // The appender is connected again by now, and hears.
        written(log.append(command()).await);
    }
    judge(&world, &log, &commands).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_was_told_unknown_gets_the_truth_when_it_asks_again_elsewhere() {
    let world = World::new().await;
    let (wire, elsewhere) = (Wire::to(world.url()).await, world.log().await);
    let log = over(&wire, &world).await;
    let mut commands = Vec::new();
    for (n, cut) in (0..8).zip(CUTS.into_iter().cycle()) {
        let append = delicate(n);
        commands.push(append.command_id);
        wire.cut_next(cut);
        wire.let_through(false);
        let first = log.append(append.clone().within(Duration::from_millis(600)));
        let first = first.await;
        assert!(matches!(first, Err(AppendError::Unknown)), "{first:?}");

        let again = elsewhere.append(append.clone()).await;
        match cut {
            Cut::AfterTheCommit => assert!(matches!(again, Ok(Outcome::Repeated(_))), "{again:?}"),
            Cut::BeforeTheCall | Cut::WithinTheCall => {
                assert!(matches!(again, Ok(Outcome::Written(_))), "{again:?}");
            }
            Cut::AfterTheCall => {}
        }
        let receipt = vouched_for(again);
        assert_eq!(receipt.result, [n]);

        // The first appender still sends it, as soon as it can: that must change nothing.
        wire.let_through(true);
        let outcome = log.append(append).await;
        assert_eq!(vouched_for(outcome), receipt);
    }
    eventually(Duration::from_secs(5), async || {
        let waiting: i64 = world
            .one(
                "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'",
            )
            .await;
        anyhow::ensure!(waiting == 0, "{waiting} calls are not over");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    judge(&world, &log, &commands).await;
}
