//! Tickets as they stand now, the newest first: what is behind the figures of the desk.

use guanxi_proto::query::v1::{
    ListTicketsRequest, TicketFilter, TicketPriority, TicketRow, TicketState, TicketTargets,
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Texts, texts, words};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, days, listed, text, word},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Tone, Value},
};

/// A row for each ticket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct Tickets {
    pub(super) state: Parameter,
    pub(super) queue_id: Parameter,
    pub(super) agent: Parameter,
    pub(super) priority: Parameter,
    pub(super) kind: Parameter,
    pub(super) channel: Parameter,
    pub(super) category: Parameter,
    pub(super) customer_id: Parameter,
    pub(super) targets: Parameter,
    pub(super) from: Parameter,
    pub(super) to: Parameter,
}

impl Tickets {
    /// Those that are not resolved.
    pub(in crate::web) fn unresolved() -> Self {
        Self::in_state("unresolved")
    }

    /// Those that stand so.
    pub(super) fn in_state(state: &str) -> Self {
        Self {
            state: parameters::set(state),
            ..Self::default()
        }
    }

    /// One person's of these.
    pub(in crate::web) fn of_agent(mut self, agent: &str) -> Self {
        self.agent = parameters::set(agent);
        self
    }

    fn message(&self) -> Result<ListTicketsRequest, Failure> {
        let mut fields = Fields::default();
        let states = word(&mut fields, "state", &self.state, words::states);
        let priority = word(&mut fields, "priority", &self.priority, words::priority);
        let kind = word(&mut fields, "kind", &self.kind, words::kind);
        let channel = word(&mut fields, "channel", &self.channel, words::channel);
        let targets = word(&mut fields, "targets", &self.targets, words::targets);
        let opened = days(&mut fields, ("from", &self.from), ("to", &self.to));
        parameters::finish(fields)?;
        let states = states.unwrap_or_default().into_iter();
        Ok(ListTicketsRequest {
            filter: Some(TicketFilter {
                queue_ids: listed(&self.queue_id),
                agents: or_none(&self.agent),
                priorities: priority.map(i32::from).into_iter().collect(),
                kinds: kind.map(i32::from).into_iter().collect(),
                channels: channel.map(i32::from).into_iter().collect(),
                categories: or_none(&self.category),
                customer_ids: listed(&self.customer_id),
            }),
            states: states.map(i32::from).collect(),
            targets: targets.unwrap_or_default().into(),
            opened,
            ..ListTicketsRequest::default()
        })
    }

    fn row(&self, ticket: &TicketRow, texts: &Texts) -> Row {
        let narrowed = |change: &dyn Fn(&mut Self)| {
            let mut list = self.clone();
            change(&mut list);
            list.address()
        };
        let queue = narrowed(&|list| list.queue_id = parameters::set(&ticket.queue_id));
        let agent = match ticket.agent.as_str() {
            "" => words::NONE,
            agent => agent,
        };
        let agent = narrowed(&|list| list.agent = parameters::set(agent));
        let name = match ticket.queue_name.as_str() {
            "" => &ticket.queue_id,
            name => name,
        };
        let mut customer = Cell::text(&ticket.customer_name);
        if !ticket.customer_id.is_empty() {
            let own = |list: &mut Self| list.customer_id = parameters::set(&ticket.customer_id);
            customer = customer.to(narrowed(&own));
        }
        let took = ticket.first_response_time.as_ref();
        let priority = match ticket.priority() {
            TicketPriority::Critical => Tone::Bad,
            _ => Tone::Calm,
        };
        let state = match ticket.state() {
            TicketState::Resolved | TicketState::Closed => Tone::Good,
            _ => Tone::Calm,
        };
        let waits = texts::pending(ticket.pending(), texts);
        vec![
            Cell::text(&ticket.number),
            Cell::text(&ticket.subject),
            Value::Mark(state, texts::state(ticket.state(), texts)).into(),
            Cell::text(waits),
            Value::Mark(priority, texts::priority(ticket.priority(), texts)).into(),
            Cell::text(texts::kind(ticket.kind(), texts)),
            Cell::text(texts::channel(ticket.channel(), texts)),
            Cell::text(&ticket.category),
            Cell::text(name).to(queue),
            Cell::text(match ticket.agent.as_str() {
                "" => texts.nobody,
                agent => agent,
            })
            .to(agent),
            customer,
            Cell::moment(ticket.opened_at.as_ref()),
            Cell::moment(ticket.due_at.as_ref()),
            targets(ticket.targets(), texts),
            took.map_or(Value::None, |took| Value::Span(took.seconds))
                .into(),
            Cell::moment(ticket.waiting_since.as_ref()),
            Cell::moment(ticket.resolved_at.as_ref()),
            Cell::text(&ticket.resolved_by),
        ]
    }
}

fn targets(targets: TicketTargets, texts: &Texts) -> Cell {
    let word = texts::targets(targets, texts);
    match targets {
        TicketTargets::Unspecified => Value::None,
        TicketTargets::Met => Value::Mark(Tone::Good, word),
        TicketTargets::Missed => Value::Mark(Tone::Bad, word),
    }
    .into()
}

/// A list with one text, which is empty where nobody or nothing is meant.
fn or_none(parameter: &Parameter) -> Vec<String> {
    match text(parameter) {
        Some(words::NONE) => vec![String::new()],
        _ => listed(parameter),
    }
}

fn columns(texts: &Texts) -> Vec<Column> {
    let all = [
        (texts.number, Kind::Text),
        (texts.subject, Kind::Text),
        (texts.state, Kind::Text),
        (texts.pending, Kind::Text),
        (texts.priority, Kind::Text),
        (texts.kind, Kind::Text),
        (texts.channel, Kind::Text),
        (texts.category, Kind::Text),
        (texts.queue, Kind::Text),
        (texts.agent, Kind::Text),
        (texts.customer, Kind::Text),
        (texts.opened_at, Kind::Moment),
        (texts.due, Kind::Moment),
        (texts.targets, Kind::Text),
        (texts.first_response_time, Kind::Number),
        (texts.waiting_since, Kind::Moment),
        (texts.resolved_at, Kind::Moment),
        (texts.resolved_by, Kind::Text),
    ];
    all.map(|(name, kind)| Column::new(name, kind)).into()
}

impl List for Tickets {
    const PATH: &'static str = "/service/tickets";
    const SECTION: Section = Section::Service;

    fn title(&self, language: Language) -> String {
        Texts::of(language).tickets.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let said =
            |name: &'static str, parameter: &Parameter, of: &dyn Fn(&str) -> Option<&str>| {
                let word = text(parameter)?;
                Some((name, of(word).unwrap_or(word).to_owned()))
            };
        let words = [
            said(texts.state, &self.state, &|word| match word {
                "unresolved" => Some(texts.unresolved),
                word => words::state(word).map(|state| texts::state(state, texts)),
            }),
            said(texts.priority, &self.priority, &|word| {
                words::priority(word).map(|one| texts::priority(one, texts))
            }),
            said(texts.kind, &self.kind, &|word| {
                words::kind(word).map(|one| texts::kind(one, texts))
            }),
            said(texts.channel, &self.channel, &|word| {
                words::channel(word).map(|one| texts::channel(one, texts))
            }),
            said(texts.targets, &self.targets, &|word| {
                words::targets(word).map(|one| texts::targets(one, texts))
            }),
            said(texts.agent, &self.agent, &|word| {
                (word == words::NONE).then_some(texts.nobody)
            }),
            said(texts.category, &self.category, &|word| {
                (word == words::NONE).then_some(texts.no_category)
            }),
        ];
        let mut filters: Vec<_> = words.into_iter().flatten().collect();
        filters.extend(parameters::given([
            (texts.queue, &self.queue_id),
            (texts.customer, &self.customer_id),
            (texts.from, &self.from),
            (texts.to, &self.to),
        ]));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut message = self.message()?;
        message.page = Some(parameters::page(size, after));
        let request = visitor.request(message)?;
        let page = answer(visitor.desk().list_tickets(request).await)?;
        let rows = page.tickets.iter().map(|ticket| self.row(ticket, texts));
        Ok(Chunk::of(
            columns(texts),
            rows.collect(),
            page.next_page_token,
        ))
    }
}
