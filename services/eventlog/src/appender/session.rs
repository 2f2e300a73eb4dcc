//! The appender's connection, and the calls under way on it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use futures::{FutureExt, StreamExt, future::BoxFuture};
use tokio::time::{Instant, timeout};
use tokio_postgres::{AsyncMessage, Client, Row, error::DbError};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{Batch, call::Calls};
use crate::{Connector, LogError, LogOptions, connect::Connected};

const CONNECT_WITHIN: Duration = Duration::from_secs(10);

pub(super) struct Session {
    client: Arc<Client>,
    calls: Calls,
    doubtful: Arc<AtomicBool>,
    /// Cancelled when the connection has ended.
    pub(super) broken: CancellationToken,
    /// Cuts the connection when the session is given up, answered or not.
    _driver: AbortOnDropHandle<()>,
}

/// A call under way.
pub(super) struct Flight {
    pub(super) batch: Batch,
    pub(super) sent: Instant,
    pub(super) answer: BoxFuture<'static, Result<Vec<Row>, tokio_postgres::Error>>,
}

/// What an error says about the batch.
pub(super) enum Verdict {
    /// Nothing: it may have been committed, or may still be.
    Open,
    /// Rolled back by circumstances.
    Retry,
    /// Rolled back because of what it contains: (SQLSTATE, message).
    Content(String, String),
    /// Rolled back, and a part of it would fare no better.
    Refused(String, String),
}

impl Session {
    pub(super) async fn open(
        options: &LogOptions,
        connector: &Connector,
    ) -> Result<Self, LogError> {
        let opening = Self::connect(options, connector);
        timeout(CONNECT_WITHIN, opening)
            .await
            .map_err(|_| LogError::Timeout)?
    }

    async fn connect(options: &LogOptions, connector: &Connector) -> Result<Self, LogError> {
        let Connected {
            client,
            mut messages,
        } = connector().await?;
        let doubtful = Arc::new(AtomicBool::new(false));
        let broken = CancellationToken::new();
        let (doubt, over) = (doubtful.clone(), broken.clone().drop_guard());
        let driver = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                // A warning comes before the answer that it is about.
                if matches!(&message, AsyncMessage::Notice(notice) if is_doubt(notice)) {
                    doubt.store(true, Ordering::Release);
                }
            }
            drop(over);
        });
        let driver = AbortOnDropHandle::new(driver);
        // All statements of the function are look-ups by key. A plan made while a table is small
        // must not scan it once it is large, whatever the statistics say; an append is never
        // cancelled halfway; and a doubt is told, whatever the server's default is.
        client
            .batch_execute(&format!(
                "set search_path = {}; set default_transaction_isolation = 'read committed'; \
                 set plan_cache_mode = force_generic_plan; set jit = off; \
                 set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; \
                 set enable_bitmapscan = off; set statement_timeout = 0; set lock_timeout = 0; \
                 set client_min_messages = warning",
                options.schema()
            ))
            .await?;
        // An answer is a promise, whatever the server's default is. Stronger settings than this stay.
        client
            .batch_execute(
                "select set_config('synchronous_commit', 'on', false)
                 where current_setting('synchronous_commit') = 'off'",
            )
            .await?;
        // A backend whose appender has gone should not wait on for the head. Not every server can.
        let heed = client.batch_execute("set client_connection_check_interval = '5s'");
        if let Err(error) = heed.await {
            tracing::debug!(%error, "abandoned backends end by themselves only");
        }
        let calls = Calls::prepare(&client).await?;
        Ok(Self {
            client: Arc::new(client),
            calls,
            doubtful,
            broken,
            _driver: driver,
        })
    }

    /// Puts the call on the wire; the order of sending is the order of the batches.
    pub(super) async fn send(&self, batch: Batch) -> Flight {
        let (client, commands) = (self.client.clone(), batch.commands.clone());
        let call = self.calls.clone().send(client, commands, batch.trusting);
        let mut answer = call.boxed();
        // The first poll writes it out.
        if let Poll::Ready(done) = futures::poll!(&mut answer) {
            answer = futures::future::ready(done).boxed();
        }
        Flight {
            batch,
            sent: Instant::now(),
            answer,
        }
    }

    /// Whether Postgres said that a commit did not wait for its synchronous standby: then no
    /// answer of this connection counts.
    pub(super) fn doubtful(&self) -> bool {
        self.doubtful.load(Ordering::Acquire)
    }
}

/// A wait for the synchronous standby that was cut short comes as a warning. Others (a collation
/// that has another version, transaction ids that run low) say nothing about the batch; where the
/// server does not tell what raised the warning, it counts as the worst.
fn is_doubt(notice: &DbError) -> bool {
    let warning = ["01", "57"].contains(&notice.code().code().get(..2).unwrap_or_default());
    warning
        && notice
            .routine()
            .is_none_or(|routine| routine.starts_with("SyncRep"))
}

pub(super) fn verdict(error: &tokio_postgres::Error) -> Verdict {
    let Some(refusal) = error.as_db_error() else {
        return Verdict::Open;
    };
    let (code, message) = (refusal.code().code(), refusal.message());
    let said = || (code.to_owned(), message.to_owned());
    match (code, code.get(..2).unwrap_or_default()) {
        // Cancelled or timed out within the function, or a victim of a deadlock.
        ("57014" | "55P03", _) | (_, "40") => Verdict::Retry,
        // Shutting down, or turned into a standby: another server may answer the next connection.
        ("25006", _) | (_, "57" | "08") => Verdict::Open,
        (_, "22" | "23" | "54") => {
            let (code, message) = said();
            Verdict::Content(code, message)
        }
        _ => {
            let (code, message) = said();
            Verdict::Refused(code, message)
        }
    }
}
