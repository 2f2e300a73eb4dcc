//! Reads ahead: the next events come in while the last ones are being written.

use std::{pin::pin, time::Duration};

use async_nats::Client;
use futures::{Stream, StreamExt, stream};
use guanxi_eventlog::{Feed, FeedOptions, LogError, LogReader};
use guanxi_events::{Position, Recorded};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;

type Page = Result<Vec<Recorded>, LogError>;

/// Pages that wait to be written. Two, so that reading and writing overlap and memory stays bounded.
const AHEAD: usize = 2;
/// How far apart pages are taken that were not full. One event alone is written at once, and what
/// comes soon after it in one go: most of what a few rows cost is the transaction. While batches were
/// dear it decided (95 ms to 14, at 6 500 commands a second on two cores); since young tables have
/// statistics rows are visible as soon without it, at 6 500 and at 9 000.
const GATHER: Duration = Duration::from_millis(4);

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
            let feed = match Feed::open(reader, nats, after, options).await {
                Ok(feed) => feed,
                Err(error) => {
                    let _ = pages.send(Err(error)).await;
                    return;
                }
            };
            let all = stream::unfold(feed, move |mut feed| async move {
                Some((feed.next(page).await, feed))
            });
            hand_on(&pages, page, pin!(all)).await;
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

/// Hands on what `all` brings, a page at a time, until it fails or nobody takes it.
async fn hand_on<T, E>(
    pages: &mpsc::Sender<Result<Vec<T>, E>>,
    full: usize,
    mut all: impl Stream<Item = Result<Vec<T>, E>> + Unpin,
) {
    while let Some(page) = all.next().await {
        let taken = Instant::now();
        let length = page.as_ref().map_or(0, Vec::len);
        let failed = page.is_err();
        if pages.send(page).await.is_err() || failed {
            return;
        }
        if length < full {
            sleep_until(taken + GATHER).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    /// When pages of these lengths arrive that are there at once.
    async fn arrivals(full: usize, lengths: &[usize]) -> Vec<Duration> {
        let (sender, mut pages) = mpsc::channel(AHEAD);
        let all = lengths.iter().map(|length| Ok::<_, ()>(vec![(); *length]));
        let hand_on = async move {
            hand_on(&sender, full, stream::iter(all)).await;
        };
        let begun = Instant::now();
        let arrive = async {
            let mut arrivals = Vec::new();
            while pages.recv().await.is_some() {
                arrivals.push(begun.elapsed());
            }
            arrivals
        };
        futures::join!(hand_on, arrive).1
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_page_that_was_not_full_there_is_time_for_more_to_come() {
        let at = [Duration::ZERO, GATHER, GATHER * 2];
        assert_eq!(arrivals(3, &[1, 2, 1]).await, at);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_full_page_there_is_none() {
        assert_eq!(arrivals(3, &[3, 3, 3]).await, [Duration::ZERO; 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_alone_is_handed_on_at_once() {
        let (sender, mut pages) = mpsc::channel(AHEAD);
        let apart = GATHER * 10;
        let all = stream::iter(1..4_u8).then(move |_| async move {
            sleep(apart).await;
            Ok::<_, ()>(vec![()])
        });
        let begun = Instant::now();
        let hand_on = async move { hand_on(&sender, 3, pin!(all)).await };
        let arrive = async {
            for n in 1..4 {
                assert!(pages.recv().await.is_some());
                // It is waited for from the end of the pause on.
                assert_eq!(begun.elapsed(), apart * n + GATHER * (n - 1));
            }
        };
        futures::join!(hand_on, arrive);
    }
}
