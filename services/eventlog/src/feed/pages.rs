//! The log's side of a feed: page after page, the next one being read while the caller works.

use guanxi_events::{Position, Recorded};
use tokio::task::JoinHandle;

use crate::{LogError, LogReader};

type Page = Result<Vec<Recorded>, LogError>;

pub(super) struct Pages {
    reader: LogReader,
    size: usize,
    // A task, so that a caller who stops waiting loses nothing.
    reading: Option<Reading>,
}

struct Reading {
    after: Position,
    limit: usize,
    task: JoinHandle<Page>,
}

impl Pages {
    pub(super) fn new(reader: LogReader, size: usize) -> Self {
        Self {
            reader,
            size: size.max(1),
            reading: None,
        }
    }

    /// The events that follow `after`, in order, none beyond `until` when that is given; empty only
    /// at the end of the log.
    ///
    /// # Errors
    /// When the log cannot be read; the next call reads again.
    pub(super) async fn next(&mut self, after: Position, until: Option<Position>) -> Page {
        let limit = until.map_or(self.size, |until| {
            usize::try_from(until.0 - after.0).map_or(self.size, |hole| hole.min(self.size))
        });
        let usable = |reading: &Reading| reading.after == after && reading.limit == limit;
        if !self.reading.as_ref().is_some_and(usable) {
            self.start(after, limit);
        }
        let Some(reading) = &mut self.reading else {
            return Ok(Vec::new());
        };
        let page = (&mut reading.task).await;
        self.reading = None;
        let page = page.map_err(|error| LogError::Corrupt {
            position: after,
            what: format!("reading on: {error}"),
        })??;
        if let (Some(last), true) = (page.last(), page.len() == self.size) {
            self.start(last.position, self.size);
        }
        Ok(page)
    }

    fn start(&mut self, after: Position, limit: usize) {
        self.stop();
        let reader = self.reader.clone();
        self.reading = Some(Reading {
            after,
            limit,
            task: tokio::spawn(async move { reader.read(after, limit).await }),
        });
    }

    fn stop(&mut self) {
        if let Some(reading) = self.reading.take() {
            reading.task.abort();
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.stop();
    }
}
