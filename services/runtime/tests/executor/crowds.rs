//! Many callers of one process at one stream: each is too late once at most.

use futures::future::join_all;
use guanxi_harness::TestDatabase;
use guanxi_runtime::executor::ExecuteError;
use metrics_exporter_prometheus::PrometheusBuilder;
use uuid::Uuid;

use crate::{
    call, code, done, replica,
    tables::{Command, Table},
};

const CALLERS: usize = 20;
const EACH: usize = 10;

#[tokio::test]
async fn callers_of_one_process_are_too_late_once_and_then_come_in_turn() {
    // One thread: what is counted here is what happens here.
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let appends = |result: &str| -> usize {
        let told = recorder.handle().render();
        let lines = told.lines().filter(|line| {
            line.starts_with("guanxi_log_appends_total{")
                && line.contains(&format!("result=\"{result}\""))
        });
        lines
            .filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok())
            .sum()
    };
    let database = TestDatabase::create().await.unwrap();
    let executor = replica(&database).await;
    let (id, seats) = (Uuid::now_v7(), 150);
    done(&executor, id, Command::Open { seats }).await;
    let callers = (0..CALLERS).map(async |_| {
        let mut answers = Vec::new();
        for _ in 0..EACH {
            let seat = Command::Seat { guests: 1 };
            answers.push(executor.execute::<Table>(&call(), id, &seat).await);
        }
        answers
    });
    let answers: Vec<_> = join_all(callers).await.into_iter().flatten().collect();
    let seated = answers.iter().filter(|answer| answer.is_ok()).count();
    let full = |answer: &Result<_, ExecuteError>| answer.as_ref().is_err_and(|e| code(e) == "FULL");
    let full = answers.iter().filter(|answer| full(answer)).count();
    assert_eq!((seated, full), (150, CALLERS * EACH - 150));
    assert_eq!(appends("written"), 1 + seated);
    assert!(
        appends("stale") <= CALLERS,
        "{} were in vain",
        appends("stale")
    );
}
