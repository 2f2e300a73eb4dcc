//! `guanxi log verify`: what was tampered with is told with its position, and the exit status says so.

use std::{path::Path, process::Output, sync::Arc};

use deadpool_postgres::{Manager, Pool};
use guanxi_eventlog::{
    Append, EventLog, LogOptions, NewEvent, PlainCodec, StreamWrite, TimerChange, append_anchor,
    connect_plain, load_or_create_key,
};
use guanxi_events::{
    Category, CommandId, EventId, Meta, Service, StreamKey, StreamVersion, TenantId,
};
use guanxi_harness::{ScratchDir, TestDatabase};
use jiff::Timestamp;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::kit::{complained, printed, run, scratch};

const EVENTS: i64 = 12;

/// A migrated database with a few events of the sales service, and an anchor behind the last of them.
struct Site {
    database: TestDatabase,
    folder: ScratchDir,
}

impl Site {
    async fn new() -> Self {
        let site = Self {
            database: TestDatabase::create().await.unwrap(),
            folder: scratch(),
        };
        let migrated = site.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", complained(&migrated));
        let url = site.database.url();
        let manager = Manager::new(url.parse().unwrap(), NoTls);
        let pool = Pool::builder(manager).max_size(2).build().unwrap();
        let options = LogOptions::new(Service::Sales);
        let log = EventLog::open(options, pool, connect_plain(url), Arc::new(PlainCodec));
        let log = log.await.unwrap();
        for _ in 0..EVENTS {
            log.append(one_event()).await.unwrap();
        }
        let key = load_or_create_key(&site.path().join("anchor.key")).unwrap();
        let head = log.head().await.unwrap();
        let anchor = key.sign(Service::Sales, &head, Timestamp::now());
        append_anchor(&site.path().join("anchors/sales.anchors"), &anchor).unwrap();
        log.close().await;
        site
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let settings = [
            format!("database.url={}", self.database.url()),
            format!("log.anchors={}", self.path().join("anchors").display()),
            format!(
                "keys.anchor_file={}",
                self.path().join("anchor.key").display()
            ),
        ];
        let mut all = arguments.to_vec();
        for setting in &settings {
            all.extend(["--set", setting]);
        }
        run(&all)
    }

    /// Its exit status and what it printed.
    fn verify(&self) -> (Option<i32>, String) {
        let output = self.run(&["log", "verify", "sales"]);
        (
            output.status.code(),
            printed(&output) + &complained(&output),
        )
    }

    async fn tamper(&self, sql: &str) {
        let client = self.database.connect().await.unwrap();
        client
            .batch_execute("set search_path = log_sales")
            .await
            .unwrap();
        client.batch_execute(sql).await.unwrap();
    }
}

/// Whether a row of the table is about just this position.
fn names(told: &str, position: i64) -> bool {
    let position = position.to_string();
    told.lines()
        .any(|line| line.split_whitespace().next() == Some(position.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_log_is_called_sound() {
    let site = Site::new().await;
    let (code, told) = site.verify();
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("sales: sound; 12 events"), "{told}");
    assert!(told.contains("1 anchors agree"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_that_was_changed_is_told_with_its_position() {
    let site = Site::new().await;
    let change = "update events set data = set_byte(data, 3, get_byte(data, 3) # 1)
                  where position = 7";
    site.tamper(change).await;
    let (code, told) = site.verify();
    assert_eq!(code, Some(1), "{told}");
    assert!(!told.contains("sound"), "{told}");
    assert!(names(&told, 7), "{told}");
    for other in (1..=EVENTS).filter(|other| *other != 7) {
        assert!(!names(&told, other), "{other}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_cut_is_told_from_the_cut_on() {
    let site = Site::new().await;
    site.tamper("delete from events where position > 9").await;
    let (code, told) = site.verify();
    assert_eq!(code, Some(1), "{told}");
    assert!(names(&told, 10), "{told}");
}

/// As whoever knows the tables would cut it: nothing in the database shows it, only the anchor.
#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_cut_without_a_trace_is_told_by_the_anchor() {
    let site = Site::new().await;
    site.tamper(
        "delete from events where position > 9;
         delete from streams s where not exists (select from events e where e.stream_id = s.id);
         delete from commands where position > 9;
         update head h set (position, recorded_at, chain) = (
             select position, recorded_at, link from events where position = 9)",
    )
    .await;
    let (code, told) = site.verify();
    assert_eq!(code, Some(1), "{told}");
    assert!(names(&told, 10), "{told}");
    std::fs::remove_dir_all(site.path().join("anchors")).unwrap();
    let (code, told) = site.verify();
    assert_eq!(
        code,
        Some(1),
        "without the anchor it does not call it sound: {told}"
    );
}

/// On a stream of its own.
fn one_event() -> Append {
    let tenant: TenantId = "acme".parse().unwrap();
    let command_id = CommandId::new();
    let event = NewEvent {
        id: EventId::new(),
        event_type: "sales.opportunity_opened/1".parse().unwrap(),
        occurred_at: Timestamp::now(),
        data: br#"{"title":"Cancity"}"#.to_vec(),
        meta: Meta::of_command("anna".parse().unwrap(), command_id),
        numbers: Vec::new(),
    };
    Append {
        tenant: tenant.clone(),
        command_id,
        content_hash: [0; 32],
        result: Vec::new(),
        writes: vec![StreamWrite {
            stream: StreamKey {
                tenant,
                category: Category::of("opportunity"),
                id: Uuid::now_v7(),
            },
            expected: StreamVersion::NONE,
            events: vec![event],
            timer: TimerChange::Keep,
        }],
        reads: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        deadline: None,
    }
}
