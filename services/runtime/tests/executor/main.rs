//! The road of a command against a real Postgres: idempotency, conflicts, overdue consequences.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

mod crowds;
mod lives;
mod memory;
mod tables;

use std::{sync::Arc, time::Duration};

use guanxi_decider::{Actor, DynDecider, Home};
use guanxi_eventlog::{AppendError, EventLog, LogOptions, PlainCodec, connect_plain};
use guanxi_events::{CommandId, Service, StreamVersion};
use guanxi_harness::TestDatabase;
use guanxi_runtime::{
    States,
    executor::{Answer, Call, ExecuteError, Executor},
    keys::KeyRing,
};
use jiff::{Timestamp, ToSpan};
use tables::{Command, Kitchen, Table};
use tokio::time::Instant;
use uuid::Uuid;

const CONNECTIONS: usize = 4;

/// A replica: an executor with a memory of its own.
async fn replica(database: &TestDatabase) -> Executor {
    replica_and_pool(database).await.0
}

/// The same, and the connections by which it looks for what it does not remember.
async fn replica_and_pool(database: &TestDatabase) -> (Executor, deadpool_postgres::Pool) {
    let config = database.url().parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager)
        .max_size(CONNECTIONS)
        .build()
        .unwrap();
    let mut client = database.connect().await.unwrap();
    guanxi_runtime::migrate(&mut client, Service::Sales)
        .await
        .unwrap();
    let options = LogOptions::new(Service::Sales);
    let connector = connect_plain(database.url());
    let log = EventLog::open(options, pool.clone(), connector, Arc::new(PlainCodec))
        .await
        .unwrap();
    let states = States::new(log.clone(), 16, 10);
    let keys = KeyRing::from_hex(&"ab".repeat(32)).unwrap();
    (Executor::new(log, states, keys), pool)
}

fn call() -> Call {
    Call {
        tenant: "acme".parse().unwrap(),
        actor: Actor {
            person: "anna".parse().unwrap(),
            may_backdate: false,
            manages: false,
        },
        home: Home::default(),
        command_id: CommandId::new(),
        content_hash: [1; 32],
        id_is_new: false,
        expected_version: None,
        occurred_at: None,
        deadline: Instant::now() + Duration::from_secs(20),
        cause: None,
        traceparent: None,
    }
}

async fn done(executor: &Executor, id: Uuid, command: Command) -> Answer {
    executor
        .execute::<Table>(&call(), id, &command)
        .await
        .unwrap()
}

fn code(error: &ExecuteError) -> &str {
    match error {
        ExecuteError::Refused(refusal) => refusal.code,
        _ => "",
    }
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_answer_from_any_replica_even_when_it_would_now_be_refused()
 {
    let database = TestDatabase::create().await.unwrap();
    let (one, two) = (replica(&database).await, replica(&database).await);
    let id = Uuid::now_v7();
    done(&one, id, Command::Open { seats: 2 }).await;
    let call = call();
    let first = one
        .execute::<Table>(&call, id, &Command::Seat { guests: 2 })
        .await
        .unwrap();
    for executor in [&one, &two] {
        let again = executor
            .execute::<Table>(&call, id, &Command::Seat { guests: 2 })
            .await;
        assert_eq!(again.unwrap(), first);
    }
    let other = one
        .execute::<Table>(&self::call(), id, &Command::Seat { guests: 2 })
        .await;
    assert_eq!(code(&other.unwrap_err()), "FULL");
}

#[tokio::test]
async fn a_command_id_with_another_content_is_refused_whether_or_not_the_rule_would_refuse() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    let mut call = call();
    executor
        .execute::<Table>(&call, id, &Command::Open { seats: 2 })
        .await
        .unwrap();
    call.content_hash = [2; 32];
    for command in [Command::Open { seats: 3 }, Command::Seat { guests: 1 }] {
        let error = executor
            .execute::<Table>(&call, id, &command)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ExecuteError::Append(AppendError::DifferentContent)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn nothing_to_do_is_an_answer_that_does_not_change_when_repeated() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 2 }).await;
    let rename = call();
    let named = Command::Rename {
        name: "corner".to_owned(),
    };
    done(&executor, id, named.clone()).await;
    let nothing = executor
        .execute::<Table>(&rename, id, &named)
        .await
        .unwrap();
    assert_eq!(nothing.version, StreamVersion(2));
    done(
        &executor,
        id,
        Command::Rename {
            name: "window".to_owned(),
        },
    )
    .await;
    // Done anew it would rename the table back.
    let again = executor
        .execute::<Table>(&rename, id, &named)
        .await
        .unwrap();
    assert_eq!(again, nothing);
    let (state, version) = executor
        .load::<Table>(&"acme".parse().unwrap(), id)
        .await
        .unwrap();
    assert_eq!((state.name.as_str(), version), ("window", StreamVersion(3)));
}

#[tokio::test]
async fn a_stale_expected_version_is_refused_with_the_current_one_and_a_current_one_is_taken() {
    let database = TestDatabase::create().await.unwrap();
    let (one, two) = (replica(&database).await, replica(&database).await);
    let id = Uuid::now_v7();
    done(&one, id, Command::Open { seats: 9 }).await;
    done(&two, id, Command::Seat { guests: 1 }).await;
    let stale = Call {
        expected_version: Some(1),
        ..call()
    };
    let error = one
        .execute::<Table>(&stale, id, &Command::Seat { guests: 1 })
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::Expected {
                expected: 1,
                actual: 2
            }
        ),
        "{error}"
    );
    let current = Call {
        expected_version: Some(2),
        ..call()
    };
    let answer = one
        .execute::<Table>(&current, id, &Command::Seat { guests: 1 })
        .await
        .unwrap();
    assert_eq!(answer.version, StreamVersion(3));
}

#[tokio::test]
async fn racing_callers_of_two_replicas_never_seat_more_guests_than_there_are_seats() {
    let database = TestDatabase::create().await.unwrap();
    let replicas = [replica(&database).await, replica(&database).await];
    let id = Uuid::now_v7();
    done(&replicas[0], id, Command::Open { seats: 10 }).await;
    let callers = (0..40).map(|n| {
        let executor = replicas[n % 2].clone();
        tokio::spawn(async move {
            executor
                .execute::<Table>(&call(), id, &Command::Seat { guests: 1 })
                .await
        })
    });
    let (mut seated, mut full) = (0, 0);
    for caller in callers.collect::<Vec<_>>() {
        match caller.await.unwrap() {
            Ok(_) => seated += 1,
            Err(error) => {
                assert_eq!(code(&error), "FULL", "{error}");
                full += 1;
            }
        }
    }
    assert_eq!((seated, full), (10, 30));
    let (state, _) = replicas[0]
        .load::<Table>(&"acme".parse().unwrap(), id)
        .await
        .unwrap();
    assert_eq!(state.guests, 10);
}

#[tokio::test]
async fn a_rule_that_was_read_cannot_change_underneath_the_decision() {
    let database = TestDatabase::create().await.unwrap();
    let (one, two) = (replica(&database).await, replica(&database).await);
    let (id, kitchen) = (Uuid::now_v7(), Uuid::now_v7());
    done(&one, id, Command::Open { seats: 9 }).await;
    // Both replicas remember an open kitchen; then it closes in the second one.
    let order = || Command::Order { kitchen };
    let first = one
        .execute::<Table>(&call(), id, &order())
        .await
        .unwrap_err();
    assert_eq!(code(&first), "KITCHEN_CLOSED");
    one.execute::<Kitchen>(&call(), kitchen, &true)
        .await
        .unwrap();
    done(&one, id, order()).await;
    two.execute::<Kitchen>(&call(), kitchen, &false)
        .await
        .unwrap();
    let error = one
        .execute::<Table>(&call(), id, &order())
        .await
        .unwrap_err();
    assert_eq!(code(&error), "KITCHEN_CLOSED");
    // Each order that was taken is counted in the kitchen: both streams or neither.
    let tenant = "acme".parse().unwrap();
    let (state, _) = two.load::<Kitchen>(&tenant, kitchen).await.unwrap();
    assert_eq!(state.orders, 1);
}

#[tokio::test]
async fn a_unique_name_is_held_by_one_table_until_it_is_given_back() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
    done(&executor, a, Command::Open { seats: 1 }).await;
    done(&executor, b, Command::Open { seats: 1 }).await;
    done(
        &executor,
        a,
        Command::Rename {
            name: "corner".to_owned(),
        },
    )
    .await;
    let take = Command::Rename {
        name: "corner".to_owned(),
    };
    let error = executor
        .execute::<Table>(&call(), b, &take)
        .await
        .unwrap_err();
    assert_eq!(code(&error), "TAKEN");
    assert!(error.to_string().contains(&a.to_string()), "{error}");
    done(
        &executor,
        a,
        Command::Rename {
            name: "window".to_owned(),
        },
    )
    .await;
    done(&executor, b, take).await;
}

#[tokio::test]
async fn numbers_are_gapless_whatever_is_refused_in_between() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let mut dealt = Vec::new();
    for _ in 0..5 {
        let id = Uuid::now_v7();
        let opened = done(&executor, id, Command::Open { seats: 1 }).await;
        dealt.extend(opened.receipt.numbers);
        let refused = executor
            .execute::<Table>(&call(), id, &Command::Open { seats: 1 })
            .await;
        assert_eq!(code(&refused.unwrap_err()), "OPEN");
        let (state, _) = executor
            .load::<Table>(&"acme".parse().unwrap(), id)
            .await
            .unwrap();
        assert_eq!(state.number, dealt.last().map(|(_, number)| *number));
    }
    let wanted: Vec<_> = (1..=5).map(|n| ("TB".to_owned(), n)).collect();
    assert_eq!(dealt, wanted);
}

#[tokio::test]
async fn what_is_overdue_happens_before_the_command_and_at_its_own_time() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 2 }).await;
    let until = Timestamp::now() + 300.milliseconds();
    done(&executor, id, Command::Reserve { until }).await;
    let error = executor
        .execute::<Table>(&call(), id, &Command::Seat { guests: 1 })
        .await;
    assert_eq!(code(&error.unwrap_err()), "RESERVED");
    let timers = executor.log().due_timers(until, None, 10).await.unwrap();
    assert_eq!(timers.len(), 1, "the reservation set the table's timer");
    tokio::time::sleep(Duration::from_millis(400)).await;
    // No timer ran here, and yet the reservation has lapsed.
    let seated = done(&executor, id, Command::Seat { guests: 1 }).await;
    let key = timers[0].stream.clone();
    let events = executor
        .log()
        .read_stream(&key, StreamVersion(2), 10)
        .await
        .unwrap();
    let types: Vec<_> = events
        .iter()
        .map(|event| event.event_type.name.as_ref())
        .collect();
    assert_eq!(types, ["sales.table_lapsed", "sales.table_seated"]);
    assert_eq!(
        events[0].occurred_at.as_microsecond(),
        until.as_microsecond()
    );
    assert_eq!(seated.version, StreamVersion(4));
    assert!(
        executor
            .log()
            .due_timers(Timestamp::MAX, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn two_tenants_that_choose_the_same_id_never_meet() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 7 }).await;
    let other = Call {
        tenant: "bolt".parse().unwrap(),
        ..call()
    };
    let error = executor
        .execute::<Table>(&other, id, &Command::Seat { guests: 1 })
        .await;
    assert_eq!(code(&error.unwrap_err()), "NOT_FOUND");
    let opened = executor
        .execute::<Table>(&other, id, &Command::Open { seats: 3 })
        .await
        .unwrap();
    assert_eq!(
        opened.receipt.numbers,
        [("TB".to_owned(), 1)],
        "a series is the tenant's own"
    );
}

#[tokio::test]
async fn a_timer_whose_instant_recurs_fires_again_and_two_replicas_fire_it_once() {
    let database = TestDatabase::create().await.unwrap();
    let replicas = [replica(&database).await, replica(&database).await];
    let id = Uuid::now_v7();
    done(&replicas[0], id, Command::Open { seats: 2 }).await;
    let until = Timestamp::now() - 1.hours();
    for fired in 1..=2 {
        // What is overdue at once stays reserved until the timer, or the next command, comes.
        done(&replicas[0], id, Command::Reserve { until }).await;
        let timers = replicas[0]
            .log()
            .due_timers(Timestamp::now(), None, 10)
            .await
            .unwrap();
        assert_eq!(timers.len(), 1);
        let (call, decider) = (call(), DynDecider::of::<Table>());
        let wakes = replicas
            .iter()
            .map(|executor| executor.wake(&call, decider, &timers[0].stream, timers[0].due));
        for woken in futures::future::join_all(wakes).await {
            woken.unwrap();
        }
        let events = replicas[0]
            .log()
            .read_stream(&timers[0].stream, StreamVersion::NONE, 100);
        let lapsed = events.await.unwrap();
        let lapsed = lapsed
            .iter()
            .filter(|e| e.event_type.name == "sales.table_lapsed")
            .count();
        assert_eq!(lapsed, fired);
        assert!(
            replicas[1]
                .log()
                .due_timers(Timestamp::MAX, None, 10)
                .await
                .unwrap()
                .is_empty()
        );
    }
}
