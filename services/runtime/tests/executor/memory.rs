//! What a replica remembers of the log: behind it, before it, ahead of it, and from a snapshot.

use std::time::Duration;

use guanxi_decider::DynDecider;
use guanxi_events::{CommandId, Position, StreamKey, StreamVersion};
use guanxi_harness::TestDatabase;
use guanxi_runtime::{
    States, Versioned,
    executor::{Answer, Call, ExecuteError, Executor},
};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    CONNECTIONS, call, code, done, replica, replica_and_pool,
    tables::{Command, Kitchen, Table},
};

/// A replica that remembers a full table, and the table, whose seats another replica has freed since.
async fn behind(database: &TestDatabase) -> (Executor, Uuid) {
    let (one, two) = (replica(database).await, replica(database).await);
    let id = Uuid::now_v7();
    done(&one, id, Command::Open { seats: 2 }).await;
    done(&one, id, Command::Seat { guests: 2 }).await;
    done(&two, id, Command::Clear).await;
    (one, id)
}

#[tokio::test]
async fn a_refusal_is_never_given_from_a_memory_that_is_behind() {
    let database = TestDatabase::create().await.unwrap();
    let (one, id) = behind(&database).await;
    let seated = done(&one, id, Command::Seat { guests: 1 }).await;
    assert_eq!(seated.version, StreamVersion(4));
}

#[tokio::test]
async fn who_is_out_of_time_when_something_has_moved_is_told_so_and_nothing_is_done() {
    let database = TestDatabase::create().await.unwrap();
    let (one, id) = behind(&database).await;
    // It would have to look again, and be done.
    let late = Call {
        deadline: Instant::now(),
        ..call()
    };
    let seat = Command::Seat { guests: 1 };
    let seated = one.execute::<Table>(&late, id, &seat).await;
    let error = seated.unwrap_err();
    assert!(
        matches!(error, ExecuteError::Contended { attempts: 1 }),
        "{error}"
    );
    assert_eq!(one.log().head().await.unwrap().position, Position(3));
}

#[tokio::test]
async fn what_does_not_exist_is_remembered_and_seen_when_another_replica_has_made_it() {
    let database = TestDatabase::create().await.unwrap();
    let (one, two) = (replica(&database).await, replica(&database).await);
    let states = States::new(one.log().clone(), 16, 10);
    let (table, kitchen) = (Uuid::now_v7(), Uuid::now_v7());
    let decider = DynDecider::of::<Kitchen>();
    let key = StreamKey {
        tenant: call().tenant,
        category: decider.category(),
        id: kitchen,
    };
    let known = states.get(decider, &key).await.unwrap();
    assert_eq!(known.version, StreamVersion::NONE);

    done(&one, table, Command::Open { seats: 2 }).await;
    let order = Command::Order { kitchen };
    let refused = one.execute::<Table>(&call(), table, &order).await;
    assert_eq!(code(&refused.unwrap_err()), "KITCHEN_CLOSED");
    two.execute::<Kitchen>(&call(), kitchen, &true)
        .await
        .unwrap();
    done(&one, table, order).await;

    let remembered = states.get(decider, &key).await.unwrap();
    assert_eq!(remembered.version, StreamVersion::NONE, "without a look");
    let looked_up = states.refresh(decider, &key).await.unwrap();
    assert_eq!(looked_up.version, StreamVersion(2), "open, and an order");
}

#[tokio::test]
async fn what_is_older_takes_the_place_of_nothing_newer() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 2 }).await;
    done(&executor, id, Command::Seat { guests: 1 }).await;
    let states = States::new(executor.log().clone(), 16, 10);
    let decider = DynDecider::of::<Table>();
    let key = StreamKey {
        tenant: call().tenant,
        category: decider.category(),
        id,
    };
    let seated = states.refresh(decider, &key).await.unwrap();
    assert_eq!(seated.version, StreamVersion(2));
    // Who opened the table was answered before who took a seat, and comes to tell only now.
    let opened = Versioned {
        state: decider.initial(),
        version: StreamVersion(1),
        life: executor.log().incarnation(),
    };
    states.advance(decider, &key, StreamVersion::NONE, opened, 300);
    let remembered = states.get(decider, &key).await.unwrap();
    assert_eq!(remembered.version, StreamVersion(2));
}

#[tokio::test]
async fn a_long_stream_is_loaded_from_its_snapshot() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 1000 }).await;
    for _ in 0..25 {
        done(&executor, id, Command::Seat { guests: 1 }).await;
    }
    let client = database.connect().await.unwrap();
    guanxi_harness::eventually(Duration::from_secs(5), async || {
        let row = client
            .query_one("select count(*) from log_sales.snapshots", &[])
            .await?;
        anyhow::ensure!(row.get::<_, i64>(0) == 1, "no snapshot yet");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    // What a snapshot covers is not read again: a replica that starts now does not miss it.
    client
        .batch_execute("update log_sales.events set data = 'x' where version <= 10")
        .await
        .unwrap();
    let fresh = replica(&database).await;
    let (state, version) = fresh
        .load::<Table>(&"acme".parse().unwrap(), id)
        .await
        .unwrap();
    assert_eq!((state.guests, version), (25, StreamVersion(26)));
    // And it may be deleted at any time.
    client
        .batch_execute("truncate log_sales.snapshots")
        .await
        .unwrap();
    assert_eq!(fresh.log().head().await.unwrap().position, Position(26));
}

#[tokio::test]
async fn a_state_that_is_ahead_of_a_restored_log_is_forgotten() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 2 }).await;
    done(&executor, id, Command::Seat { guests: 2 }).await;
    // The tail is lost, as by a restore from a backup under a running service.
    let client = database.connect().await.unwrap();
    client
        .batch_execute(
            "delete from log_sales.events where version = 2; \
             update log_sales.streams set version = 1, last_position = 1; \
             update log_sales.head set position = 1",
        )
        .await
        .unwrap();
    let seated = done(&executor, id, Command::Seat { guests: 1 }).await;
    assert_eq!(seated.version, StreamVersion(2));
}

/// A table is opened by a command that made its id itself.
async fn opened(executor: &Executor, command: CommandId, id: Uuid) -> Result<Answer, ExecuteError> {
    let call = Call {
        command_id: command,
        id_is_new: true,
        ..call()
    };
    let opened = executor.execute::<Table>(&call, id, &Command::Open { seats: 2 });
    let opened = tokio::time::timeout(Duration::from_secs(20), opened).await;
    // Else it waits for a connection.
    opened.unwrap()
}

#[tokio::test]
async fn what_a_command_begins_is_not_looked_for_and_its_repeat_gets_the_first_answer() {
    let database = TestDatabase::create().await.unwrap();
    let (executor, pool) = replica_and_pool(&database).await;
    let command = CommandId::new();
    let first = {
        // Whoever looks for something waits until these are free again.
        let mut taken = Vec::new();
        for _ in 0..CONNECTIONS {
            taken.push(pool.get().await.unwrap());
        }
        opened(&executor, command, Uuid::now_v7()).await.unwrap()
    };
    // Each attempt of a caller makes an id of its own.
    let again = opened(&executor, command, Uuid::now_v7()).await.unwrap();
    assert_eq!(again, first);
}

#[tokio::test]
async fn an_id_that_is_not_as_new_as_was_said_is_looked_at_after_all() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 2 }).await;
    let error = opened(&executor, CommandId::new(), id).await.unwrap_err();
    assert_eq!(code(&error), "OPEN");
}
