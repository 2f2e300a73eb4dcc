//! Reads ahead: the next events come in while the last ones are being written.

use async_nats::Client;
use guanxi_eventlog::{Feed, FeedOptions, LogError, LogReader};
use guanxi_events::{Position, Recorded};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

type Page = Result<Vec<Recorded>, LogError>;

/// Pages that wait to be written. Two, so that reading and writing overlap and memory stays bounded.
const AHEAD: usize = 2;

/// Contiguous events, from a task of its own that ends with this value.
pub(crate) struct Pages {
    pages: mpsc::Receiver<Page>,
    // An error that came behind events.
    failed: Option<LogError>,
    _task: AbortOnDropHandle<()>,
}

impl Pages {
    /// Follows the log without an end.
    pub(crate) fn follow(
        reader: LogReader,
        nats: Option<Client>,
        after: Position,
        page: usize,
    ) -> Self {
        Self::start(|pages| async move {
            let options = FeedOptions {
                page,
                ..FeedOptions::default()
            };
            let mut feed = match Feed::open(reader, nats, after, options).await {
                Ok(feed) => feed,
                Err(error) => {
                    let _ = pages.send(Err(error)).await;
                    return;
                }
            };
            loop {
                let page = feed.next(page).await;
                let failed = page.is_err();
                if pages.send(page).await.is_err() || failed {
                    return;
                }
            }
        })
    }

    /// Reads the log up to `until`, and ends there.
    pub(crate) fn read(
        reader: LogReader,
        mut after: Position,
        until: Position,
        page: usize,
    ) -> Self {
        Self::start(move |pages| async move {
            while after < until {
                let rest = usize::try_from(until.0 - after.0).unwrap_or(page);
                let page = reader.read(after, page.min(rest)).await;
                let end = page.as_ref().ok().and_then(|page| page.last());
                let Some(last) = end.map(|event| event.position) else {
                    let missing = LogError::Corrupt {
                        position: after.next(),
                        what: format!("the log ends before position {until}"),
                    };
                    let _ = pages.send(Err(page.err().unwrap_or(missing))).await;
                    return;
                };
                after = last;
                if pages.send(page).await.is_err() {
                    return;
                }
            }
        })
    }

    fn start<F>(task: impl FnOnce(mpsc::Sender<Page>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, pages) = mpsc::channel(AHEAD);
        Self {
            pages,
            failed: None,
            _task: AbortOnDropHandle::new(tokio::spawn(task(sender))),
        }
    }

    /// The next events, of as many pages as are there, until they are `max`; `None` at the end. A
    /// wait that is given up loses nothing.
    pub(crate) async fn next(&mut self, max: usize) -> Result<Option<Vec<Recorded>>, LogError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(first) = self.pages.recv().await else {
            return Ok(None);
        };
        let mut events = first?;
        while events.len() < max {
            match self.pages.try_recv() {
                Ok(Ok(page)) => events.extend(page),
                Ok(Err(error)) => {
                    self.failed = Some(error);
                    break;
                }
                Err(_) => break,
            }
        }
        Ok(Some(events))
    }
}
