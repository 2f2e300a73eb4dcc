//! What an append is checked against, and what it leaves behind besides events.

use guanxi_eventlog::{AppendError, DueTimer, TimerChange};
use guanxi_events::{Position, StreamVersion};
use jiff::Timestamp;

use crate::world::{
    Build, World, all, at, command, event, in_one_batch, key, stale, stream, written,
};

#[tokio::test]
async fn a_claim_on_a_taken_key_is_refused_and_names_the_holder() {
    let world = World::new().await;
    let log = world.log().await;
    let (holder, other) = (stream("card"), stream("card"));
    written(
        log.append(command().write(&holder, 0, 1).claim(key(1), &holder))
            .await,
    );

    let refused = command()
        .write(&other, 0, 1)
        .claim(key(2), &other)
        .claim(key(1), &other);
    match log.append(refused).await {
        Err(AppendError::ClaimTaken {
            index,
            holder: found,
        }) => {
            assert_eq!((index, found), (1, holder.clone()));
        }
        other => panic!("{other:?}"),
    }
    // Nothing of the refused command stays: its first key is free.
    written(
        log.append(command().write(&other, 0, 1).claim(key(2), &other))
            .await,
    );
    // The holder may claim again what it holds.
    written(
        log.append(command().write(&holder, 1, 1).claim(key(1), &holder))
            .await,
    );
}

#[tokio::test]
async fn a_released_key_is_free_and_can_pass_on_in_one_command() {
    let world = World::new().await;
    let log = world.log().await;
    let (first, second, third) = (stream("card"), stream("card"), stream("card"));
    written(
        log.append(command().write(&first, 0, 1).claim(key(1), &first))
            .await,
    );

    let passed = command().write(&first, 1, 1).write(&second, 0, 1);
    let passed = passed.release(key(1), &first).claim(key(1), &second);
    written(log.append(passed).await);
    // A release by one that does not hold the key is nothing.
    written(
        log.append(command().write(&first, 2, 1).release(key(1), &first))
            .await,
    );
    let early = command().write(&third, 0, 1).claim(key(1), &third);
    assert!(matches!(
        log.append(early).await,
        Err(AppendError::ClaimTaken { .. })
    ));

    written(
        log.append(command().write(&second, 1, 1).release(key(1), &second))
            .await,
    );
    written(
        log.append(command().write(&third, 0, 1).claim(key(1), &third))
            .await,
    );
}

#[tokio::test]
async fn of_many_that_claim_one_key_at_once_exactly_one_wins() {
    let world = World::new().await;
    let logs = [world.log().await, world.log().await, world.log().await];
    let claims = (0..30).map(|n| {
        let (log, owner) = (logs[n % 3].clone(), stream("card"));
        tokio::spawn(async move {
            log.append(command().write(&owner, 0, 1).claim(key(1), &owner))
                .await
        })
    });
    let mut won = 0;
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Ok(_) => won += 1,
            Err(AppendError::ClaimTaken { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(all(&logs[0]).await.len(), 1);
}

#[tokio::test]
async fn a_decision_whose_reading_has_moved_is_stale() {
    let world = World::new().await;
    let log = world.log().await;
    let (rule, deal) = (stream("rule"), stream("deal"));
    written(log.append(command().write(&rule, 0, 1)).await);
    written(
        log.append(command().write(&deal, 0, 1).read(&rule, 1))
            .await,
    );
    written(log.append(command().write(&rule, 1, 1)).await);
    let outdated = command().write(&deal, 1, 1).read(&rule, 1);
    assert_eq!(stale(log.append(outdated).await), (rule.clone(), 2));
    // The absence of a stream can be read, too.
    let absent = stream("rule");
    written(
        log.append(command().write(&deal, 1, 1).read(&absent, 0))
            .await,
    );
    assert_eq!(log.stream_version(&deal).await.unwrap(), StreamVersion(2));
}

#[tokio::test]
async fn what_reads_a_stream_and_what_writes_it_in_the_same_moment_are_put_in_order() {
    let world = World::new().await;
    let log = world.log().await;
    let (rule, deal) = (stream("rule"), stream("deal"));
    written(log.append(command().write(&rule, 0, 1)).await);
    let outcomes = in_one_batch(
        &world,
        &log,
        vec![
            command().write(&rule, 1, 1),
            command().write(&deal, 0, 1).read(&rule, 1),
        ],
    )
    .await;
    let mut outcomes = outcomes.into_iter();
    written(outcomes.next().unwrap());
    assert_eq!(stale(outcomes.next().unwrap()), (rule, 2));
}

#[tokio::test]
async fn commands_of_one_batch_that_read_one_stream_are_each_judged_by_what_they_saw() {
    let world = World::new().await;
    let rule = stream("rule");
    written(world.log().await.append(command().write(&rule, 0, 2)).await);
    for seen in [[2, 2, 2], [1, 1, 1], [2, 1, 3], [3, 2, 2]] {
        // One that has not been disappointed yet takes the short way.
        let log = world.log().await;
        let deals = seen.map(|version| (stream("deal"), version));
        let append = |(deal, seen): &(_, i64)| command().write(deal, 0, 1).read(&rule, *seen);
        let outcomes = in_one_batch(&world, &log, deals.iter().map(append).collect()).await;
        for ((deal, seen), outcome) in deals.iter().zip(outcomes) {
            let written_to = if *seen == 2 {
                written(outcome);
                1
            } else {
                assert_eq!(stale(outcome), (rule.clone(), 2));
                0
            };
            assert_eq!(log.stream_version(deal).await.unwrap().0, written_to);
        }
    }
}

#[tokio::test]
async fn numbers_are_gapless_under_refusals_and_races() {
    let world = World::new().await;
    let logs = [world.log().await, world.log().await, world.log().await];
    let shared = stream("a");
    let draws = (0..90).map(|n| {
        let log = logs[n % 3].clone();
        // Every third wants to be the shared stream's first event: all but one are refused.
        let target = if n % 3 == 0 {
            shared.clone()
        } else {
            stream("a")
        };
        let mut second = event();
        second.numbers = vec!["CU".to_owned()];
        let append = command()
            .write_events(&target, 0, vec![event(), second])
            .write(&stream("b"), 0, 1)
            .numbers(&["CU", if n % 2 == 0 { "EVEN" } else { "ODD" }]);
        tokio::spawn(async move { log.append(append).await })
    });
    let mut dealt: Vec<(String, i64)> = Vec::new();
    let mut refused = 0;
    for draw in draws.collect::<Vec<_>>() {
        match draw.await.unwrap() {
            Ok(outcome) => dealt.extend(outcome.into_receipt().numbers),
            Err(AppendError::Stale { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(refused, 29);
    let of = |name: &str| -> Vec<i64> {
        let of = dealt.iter().filter(|(series, _)| series == name);
        let mut numbers: Vec<i64> = of.map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(of("CU"), (1..=122).collect::<Vec<_>>());
    assert_eq!(of("EVEN").len() + of("ODD").len(), 61);
    assert_eq!(
        of("EVEN"),
        (1..=of("EVEN").len() as i64).collect::<Vec<_>>()
    );

    // The envelopes say the same, in the order of the log.
    let events = all(&logs[0]).await;
    let in_log: Vec<i64> = events
        .iter()
        .filter_map(|event| event.numbers.get("CU").copied())
        .collect();
    assert_eq!(in_log, (1..=122).collect::<Vec<_>>());
    let check = guanxi_eventlog::verify(&world.client, crate::world::SERVICE, &[]);
    assert_eq!(check.await.unwrap().problems, []);
}

#[tokio::test]
async fn a_stream_has_one_timer_which_is_set_moved_and_cleared() {
    let world = World::new().await;
    let log = world.log().await;
    let (one, two) = (stream("a"), stream("a"));
    let due = |stream: &guanxi_events::StreamKey, second| DueTimer {
        stream: stream.clone(),
        due: at(second),
    };
    let set = |second| TimerChange::Set(at(second));
    let append = command().write(&one, 0, 1).timer(set(100));
    let append = append.write(&two, 0, 1).timer(set(50));
    written(log.append(append).await);
    assert_eq!(log.due_timers(at(49), None, 10).await.unwrap(), []);
    assert_eq!(
        log.due_timers(at(100), None, 10).await.unwrap(),
        [due(&two, 50), due(&one, 100)]
    );
    assert_eq!(
        log.due_timers(at(100), None, 1).await.unwrap(),
        [due(&two, 50)]
    );
    let behind = log.due_timers(at(100), Some(&due(&two, 50)), 1).await;
    assert_eq!(behind.unwrap(), [due(&one, 100)]);
    let behind = log.due_timers(at(100), Some(&due(&one, 100)), 1).await;
    assert_eq!(behind.unwrap(), []);

    // Moved without an event, and only by an append that passes.
    written(log.append(command().write(&one, 1, 0).timer(set(10))).await);
    stale(log.append(command().write(&one, 0, 0).timer(set(5))).await);
    written(
        log.append(command().write(&two, 1, 1).timer(TimerChange::Clear))
            .await,
    );
    written(log.append(command().write(&one, 1, 1)).await);
    assert_eq!(
        log.due_timers(at(100), None, 10).await.unwrap(),
        [due(&one, 10)]
    );
}

#[tokio::test]
async fn the_recorded_time_never_goes_back() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    // As if the clock had run an hour ahead before.
    world
        .client
        .execute(
            "update head set recorded_at = recorded_at + interval '1 hour'",
            &[],
        )
        .await
        .unwrap();
    let ahead = log.head().await.unwrap().recorded_at;
    let receipt = written(log.append(command().write(&stream("a"), 0, 1)).await);
    assert_eq!(receipt.recorded_at, ahead);
    let receipt = written(log.append(command()).await);
    assert_eq!(receipt.recorded_at, ahead);
}

#[tokio::test]
async fn the_position_at_an_instant_is_the_last_one_recorded_by_then() {
    let world = World::new().await;
    let log = world.log().await;
    assert_eq!(
        log.position_at(Timestamp::now()).await.unwrap(),
        Position(0)
    );
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(written(log.append(command().write(&stream("a"), 0, 2)).await).recorded_at);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    for (n, time) in (1..).zip(&times) {
        assert_eq!(log.position_at(*time).await.unwrap(), Position(2 * n));
        let before = *time - jiff::SignedDuration::from_micros(1);
        assert_eq!(log.position_at(before).await.unwrap(), Position(2 * n - 2));
    }
    assert_eq!(log.position_at(Timestamp::MAX).await.unwrap(), Position(10));
}
