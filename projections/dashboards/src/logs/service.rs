//! The service service: tickets.

use std::collections::BTreeSet;

use guanxi_events::{
    Recorded,
    service::{
        Priority, SlaClock, TicketDetails, TicketEvent, TicketKind,
        ticket::{SlaDue, TicketOpened, TicketResolved},
    },
};
use guanxi_projection::{ApplyError, Write};
use jiff::Timestamp;
use uuid::Uuid;

use super::{ids, read};
use crate::{
    Figure,
    deltas::{Counted, Deltas, When},
    kept::{Id, Set, id, kept, part},
};

kept! {
    /// A ticket as far as it is somebody's work.
    Ticket in "tickets" {
        number: Option<String> = "text",
        subject: String = "text",
        customer: Option<Uuid> = "uuid",
        kind: String = "text",
        priority: String = "text",
        agent: Option<String> = "text",
        resolved_by: Option<String> = "text",
        opened_at: Timestamp = "timestamptz",
        open: bool = "boolean",
        merged: bool = "boolean",
        pending: bool = "boolean",
        pending_until: Option<Timestamp> = "timestamptz",
        first_due: Option<Timestamp> = "timestamptz",
        next_due: Option<Timestamp> = "timestamptz",
        resolution_due: Option<Timestamp> = "timestamptz",
    }
}

kept! {
    /// Whose a missed target was.
    Breach in "breaches" {
        agent: String = "text",
    }
}

pub(super) async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let told = read::<TicketEvent>(events)?;
    let mut tickets = Set::<Ticket>::load(write, &ids(&told)).await?;
    let mut breaches = Set::<Breach>::load(write, &withdrawn(&told)).await?;
    let mut deltas = Deltas::default();
    for (event, what) in &told {
        if let TicketEvent::Opened(opened) = what {
            let ticket = Ticket::opened(event, opened);
            deltas.one(event, &ticket.counted(Figure::TicketsOpened, opened.at, ""));
            tickets.insert(id(event), ticket);
            continue;
        }
        let ticket = tickets.of(event)?;
        ticket.count(&mut deltas, event, what);
        missed(ticket, &mut breaches, &mut deltas, event, what);
        ticket.change(what);
    }
    tickets.store(write).await?;
    breaches.store(write).await?;
    deltas.store(write).await?;
    Ok(())
}

impl Ticket {
    fn opened(event: &Recorded, opened: &TicketOpened) -> Self {
        let number = event.numbers.iter().next();
        let mut ticket = Self {
            number: number.map(|(series, n)| guanxi_events::document_number(series, *n)),
            subject: String::new(),
            customer: None,
            kind: String::new(),
            priority: priority(opened.priority).to_owned(),
            agent: None,
            resolved_by: None,
            opened_at: opened.at,
            open: true,
            merged: false,
            pending: false,
            pending_until: None,
            first_due: None,
            next_due: None,
            resolution_due: None,
        };
        ticket.details(&opened.details);
        ticket
    }

    fn details(&mut self, details: &TicketDetails) {
        self.subject.clone_from(&details.subject);
        self.customer = details.customer.map(Uuid::from);
        self.kind = kind(details.kind).to_owned();
    }

    fn counted<'a>(&'a self, figure: Figure, at: Timestamp, owner: &'a str) -> Counted<'a> {
        Counted {
            figure,
            when: When::At(at),
            owner,
            detail: &self.kind,
        }
    }

    fn count(&self, deltas: &mut Deltas, event: &Recorded, what: &TicketEvent) {
        match what {
            TicketEvent::Resolved(TicketResolved { at, agent, .. }) => {
                let counted = self.counted(Figure::TicketsResolved, *at, agent.as_str());
                deltas.one(event, &counted);
            }
            TicketEvent::Reopened(reopened) => {
                let by = self.resolved_by.as_deref().unwrap_or_default();
                let counted = self.counted(Figure::TicketsReopened, reopened.at, by);
                deltas.one(event, &counted);
            }
            _ => {}
        }
    }

    fn change(&mut self, what: &TicketEvent) {
        match what {
            TicketEvent::Changed(changed) => self.details(&changed.details),
            TicketEvent::PriorityChanged(changed) => {
                self.priority = priority(changed.to).to_owned();
            }
            TicketEvent::Assigned(assigned) => {
                self.agent = Some(assigned.to.as_str().to_owned());
            }
            TicketEvent::Unassigned(_) | TicketEvent::Transferred(_) => self.agent = None,
            TicketEvent::PendingSet(set) => {
                (self.pending, self.pending_until) = (true, set.until);
            }
            TicketEvent::PendingEnded(_) => (self.pending, self.pending_until) = (false, None),
            TicketEvent::Resolved(resolved) => {
                (self.pending, self.pending_until) = (false, None);
                self.open = false;
                self.resolved_by = Some(resolved.agent.as_str().to_owned());
            }
            TicketEvent::Reopened(_) => self.open = true,
            TicketEvent::Merged(_) => self.merged = true,
            TicketEvent::Unmerged(_) => self.merged = false,
            clocks => self.clocks(clocks),
        }
    }

    /// When what is due next.
    fn clocks(&mut self, what: &TicketEvent) {
        match what {
            TicketEvent::SlaApplied(applied) => {
                self.nothing_is_due();
                applied.clocks.iter().for_each(|due| self.is_due(due));
            }
            TicketEvent::SlaStarted(started) => self.is_due(&started.clock),
            TicketEvent::SlaPaused(_) => self.nothing_is_due(),
            TicketEvent::SlaResumed(resumed) => {
                resumed.clocks.iter().for_each(|due| self.is_due(due));
            }
            TicketEvent::SlaStopped(stopped) => {
                for score in &stopped.scores {
                    *self.due(score.clock) = None;
                }
            }
            _ => {}
        }
    }

    fn nothing_is_due(&mut self) {
        (self.first_due, self.next_due, self.resolution_due) = (None, None, None);
    }

    fn is_due(&mut self, due: &SlaDue) {
        *self.due(due.clock) = due.due_at;
    }

    fn due(&mut self, clock: SlaClock) -> &mut Option<Timestamp> {
        match clock {
            SlaClock::FirstResponse => &mut self.first_due,
            SlaClock::NextResponse => &mut self.next_due,
            SlaClock::Resolution => &mut self.resolution_due,
        }
    }
}

/// The id of a miss: a clock has one at a time.
fn miss(event: &Recorded, clock: SlaClock, at: Timestamp) -> Id {
    part(
        event,
        &format!("{} {}", clock_name(clock), at.as_microsecond()),
    )
}

/// The misses that these events take back.
fn withdrawn(told: &[(&Recorded, TicketEvent)]) -> BTreeSet<Id> {
    let ids = told.iter().filter_map(|(event, what)| match what {
        TicketEvent::SlaBreachWithdrawn(back) => Some(miss(event, back.clock, back.breached_at)),
        _ => None,
    });
    ids.collect()
}

fn missed(
    ticket: &Ticket,
    breaches: &mut Set<Breach>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &TicketEvent,
) {
    let counted = |owner, clock, at| Counted {
        figure: Figure::TicketsBreached,
        when: When::At(at),
        owner,
        detail: clock_name(clock),
    };
    match what {
        TicketEvent::SlaBreached(breached) => {
            let agent = ticket.agent.clone().unwrap_or_default();
            deltas.one(
                event,
                &counted(&agent, breached.clock, breached.breached_at),
            );
            let id = miss(event, breached.clock, breached.breached_at);
            breaches.insert(id, Breach { agent });
        }
        TicketEvent::SlaBreachWithdrawn(back) => {
            let id = miss(event, back.clock, back.breached_at);
            if let Some(breach) = breaches.find(&id) {
                deltas.not_one(event, &counted(&breach.agent, back.clock, back.breached_at));
            }
        }
        _ => {}
    }
}

const fn clock_name(clock: SlaClock) -> &'static str {
    match clock {
        SlaClock::FirstResponse => "first_response",
        SlaClock::NextResponse => "next_response",
        SlaClock::Resolution => "resolution",
    }
}

const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "critical",
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Low => "low",
    }
}

const fn kind(kind: TicketKind) -> &'static str {
    match kind {
        TicketKind::Question => "question",
        TicketKind::Request => "request",
        TicketKind::Complaint => "complaint",
        TicketKind::Return => "return",
        TicketKind::Repair => "repair",
    }
}
