//! Working on tickets: opened, answered, waiting, resolved, reopened, closed, and rated. Everybody has
//! tickets of their own, so that each knows how they stand; the queue that gives them in turn is
//! everybody's.

use std::time::Duration;

use guanxi_events::service::{SurveyId, TicketId};
use guanxi_proto::types::v1::{CommandHeader, Receipt};
use jiff::Timestamp;
use tonic::Code;

use super::person::Person;
use crate::{HasReceipt, Rpc, requests::tickets};

/// Own tickets that are worked on at the same time.
const AT_ONCE: usize = 4;
/// How long a ticket waits for a date.
const WAIT: Duration = Duration::from_secs(4);

/// How far a ticket is, as its caller was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Worked on.
    Open,
    /// With or without a date on which it is open again by itself.
    Pending {
        /// Whether there is one.
        dated: bool,
    },
    /// Done, as the agent sees it.
    Resolved,
    /// Done.
    Closed,
}

/// What was told of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// How far it is.
    pub state: State,
    /// How often it was resolved.
    pub resolutions: u32,
    /// How many of them the customer rated.
    pub ratings: u32,
}

/// What one has on the desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    tickets: Vec<String>,
    /// Surveys that customers did not answer yet, each with its ticket.
    surveys: Vec<(String, String)>,
}

impl Person {
    /// Those on the desk that are not closed.
    pub(super) fn open_tickets(&self) -> Vec<String> {
        let closed = |ticket: &&String| {
            let told = self.company.ticket(ticket);
            told.is_none_or(|told| told.state == State::Closed)
        };
        let all = self.desk.tickets.iter();
        all.filter(|ticket| !closed(ticket)).cloned().collect()
    }

    /// One step of one ticket.
    pub(super) async fn work_on_a_ticket(&mut self) {
        if self.agenda.is_every(4) && self.rate().await {
            return;
        }
        if self.desk.tickets.len() < AT_ONCE {
            return self.open_ticket().await;
        }
        let at = self.agenda.pick(1, self.desk.tickets.len());
        let ticket = self.desk.tickets[at].clone();
        let Some(told) = self.company.ticket(&ticket) else {
            return self.complain(format!("nobody opened ticket {ticket}"));
        };
        let step = self.agenda.pick(4, 4);
        match (told.state, step) {
            (State::Open, 0) => self.say(&ticket, told, false).await,
            (State::Open, 1) => self.say(&ticket, told, true).await,
            (State::Open, 2) => self.let_wait(&ticket).await,
            (State::Pending { .. }, 0) => {
                let resume = tickets::resume(&ticket);
                self.step(&ticket, &resume.header, &resume, State::Open)
                    .await;
            }
            (State::Pending { .. }, 1) => self.say(&ticket, told, true).await,
            (State::Open | State::Pending { .. }, _) => self.resolve(&ticket).await,
            (State::Resolved, 0 | 1) => {
                let close = tickets::close(&ticket);
                self.step(&ticket, &close.header, &close, State::Closed)
                    .await;
            }
            (State::Resolved, 2) | (State::Closed, 0) => self.say(&ticket, told, true).await,
            (State::Resolved, _) | (State::Closed, 1) => {
                let reopen = tickets::reopen(&ticket);
                self.step(&ticket, &reopen.header, &reopen, State::Open)
                    .await;
            }
            (State::Closed, _) => {
                self.desk.tickets.swap_remove(at);
            }
        }
    }

    async fn open_ticket(&mut self) {
        let mut request = tickets::ticket(&self.company.queue, &self.agenda.number().to_string());
        if let Some(details) = &mut request.details {
            let trader = &self.company.traders[self.agenda.pick(1, self.company.traders.len())];
            details.customer_id.clone_from(trader);
        }
        let caller = self.service.clone();
        let opened = self.done(&caller, &request.header, &request).await;
        let Some(opened) = opened else { return };
        let told = Told {
            state: State::Open,
            resolutions: 0,
            ratings: 0,
        };
        let mut tickets = self.company.tickets.lock();
        tickets.insert(opened.id.clone(), told);
        self.desk.tickets.push(opened.id);
    }

    /// A reply changes what a ticket is only when the customer gives it: then it is open.
    async fn say(&mut self, ticket: &str, told: Told, from_customer: bool) {
        let reply = tickets::reply(ticket, "well", from_customer);
        let state = if from_customer {
            State::Open
        } else {
            told.state
        };
        self.step(ticket, &reply.header, &reply, state).await;
    }

    async fn let_wait(&mut self, ticket: &str) {
        let dated = self.agenda.is_every(2);
        let until = Timestamp::now() + WAIT;
        let wait = tickets::wait(ticket, dated.then_some(until));
        let state = State::Pending { dated };
        self.step(ticket, &wait.header, &wait, state).await;
    }

    async fn resolve(&mut self, ticket: &str) {
        let resolve = tickets::resolve(ticket);
        let resolved = self.step(ticket, &resolve.header, &resolve, State::Resolved);
        if !resolved.await {
            return;
        }
        let resolution = self.company.note_on(ticket, |told| {
            told.resolutions += 1;
            told.resolutions
        });
        if let (Some(resolution), Ok(id)) = (resolution, ticket.parse()) {
            let survey = SurveyId::of(TicketId(id), resolution);
            self.desk
                .surveys
                .push((survey.to_string(), ticket.to_owned()));
        }
    }

    /// The customer answers the oldest survey; whether there was one.
    async fn rate(&mut self) -> bool {
        let Some((survey, ticket)) = self.desk.surveys.first().cloned() else {
            return false;
        };
        let answer = tickets::answer(&survey, i32::try_from(self.agenda.amount(5)).unwrap_or(1));
        let answered = self.service.answered(&answer).await;
        // It is asked a moment after the resolution; then it is there another time.
        if matches!(&answered, Err(status) if status.code() == Code::NotFound) {
            return false;
        }
        self.desk.surveys.remove(0);
        if self.told(answer.header, answered).is_some() {
            self.company.note_on(&ticket, |told| told.ratings += 1);
        }
        true
    }

    /// A command to a ticket after which it is in that state; whether it was done.
    async fn step<R>(
        &self,
        ticket: &str,
        header: &Option<CommandHeader>,
        request: &R,
        state: State,
    ) -> bool
    where
        R: Rpc<Response: HasReceipt>,
    {
        let receipt: Option<Receipt> = self.done(&self.service, header, request).await;
        if receipt.is_some() {
            self.company.note_on(ticket, |told| told.state = state);
        }
        receipt.is_some()
    }
}
