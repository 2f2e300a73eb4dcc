//! What a decision may look at besides its own state and its command.

use std::{collections::HashMap, sync::Arc};

use guanxi_events::{Category, DomainEvent, PersonId, TenantId};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use uuid::Uuid;

use crate::{AnyState, Decider, Refusal};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person, or `system:<name>`.
    pub person: PersonId,
    /// Whether facts may be dated before the usual limit (the importer's role).
    pub may_backdate: bool,
    /// Whether the actor may act on what others own (managers, admins, Guanxi itself).
    pub manages: bool,
}

/// Where a tenant is at home.
#[derive(Debug, Clone)]
pub struct Home {
    /// The zone in which its days begin.
    pub zone: TimeZone,
    /// The currency in which its figures of several currencies are summed up (S-30).
    pub currency: Currency,
}

/// UTC and EUR.
impl Default for Home {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            currency: Currency::EUR,
        }
    }
}

/// The surroundings of one decision.
#[derive(Debug, Clone)]
pub struct Context {
    /// Whose data it is.
    pub tenant: TenantId,
    /// The aggregate's id.
    pub id: Uuid,
    /// Who asks.
    pub actor: Actor,
    /// The service's clock.
    pub now: Timestamp,
    /// The tenant's time zone.
    pub zone: TimeZone,
    /// The tenant's base currency.
    pub base_currency: Currency,
    /// When it happened, by the caller's word.
    pub requested_at: Option<Timestamp>,
    reads: HashMap<(Category, Uuid), AnyState>,
}

impl Context {
    /// Surroundings without other aggregates.
    pub fn new(tenant: TenantId, id: Uuid, actor: Actor, now: Timestamp, home: Home) -> Self {
        Self {
            tenant,
            id,
            actor,
            now,
            zone: home.zone,
            base_currency: home.currency,
            requested_at: None,
            reads: HashMap::new(),
        }
    }

    /// Adds an aggregate that the decision reads.
    pub fn add(&mut self, category: Category, id: Uuid, state: AnyState) {
        self.reads.insert((category, id), state);
    }

    /// Adds it only when it is not there yet.
    pub fn add_if_absent(&mut self, category: Category, id: Uuid, state: AnyState) {
        self.reads.entry((category, id)).or_insert(state);
    }

    /// The state of another aggregate, which [`Decider::reads`] must have named.
    ///
    /// # Errors
    /// An internal refusal when it was not named.
    pub fn read<D: Decider>(&self, id: impl Into<Uuid>) -> Result<Arc<D::State>, Refusal> {
        let state = self.reads.get(&(D::Event::CATEGORY, id.into())).cloned();
        state
            .and_then(|state| state.downcast::<D::State>().ok())
            .ok_or_else(|| Refusal::internal(format!("{} was not read", D::Event::CATEGORY)))
    }

    /// Today in the tenant's time zone.
    pub fn today(&self) -> Date {
        self.date_of(self.now)
    }

    /// The tenant's calendar day of an instant.
    pub fn date_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// How far back a fact may be dated without the importer's permission.
    pub const BACKDATE_DAYS: i64 = 31;

    /// When the command's subject happened: the caller's word, checked, or now.
    ///
    /// # Errors
    /// As for [`Self::occurred`].
    pub fn occurred_at(&self) -> Result<Timestamp, Refusal> {
        self.occurred(self.requested_at)
    }

    /// When something happened, by the caller's word: not in the future (a minute of clock skew
    /// aside), and not more than [`Self::BACKDATE_DAYS`] days ago without the permission to.
    ///
    /// # Errors
    /// A refusal with the figures.
    pub fn occurred(&self, at: Option<Timestamp>) -> Result<Timestamp, Refusal> {
        let Some(at) = at else { return Ok(self.now) };
        let seconds = self.now.as_second() - at.as_second();
        if seconds < -60 {
            return Err(Refusal::precondition(
                "DATED_IN_THE_FUTURE",
                format!("it cannot have happened at {at}: it is {} now", self.now),
            )
            .figure("occurred_at", at)
            .figure("now", self.now));
        }
        if seconds > Self::BACKDATE_DAYS * 86_400 && !self.actor.may_backdate {
            return Err(Refusal::precondition(
                "BACKDATED_TOO_FAR",
                format!(
                    "{at} is more than {} days ago; only the importer's role may date so far back",
                    Self::BACKDATE_DAYS
                ),
            )
            .figure("occurred_at", at)
            .figure("limit_days", Self::BACKDATE_DAYS));
        }
        Ok(at)
    }
}
