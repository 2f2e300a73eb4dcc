//! The whole service in memory, for tests: every command goes through its real decider, and what it
//! decides is written to all aggregates that it names, as the runtime does it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use guanxi_decider::{
    Actor, AnyState, Context, Decider, Decision, DynDecider, DynEvent, Home, Numbered, Refusal,
};
use guanxi_events::{Category, DomainEvent};
use jiff::Timestamp;
use uuid::Uuid;

mod documents;
mod goods;
mod money;

pub(crate) use documents::*;
pub(crate) use goods::*;
pub(crate) use money::*;

/// All aggregates, and who acts when.
#[derive(Clone)]
pub(crate) struct Shop {
    states: HashMap<(Category, Uuid), AnyState>,
    written: Vec<(Uuid, Arc<dyn DynEvent>)>,
    series: BTreeMap<String, i64>,
    dealt: HashMap<Uuid, (String, i64)>,
    pub(crate) actor: Actor,
    pub(crate) home: Home,
    pub(crate) now: Timestamp,
    /// When the next commands happened, by the caller's word.
    pub(crate) dated: Option<Timestamp>,
}

impl Shop {
    /// Nobody is known, nothing happened: agent `anna` on 2026-01-15 at noon.
    pub(crate) fn empty() -> Self {
        Self {
            states: HashMap::new(),
            written: Vec::new(),
            series: BTreeMap::new(),
            dealt: HashMap::new(),
            actor: Actor {
                person: "anna".parse().unwrap(),
                may_backdate: false,
                manages: false,
            },
            home: Home::default(),
            now: "2026-01-15T12:00:00Z".parse().unwrap(),
            dated: None,
        }
    }

    /// At this instant from now on.
    pub(crate) fn at(mut self, now: &str) -> Self {
        self.now = now.parse().unwrap();
        self
    }

    /// At noon of this day from now on.
    pub(crate) fn on(self, day: &str) -> Self {
        self.at(&format!("{day}T12:00:00Z"))
    }

    /// Asked by somebody who manages from now on.
    pub(crate) fn managed(mut self) -> Self {
        self.actor.person = "mara".parse().unwrap();
        self.actor.manages = true;
        self
    }

    /// This has happened.
    pub(crate) fn given<D: Decider>(
        mut self,
        id: impl Into<Uuid>,
        event: impl Into<D::Event>,
    ) -> Self {
        self.write(DynDecider::of::<D>(), id.into(), Arc::new(event.into()));
        self
    }

    /// The aggregate as it is.
    pub(crate) fn state<D: Decider>(&self, id: impl Into<Uuid>) -> D::State {
        let state = self.states.get(&(D::Event::CATEGORY, id.into()));
        let state = state.map(|state| state.downcast_ref::<D::State>().unwrap().clone());
        state.unwrap_or_default()
    }

    /// Everything that was written to an aggregate.
    pub(crate) fn events<E: DomainEvent>(&self, id: impl Into<Uuid>) -> Vec<E> {
        let id = id.into();
        let of = self.written.iter().filter(|(of, _)| *of == id);
        of.filter_map(|(_, event)| event.as_any().downcast_ref::<E>().cloned())
            .collect()
    }

    /// What would follow.
    pub(crate) fn ask<D: Decider>(
        &self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Decision<D::Event>, Refusal> {
        self.decide::<D>(id.into(), command).map(|told| told.0)
    }

    /// It is done.
    #[track_caller]
    pub(crate) fn does<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Decision<D::Event> {
        match self.attempt::<D>(id, command) {
            Ok(decision) => decision,
            Err(refusal) => panic!("refused: {refusal}"),
        }
    }

    /// It is done, unless a rule refuses it.
    pub(crate) fn attempt<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Decision<D::Event>, Refusal> {
        let id = id.into();
        let (decision, deciders) = self.decide::<D>(id, command)?;
        let own = DynDecider::of::<D>();
        for (event, numbers) in &decision.events {
            self.write(own, id, Arc::new(event.clone()));
            for series in numbers {
                self.deal(own, id, series);
            }
        }
        for other in &decision.elsewhere {
            let decider = deciders[&(other.category.clone(), other.id)];
            self.write(decider, other.id, Arc::clone(&other.event));
        }
        Ok(decision)
    }

    /// A rule refuses it, with this code.
    #[track_caller]
    pub(crate) fn refuses<D: Decider>(
        &self,
        id: impl Into<Uuid>,
        command: &D::Command,
        code: &str,
    ) -> Refusal {
        match self.ask::<D>(id, command) {
            Ok(decision) => panic!("wanted {code}, got {decision:?}"),
            Err(refusal) => {
                assert_eq!(refusal.code, code, "{refusal}");
                refusal
            }
        }
    }

    /// What the runtime does: reads what the decider names, and decides. What is written elsewhere
    /// must have been read, or its version could not be checked.
    #[allow(clippy::type_complexity, reason = "a test kit")]
    fn decide<D: Decider>(
        &self,
        id: Uuid,
        command: &D::Command,
    ) -> Result<(Decision<D::Event>, HashMap<(Category, Uuid), DynDecider>), Refusal> {
        let tenant = "acme".parse().unwrap();
        let mut context = Context::new(tenant, id, self.actor.clone(), self.now, self.home.clone());
        context.requested_at = self.dated;
        let state = self.state::<D>(id);
        let mut deciders = HashMap::new();
        let mut read = |context: &mut Context, (decider, id): (DynDecider, Uuid)| {
            let key = (decider.category(), id);
            let known = self.states.get(&key).cloned();
            context.add(
                key.0.clone(),
                id,
                known.unwrap_or_else(|| decider.initial()),
            );
            deciders.insert(key, decider);
        };
        for named in D::reads(&state, command).by(id) {
            read(&mut context, named);
        }
        for named in D::reads_further(&state, command, &context).by(id) {
            read(&mut context, named);
        }
        let decision = D::decide(&state, command, &context)?;
        for other in &decision.elsewhere {
            let key = (other.category.clone(), other.id);
            assert!(deciders.contains_key(&key), "{other:?} was not read");
        }
        Ok((decision, deciders))
    }

    fn write(&mut self, decider: DynDecider, id: Uuid, event: Arc<dyn DynEvent>) {
        let key = (decider.category(), id);
        let before = self.states.remove(&key);
        let before = before.unwrap_or_else(|| decider.initial());
        let after = decider.evolve(before, &[event.as_ref()]);
        self.states.insert(key, after);
        self.written.push((id, event));
    }

    fn deal(&mut self, decider: DynDecider, id: Uuid, series: &str) {
        let number = self.series.entry(series.to_owned()).or_default();
        *number += 1;
        self.dealt.insert(id, (series.to_owned(), *number));
        let number = Numbered {
            series,
            number: *number,
        };
        if let Some(state) = self.states.remove(&(decider.category(), id)) {
            let numbered = decider.numbered(state, number);
            self.states.insert((decider.category(), id), numbered);
        }
    }

    /// A state with the number that was dealt to it, if any was.
    pub(crate) fn numbered<D: Decider>(&self, id: Uuid, state: D::State) -> D::State {
        match self.dealt.get(&id) {
            Some((series, number)) => D::numbered(
                state,
                Numbered {
                    series,
                    number: *number,
                },
            ),
            None => state,
        }
    }
}
