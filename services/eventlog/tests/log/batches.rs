//! Commands that meet in one batch: each gets its own answer, and only what is written counts.

use guanxi_eventlog::{Append, AppendError, EventLog, MAX_EVENT_BYTES, Outcome, verify};
use guanxi_events::{Position, StreamKey};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::world::{
    Build, SERVICE, World, all, command, event_of, in_one_batch, key, repeated, stale, stream,
    written,
};

/// What is wrong with a command, if anything.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Sound,
    NothingToDo,
    /// The stream that it writes has moved on.
    Conflicting,
    /// So has the one that it reads.
    MisreadIt,
    Repeating,
    OtherContent,
    ClaimingATakenKey,
    TooLarge,
}

const KINDS: [Kind; 8] = [
    Kind::Sound,
    Kind::NothingToDo,
    Kind::Conflicting,
    Kind::MisreadIt,
    Kind::Repeating,
    Kind::OtherContent,
    Kind::ClaimingATakenKey,
    Kind::TooLarge,
];

/// A log in which such commands fail.
struct Past {
    world: World,
    log: EventLog,
    moved: StreamKey,
    held: StreamKey,
    known: Append,
    first: guanxi_eventlog::Receipt,
}

impl Past {
    async fn new() -> Self {
        let world = World::new().await;
        let log = world.log().await;
        let (moved, held) = (stream("a"), stream("a"));
        written(log.append(command().write(&moved, 0, 2)).await);
        let claiming = command().write(&held, 0, 1).claim(key(1), &held);
        written(log.append(claiming).await);
        let known = command()
            .write(&stream("a"), 0, 1)
            .numbers(&["CU"])
            .result(b"first");
        let first = written(log.append(known.clone()).await);
        Self {
            world,
            log,
            moved,
            held,
            known,
            first,
        }
    }

    fn command(&self, kind: Kind) -> Append {
        // Something of everything, all of which a refused command must leave undone.
        let own = stream("a");
        let full = || {
            command()
                .write(&own, 0, 2)
                .numbers(&["CU"])
                .claim(key(7), &own)
        };
        match kind {
            Kind::Sound => command().write(&own, 0, 2).numbers(&["CU"]),
            Kind::NothingToDo => command().result(b"nothing"),
            Kind::Conflicting => full().write(&self.moved, 1, 1),
            Kind::MisreadIt => full().read(&self.moved, 1),
            Kind::Repeating => self.known.clone(),
            Kind::OtherContent => Append {
                content_hash: [9; 32],
                ..self.known.clone()
            },
            Kind::ClaimingATakenKey => full().claim(key(1), &own),
            Kind::TooLarge => full().write_events(
                &stream("a"),
                0,
                vec![event_of(&[b' '; MAX_EVENT_BYTES + 1])],
            ),
        }
    }

    /// Checks one answer; `end` and `number` are the last ones dealt before it.
    fn check(
        &self,
        kind: Kind,
        outcome: Result<Outcome, AppendError>,
        end: &mut i64,
        number: &mut i64,
    ) {
        match kind {
            Kind::Sound => {
                *end += 2;
                *number += 1;
                let receipt = written(outcome);
                assert_eq!(receipt.position, Position(*end));
                assert_eq!(receipt.numbers, [("CU".to_owned(), *number)]);
            }
            Kind::NothingToDo => assert_eq!(written(outcome).position, Position(*end)),
            Kind::Conflicting | Kind::MisreadIt => {
                assert_eq!(stale(outcome), (self.moved.clone(), 2));
            }
            Kind::Repeating => assert_eq!(repeated(outcome), self.first),
            Kind::OtherContent => {
                assert!(matches!(outcome, Err(AppendError::DifferentContent)));
            }
            Kind::ClaimingATakenKey => match outcome {
                Err(AppendError::ClaimTaken { index: 1, holder }) => assert_eq!(holder, self.held),
                other => panic!("{other:?}"),
            },
            Kind::TooLarge => assert!(matches!(outcome, Err(AppendError::TooLarge { .. }))),
        }
    }

    /// Links of the chain, one for each call that wrote events.
    async fn links(&self) -> i64 {
        self.world.one("select count(link) from events").await
    }

    async fn meet(&self, kinds: &[Kind]) {
        let mut end = self.log.head().await.unwrap().position.0;
        let mut number: i64 = self.world.one("select value from series").await;
        let links = self.links().await;
        let appends = kinds.iter().map(|kind| self.command(*kind)).collect();
        let outcomes = in_one_batch(&self.world, &self.log, appends).await;
        for (kind, outcome) in kinds.iter().zip(outcomes) {
            self.check(*kind, outcome, &mut end, &mut number);
        }
        assert_eq!(all(&self.log).await.len() as i64, end, "no hole, no more");
        let wrote = kinds.iter().any(|kind| matches!(kind, Kind::Sound));
        // Commands with the same id wait for one another, so they go out behind the others.
        assert_eq!(self.links().await - links, i64::from(wrote), "one batch");
        let claims: i64 = self.world.one("select count(*) from claims").await;
        assert_eq!(claims, 1, "a refused command claimed something");
        let check = verify(&self.world.client, SERVICE, &[]).await.unwrap();
        assert_eq!(check.problems, []);
    }
}

#[tokio::test]
async fn each_command_of_a_batch_gets_its_own_answer_and_no_position_is_lost() {
    let past = Past::new().await;
    past.meet(&[
        Kind::Sound,
        Kind::Conflicting,
        Kind::Repeating,
        Kind::ClaimingATakenKey,
        Kind::TooLarge,
        Kind::NothingToDo,
        Kind::MisreadIt,
        Kind::Sound,
    ])
    .await;
    past.meet(&[Kind::OtherContent, Kind::Sound]).await;
}

/// In whatever mixture and order they come.
#[test]
fn any_mixture_of_commands_is_answered_one_by_one() {
    // One thread, so that they come into the line in this order.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let past = runtime.block_on(Past::new());
    let config = ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(kinds in vec(select(&KINDS[..]), 1..40))| {
        runtime.block_on(past.meet(&kinds));
    });
    runtime.block_on(async { drop(past) });
}

/// The two functions of the log, each by its name and the one under which nobody finds it.
async fn rename(world: &World, function: &str, to: &str) {
    let sql = format!(
        "do $$
         declare one regprocedure;
         begin
             for one in select oid from pg_proc
                        where proname = '{function}' and pronamespace = 'log_{SERVICE}'::regnamespace
             loop
                 execute format('alter function %s rename to {to}', one);
             end loop;
         end $$"
    );
    world.client.batch_execute(&sql).await.unwrap();
}

#[tokio::test]
async fn what_is_as_expected_goes_the_short_way_and_only_the_rest_the_long_one() {
    let world = World::new().await;
    let log = world.log().await;
    let (one, other) = (stream("a"), stream("b"));
    written(log.append(command().write(&one, 0, 1)).await);
    rename(&world, "append", "long_way").await;
    let usual = command()
        .write(&one, 1, 2)
        .write(&other, 0, 1)
        .claim(key(1), &other)
        .result(b"usual");
    let receipt = written(log.append(usual.clone()).await);
    assert_eq!(
        (receipt.position, receipt.result),
        (Position(4), b"usual".to_vec())
    );
    // What is not as expected cannot be answered by it.
    let late = log.append(command().write(&one, 1, 1)).await;
    assert!(matches!(late, Err(AppendError::Log(_))), "{late:?}");
    rename(&world, "long_way", "append").await;
    let late = log.append(command().write(&one, 1, 1)).await;
    assert_eq!(stale(late), (one.clone(), 3));
    // A repeat may come while the log is not wary any more: it gets its first answer all the same.
    for _ in 0..4 {
        written(log.append(command().write(&stream("a"), 0, 1)).await);
    }
    assert_eq!(repeated(log.append(usual).await).position, Position(4));
    let taken = log
        .append(command().write(&one, 3, 1).claim(key(1), &one))
        .await;
    assert!(
        matches!(taken, Err(AppendError::ClaimTaken { .. })),
        "{taken:?}"
    );
    let check = verify(&world.client, SERVICE, &[]).await.unwrap();
    assert_eq!((check.events, check.problems), (8, vec![]));
}
