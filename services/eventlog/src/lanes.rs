//! A waiting line in which everyone gets a turn: each tenant has a lane of its own, and the lanes are
//! served one after another, one of each. Who has much in line waits behind that; others wait for no
//! more than one of it. Pure: no clock, no I/O.

use std::collections::{
    HashMap, VecDeque,
    hash_map::Entry::{Occupied, Vacant},
};

use guanxi_events::TenantId;

pub(crate) struct Lanes<T> {
    /// None of them is empty.
    lanes: HashMap<TenantId, VecDeque<T>>,
    /// Whose lanes they are, the next one first.
    turns: VecDeque<TenantId>,
    len: usize,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self {
            lanes: HashMap::new(),
            turns: VecDeque::new(),
            len: 0,
        }
    }
}

impl<T> Lanes<T> {
    /// How many wait, in all lanes together.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts something at the end of its lane.
    pub(crate) fn push(&mut self, tenant: TenantId, item: T) {
        self.lane(tenant).push_back(item);
    }

    /// Who waits first in this lane.
    pub(crate) fn first(&self, tenant: &TenantId) -> Option<&T> {
        self.lanes.get(tenant)?.front()
    }

    /// The first of the lane whose turn it is, which is then over.
    pub(crate) fn pop(&mut self) -> Option<(TenantId, T)> {
        let tenant = self.turns.pop_front()?;
        let lane = self.lanes.get_mut(&tenant)?;
        let item = lane.pop_front()?;
        if lane.is_empty() {
            self.lanes.remove(&tenant);
        } else {
            self.turns.push_back(tenant.clone());
        }
        self.len -= 1;
        Some((tenant, item))
    }

    /// Puts back what was popped last, as if it had not been: its lane is the next one again.
    pub(crate) fn unpop(&mut self, tenant: TenantId, item: T) {
        if self.lanes.contains_key(&tenant) {
            self.turns.pop_back();
            self.turns.push_front(tenant.clone());
            self.lane(tenant).push_front(item);
        } else {
            self.lane(tenant).push_front(item);
            self.turns.rotate_right(1);
        }
    }

    /// Puts back at the front of its lane what was popped in vain; that turn is gone.
    pub(crate) fn put_back(&mut self, tenant: TenantId, item: T) {
        self.lane(tenant).push_front(item);
    }

    /// Forgets what is not wanted any more.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&T) -> bool) {
        self.lanes.retain(|_, lane| {
            lane.retain(&wanted);
            !lane.is_empty()
        });
        self.turns.retain(|tenant| self.lanes.contains_key(tenant));
        self.len = self.lanes.values().map(VecDeque::len).sum();
    }

    /// The lane that is about to have one more.
    fn lane(&mut self, tenant: TenantId) -> &mut VecDeque<T> {
        self.len += 1;
        match self.lanes.entry(tenant) {
            Occupied(lane) => lane.into_mut(),
            Vacant(place) => {
                self.turns.push_back(place.key().clone());
                place.insert(VecDeque::new())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn tenant(number: usize) -> TenantId {
        format!("t{number}").parse().unwrap()
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(usize),
        Pop,
        Unpop,
        PutBack,
        Forget(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..5_usize).prop_map(Step::Push),
            3 => Just(Step::Pop),
            1 => Just(Step::Unpop),
            1 => Just(Step::PutBack),
            1 => (0..7_usize).prop_map(Step::Forget),
        ];
        vec(step, 0..100)
    }

    proptest! {
        /// Each lane is as a line of its own would be, and nobody is served twice while somebody waits.
        #[test]
        fn lanes_keep_their_order_and_take_turns(steps in steps()) {
            let mut lanes = Lanes::default();
            let mut model: BTreeMap<usize, VecDeque<usize>> = BTreeMap::new();
            // How often others were served since somebody's last turn, or since they came.
            let mut passed: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Push(who) => {
                        lanes.push(tenant(who), (who, number));
                        model.entry(who).or_default().push_back(number);
                        passed.entry(who).or_default();
                    }
                    Step::Unpop => {
                        if let Some((whose, item)) = lanes.pop() {
                            lanes.unpop(whose, item);
                        }
                    }
                    Step::PutBack => {
                        // It loses its turn, and nothing else.
                        if let Some((whose, item)) = lanes.pop() {
                            passed.insert(item.0, Vec::new());
                            lanes.put_back(whose, item);
                        }
                    }
                    Step::Forget(odd) => {
                        let wanted = |number: usize| number % 7 != odd;
                        lanes.retain(|(_, number)| wanted(*number));
                        model.values_mut().for_each(|lane| lane.retain(|one| wanted(*one)));
                    }
                    Step::Pop => {
                        let popped = lanes.pop();
                        let waiting = model.values().any(|lane| !lane.is_empty());
                        prop_assert_eq!(popped.is_some(), waiting);
                        let Some((whose, (who, number))) = popped else { continue };
                        prop_assert_eq!(whose, tenant(who));
                        prop_assert_eq!(model.get_mut(&who).unwrap().pop_front(), Some(number));
                        passed.remove(&who);
                        for (other, served) in &mut passed {
                            prop_assert!(!served.contains(&who), "{} before {}", who, other);
                            served.push(who);
                        }
                        passed.insert(who, Vec::new());
                    }
                }
                model.retain(|_, lane| !lane.is_empty());
                passed.retain(|who, _| model.contains_key(who));
                let waiting = model.values().map(VecDeque::len).sum::<usize>();
                prop_assert_eq!(lanes.len(), waiting);
                prop_assert_eq!(lanes.is_empty(), model.is_empty());
            }
        }
    }

    #[test]
    fn one_of_each_comes_in_turn() {
        let mut lanes = Lanes::default();
        for n in 0..4 {
            lanes.push(tenant(0), n);
        }
        lanes.push(tenant(1), 10);
        lanes.push(tenant(2), 20);
        lanes.push(tenant(2), 21);
        let order: Vec<i32> = std::iter::from_fn(|| lanes.pop()).map(|(_, n)| n).collect();
        assert_eq!(order, [0, 10, 20, 1, 21, 2, 3]);
    }
}
