//! What an append writes, and what it answers.

use guanxi_eventlog::{AppendError, MAX_DECISION_BYTES, MAX_EVENT_BYTES, MAX_EVENTS};
use guanxi_events::{CommandId, Position, StreamKey, StreamVersion};

use crate::world::{
    Build, World, all, command, event, event_of, key, repeated, stale, stream, tenant, written,
};

#[tokio::test]
async fn what_was_appended_is_read_back_unchanged() {
    let world = World::new().await;
    let log = world.log().await;
    let (deal, other) = (stream("opportunity"), stream("pipeline"));
    let (first, second) = (
        event_of(br#"{"n":1}"#),
        event_of("{\"n\":\"关系\"}".as_bytes()),
    );
    let append = command()
        .write_events(&deal, 0, vec![first.clone(), second.clone()])
        .write(&other, 0, 1)
        .result(b"r");

    let receipt = written(log.append(append).await);

    assert_eq!(receipt.position, Position(3));
    assert_eq!(receipt.result, b"r");
    assert_eq!(receipt.incarnation, log.incarnation());
    let events = all(&log).await;
    assert_eq!(events.len(), 3);
    for (event, new) in events.iter().zip([first, second]) {
        assert_eq!(event.stream, deal);
        assert_eq!(event.id, new.id);
        assert_eq!(event.event_type, new.event_type);
        assert_eq!(event.occurred_at, new.occurred_at);
        assert_eq!(event.data, new.data);
        assert_eq!(event.meta, new.meta);
        assert_eq!(event.recorded_at, receipt.recorded_at);
    }
    let versions: Vec<_> = events.iter().map(|event| event.version.0).collect();
    assert_eq!(versions, [1, 2, 1]);
    assert_eq!(
        log.read_stream(&deal, StreamVersion(1), 10).await.unwrap(),
        events[1..2]
    );
    let asked = [other.clone(), stream("pipeline"), deal.clone()];
    let versions = log.stream_versions(&asked).await.unwrap();
    assert_eq!(versions, [1, 0, 2].map(StreamVersion));
    assert_eq!(log.head().await.unwrap().position, Position(3));
    assert_eq!(*log.position_watch().borrow(), Position(3));
}

#[tokio::test]
async fn an_instant_finer_than_a_microsecond_is_recorded_as_its_microsecond() {
    let world = World::new().await;
    let log = world.log().await;
    let mut fine = event();
    fine.occurred_at = jiff::Timestamp::from_nanosecond(1_700_000_000_123_456_789).unwrap();
    written(
        log.append(command().write_events(&stream("a"), 0, vec![fine]))
            .await,
    );
    let stored = all(&log).await[0].occurred_at;
    assert_eq!(stored.as_nanosecond(), 1_700_000_000_123_456_000);
    let check = guanxi_eventlog::verify(&world.client, crate::world::SERVICE, &[]);
    assert_eq!(check.await.unwrap().problems, []);
}

#[tokio::test]
async fn a_page_ends_where_it_was_told_to() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 10)).await);
    let positions = |events: Vec<guanxi_events::Recorded>| -> Vec<i64> {
        events.iter().map(|event| event.position.0).collect()
    };
    assert_eq!(
        positions(log.read(Position(4), 3).await.unwrap()),
        [5, 6, 7]
    );
    let until = log.read_until(Position(4), Position(6), 100).await.unwrap();
    assert_eq!(positions(until), [5, 6]);
    assert_eq!(positions(log.read(Position(10), 3).await.unwrap()), [0; 0]);
}

#[tokio::test]
async fn a_page_of_large_events_is_cut_by_its_bytes() {
    let world = World::new().await;
    let log = world.log().await;
    let large = event_of(&vec![b' '; MAX_EVENT_BYTES]);
    let mut version = 0;
    let one = stream("a");
    for _ in 0..12 {
        let events = std::iter::repeat_with(|| {
            let mut event = large.clone();
            event.id = guanxi_events::EventId::new();
            event
        });
        let append = command().write_events(&one, version, events.take(4).collect());
        written(log.append(append).await);
        version += 4;
    }
    let page = log.read(Position::START, 48).await.unwrap();
    assert!((1..48).contains(&page.len()), "{} events", page.len());
    assert_eq!(all(&log).await.len(), 48);
}

#[tokio::test]
async fn a_repeat_gets_the_first_receipt_even_when_it_would_now_be_stale_or_taken() {
    let world = World::new().await;
    let (log, elsewhere) = (world.log().await, world.log().await);
    let one = stream("a");
    let append = command()
        .write(&one, 0, 2)
        .numbers(&["CU", "QT"])
        .claim(key(1), &one)
        .result(b"answer");
    let first = written(log.append(append.clone()).await);
    assert_eq!(first.numbers, [("CU".to_owned(), 1), ("QT".to_owned(), 1)]);

    written(
        log.append(command().write(&one, 2, 1).release(key(1), &one))
            .await,
    );
    let other = stream("a");
    written(
        log.append(command().write(&other, 0, 1).claim(key(1), &other))
            .await,
    );

    assert_eq!(repeated(log.append(append.clone()).await), first);
    assert_eq!(repeated(elsewhere.append(append.clone()).await), first);
    let (hash, receipt) = elsewhere
        .command(&tenant(), append.command_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((hash, receipt), (append.content_hash, first));
    assert_eq!(
        log.command(&tenant(), CommandId::new()).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn two_tenants_with_the_same_ids_never_meet() {
    let world = World::new().await;
    let log = world.log().await;
    let ours = stream("a");
    let theirs = StreamKey {
        tenant: "other".parse().unwrap(),
        ..ours.clone()
    };
    let our_command = command()
        .write(&ours, 0, 1)
        .claim(key(1), &ours)
        .numbers(&["CU"]);
    let mut their_command = our_command.clone();
    their_command.tenant = theirs.tenant.clone();
    their_command.writes[0].stream = theirs.clone();
    their_command.claims[0].owner = theirs.clone();

    written(log.append(our_command).await);
    let receipt = written(log.append(their_command).await);
    assert_eq!(receipt.numbers, [("CU".to_owned(), 1)]);
    assert_eq!(
        log.read_stream(&theirs, StreamVersion(0), 9)
            .await
            .unwrap()
            .len(),
        1
    );

    let foreign = command().write(&theirs, 1, 1);
    assert!(matches!(
        log.append(foreign).await,
        Err(AppendError::Malformed(_))
    ));
}

#[tokio::test]
async fn a_nothing_to_do_is_remembered_without_an_event() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    written(log.append(command().write(&one, 0, 1)).await);
    let nothing = command().write(&one, 1, 0).result(b"nothing to do");
    let receipt = written(log.append(nothing.clone()).await);
    assert_eq!(receipt.position, Position(1));
    written(log.append(command().write(&one, 1, 1)).await);
    assert_eq!(repeated(log.append(nothing).await), receipt);
    assert_eq!(
        stale(log.append(command().write(&one, 1, 0)).await),
        (one, 2)
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_the_line() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    let refused = |outcome| match outcome {
        Err(AppendError::TooLarge { actual, limit, .. }) => (actual, limit),
        other => panic!("{other:?}"),
    };
    let large = |bytes| event_of(&vec![b' '; bytes]);
    let event = command().write_events(&one, 0, vec![large(MAX_EVENT_BYTES + 1)]);
    let limit = (MAX_EVENT_BYTES + 1, MAX_EVENT_BYTES);
    assert_eq!(refused(log.append(event).await), limit);
    let many = command().write(&one, 0, MAX_EVENTS + 1);
    assert_eq!(
        refused(log.append(many).await),
        (MAX_EVENTS + 1, MAX_EVENTS)
    );
    let heavy = command().write_events(&one, 0, vec![large(MAX_EVENT_BYTES); 5]);
    let limit = (5 * MAX_EVENT_BYTES, MAX_DECISION_BYTES);
    assert_eq!(refused(log.append(heavy).await), limit);

    let full = command().write(&one, 0, MAX_EVENTS);
    let receipt = written(log.append(full).await);
    assert_eq!(receipt.position, Position(MAX_EVENTS as i64));
}

#[tokio::test]
async fn what_postgres_could_not_store_is_refused_alone() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    let mut nul = event();
    nul.event_type.name = "sales.\0".into();
    let mut ancient = event();
    ancient.occurred_at = jiff::Timestamp::MIN;
    for (append, what) in [
        (
            command().write_events(&one, 0, vec![nul]),
            "a NUL in a name",
        ),
        (
            command().write_events(&one, 0, vec![ancient]),
            "a time before all",
        ),
        (command().write(&one, i64::MAX, 1), "a version out of range"),
        (command().write(&one, -1, 1), "a negative version"),
        (
            command().write(&one, 0, 1).write(&one, 1, 1),
            "a stream twice",
        ),
        (
            command().claim(key(1), &one).claim(key(1), &stream("a")),
            "a key twice",
        ),
        (
            command().write(&one, 0, 1).numbers(&["CU", "CU"]),
            "a series twice",
        ),
    ] {
        let outcome = log.append(append).await;
        assert!(
            matches!(outcome, Err(AppendError::Malformed(_))),
            "{what}: {outcome:?}"
        );
    }
    assert_eq!(all(&log).await, []);
}
