//! What the model should say, by brute force: every question is answered from the whole history.

mod clocks;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::{
    TenantId,
    service::{Author, Priority, SlaClock, SurveyEvent, TicketDetails, TicketEvent},
};
use guanxi_service_figures::{
    State,
    queries::{Filter, GroupBy},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

pub(crate) use sums::figures;

use crate::desk::{Told, What};

/// A ticket at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: Uuid,
    pub(crate) opened_at: Timestamp,
    pub(crate) state: State,
    pub(crate) queue: Uuid,
    pub(crate) agent: Option<String>,
    pub(crate) priority: Priority,
    pub(crate) details: TicketDetails,
}

/// Something that counts.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) what: &'static str,
    pub(crate) at: Timestamp,
    pub(crate) ticket: Seen,
    pub(crate) clock: Option<SlaClock>,
    pub(crate) length: i64,
    pub(crate) worked: bool,
    pub(crate) good: bool,
    pub(crate) score: i64,
}

/// The events of each ticket of a tenant, in order.
pub(crate) fn stories<'a>(
    told: &'a [Told],
    tenant: &TenantId,
) -> BTreeMap<Uuid, Vec<&'a TicketEvent>> {
    let mut stories: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for told in told.iter().filter(|told| told.tenant == *tenant) {
        if let What::Ticket(event) = &told.what {
            stories.entry(told.id).or_default().push(event);
        }
    }
    stories
}

/// A ticket just before an instant, or now.
pub(crate) fn seen(id: Uuid, story: &[&TicketEvent], until: Option<Timestamp>) -> Option<Seen> {
    let [TicketEvent::Opened(opened), rest @ ..] = story else {
        panic!("a story begins with an opening");
    };
    let before = |at: Timestamp| until.is_none_or(|until| at < until);
    if !before(opened.at) {
        return None;
    }
    let mut seen = Seen {
        id,
        opened_at: opened.at,
        state: State::New,
        queue: opened.queue.id.into(),
        agent: None,
        priority: opened.priority,
        details: opened.details.clone(),
    };
    let (mut status, mut merged) = (State::New, false);
    for event in rest {
        match event {
            TicketEvent::Changed(e) if before(e.at) => seen.details = e.details.clone(),
            TicketEvent::PriorityChanged(e) if before(e.at) => seen.priority = e.to,
            TicketEvent::Assigned(e) if before(e.at) => seen.agent = Some(e.to.as_str().to_owned()),
            TicketEvent::Unassigned(e) if before(e.at) => seen.agent = None,
            TicketEvent::Transferred(e) if before(e.at) => {
                (seen.agent, seen.queue) = (None, e.to.id.into());
            }
            TicketEvent::Started(e) if before(e.at) => status = State::Open,
            TicketEvent::PendingSet(e) if before(e.at) => status = State::Pending,
            TicketEvent::PendingEnded(e) if before(e.at) => status = State::Open,
            TicketEvent::Resolved(e) if before(e.at) => status = State::Resolved,
            TicketEvent::Closed(e) if before(e.at) => status = State::Closed,
            TicketEvent::Reopened(e) if before(e.at) => status = State::Open,
            TicketEvent::Merged(e) if before(e.at) => merged = true,
            TicketEvent::Unmerged(e) if before(e.at) => merged = false,
            _ => {}
        }
    }
    seen.state = if merged { State::Merged } else { status };
    Some(seen)
}

/// All that counts of one tenant.
pub(crate) fn facts(told: &[Told], tenant: &TenantId) -> Vec<Fact> {
    let stories = stories(told, tenant);
    let mut facts = Vec::new();
    for (id, story) in &stories {
        let now = seen(*id, story, None).unwrap();
        facts.push(fact("opened", now.opened_at, &now));
        responded(story, &now, &mut facts);
        resolutions(story, &now, &mut facts);
        for clock in SlaClock::ALL {
            clocks::outcomes(story, clock, &now, &mut facts);
        }
    }
    for told in told.iter().filter(|told| told.tenant == *tenant) {
        let What::Survey(event) = &told.what else {
            continue;
        };
        let (what, at, about, score, good) = match event {
            SurveyEvent::Asked(e) => ("asked", e.at, &e.subject, 0, true),
            SurveyEvent::Answered(e) => ("answered", e.at, &e.subject, e.score, !e.low),
            SurveyEvent::Expired(_) => continue,
        };
        let id = about.ticket.into();
        let mut of = seen(id, &stories[&id], None).unwrap();
        of.agent = Some(about.agent.as_str().to_owned());
        of.queue = about.queue.id.into();
        of.details.channel = about.channel;
        of.details.customer = about.customer;
        let score = score.into();
        facts.push(Fact {
            score,
            good,
            ..fact(what, at, &of)
        });
    }
    facts
}

fn fact(what: &'static str, at: Timestamp, ticket: &Seen) -> Fact {
    Fact {
        what,
        at,
        ticket: ticket.clone(),
        clock: None,
        length: 0,
        worked: false,
        good: true,
        score: 0,
    }
}

/// The ticket as it is told today, as the work of another.
fn of(now: &Seen, agent: Option<String>, queue: Uuid) -> Seen {
    Seen {
        agent,
        queue,
        ..now.clone()
    }
}

fn micros(length: SignedDuration) -> i64 {
    i64::try_from(length.as_micros()).unwrap()
}

/// What the clock measured that the event at this place stopped.
fn scored(story: &[&TicketEvent], place: usize, clock: SlaClock) -> Option<(bool, i64)> {
    let behind = story[place + 1..].iter();
    let behind = behind.take_while(|event| {
        matches!(
            event,
            TicketEvent::SlaStopped(_) | TicketEvent::SlaBreachWithdrawn(_)
        )
    });
    let scores = behind.filter_map(|event| match event {
        TicketEvent::SlaStopped(stopped) => Some(&stopped.scores),
        _ => None,
    });
    let mut scores = scores.flatten().filter(|score| score.clock == clock);
    scores
        .next()
        .map(|score| (score.met, micros(score.elapsed)))
}

fn responded(story: &[&TicketEvent], now: &Seen, facts: &mut Vec<Fact>) {
    for (place, event) in story.iter().enumerate() {
        let TicketEvent::Replied(replied) = event else {
            continue;
        };
        let Author::Agent(person) = &replied.message.author else {
            continue;
        };
        let then = seen(now.id, &story[..=place], None).unwrap();
        let worked = scored(story, place, SlaClock::FirstResponse);
        let plain = micros(replied.at.duration_since(now.opened_at));
        let of = of(now, Some(person.as_str().to_owned()), then.queue);
        facts.push(Fact {
            length: worked.map_or(plain, |(_, worked)| worked),
            worked: worked.is_some(),
            ..fact("responded", replied.at, &of)
        });
        return;
    }
}

fn resolutions(story: &[&TicketEvent], now: &Seen, facts: &mut Vec<Fact>) {
    for (place, event) in story.iter().enumerate() {
        let TicketEvent::Resolved(resolved) = event else {
            continue;
        };
        let reopened = story[place..].iter().find_map(|event| match event {
            TicketEvent::Reopened(reopened) => Some(reopened.at),
            _ => None,
        });
        let worked = scored(story, place, SlaClock::Resolution);
        let plain = micros(resolved.at.duration_since(now.opened_at));
        let agent = Some(resolved.agent.as_str().to_owned());
        let of = of(now, agent, resolved.queue.id.into());
        facts.push(Fact {
            length: worked.map_or(plain, |(_, worked)| worked),
            worked: worked.is_some(),
            good: reopened.is_none(),
            ..fact("resolved", resolved.at, &of)
        });
        if let Some(at) = reopened {
            facts.push(fact("reopened", at, &of));
        }
    }
}

/// Whether a filter lets a ticket through.
pub(crate) fn passes(filter: &Filter, ticket: &Seen) -> bool {
    fn among<T: PartialEq>(list: &[T], value: &T) -> bool {
        list.is_empty() || list.contains(value)
    }
    let details = &ticket.details;
    let customer = details.customer.map(Uuid::from);
    among(&filter.queues, &ticket.queue)
        && among(&filter.agents, &ticket.agent.clone().unwrap_or_default())
        && among(&filter.priorities, &ticket.priority)
        && among(&filter.kinds, &details.kind)
        && among(&filter.channels, &details.channel)
        && among(
            &filter.categories,
            &details.category.clone().unwrap_or_default(),
        )
        && (filter.customers.is_empty()
            || customer.is_some_and(|id| filter.customers.contains(&id)))
}

/// By what it is told apart.
pub(crate) fn key(group_by: GroupBy, ticket: &Seen, at: Timestamp, zone: &TimeZone) -> String {
    let text = |value: String| {
        let mut snake = String::new();
        for (n, c) in value.chars().enumerate() {
            if c.is_uppercase() && n > 0 {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        }
        snake
    };
    let day = at.to_zoned(zone.clone()).date().to_string();
    match group_by {
        GroupBy::Nothing => String::new(),
        GroupBy::Day => day,
        GroupBy::Month => day[..7].to_owned(),
        GroupBy::Agent => ticket.agent.clone().unwrap_or_default(),
        GroupBy::Queue => ticket.queue.to_string(),
        GroupBy::Priority => text(format!("{:?}", ticket.priority)),
        GroupBy::Kind => text(format!("{:?}", ticket.details.kind)),
        GroupBy::Channel => text(format!("{:?}", ticket.details.channel)),
        GroupBy::Category => ticket.details.category.clone().unwrap_or_default(),
    }
}

/// The keys of these facts.
pub(crate) fn keys(facts: &[Fact], group_by: GroupBy, zone: &TimeZone) -> BTreeSet<String> {
    facts
        .iter()
        .map(|fact| key(group_by, &fact.ticket, fact.at, zone))
        .collect()
}
