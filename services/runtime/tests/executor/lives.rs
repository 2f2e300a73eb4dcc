//! A log that is restored under running replicas: what they remember of the life that is over decides
//! nothing, though the same versions are there again.

use guanxi_eventlog::restore_mark;
use guanxi_events::{Incarnation, Service, StreamVersion};
use guanxi_harness::TestDatabase;
use uuid::Uuid;

use crate::{
    call, code, done, replica,
    tables::{Command, Table},
};

/// The log comes back as it was when it had one event.
async fn restored(database: &TestDatabase) -> Incarnation {
    let client = database.connect().await.unwrap();
    client
        .batch_execute(
            "set search_path = log_sales; \
             delete from events where position > 1; \
             delete from commands where position > 1; \
             update streams set version = 1, last_position = 1; \
             update head set position = 1, chain = (select link from events where position = 1)",
        )
        .await
        .unwrap();
    restore_mark(&client, Service::Sales).await.unwrap()
}

#[tokio::test]
async fn a_seat_is_not_given_twice_by_one_who_remembers_other_guests_at_the_same_version() {
    let database = TestDatabase::create().await.unwrap();
    let one = replica(&database).await;
    let id = Uuid::now_v7();
    done(&one, id, Command::Open { seats: 2 }).await;
    done(&one, id, Command::Seat { guests: 1 }).await;
    restored(&database).await;
    done(&replica(&database).await, id, Command::Seat { guests: 2 }).await;

    let seat = Command::Seat { guests: 1 };
    let seated = one.execute::<Table>(&call(), id, &seat).await;
    assert_eq!(code(&seated.unwrap_err()), "FULL");
}

#[tokio::test]
async fn nobody_is_refused_for_guests_who_never_came_in_this_life() {
    let database = TestDatabase::create().await.unwrap();
    let one = replica(&database).await;
    let id = Uuid::now_v7();
    done(&one, id, Command::Open { seats: 2 }).await;
    done(&one, id, Command::Seat { guests: 2 }).await;
    restored(&database).await;
    let name = "by the window".to_owned();
    done(&replica(&database).await, id, Command::Rename { name }).await;

    let seated = done(&one, id, Command::Seat { guests: 1 }).await;
    assert_eq!(seated.version, StreamVersion(3));
}

#[tokio::test]
async fn what_is_looked_at_only_is_of_this_life_too_as_soon_as_the_replica_has_heard_of_it() {
    let database = TestDatabase::create().await.unwrap();
    let one = replica(&database).await;
    let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
    done(&one, id, Command::Open { seats: 2 }).await;
    done(&one, id, Command::Seat { guests: 1 }).await;
    let life = restored(&database).await;
    done(&replica(&database).await, id, Command::Seat { guests: 2 }).await;

    let opened = done(&one, other, Command::Open { seats: 4 }).await;
    assert_eq!(opened.receipt.incarnation, life);
    let (state, version) = one.load::<Table>(&call().tenant, id).await.unwrap();
    assert_eq!((state.guests, version), (2, StreamVersion(2)));
}
