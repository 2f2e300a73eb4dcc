//! Compares what the read model of the desk answers with what the story comes to, ticket by ticket.

use std::collections::BTreeMap;

use guanxi_proto::{
    query::v1::{
        GetServiceFiguresRequest, ListTicketsRequest, ServiceFigures, ServiceGrouping,
        TicketFilter, TicketRow, TicketState, TicketTargets,
        service_figures_service_client::ServiceFiguresServiceClient,
    },
    types::v1::PageRequest,
};
use tonic::transport::Channel;

use super::{Dataset, State, Story, Ticket, kept, load::queue};
use crate::demo::{Caller, ids::Ids};

/// Rows of a page: the most that there are.
const PAGE: i32 = 1_000;
/// As many queues as one question may be about.
const QUEUES: usize = 200;

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Check {
    /// Tickets of the story.
    pub(crate) tickets: u64,
    /// Those that the read model has.
    pub(crate) found: u64,
    /// By state: of the story, and as the read model says.
    pub(crate) states: BTreeMap<State, (u64, u64)>,
    /// Tickets whose state, reopenings or targets the read model says otherwise; the first of them.
    pub(crate) wrong: Vec<String>,
    /// By whether the file says that the service level was made, and whether ours was.
    pub(crate) levels: BTreeMap<(bool, bool), u64>,
}

impl Check {
    /// Whether all is as it must be.
    pub(crate) fn holds(&self) -> bool {
        self.wrong.is_empty()
            && self.tickets == self.found
            && self.states.values().all(|(told, found)| told == found)
    }
}

/// Asks the query service about one data set.
pub(crate) struct Questions<'a> {
    caller: &'a Caller,
    story: &'a Story,
    client: ServiceFiguresServiceClient<Channel>,
    queues: Vec<Vec<String>>,
}

impl<'a> Questions<'a> {
    pub(crate) fn about(caller: &'a Caller, dataset: &'a Dataset) -> Self {
        let ids = Ids::of(&dataset.name);
        let names = dataset.story.queues.keys();
        let names: Vec<String> = names.map(|name| queue(ids, name).to_string()).collect();
        Self {
            caller,
            story: &dataset.story,
            client: ServiceFiguresServiceClient::new(caller.query.clone()),
            queues: names.chunks(QUEUES).map(<[_]>::to_vec).collect(),
        }
    }

    /// Compares everything. Waits until the read model shows what the tokens stand for.
    pub(crate) async fn check(&self, tokens: &[String]) -> anyhow::Result<Check> {
        let rows = self.rows(tokens).await?;
        let mut check = Check {
            tickets: self.story.tickets.len() as u64,
            found: rows.len() as u64,
            ..Check::default()
        };
        for ticket in &self.story.tickets {
            check.states.entry(seen(ticket.last)).or_default().0 += 1;
            let Some(row) = rows.get(&ticket.number) else {
                check.wrong.push(format!("{} is not there", ticket.number));
                continue;
            };
            if let Some(state) = state(row) {
                check.states.entry(state).or_default().1 += 1;
            }
            check.wrong.extend(difference(ticket, row));
            if let Some(ours) = met(row) {
                *check.levels.entry((ticket.made_sla, ours)).or_default() += 1;
            }
        }
        Ok(check)
    }

    /// The figures of each priority.
    pub(crate) async fn by_priority(&self) -> anyhow::Result<Vec<ServiceFigures>> {
        let mut groups = Vec::new();
        for queues in &self.queues {
            let message = GetServiceFiguresRequest {
                filter: Some(self.filter(queues)),
                group_by: ServiceGrouping::Priority.into(),
                ..GetServiceFiguresRequest::default()
            };
            let call = async |request| self.client.clone().get_service_figures(request).await;
            groups.extend(self.caller.send(message, call).await?.groups);
        }
        Ok(groups)
    }

    /// The tickets by the file's number.
    async fn rows(&self, tokens: &[String]) -> anyhow::Result<BTreeMap<String, TicketRow>> {
        let mut rows = BTreeMap::new();
        for queues in &self.queues {
            let mut page = PageRequest {
                page_size: PAGE,
                page_token: String::new(),
            };
            loop {
                let message = ListTicketsRequest {
                    after: tokens.to_vec(),
                    filter: Some(self.filter(queues)),
                    page: Some(page.clone()),
                    ..ListTicketsRequest::default()
                };
                let call = async |request| self.client.clone().list_tickets(request).await;
                let answer = self.caller.send(message, call).await?;
                rows.extend(
                    answer
                        .tickets
                        .into_iter()
                        .map(|row| (row.subject.clone(), row)),
                );
                if answer.next_page_token.is_empty() {
                    break;
                }
                page.page_token = answer.next_page_token;
            }
        }
        Ok(rows)
    }

    fn filter(&self, queues: &[String]) -> TicketFilter {
        TicketFilter {
            queue_ids: queues.to_vec(),
            ..TicketFilter::default()
        }
    }
}

/// What the read model says otherwise than the story.
fn difference(ticket: &Ticket, row: &TicketRow) -> Option<String> {
    let told = (Some(seen(ticket.last)), kept(ticket));
    let found = (state(row), met(row));
    (told != found).then(|| {
        let number = &ticket.number;
        format!("{number} is told as {told:?}, found as {found:?}")
    })
}

/// A state as the read model tells it apart: one that waits is pending, for whomever.
fn seen(state: State) -> State {
    match state {
        State::WaitsForOthers => State::WaitsForCaller,
        state => state,
    }
}

fn state(row: &TicketRow) -> Option<State> {
    match row.state() {
        TicketState::New => Some(State::New),
        TicketState::Open => Some(State::Open),
        TicketState::Pending => Some(State::WaitsForCaller),
        TicketState::Resolved => Some(State::Resolved),
        TicketState::Closed => Some(State::Closed),
        TicketState::Unspecified | TicketState::Merged => None,
    }
}

fn met(row: &TicketRow) -> Option<bool> {
    match row.targets() {
        TicketTargets::Met => Some(true),
        TicketTargets::Missed => Some(false),
        TicketTargets::Unspecified => None,
    }
}
