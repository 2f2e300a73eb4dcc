//! A log that is restored: its new life, and what was decided in the one before.

use std::time::Duration;

use guanxi_eventlog::{Append, AppendError, Outcome, restore_mark, verify};
use guanxi_events::{Position, StreamVersion};

use crate::world::{Build, SERVICE, World, command, repeated, stream, written};

#[tokio::test]
async fn a_restore_changes_the_incarnation_and_the_next_receipt_says_so() {
    let world = World::new().await;
    let log = world.log().await;
    let append = command().write(&stream("a"), 0, 1);
    let before = written(log.append(append.clone()).await);
    let marked = restore_mark(&world.client, SERVICE).await.unwrap();
    assert_ne!(marked, before.incarnation);
    let after = repeated(log.append(append).await);
    assert_eq!(after.incarnation, marked);
    assert_eq!(after.position, before.position);
    assert_eq!(log.incarnation(), marked);
    let head = log.head().await.unwrap();
    assert_eq!((head.incarnation, head.position), (marked, Position(1)));
}

#[tokio::test]
async fn a_log_that_is_shorter_after_a_restore_is_known_to_be() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    written(log.append(command().write(&stream("b"), 0, 1)).await);
    written(log.append(command().write(&stream("c"), 0, 7)).await);
    let grown = log.position_watch();
    assert_eq!(*grown.borrow(), Position(9));
    let lost = "delete from events where position > 2; delete from streams where last_position > 2;
                delete from commands where position > 2;
                update head set position = 2, chain = (select link from events where position = 2)";
    world.client.batch_execute(lost).await.unwrap();
    restore_mark(&world.client, SERVICE).await.unwrap();
    let outlived = log.append(command().write(&stream("d"), 0, 1)).await;
    assert!(
        matches!(outlived, Err(AppendError::Outlived { .. })),
        "{outlived:?}"
    );
    assert_eq!(*grown.borrow(), Position(2));
    written(log.append(command().write(&stream("d"), 0, 1)).await);
    assert_eq!(*grown.borrow(), Position(3));
}

/// By either function, whatever it expects: also of a stream that is to begin.
#[tokio::test]
async fn what_was_decided_in_a_life_that_is_over_is_not_written_and_what_is_known_is_still_answered()
 {
    let world = World::new().await;
    let log = world.log().await;
    let (a, b) = (stream("a"), stream("b"));
    let known = command().write(&a, 0, 1);
    let first = written(log.append(known.clone()).await);
    let life = restore_mark(&world.client, SERVICE).await.unwrap();

    let plain = command().write(&a, 1, 1);
    let numbered = command().write(&b, 0, 1).numbers(&["N"]);
    for append in [&plain, &numbered] {
        match log
            .append_decided_in(first.incarnation, append.clone())
            .await
        {
            Err(AppendError::Outlived { decided_in, actual }) => {
                assert_eq!((decided_in, actual), (first.incarnation, life));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(log.head().await.unwrap().position, first.position);
    let changed = Append {
        content_hash: [8; 32],
        ..known.clone()
    };
    let answers = [known.clone(), changed]
        .map(async |append| log.append_decided_in(first.incarnation, append).await);
    let [known, changed] = answers;
    assert_eq!(repeated(known.await).position, first.position);
    let changed = changed.await;
    assert!(
        matches!(changed, Err(AppendError::DifferentContent)),
        "{changed:?}"
    );

    assert_eq!(log.incarnation(), life);
    written(log.append(plain).await);
    written(log.append(numbered).await);
    let check = verify(&world.client, SERVICE, &[]).await.unwrap();
    assert_eq!(check.problems, [], "{check:?}");
}

/// Callers who decided before they heard of the restore, and others who have heard, wait together.
#[tokio::test]
async fn a_restore_tells_those_who_have_not_heard_and_disturbs_nobody_else() {
    let world = World::new().await;
    let log = world.log().await;
    let lost = log.incarnation();
    let life = restore_mark(&world.client, SERVICE).await.unwrap();
    let appends = (0..40_u8).map(|n| {
        let heard = n % 3 == 0;
        let append = command().write(&stream("s"), 0, 1);
        let log = log.clone();
        async move {
            let decided_in = if heard { life } else { lost };
            (heard, log.append_decided_in(decided_in, append).await)
        }
    });
    for (heard, outcome) in futures::future::join_all(appends).await {
        match outcome {
            Ok(Outcome::Written(receipt)) => assert_eq!((heard, receipt.incarnation), (true, life)),
            Err(AppendError::Outlived { .. }) => assert!(!heard),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(log.head().await.unwrap().position, Position(14));
}

#[tokio::test]
async fn waiting_for_what_is_under_way_tells_the_logs_life() {
    let world = World::new().await;
    let log = world.log().await;
    let within = Duration::from_secs(20);
    let tenant = command().tenant;
    let known = log.quiesce(&tenant, within).await.unwrap();
    assert_eq!(known, log.incarnation());
    let life = restore_mark(&world.client, SERVICE).await.unwrap();
    assert_eq!(log.quiesce(&tenant, within).await.unwrap(), life);
    assert_eq!(log.incarnation(), life);
}

#[tokio::test]
async fn no_snapshot_is_kept_of_a_life_that_is_over() {
    let world = World::new().await;
    let log = world.log().await;
    let (one, version) = (stream("a"), StreamVersion(9));
    let lost = log.incarnation();
    let save = |life, state: &[u8]| log.save_snapshot(life, &one, 1, version, state.to_vec());
    // Perhaps by a process that went on after the recovery, before the new life was marked.
    save(lost, b"before").await.unwrap();
    assert!(log.snapshot(&one, 1).await.unwrap().is_some());
    let life = restore_mark(&world.client, SERVICE).await.unwrap();
    assert_eq!(log.snapshot(&one, 1).await.unwrap(), None);
    save(lost, b"lost").await.unwrap();
    assert_eq!(log.snapshot(&one, 1).await.unwrap(), None);
    save(life, b"kept").await.unwrap();
    let kept = log.snapshot(&one, 1).await.unwrap();
    assert_eq!(kept, Some((version, b"kept".to_vec())));
}
