//! What figures are told apart by, what its groups are called, and their tickets.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use guanxi_proto::query::v1::{ListTicketsRequest, ServiceGrouping, TicketFilter};
use guanxi_runtime::Fields;

use super::{
    Texts, Tickets,
    texts::{channel, kind, priority},
    words,
};
use crate::web::{
    ask::answer,
    failure::Failure,
    list::List,
    parameters::{self, Parameter, word},
    session::Visitor,
    table::Cell,
};

/// What can be chosen, and its word in an address.
pub(super) const CHOICES: [(&str, ServiceGrouping); 6] = [
    ("queue", ServiceGrouping::Queue),
    ("agent", ServiceGrouping::Agent),
    ("priority", ServiceGrouping::Priority),
    ("kind", ServiceGrouping::Kind),
    ("channel", ServiceGrouping::Channel),
    ("category", ServiceGrouping::Category),
];
/// More queues than these are shown by their ids.
const NAMED: usize = 50;

/// What is asked for; the queue where nothing is.
pub(super) fn chosen(fields: &mut Fields, parameter: &Parameter) -> ServiceGrouping {
    let known = |word: &str| {
        let mut choices = CHOICES.into_iter();
        choices.find(|(name, _)| *name == word).map(|(_, of)| of)
    };
    word(fields, "group_by", parameter, known).unwrap_or(ServiceGrouping::Queue)
}

/// What a grouping is called.
pub(super) fn name(grouping: ServiceGrouping, texts: &Texts) -> &'static str {
    match grouping {
        ServiceGrouping::Queue => texts.queue,
        ServiceGrouping::Agent => texts.agent,
        ServiceGrouping::Priority => texts.priority,
        ServiceGrouping::Kind => texts.kind,
        ServiceGrouping::Channel => texts.channel,
        ServiceGrouping::Category => texts.category,
        ServiceGrouping::Unspecified | ServiceGrouping::Day | ServiceGrouping::Month => "",
    }
}

/// Groups, and what those are called of which the key is only an id.
pub(super) struct Groups {
    grouping: ServiceGrouping,
    queues: BTreeMap<String, String>,
}

impl Groups {
    /// With the names of these keys. A queue's name stands with its tickets.
    pub(super) async fn of<'a>(
        visitor: &Visitor,
        grouping: ServiceGrouping,
        keys: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let keys: BTreeSet<&str> = match grouping {
            ServiceGrouping::Queue => keys.filter(|key| !key.is_empty()).take(NAMED).collect(),
            _ => BTreeSet::new(),
        };
        let names = keys.into_iter().map(|key| async move {
            let request = visitor.request(ListTicketsRequest {
                filter: Some(TicketFilter {
                    queue_ids: vec![key.to_owned()],
                    ..TicketFilter::default()
                }),
                page: Some(parameters::page(1, None)),
                ..ListTicketsRequest::default()
            })?;
            let page = answer(visitor.desk().list_tickets(request).await)?;
            let ticket = page.tickets.into_iter().next();
            let name = ticket.map(|ticket| ticket.queue_name);
            Ok::<_, Failure>((key.to_owned(), name.unwrap_or_default()))
        });
        let queues = try_join_all(names).await?.into_iter().collect();
        Ok(Self { grouping, queues })
    }

    /// What a group is called.
    pub(super) fn name(&self, key: &str, texts: &Texts) -> String {
        let known = match self.grouping {
            ServiceGrouping::Queue => self.queues.get(key).cloned(),
            ServiceGrouping::Priority => {
                words::priority(key).map(|one| priority(one, texts).to_owned())
            }
            ServiceGrouping::Kind => words::kind(key).map(|one| kind(one, texts).to_owned()),
            ServiceGrouping::Channel => {
                words::channel(key).map(|one| channel(one, texts).to_owned())
            }
            ServiceGrouping::Agent if key.is_empty() => Some(texts.nobody.to_owned()),
            ServiceGrouping::Category if key.is_empty() => Some(texts.no_category.to_owned()),
            _ => None,
        };
        let known = known.filter(|name| !name.is_empty());
        known.unwrap_or_else(|| key.to_owned())
    }

    /// Of these tickets, those of a group.
    pub(super) fn tickets(&self, key: &str, all: &Tickets) -> Tickets {
        let mut tickets = all.clone();
        let value = parameters::set(if key.is_empty() { words::NONE } else { key });
        match self.grouping {
            ServiceGrouping::Queue => tickets.queue_id = value,
            ServiceGrouping::Agent => tickets.agent = value,
            ServiceGrouping::Priority => tickets.priority = value,
            ServiceGrouping::Kind => tickets.kind = value,
            ServiceGrouping::Channel => tickets.channel = value,
            ServiceGrouping::Category => tickets.category = value,
            ServiceGrouping::Unspecified | ServiceGrouping::Day | ServiceGrouping::Month => {}
        }
        tickets
    }

    /// A group's name, which leads to its tickets.
    pub(super) fn cell(&self, key: &str, all: &Tickets, texts: &Texts) -> Cell {
        Cell::text(self.name(key, texts)).to(self.tickets(key, all).address())
    }
}
