//! The appender's task: from the line to Postgres and back to the callers. What it decides is in
//! [`core`]; here are the connection, the clock and the callers.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use guanxi_events::Service;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at},
};
use tokio_postgres::Row;
use tokio_util::sync::CancellationToken;

use super::{
    Batch, Caller, Request, Seen,
    answer::{self, Answer},
    core::{self, Core, MOST_UNDER_WAY},
    pause::Pause,
    session::{Flight, Session, verdict},
};
use crate::{AppendError, Connector, LogOptions, Outcome};

/// While an answer is waited for, the line is looked at this often, so that operations see it grow.
const GLANCE: Duration = Duration::from_secs(1);

/// How a session ended.
enum End {
    /// Nothing is left and nothing will come.
    Done,
    /// The connection broke; what was under way will be sent again.
    Broken,
}

pub(super) struct Task {
    options: LogOptions,
    core: Core,
    connector: Connector,
    seen: Arc<Seen>,
    requests: mpsc::UnboundedReceiver<Request>,
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
            core: Core::new(&options),
            options,
            connector,
            seen,
            requests,
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
                let idle = self.core.is_idle() && self.requests.is_empty();
                if idle || Instant::now() > until {
                    return;
                }
            }
            self.pause.wait().await;
            self.take_waiting();
            self.core.forget_gone();
        }
    }

    async fn serve(&mut self, session: &Session) -> End {
        let mut reply = replying(self.options.service);
        let mut flights: VecDeque<Flight> = VecDeque::with_capacity(MOST_UNDER_WAY);
        let mut answered = Instant::now();
        let mut glance = interval(GLANCE);
        glance.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if self.stop.is_cancelled() {
                self.requests.close();
            }
            self.take_waiting();
            let waited = if self.requests.is_closed() {
                Duration::MAX
            } else {
                answered.elapsed()
            };
            while let Some(batch) = self.core.next(flights.len(), waited) {
                let size = u32::try_from(batch.commands.len()).unwrap_or(u32::MAX);
                metrics::histogram!("guanxi_log_batch_commands", "service" => self.options.service.name())
                    .record(size);
                flights.push_back(session.send(batch).await);
            }

            // While no batch can follow, whoever comes need not be looked at one by one.
            let watch = flights.len() < MOST_UNDER_WAY && self.core.may_follow();
            let Some(front) = flights.front_mut() else {
                tokio::select! {
                    request = self.requests.recv() => match request {
                        Some(request) => self.core.take(request),
                        None if self.core.is_idle() => return End::Done,
                        None => {}
                    },
                    () = sleep_until(answered + self.core.gather()), if !self.core.is_idle() => {}
                    () = self.stop.cancelled(), if !self.requests.is_closed() => {}
                    () = session.broken.cancelled() => return End::Broken,
                }
                continue;
            };
            let due = front.sent + self.options.answer_within;
            let landed = tokio::select! {
                biased;
                landed = timeout_at(due, &mut front.answer) => landed,
                Some(request) = self.requests.recv(), if watch => {
                    self.core.take(request);
                    continue;
                }
                _ = glance.tick() => continue,
            };
            let Some(flight) = flights.pop_front() else {
                continue;
            };
            answered = Instant::now();
            self.take_waiting();
            self.core.answered();
            let open = match landed {
                Ok(Ok(rows)) if !session.doubtful() => {
                    self.settle(flight.batch, &rows);
                    None
                }
                Ok(Ok(_)) | Err(_) => Some(flight.batch),
                Ok(Err(error)) => self.core.failed(flight.batch, verdict(&error), &mut reply),
            };
            if let Some(batch) = open {
                let behind = flights.into_iter().map(|flight| flight.batch);
                self.core
                    .open(std::iter::once(batch).chain(behind), &mut reply);
                return End::Broken;
            }
        }
    }

    fn take_waiting(&mut self) {
        while let Ok(request) = self.requests.try_recv() {
            self.core.take(request);
        }
        metrics::gauge!("guanxi_log_append_queue", "service" => self.options.service.name())
            .set(u32::try_from(self.core.waiting()).unwrap_or(u32::MAX));
    }

    /// Gives every caller its answer.
    fn settle(&mut self, batch: Batch, rows: &[Row]) {
        self.pause = Pause::default();
        let service = self.options.service;
        let answer = if batch.trusting {
            answer::read_trusting(&batch.commands, rows)
        } else {
            answer::read(&batch.commands, rows)
        };
        let outcomes = match answer {
            Ok(Answer {
                incarnation,
                before,
                head,
                outcomes,
            }) => {
                self.core.landed(batch.trusting, before, head);
                self.seen.head(incarnation, head);
                Some(outcomes)
            }
            Err(error) => {
                tracing::error!(%service, %error, "the append function's answer is not understood");
                None
            }
        };
        core::settle(batch, outcomes, replying(service));
    }
}

/// How the answers of a service's log reach the callers.
fn replying(service: Service) -> impl FnMut(Caller, Result<Outcome, AppendError>) {
    let service = service.name();
    move |caller, outcome| {
        metrics::histogram!("guanxi_log_append_seconds", "service" => service)
            .record(caller.since.elapsed());
        let result = match &outcome {
            Ok(Outcome::Written(_)) => "written",
            Ok(Outcome::Repeated(_)) => "repeated",
            Err(AppendError::Stale { .. }) => "stale",
            Err(AppendError::Outlived { .. }) => "outlived",
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
}
