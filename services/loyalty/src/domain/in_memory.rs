//! A whole loyalty service in memory, for tests: commands are decided as the runtime does it, with
//! everything that they read, and written to every aggregate at once.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use guanxi_decider::{
    Actor, AnyState, Context, Decider, Decision, DynDecider, DynEvent, Home, Refusal,
};
use guanxi_events::{Category, CustomerCopied, DomainEvent, loyalty::*};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    card::{Card, GivenCard},
    card_batch::{self, Batch, CardBatch},
    card_issue::Source,
    customer_copy::CustomerCopy,
    member::{self, Enrolment, Member, Membership},
    program::{self, Program},
    tier_ladder::{self, TierLadder},
};

pub(crate) const PROGRAM: ProgramId = ProgramId(Uuid::from_u128(1));
pub(crate) const CUSTOMER: Uuid = Uuid::from_u128(2);
pub(crate) const BATCH: CardBatchId = CardBatchId(Uuid::from_u128(3));

/// The n-th member.
pub(crate) fn member_id(n: u128) -> MemberId {
    MemberId(Uuid::from_u128(1_000 + n))
}

/// The service.
pub(crate) struct Club {
    states: HashMap<(Category, Uuid), AnyState>,
    claims: HashMap<(&'static str, String), Uuid>,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Club {
    /// A program, a customer, and a batch of the numbers 6217 000001 c to 6217 999999 c.
    pub(crate) fn open() -> Self {
        let mut club = Self {
            states: HashMap::new(),
            claims: HashMap::new(),
            now: "2026-01-15T12:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        };
        let open = program::Command::Open {
            shop: None,
            rules: rules(),
        };
        club.ask::<Program>(PROGRAM, &open).unwrap();
        let copied = CustomerCopyEvent::Copied(CustomerCopied {
            name: "Wu".into(),
            ..CustomerCopied::default()
        });
        club.put::<CustomerCopy>(CUSTOMER, CustomerCopy::evolve(None, &copied));
        club.batch(BATCH, numbers("6217", 1, 999_999), Dealing::InOrder)
            .unwrap();
        club
    }

    pub(crate) fn at(mut self, now: &str) -> Self {
        self.now = now.parse().unwrap();
        self
    }

    /// Noon of a day.
    pub(crate) fn noon(&mut self, day: Date) {
        let noon = day.at(12, 0, 0, 0).to_zoned(self.zone.clone());
        self.now = noon.unwrap().timestamp();
    }

    pub(crate) fn state<D: Decider>(&self, id: impl Into<Uuid>) -> D::State {
        let state = self.states.get(&(D::Event::CATEGORY, id.into()));
        let state = state.and_then(|state| state.downcast_ref::<D::State>());
        state.cloned().unwrap_or_default()
    }

    fn put<D: Decider>(&mut self, id: impl Into<Uuid>, state: D::State) {
        self.states
            .insert((D::Event::CATEGORY, id.into()), Arc::new(state));
    }

    pub(crate) fn context(&self, id: impl Into<Uuid>) -> Context {
        let actor = Actor {
            person: "anna".parse().unwrap(),
            may_backdate: true,
            manages: false,
        };
        let home = Home {
            zone: self.zone.clone(),
            currency: Currency::EUR,
        };
        Context::new("acme".parse().unwrap(), id.into(), actor, self.now, home)
    }

    /// Decides a command and writes what follows, all of it or nothing.
    pub(crate) fn ask<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Decision<D::Event>, Refusal> {
        let id = id.into();
        let state = self.state::<D>(id);
        let mut context = self.context(id);
        let mut read: HashMap<(Category, Uuid), DynDecider> = HashMap::new();
        for (decider, id) in D::reads(&state, command).by(id) {
            context.add(decider.category(), id, self.known(decider, id));
            read.insert((decider.category(), id), decider);
        }
        for (decider, id) in D::reads_further(&state, command, &context).by(id) {
            context.add(decider.category(), id, self.known(decider, id));
            read.insert((decider.category(), id), decider);
        }
        let decision = D::decide(&state, command, &context)?;
        self.claim(id, &decision)?;
        let after = decision
            .events
            .iter()
            .fold(state, |state, (event, _)| D::evolve(state, event));
        self.put::<D>(id, after);
        for other in &decision.elsewhere {
            let key = (other.category.clone(), other.id);
            let decider = read[&key];
            let state = self.known(decider, other.id);
            let event: &dyn DynEvent = other.event.as_ref();
            self.states.insert(key, decider.evolve(state, &[event]));
        }
        Ok(decision)
    }

    fn known(&self, decider: DynDecider, id: Uuid) -> AnyState {
        let known = self.states.get(&(decider.category(), id));
        known.cloned().unwrap_or_else(|| decider.initial())
    }

    fn claim<E>(&mut self, id: Uuid, decision: &Decision<E>) -> Result<(), Refusal> {
        for key in &decision.claims {
            match self.claims.entry((key.kind, key.value.clone())) {
                Entry::Occupied(holder) if *holder.get() != id => {
                    return Err(Refusal::already_exists("TAKEN", key.kind));
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => {
                    free.insert(id);
                }
            }
        }
        for key in &decision.releases {
            self.claims.remove(&(key.kind, key.value.clone()));
        }
        Ok(())
    }

    pub(crate) fn batch(
        &mut self,
        id: CardBatchId,
        numbers: CardNumbers,
        dealing: Dealing,
    ) -> Result<(), Refusal> {
        let create = card_batch::Command::Create(CardBatchCreated {
            program: PROGRAM,
            name: "a batch".into(),
            numbers,
            dealing,
        });
        self.ask::<CardBatch>(id, &create).map(|_| ())
    }

    pub(crate) fn drawing(&self) -> Batch {
        self.state::<CardBatch>(BATCH).unwrap()
    }

    pub(crate) fn define(&mut self, ladder: TierLadderDefinition) {
        let define = tier_ladder::Command::Define(ladder);
        self.ask::<TierLadder>(PROGRAM, &define).unwrap();
    }

    /// Enrols the n-th member, active, with nothing else.
    pub(crate) fn enrol(&mut self, n: u128) -> MemberId {
        self.enrol_as(n, enrolment()).unwrap()
    }

    pub(crate) fn enrol_as(&mut self, n: u128, enrolment: Enrolment) -> Result<MemberId, Refusal> {
        let id = member_id(n);
        self.ask::<Member>(id, &member::Command::Enrol(enrolment))?;
        Ok(id)
    }

    pub(crate) fn member(&self, id: MemberId) -> Membership {
        self.state::<Member>(id).unwrap()
    }

    pub(crate) fn card(&self, id: CardId) -> GivenCard {
        self.state::<Card>(id).unwrap()
    }

    pub(crate) fn tier(&self, id: MemberId) -> Option<String> {
        self.member(id).tier.map(|tier| tier.to_string())
    }

    /// Draws a card for a member.
    pub(crate) fn draw(&mut self, id: MemberId) -> Result<CardId, Refusal> {
        let add = member::Command::AddCard(Source::Draw(BATCH));
        let decision = self.ask::<Member>(id, &add)?;
        Ok(decision.elsewhere_of::<CardEvent>()[0].0.into())
    }

    /// Something counts for the member, as the decision of a purchase would write it.
    pub(crate) fn earn(&mut self, id: MemberId, on: Date, points: i64) -> Vec<MemberEvent> {
        let qualified = MemberQualified {
            on,
            cause: QualifyingCause::Purchase(Uuid::from_u128(9)),
            sums: QualifyingSums {
                tier_points: points.into(),
                ..QualifyingSums::default()
            },
        };
        let state = self.member(id);
        let ladder = self.state::<TierLadder>(PROGRAM);
        let context = self.context(id);
        let events = member::tiers::after(&state, ladder.as_ref(), qualified, &context);
        let after = events.iter().fold(Some(state), Member::evolve);
        self.put::<Member>(id, after);
        events
    }
}

pub(crate) fn enrolment() -> Enrolment {
    Enrolment {
        program: PROGRAM,
        customer: None,
        active: true,
        shop: None,
        referrer: None,
        keys: ContactKeys::default(),
        card: None,
    }
}

pub(crate) fn numbers(prefix: &str, first: u64, last: u64) -> CardNumbers {
    CardNumbers {
        prefix: prefix.into(),
        digits: 6,
        first,
        last,
        check: CheckDigit::Luhn,
    }
}

/// A ladder of tier points: `(key, threshold)` from the lowest up.
pub(crate) fn ladder(
    window: TierWindow,
    tiers: &[(&str, i64)],
    downgrade: Option<Downgrade>,
) -> TierLadderDefinition {
    let tier = |(key, threshold): &(&str, i64)| Tier {
        key: key.parse().unwrap(),
        name: (*key).into(),
        threshold: (*threshold).into(),
        privileges: Privileges {
            earning_factor: Decimal::ONE,
            discount_percent: Decimal::ZERO,
            birthday_gift: None,
        },
    };
    TierLadderDefinition {
        measure: TierMeasure::TierPoints,
        window,
        tiers: tiers.iter().map(tier).collect(),
        downgrade,
    }
}

fn rules() -> ProgramRules {
    ProgramRules {
        name: "Club".into(),
        scale: 0,
        currency: Currency::EUR,
        point_value: Decimal::new(1, 2),
        from: None,
        until: None,
        return_window_days: 0,
        expiry: ExpiryRule::Never,
        may_earn: vec![MemberStatus::Active],
        may_spend: vec![MemberStatus::Active],
        spending: SpendingRules {
            minimum: Decimal::ONE,
            step: Decimal::ONE,
            max_share_percent: Decimal::ONE_HUNDRED,
        },
        shortfall: ShortfallPolicy::GoNegative,
        returned_grace_days: 0,
        transfers: false,
        adjustment_limit: None,
    }
}
