//! When a batch goes out: alone on a log, and where others write to it.

use std::sync::Arc;

use guanxi_events::{CommandId, Position, Service, TenantId};
use tokio::{sync::oneshot, time::Instant};

use super::Core;
use crate::{
    Append, LogOptions, Places, PlainCodec,
    appender::{Caller, Request, Stage},
    prepared::Prepared,
};

/// Commands that write nothing, from callers that wait.
struct Line {
    core: Core,
    places: Places,
    callers: Vec<oneshot::Receiver<Result<crate::Outcome, crate::AppendError>>>,
}

impl Line {
    fn new() -> Self {
        let options = LogOptions {
            pipeline_from: 2,
            ..LogOptions::new(Service::Sales)
        };
        Self {
            core: Core::new(&options),
            places: Places::new(100),
            callers: Vec::new(),
        }
    }

    fn grow(&mut self, by: usize) {
        for _ in 0..by {
            let tenant: TenantId = "acme".parse().unwrap();
            let (reply, answer) = oneshot::channel();
            self.callers.push(answer);
            let place = self.places.take(&tenant).unwrap();
            let append = Append {
                tenant,
                command_id: CommandId::new(),
                content_hash: [0; 32],
                result: Vec::new(),
                writes: Vec::new(),
                reads: Vec::new(),
                claims: Vec::new(),
                releases: Vec::new(),
                deadline: None,
            };
            self.core.take(Request {
                prepared: Prepared::new(append, &PlainCodec).unwrap(),
                caller: Caller {
                    reply,
                    since: Instant::now(),
                },
                stage: Arc::new(Stage::default()),
                _place: place,
            });
        }
    }

    /// How many go out.
    fn goes(&mut self, under_way: usize, given_time: bool) -> Option<usize> {
        let batch = self.core.next(under_way, given_time)?;
        Some(batch.commands.len())
    }

    /// Somebody else has moved the head since our last batch.
    fn in_company(&mut self) {
        self.core.landed(Position(0), Position(1));
        self.core.landed(Position(5), Position(6));
    }
}

#[test]
fn alone_a_second_batch_follows_the_first_as_soon_as_the_line_is_long() {
    let mut line = Line::new();
    line.grow(4);
    assert_eq!(line.goes(0, true), Some(4));
    line.grow(1);
    assert_eq!(line.goes(1, true), None);
    line.grow(1);
    assert_eq!(line.goes(1, false), Some(2));
}

#[test]
fn alone_a_few_wait_until_as_many_are_there_as_went_out_last_or_time_is_up() {
    let mut line = Line::new();
    line.grow(1);
    assert_eq!(line.goes(0, false), Some(1), "one caller never waits");
    line.grow(1);
    assert_eq!(line.goes(0, false), Some(1));
    line.grow(20);
    assert_eq!(line.goes(0, false), Some(20));
    line.grow(1);
    assert_eq!(line.goes(0, false), None);
    assert_eq!(line.goes(0, true), Some(1));
    line.grow(20);
    assert_eq!(line.goes(0, false), Some(20));
    // As many as would be worth a second batch are worth one.
    line.grow(2);
    assert_eq!(line.goes(0, false), Some(2));
}

#[test]
fn in_company_no_second_batch_follows_the_first() {
    let mut line = Line::new();
    line.in_company();
    line.grow(8);
    assert_eq!(line.goes(1, true), None);
    assert_eq!(line.goes(0, true), Some(8));
}

#[test]
fn in_company_a_batch_waits_until_it_is_as_large_as_the_last_or_time_is_up() {
    let mut line = Line::new();
    line.in_company();
    line.grow(3);
    assert_eq!(line.goes(0, false), Some(3));
    line.grow(2);
    assert_eq!(line.goes(0, false), None);
    assert_eq!(line.goes(0, true), Some(2));
    // Now two are as many as went out last.
    line.grow(2);
    assert_eq!(line.goes(0, false), Some(2));
}
