//! Reads ahead: the next events come in while the last ones are being worked on.

use guanxi_events::{Position, Recorded};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::{LogError, LogReader};

type Page = Result<Vec<Recorded>, LogError>;

/// Pages that wait for their reader. Two, so that reading and working overlap and memory stays bounded.
const PAGES: usize = 2;

/// A stretch of the log in order and without a gap, read by a task of its own that ends with this value.
pub struct ReadAhead {
    pages: mpsc::Receiver<Page>,
    /// How far it was read, or the end where nothing more comes.
    read: Position,
    until: Position,
    _task: AbortOnDropHandle<()>,
}

impl ReadAhead {
    /// The next events, never none; `None` at the end of the stretch.
    ///
    /// # Errors
    /// When the log cannot be read, or ends before the stretch does; nothing comes after that.
    pub async fn next(&mut self) -> Result<Option<Vec<Recorded>>, LogError> {
        let page = self.pages.recv().await;
        let page = page.unwrap_or_else(|| match self.read < self.until {
            true => Err(LogError::Corrupt {
                position: self.read.next(),
                what: "reading ended before the stretch did".to_owned(),
            }),
            false => Ok(Vec::new()),
        });
        let last = page.as_ref().ok().and_then(|page| page.last());
        self.read = last.map_or(self.until, |last| last.position);
        page.map(|page| (!page.is_empty()).then_some(page))
    }
}

impl LogReader {
    /// The events after a position up to and including `until`, in pages of `size` events at most that
    /// are bounded like those of [`read`](Self::read): for whoever goes through much of the log.
    pub fn read_ahead(&self, after: Position, until: Position, size: usize) -> ReadAhead {
        let (sender, pages) = mpsc::channel(PAGES);
        let reading = read(self.clone(), after, until, size.max(1), sender);
        ReadAhead {
            pages,
            read: after,
            until,
            _task: AbortOnDropHandle::new(tokio::spawn(reading)),
        }
    }
}

/// Sends page after page, until nobody takes them any more.
async fn read(
    reader: LogReader,
    mut after: Position,
    until: Position,
    size: usize,
    pages: mpsc::Sender<Page>,
) {
    while after < until {
        let page = reader.read_until(after, until, size).await;
        let page = page.and_then(|page| match page.last() {
            Some(last) => {
                after = last.position;
                Ok(page)
            }
            None => Err(LogError::Corrupt {
                position: after.next(),
                what: format!("the log ends before position {until}"),
            }),
        });
        let over = page.is_err();
        if pages.send(page).await.is_err() || over {
            return;
        }
    }
}
