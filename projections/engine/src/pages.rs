//! Reads ahead: the next events come in while the last ones are being written.

use guanxi_eventlog::{LogError, LogReader};
use guanxi_events::{Position, Recorded};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

type Page = Result<Vec<Recorded>, LogError>;

/// Pages that wait to be written. Two, so that reading and writing overlap and memory stays bounded.
const AHEAD: usize = 2;

/// Contiguous events, from a task of its own that ends with this value.
pub(crate) struct Pages {
    pages: mpsc::Receiver<Page>,
    _task: AbortOnDropHandle<()>,
}

impl Pages {
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
            _task: AbortOnDropHandle::new(tokio::spawn(task(sender))),
        }
    }

    /// The next page; `None` at the end.
    ///
    /// # Errors
    /// When the log cannot be read, or ends before `until`; nothing comes after that.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Recorded>>, LogError> {
        self.pages.recv().await.transpose()
    }
}
