//! Places that are few, and that nobody takes up alone.
//!
//! One more is given to a tenant only while it holds fewer than [`GREED`] times those that are free.
//! So a tenant that is alone may have four fifths of all, two that want everything four ninths each,
//! and some are left for those who want little, however many want much. Nothing has to be configured,
//! known beforehand or taken back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use guanxi_events::TenantId;

/// How many times what is free a tenant may hold.
const GREED: usize = 4;

/// So many places. Clones share them.
#[derive(Debug, Clone)]
pub struct Places(Arc<Mutex<Taken>>);

#[derive(Debug)]
struct Taken {
    free: usize,
    /// Who holds how many; nobody who holds none.
    held: HashMap<TenantId, usize>,
}

/// One place, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    tenant: TenantId,
}

impl Places {
    /// So many, all of them free.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(Taken {
            free: places,
            held: HashMap::new(),
        })))
    }

    /// Whether there is none left, whoever asks.
    pub fn are_taken(&self) -> bool {
        self.taken().free == 0
    }

    /// A place, if there is one for this tenant. Never waits.
    pub fn take(&self, tenant: &TenantId) -> Option<Place> {
        let mut taken = self.taken();
        let held = taken.held.get(tenant).copied().unwrap_or(0);
        if held >= taken.free.saturating_mul(GREED) {
            return None;
        }
        taken.free -= 1;
        taken.held.insert(tenant.clone(), held + 1);
        drop(taken);
        Some(Place {
            places: self.clone(),
            tenant: tenant.clone(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.free += 1;
        if let Some(held) = taken.held.get_mut(&self.tenant) {
            *held -= 1;
            if *held == 0 {
                taken.held.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn tenant(number: usize) -> TenantId {
        format!("t{number}").parse().unwrap()
    }

    /// All that these tenants get when each of them wants everything, by turns.
    fn all_that(greedy: usize, places: &Places) -> Vec<Vec<Place>> {
        let mut held: Vec<Vec<Place>> = (0..greedy).map(|_| Vec::new()).collect();
        loop {
            let before: usize = held.iter().map(Vec::len).sum();
            for (number, own) in held.iter_mut().enumerate() {
                own.extend(places.take(&tenant(number)));
            }
            if before == held.iter().map(Vec::len).sum::<usize>() {
                return held;
            }
        }
    }

    #[test]
    fn one_that_wants_everything_gets_four_fifths() {
        let places = Places::new(1_000);
        assert_eq!(all_that(1, &places)[0].len(), 800);
    }

    #[test]
    fn those_who_want_everything_get_the_same_and_leave_some() {
        for greedy in 1..40 {
            let places = Places::new(1_000);
            let held = all_that(greedy, &places);
            let most = held.iter().map(Vec::len).max().unwrap();
            let least = held.iter().map(Vec::len).min().unwrap();
            assert!(most - least <= 1, "{greedy}: {least} to {most}");
            // Someone who comes now and then is let in.
            let other = tenant(greedy);
            for _ in 0..100 {
                assert!(places.take(&other).is_some(), "{greedy}");
            }
        }
    }

    #[test]
    fn the_few_that_there_are_can_all_be_taken() {
        for few in 1..=4 {
            let places = Places::new(few);
            let held = all_that(1, &places);
            assert_eq!(held[0].len(), few);
            assert!(places.are_taken());
            drop(held);
            assert!(!places.are_taken());
        }
        assert!(Places::new(0).take(&tenant(0)).is_none());
    }

    proptest! {
        #[test]
        fn what_is_given_back_is_free_again_and_no_more_is_given_than_there_is(
            all in 0..60_usize,
            turns in vec((0..4_usize, any::<bool>()), 0..300),
        ) {
            let places = Places::new(all);
            let mut held: Vec<Vec<Place>> = (0..4).map(|_| Vec::new()).collect();
            for (who, takes) in turns {
                let own = held[who].len();
                let free = all - held.iter().map(Vec::len).sum::<usize>();
                if takes {
                    let place = places.take(&tenant(who));
                    prop_assert_eq!(place.is_some(), own < free * GREED);
                    held[who].extend(place);
                } else {
                    held[who].pop();
                }
                let free = all - held.iter().map(Vec::len).sum::<usize>();
                prop_assert_eq!(places.are_taken(), free == 0);
            }
            drop(held);
            prop_assert!(places.taken().held.is_empty());
            prop_assert_eq!(places.taken().free, all);
        }
    }
}
