//! Many callers of one process at one stream: each is too late once at most, and nobody is kept from what
//! needs no turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use guanxi_harness::{TestDatabase, eventually};
use guanxi_runtime::executor::{Answer, Call, ExecuteError, Executor};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use tokio::{task::JoinHandle, time::Instant};
use uuid::Uuid;

use crate::{
    call, code, done, replica,
    tables::{Command, Kitchen, Table},
};

const CALLERS: usize = 20;
const EACH: usize = 10;

/// Counts what happens on this thread, which is all there is of a test.
struct Counted(PrometheusRecorder);

impl Counted {
    fn new() -> Self {
        Self(PrometheusBuilder::new().build_recorder())
    }

    /// The sum of all that begin so and hold that text.
    fn sum(&self, begins: &str, holds: &str) -> usize {
        let told = self.0.handle().render();
        let lines = told
            .lines()
            .filter(|line| line.starts_with(begins) && line.contains(holds));
        lines
            .filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok())
            .sum()
    }

    fn appends(&self, result: &str) -> usize {
        let result = format!("result=\"{result}\"");
        self.sum("guanxi_log_appends_total{", &result)
    }

    fn batches(&self) -> usize {
        self.sum("guanxi_log_batch_commands_count", "")
    }
}

async fn seat(executor: &Executor, id: Uuid) -> Result<Answer, ExecuteError> {
    let seat = Command::Seat { guests: 1 };
    executor.execute::<Table>(&call(), id, &seat).await
}

/// Callers who seat one guest after the other until they are told to stop.
struct Crowd {
    stop: Arc<AtomicBool>,
    callers: Vec<JoinHandle<usize>>,
}

impl Crowd {
    async fn at(executor: &Executor, id: Uuid) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let caller = |_| {
            let (executor, stop) = (executor.clone(), stop.clone());
            tokio::spawn(async move {
                let mut seated = 0;
                while !stop.load(Ordering::Acquire) {
                    seat(&executor, id).await.unwrap();
                    seated += 1;
                }
                seated
            })
        };
        let callers = (0..CALLERS).map(caller).collect();
        // All of them have been too late once, and stand in line.
        tokio::time::sleep(Duration::from_millis(500)).await;
        Self { stop, callers }
    }

    /// How many guests they have seated.
    async fn stop(self) -> usize {
        self.stop.store(true, Ordering::Release);
        let seated = join_all(self.callers).await;
        seated.into_iter().map(Result::unwrap).sum()
    }
}

#[tokio::test]
async fn callers_of_one_process_are_too_late_once_and_then_come_in_turn() {
    let counted = Counted::new();
    let _counting = metrics::set_default_local_recorder(&counted.0);
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let (id, seats) = (Uuid::now_v7(), 150);
    done(&executor, id, Command::Open { seats }).await;
    let callers = (0..CALLERS).map(async |_| {
        let mut answers = Vec::new();
        for _ in 0..EACH {
            answers.push(seat(&executor, id).await);
        }
        answers
    });
    let answers: Vec<_> = join_all(callers).await.into_iter().flatten().collect();
    let seated = answers.iter().filter(|answer| answer.is_ok()).count();
    let full = |answer: &Result<_, ExecuteError>| answer.as_ref().is_err_and(|e| code(e) == "FULL");
    let full = answers.iter().filter(|answer| full(answer)).count();
    assert_eq!((seated, full), (150, CALLERS * EACH - 150));
    assert_eq!(counted.appends("written"), 1 + seated);
    let in_vain = counted.appends("stale");
    assert!(in_vain <= CALLERS, "{in_vain} were in vain");
}

#[tokio::test]
async fn what_many_only_read_may_change_and_nobody_stands_in_line_for_it() {
    let counted = Counted::new();
    let _counting = metrics::set_default_local_recorder(&counted.0);
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let kitchen = Uuid::now_v7();
    let switch = async |open| {
        let switched = executor.execute::<Kitchen>(&call(), kitchen, &open).await;
        switched.unwrap()
    };
    switch(true).await;
    let tables: Vec<Uuid> = (0..CALLERS).map(|_| Uuid::now_v7()).collect();
    for table in &tables {
        done(&executor, *table, Command::Open { seats: 1 }).await;
    }
    let (before, batches) = (counted.appends("written"), counted.batches());
    let tasting = join_all(tables.iter().map(async |table| {
        for _ in 0..EACH {
            done(&executor, *table, Command::Taste { kitchen }).await;
        }
    }));
    let switching = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            switch(true).await;
        }
    };
    futures::join!(tasting, switching);
    let written = counted.appends("written") - before;
    assert_eq!(written, CALLERS * EACH + 3);
    let in_vain = counted.appends("stale");
    assert!(in_vain > 0, "nobody was there when it changed");
    // One after the other each would have been alone in its batch.
    let batches = counted.batches() - batches;
    assert!(batches < written / 2, "{written} in {batches} batches");
}

#[tokio::test]
async fn in_a_crowd_a_repeat_is_answered_at_once_and_who_has_no_time_is_told_so() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 1_000_000 }).await;
    let (known, one) = (call(), Command::Seat { guests: 1 });
    let first = executor.execute::<Table>(&known, id, &one).await.unwrap();
    let crowd = Crowd::at(&executor, id).await;
    // Now the line stands still: whoever has its turn waits for the head.
    let stranger = database.connect().await.unwrap();
    stranger
        .batch_execute("begin; select from log_sales.head for update")
        .await
        .unwrap();
    eventually(Duration::from_secs(10), async || {
        let sql = "select count(*) from pg_stat_activity where datname = current_database()
                   and wait_event_type = 'Lock'";
        let waiting: i64 = stranger.query_one(sql, &[]).await?.try_get(0)?;
        anyhow::ensure!(waiting > 0);
        Ok(())
    })
    .await
    .unwrap();

    let again = executor.execute::<Table>(&known, id, &one).await;
    assert_eq!(again.unwrap(), first);
    let other = Call {
        content_hash: [2; 32],
        ..known
    };
    let other = executor.execute::<Table>(&other, id, &one).await;
    assert!(other.unwrap_err().to_string().contains("content"));
    let hurried = Call {
        deadline: Instant::now() + Duration::from_millis(200),
        ..call()
    };
    let hurried = executor.execute::<Table>(&hurried, id, &one).await;
    let error = hurried.unwrap_err();
    assert!(
        matches!(error, ExecuteError::Contended { attempts: 0 }),
        "{error}"
    );

    stranger.batch_execute("commit").await.unwrap();
    let seated = u32::try_from(crowd.stop().await).unwrap();
    let (state, _) = executor
        .load::<Table>(&"acme".parse().unwrap(), id)
        .await
        .unwrap();
    assert_eq!(state.guests, 1 + seated);
}

#[tokio::test]
async fn among_many_who_write_a_refusal_comes_soon() {
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let id = Uuid::now_v7();
    done(&executor, id, Command::Open { seats: 1_000_000 }).await;
    let crowd = Crowd::at(&executor, id).await;
    for _ in 0..5 {
        let soon = Call {
            deadline: Instant::now() + Duration::from_secs(3),
            ..call()
        };
        let too_many = Command::Seat { guests: 2_000_000 };
        let refused = executor.execute::<Table>(&soon, id, &too_many).await;
        let error = refused.unwrap_err();
        assert_eq!(code(&error), "FULL", "{error}");
    }
    assert!(crowd.stop().await > CALLERS, "there was no crowd");
}
