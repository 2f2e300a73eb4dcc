//! The appender's task: from the line to Postgres and back to the callers.

use std::{collections::VecDeque, sync::Arc};

use guanxi_events::{Position, Service};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};
use tokio_postgres::Row;
use tokio_util::sync::CancellationToken;

use super::{
    Batch, Caller, Request, Seen,
    answer::{self, Answer},
    pause::Pause,
    session::{Flight, Session, Verdict, verdict},
};
use crate::{
    AppendError, Connector, LogError, LogOptions, Outcome,
    queue::{Limits, next_batch},
};

/// A second batch travels behind the first, so that Postgres never waits for us; a third would
/// only make batches smaller.
const MOST_UNDER_WAY: usize = 2;
/// How often one batch is sent: with the pauses between, longer than anyone waits for it.
const MOST_TRIES: u8 = 30;

/// How a session ended.
enum End {
    /// Nothing is left and nothing will come.
    Done,
    /// The connection broke; what was under way stands in `again`.
    Broken,
}

pub(super) struct Task {
    options: LogOptions,
    limits: Limits,
    connector: Connector,
    seen: Arc<Seen>,
    requests: mpsc::UnboundedReceiver<Request>,
    line: VecDeque<Request>,
    /// What must be sent again; goes out before the line.
    again: VecDeque<Batch>,
    stop: CancellationToken,
    pause: Pause,
}

impl Task {
    pub(super) fn new(
        options: LogOptions,
        connector: Connector,
        seen: Arc<Seen>,
        requests: mpsc::UnboundedReceiver<Request>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            limits: Limits {
                commands: options.max_batch_commands.max(1),
                bytes: options.max_batch_bytes,
            },
            options,
            connector,
            seen,
            requests,
            line: VecDeque::new(),
            again: VecDeque::new(),
            stop,
            pause: Pause::default(),
        }
    }

    pub(super) async fn run(mut self) {
        let mut last_try = None;
        loop {
            match Session::open(&self.options, &self.connector).await {
                Ok(session) => {
                    if let End::Done = self.serve(&session).await {
                        return;
                    }
                    tracing::warn!(service = %self.options.service, "the appender's connection broke");
                }
                Err(error) => {
                    tracing::warn!(service = %self.options.service, %error, "the log is away");
                }
            }
            if self.stop.is_cancelled() {
                let until = *last_try.get_or_insert(Instant::now() + self.options.patience);
                let idle =
                    self.again.is_empty() && self.line.is_empty() && self.requests.is_empty();
                if idle || Instant::now() > until {
                    return;
                }
            }
            self.pause.wait().await;
            self.take_waiting();
            // Callers that gave up hold places in line; they must not make it look full.
            self.line
                .retain(|request| !request.caller.reply.is_closed());
        }
    }

    async fn serve(&mut self, session: &Session) -> End {
        let mut flights: VecDeque<Flight> = VecDeque::with_capacity(MOST_UNDER_WAY);
        loop {
            if self.stop.is_cancelled() {
                self.requests.close();
            }
            self.take_waiting();
            while let Some(batch) = self.next(flights.len()) {
                flights.push_back(session.send(batch).await);
            }
            metrics::gauge!("guanxi_log_append_queue", "service" => self.options.service.name())
                .set(u32::try_from(self.line.len()).unwrap_or(u32::MAX));

            let Some(front) = flights.front_mut() else {
                tokio::select! {
                    request = self.requests.recv() => match request {
                        Some(request) => self.line.push_back(request),
                        None => return End::Done,
                    },
                    () = self.stop.cancelled(), if !self.requests.is_closed() => {}
                    () = session.broken.cancelled() => return End::Broken,
                }
                continue;
            };
            let watch = self.line.len() < self.options.pipeline_from;
            let due = front.sent + self.options.answer_within;
            let landed = tokio::select! {
                biased;
                landed = timeout_at(due, &mut front.answer) => landed,
                Some(request) = self.requests.recv(), if watch => {
                    self.line.push_back(request);
                    continue;
                }
            };
            let Some(flight) = flights.pop_front() else {
                continue;
            };
            let open = match landed {
                Ok(Ok(rows)) if !session.doubtful() => {
                    self.settle(flight.batch, &rows);
                    None
                }
                Ok(Ok(_)) | Err(_) => Some(flight.batch),
                Ok(Err(error)) => self.failed(flight.batch, &error),
            };
            if let Some(batch) = open {
                let behind = flights.into_iter().map(|flight| flight.batch);
                self.open(std::iter::once(batch).chain(behind));
                return End::Broken;
            }
        }
    }

    /// Sends batches whose outcome is open once more, in their order and before all others.
    fn open(&mut self, batches: impl Iterator<Item = Batch>) {
        let mut all = VecDeque::new();
        for mut batch in batches {
            batch.resent = true;
            batch.tries += 1;
            if batch.tries > MOST_TRIES {
                tracing::error!(service = %self.options.service, "gave up on a batch");
                for caller in batch.callers {
                    reply(self.options.service, caller, Err(AppendError::Unknown));
                }
            } else {
                all.push_back(batch);
            }
        }
        all.append(&mut self.again);
        self.again = all;
    }

    fn take_waiting(&mut self) {
        while let Ok(request) = self.requests.try_recv() {
            self.line.push_back(request);
        }
    }

    /// What goes out now, if anything.
    fn next(&mut self, under_way: usize) -> Option<Batch> {
        if under_way >= MOST_UNDER_WAY {
            return None;
        }
        if let Some(batch) = self.again.pop_front() {
            return Some(batch);
        }
        if under_way > 0 && self.line.len() < self.options.pipeline_from {
            return None;
        }
        while !self.line.is_empty() {
            let requests = next_batch(&mut self.line, self.limits);
            if !requests.is_empty() {
                let size = u32::try_from(requests.len()).unwrap_or(u32::MAX);
                metrics::histogram!("guanxi_log_batch_commands", "service" => self.options.service.name())
                    .record(size);
                return Some(Batch::of(requests));
            }
        }
        None
    }

    /// Gives every caller its answer.
    fn settle(&mut self, batch: Batch, rows: &[Row]) {
        self.pause = Pause::default();
        let service = self.options.service;
        match answer::read(&batch.commands, rows, batch.resent) {
            Ok(Answer {
                incarnation,
                head,
                outcomes,
            }) => {
                self.seen.incarnation.send_if_modified(|known| {
                    let moved = *known != incarnation;
                    *known = incarnation;
                    moved
                });
                self.seen.position.send_if_modified(|known: &mut Position| {
                    let moved = *known < head;
                    *known = head.max(*known);
                    moved
                });
                for (caller, outcome) in batch.callers.into_iter().zip(outcomes) {
                    reply(service, caller, outcome);
                }
            }
            Err(error) => {
                // It is committed, but we cannot tell what: a repeat will.
                tracing::error!(%service, %error, "the append function's answer is not understood");
                for caller in batch.callers {
                    reply(service, caller, Err(AppendError::Unknown));
                }
            }
        }
    }

    /// Deals with a call that ended in an error; gives the batch back when its outcome is open.
    fn failed(&mut self, mut batch: Batch, error: &tokio_postgres::Error) -> Option<Batch> {
        let service = self.options.service;
        let (code, message) = match verdict(error) {
            Verdict::Open => return Some(batch),
            Verdict::Retry if batch.tries < MOST_TRIES => {
                batch.tries += 1;
                self.again.push_front(batch);
                return None;
            }
            // One of them asks for what Postgres will not do: halve until it stands alone.
            Verdict::Content(..) if batch.commands.len() > 1 => {
                match split(batch) {
                    Ok((left, right)) => {
                        self.again.push_front(right);
                        self.again.push_front(left);
                    }
                    Err(batch) => return Some(batch),
                }
                return None;
            }
            Verdict::Content(code, message) | Verdict::Refused(code, message) => (code, message),
            Verdict::Retry => ("40000".to_owned(), "tried too often".to_owned()),
        };
        tracing::error!(%service, code, "postgres refused a batch");
        for caller in batch.callers {
            let refused = if batch.resent {
                AppendError::Unknown
            } else {
                AppendError::Log(LogError::Refused {
                    code: code.clone(),
                    message: message.clone(),
                })
            };
            reply(service, caller, Err(refused));
        }
        None
    }
}

/// In the middle. The call is over, so nobody else holds the commands; if someone does, the batch
/// comes back whole.
fn split(batch: Batch) -> Result<(Batch, Batch), Batch> {
    let Batch {
        commands,
        mut callers,
        resent,
        tries,
    } = batch;
    let mut commands = match Arc::try_unwrap(commands) {
        Ok(commands) => commands,
        Err(commands) => {
            return Err(Batch {
                commands,
                callers,
                resent,
                tries,
            });
        }
    };
    let half = commands.len() / 2;
    let right = Batch {
        commands: Arc::new(commands.split_off(half)),
        callers: callers.split_off(half),
        resent,
        tries,
    };
    let left = Batch {
        commands: Arc::new(commands),
        callers,
        resent,
        tries,
    };
    Ok((left, right))
}

fn reply(service: Service, caller: Caller, outcome: Result<Outcome, AppendError>) {
    let service = service.name();
    metrics::histogram!("guanxi_log_append_seconds", "service" => service)
        .record(caller.since.elapsed());
    let result = match &outcome {
        Ok(Outcome::Written(_)) => "written",
        Ok(Outcome::Repeated(_)) => "repeated",
        Err(AppendError::Stale { .. }) => "stale",
        Err(AppendError::ClaimTaken { .. }) => "claim_taken",
        Err(AppendError::DifferentContent) => "different_content",
        Err(AppendError::Unknown) => "unknown",
        Err(_) => "failed",
    };
    metrics::counter!("guanxi_log_appends_total", "service" => service, "result" => result)
        .increment(1);
    // A caller that has gone needs no answer.
    let _ = caller.reply.send(outcome);
}
