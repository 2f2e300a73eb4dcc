//! The customers service: customers, interactions, follow-ups.

use guanxi_events::{
    Recorded,
    customers::{
        CustomerChange, CustomerEvent, FollowUpEvent, InteractionChange, InteractionDetails,
        InteractionEvent, InteractionKind, NextAction, PoolEntry,
    },
};
use guanxi_projection::{ApplyError, Write};
use jiff::{SignedDuration, Timestamp, civil::Date};
use uuid::Uuid;

use super::{ids, read};
use crate::{
    Figure,
    deltas::{Counted, Deltas, When},
    kept::{Set, id, kept},
};

kept! {
    /// What a customer is called, and who looks after it.
    Customer in "customers" {
        name: String = "text",
        owner: Option<String> = "text",
    }
}

kept! {
    /// An interaction as it was put right.
    Interaction in "interactions" {
        customer: Uuid = "uuid",
        staff: String = "text",
        kind: String = "text",
        started_at: Timestamp = "timestamptz",
        opportunity: Option<Uuid> = "uuid",
        next_action: Option<String> = "text",
        next_due: Option<Date> = "date",
        next_person: Option<String> = "text",
    }
}

kept! {
    /// A follow-up plan.
    FollowUp in "follow_ups" {
        customer: Uuid = "uuid",
        person: String = "text",
        kind: String = "text",
        subject: String = "text",
        opportunity: Option<Uuid> = "uuid",
        planned_at: Timestamp = "timestamptz",
        ends_at: Timestamp = "timestamptz",
        open: bool = "boolean",
    }
}

pub(super) async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut deltas = Deltas::default();
    let read_customers = read::<CustomerEvent>(events)?;
    let mut customers = Set::<Customer>::load(write, &ids(&read_customers)).await?;
    for (event, what) in &read_customers {
        customer(&mut customers, &mut deltas, event, what)?;
    }
    let read_interactions = read::<InteractionEvent>(events)?;
    let mut interactions = Set::<Interaction>::load(write, &ids(&read_interactions)).await?;
    for (event, what) in &read_interactions {
        interaction(&mut interactions, &mut deltas, event, what)?;
    }
    let read_follow_ups = read::<FollowUpEvent>(events)?;
    let mut follow_ups = Set::<FollowUp>::load(write, &ids(&read_follow_ups)).await?;
    for (event, what) in &read_follow_ups {
        follow_up(&mut follow_ups, &mut deltas, event, what)?;
    }
    customers.store(write).await?;
    interactions.store(write).await?;
    follow_ups.store(write).await?;
    deltas.store(write).await?;
    Ok(())
}

fn customer(
    customers: &mut Set<Customer>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &CustomerEvent,
) -> Result<(), ApplyError> {
    let (figure, owner) = match what {
        CustomerEvent::Registered(registered) => {
            let owner = registered
                .owner
                .as_ref()
                .map(|owner| owner.as_str().to_owned());
            let customer = Customer {
                name: registered.profile.name.clone(),
                owner: owner.clone(),
            };
            customers.insert(id(event), customer);
            (Figure::CustomersRegistered, owner.unwrap_or_default())
        }
        CustomerEvent::ProfileChanged(changed) => {
            let customer = customers.of(event)?;
            for change in &changed.changes {
                if let CustomerChange::Name(name) = change {
                    customer.name.clone_from(&name.to);
                }
            }
            return Ok(());
        }
        CustomerEvent::OwnerChanged(changed) => {
            let to = changed.to.as_str().to_owned();
            customers.of(event)?.owner = Some(to.clone());
            (Figure::CustomersHandedOver, to)
        }
        CustomerEvent::EnteredPool(entered) => {
            customers.of(event)?.owner = None;
            if entered.entry == PoolEntry::Imported {
                return Ok(());
            }
            let last = entered.last_owner.as_ref();
            let last = last.map(|owner| owner.as_str().to_owned());
            (Figure::CustomersPooled, last.unwrap_or_default())
        }
        CustomerEvent::Claimed(claimed) => {
            let by = claimed.by.as_str().to_owned();
            customers.of(event)?.owner = Some(by.clone());
            (Figure::CustomersClaimed, by)
        }
        CustomerEvent::Assigned(assigned) => {
            let to = assigned.to.as_str().to_owned();
            customers.of(event)?.owner = Some(to.clone());
            (Figure::CustomersAssigned, to)
        }
        CustomerEvent::PrimaryContactChanged(_) => return Ok(()),
    };
    let counted = Counted {
        figure,
        when: When::At(event.occurred_at),
        owner: &owner,
        detail: "",
    };
    deltas.one(event, &counted);
    Ok(())
}

impl Interaction {
    fn of(details: &InteractionDetails) -> Self {
        let mut interaction = Self {
            customer: details.customer.into(),
            staff: details.staff.as_str().to_owned(),
            kind: kind(details.kind).to_owned(),
            started_at: details.started_at,
            opportunity: details.opportunity,
            next_action: None,
            next_due: None,
            next_person: None,
        };
        interaction.next(details.next_action.as_ref());
        interaction
    }

    fn next(&mut self, next: Option<&NextAction>) {
        self.next_action = next.map(|next| next.action.clone());
        self.next_due = next.map(|next| next.due);
        let person = next.and_then(|next| next.person.as_ref());
        self.next_person = person.map(|person| person.as_str().to_owned());
    }

    fn change(&mut self, change: &InteractionChange) {
        match change {
            InteractionChange::Customer(to) => self.customer = to.to.into(),
            InteractionChange::Staff(to) => self.staff = to.to.as_str().to_owned(),
            InteractionChange::Kind(to) => self.kind = kind(to.to).to_owned(),
            InteractionChange::StartedAt(to) => self.started_at = to.to,
            InteractionChange::Opportunity(to) => self.opportunity = to.to,
            InteractionChange::NextAction(to) => self.next(to.to.as_ref()),
            _ => {}
        }
    }

    fn counted(&self) -> Counted<'_> {
        Counted {
            figure: Figure::Interactions,
            when: When::At(self.started_at),
            owner: &self.staff,
            detail: &self.kind,
        }
    }
}

fn interaction(
    interactions: &mut Set<Interaction>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &InteractionEvent,
) -> Result<(), ApplyError> {
    match what {
        InteractionEvent::Recorded(recorded) => {
            let interaction = Interaction::of(&recorded.details);
            deltas.one(event, &interaction.counted());
            interactions.insert(id(event), interaction);
        }
        InteractionEvent::Amended(amended) => {
            let interaction = interactions.of(event)?;
            deltas.not_one(event, &interaction.counted());
            for change in &amended.changes {
                interaction.change(change);
            }
            deltas.one(event, &interaction.counted());
        }
    }
    Ok(())
}

impl FollowUp {
    fn counted(&self, figure: Figure, at: Timestamp) -> Counted<'_> {
        Counted {
            figure,
            when: When::At(at),
            owner: &self.person,
            detail: &self.kind,
        }
    }

    fn due(&self) -> Counted<'_> {
        self.counted(Figure::FollowUpsDue, self.planned_at)
    }
}

fn follow_up(
    follow_ups: &mut Set<FollowUp>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &FollowUpEvent,
) -> Result<(), ApplyError> {
    let ends = |at: Timestamp, minutes: u32| {
        let length = SignedDuration::from_mins(minutes.into());
        at.checked_add(length).unwrap_or(at)
    };
    match what {
        FollowUpEvent::Planned(planned) => {
            let at = planned.schedule.planned_at;
            let follow_up = FollowUp {
                customer: planned.customer.into(),
                person: planned.person.as_str().to_owned(),
                kind: kind(planned.kind).to_owned(),
                subject: planned.subject.clone(),
                opportunity: planned.opportunity,
                planned_at: at,
                ends_at: ends(at, planned.schedule.duration_minutes),
                open: true,
            };
            deltas.one(event, &follow_up.due());
            follow_ups.insert(id(event), follow_up);
        }
        FollowUpEvent::Rescheduled(moved) => {
            let follow_up = follow_ups.of(event)?;
            deltas.not_one(event, &follow_up.due());
            follow_up.planned_at = moved.schedule.planned_at;
            let minutes = moved.schedule.duration_minutes;
            follow_up.ends_at = ends(follow_up.planned_at, minutes);
            deltas.one(event, &follow_up.due());
        }
        FollowUpEvent::BecameOverdue(overdue) => {
            let follow_up = follow_ups.of(event)?;
            let counted = follow_up.counted(Figure::FollowUpsOverdue, overdue.due_at);
            deltas.one(event, &counted);
        }
        FollowUpEvent::Done(_) => {
            let follow_up = follow_ups.of(event)?;
            follow_up.open = false;
            let counted = follow_up.counted(Figure::FollowUpsDone, event.occurred_at);
            deltas.one(event, &counted);
        }
        FollowUpEvent::Cancelled(_) => {
            let follow_up = follow_ups.of(event)?;
            follow_up.open = false;
            deltas.not_one(event, &follow_up.due());
        }
        FollowUpEvent::Reminded(_) => {}
    }
    Ok(())
}

const fn kind(kind: InteractionKind) -> &'static str {
    match kind {
        InteractionKind::Call => "call",
        InteractionKind::Email => "email",
        InteractionKind::Meeting => "meeting",
        InteractionKind::Visit => "visit",
        InteractionKind::Chat => "chat",
        InteractionKind::Social => "social",
        InteractionKind::Other => "other",
    }
}
