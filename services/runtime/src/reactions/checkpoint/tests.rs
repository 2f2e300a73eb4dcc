//! Where a reaction goes on when its source has been restored.

use std::sync::Arc;

use deadpool_postgres::{Manager, Pool};
use guanxi_eventlog::{LogReader, PlainCodec, restore_mark};
use guanxi_events::{Incarnation, Position, Service};
use guanxi_harness::TestDatabase;
use tokio_postgres::Client;

use super::{Checkpoint, Step};

const OWN: Service = Service::Sales;
const SOURCE: Service = Service::Customers;

/// A reaction of the one log to the events of the other.
struct World {
    _database: TestDatabase,
    client: Client,
    pool: Pool,
    source: LogReader,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let mut client = database.connect().await.unwrap();
        crate::migrate(&mut client, OWN).await.unwrap();
        crate::migrate(&mut client, SOURCE).await.unwrap();
        let manager = Manager::new(database.url().parse().unwrap(), tokio_postgres::NoTls);
        // Nothing here may wait for a second connection while it holds one.
        let pool = Pool::builder(manager).max_size(1).build().unwrap();
        Self {
            source: LogReader::new(SOURCE, pool.clone(), Arc::new(PlainCodec)),
            pool,
            client,
            _database: database,
        }
    }

    /// The source's head is there now.
    async fn at(&self, position: i64) {
        let sql = "update log_customers.head set position = $1";
        self.client.execute(sql, &[&position]).await.unwrap();
    }

    /// The source came back as it was there, and knows its former lives.
    async fn came_back(&self, position: i64) -> Incarnation {
        self.at(position).await;
        restore_mark(&self.client, SOURCE).await.unwrap()
    }

    /// Where the reaction goes on. It has never answered what was there when it began.
    async fn begins(&self) -> i64 {
        let head = self.source.head().await.unwrap();
        let checkpoint = Checkpoint::new(&self.pool, "greets", OWN);
        let begun = checkpoint.begin(&self.source, head.incarnation, head.position);
        begun.await.unwrap().0
    }

    async fn answers(&self, from: i64, to: i64) {
        let step = Step {
            incarnation: self.source.head().await.unwrap().incarnation,
            from: Position(from),
            to: Position(to),
            target: Position(0),
        };
        let checkpoint = Checkpoint::new(&self.pool, "greets", OWN);
        assert!(checkpoint.advance(SOURCE, step, &[]).await.unwrap());
    }
}

/// One that began at 1 000, and has answered 200 events since.
async fn followed() -> World {
    let world = World::new().await;
    world.at(1_000).await;
    assert_eq!(world.begins().await, 1_000);
    world.at(1_200).await;
    world.answers(1_000, 1_200).await;
    assert_eq!(world.begins().await, 1_200);
    world
}

#[tokio::test]
async fn after_a_restore_it_answers_all_since_it_began_once_more() {
    let world = followed().await;
    world.came_back(1_100).await;
    assert_eq!(world.begins().await, 1_000);
}

#[tokio::test]
async fn what_is_written_anew_before_the_place_where_it_once_began_is_answered() {
    let world = followed().await;
    world.came_back(900).await;
    world.at(950).await;
    assert_eq!(world.begins().await, 900);
    // And from then on it is a life like any other.
    world.answers(900, 950).await;
    assert_eq!(world.begins().await, 950);
}

#[tokio::test]
async fn what_was_written_anew_and_not_answered_yet_is_after_the_next_restore() {
    let world = followed().await;
    world.came_back(900).await;
    assert_eq!(world.begins().await, 900);
    world.at(950).await;
    world.answers(900, 920).await;
    world.came_back(940).await;
    assert_eq!(world.begins().await, 900);
}

#[tokio::test]
async fn a_life_that_it_has_slept_through_counts() {
    let world = followed().await;
    world.came_back(900).await;
    world.came_back(960).await;
    assert_eq!(world.begins().await, 900);
}

#[tokio::test]
async fn a_life_before_it_began_does_not_count() {
    let world = World::new().await;
    world.came_back(500).await;
    world.at(1_000).await;
    assert_eq!(world.begins().await, 1_000);
    world.answers(1_000, 1_200).await;
    world.came_back(1_100).await;
    assert_eq!(world.begins().await, 1_000);
}

#[tokio::test]
async fn a_source_that_knows_nothing_of_the_life_that_was_followed_came_back_from_before_it() {
    let world = World::new().await;
    let forgotten = world.came_back(800).await;
    world.at(1_000).await;
    assert_eq!(world.begins().await, 1_000);
    let forget = "delete from log_customers.lives where incarnation = $1";
    world.client.execute(forget, &[&forgotten.0]).await.unwrap();
    world.came_back(700).await;
    assert_eq!(world.begins().await, 700);
}
