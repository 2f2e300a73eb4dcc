//! The way to what only a few can use at a time: who comes when all are in waits in the lane of their
//! tenant, so that a tenant with a thousand in line delays others by no more than one of them. A lane
//! that does not get on takes nobody more: where Postgres is slow, work would else be begun for
//! everyone and done for nobody, each one's time being over before their turn.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use guanxi_events::TenantId;
use tokio::{sync::oneshot, time::Instant};

use crate::{LogError, lanes::Lanes};

#[derive(Clone)]
pub(crate) struct Turnstile(Arc<Mutex<Inner>>);

struct Inner {
    free: usize,
    /// Empty while something is free.
    waiting: Lanes<Waiting>,
    /// How long the first of a lane has waited when the lane does not get on.
    stands: Duration,
}

struct Waiting {
    since: Instant,
    let_in: oneshot::Sender<Pass>,
}

/// Who holds one is in. The next one is let in when it is dropped.
pub(crate) struct Pass(Option<Turnstile>);

impl Turnstile {
    /// Lets so many in at a time, one at least. A lane whose first has waited for longer than `stands`
    /// does not get on.
    pub(crate) fn new(at_a_time: usize, stands: Duration) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            free: at_a_time.max(1),
            waiting: Lanes::default(),
            stands,
        })))
    }

    /// Waits for a turn. A wait that is given up takes nobody's place.
    ///
    /// # Errors
    /// [`LogError::Crowded`] at once when the tenant's lane does not get on.
    pub(crate) async fn pass(&self, tenant: &TenantId) -> Result<Pass, LogError> {
        let turn = {
            let mut inner = self.inner();
            if inner.free > 0 {
                inner.free -= 1;
                return Ok(Pass(Some(self.clone())));
            }
            let since = Instant::now();
            let first = inner.waiting.first(tenant);
            if first.is_some_and(|first| since - first.since > inner.stands) {
                return Err(LogError::Crowded);
            }
            let (let_in, turn) = oneshot::channel();
            inner
                .waiting
                .push(tenant.clone(), Waiting { since, let_in });
            turn
        };
        // The other end is never dropped unused: it is popped to be used, or we hold all of it.
        Ok(turn.await.unwrap_or(Pass(None)))
    }

    /// Lets in who comes next, if anyone still waits.
    fn hand_on(&self) {
        loop {
            let next = {
                let mut inner = self.inner();
                match inner.waiting.pop() {
                    Some((_, next)) => next,
                    None => {
                        inner.free += 1;
                        return;
                    }
                }
            };
            match next.let_in.send(Pass(Some(self.clone()))) {
                Ok(()) => return,
                // Nobody waits there any more, and it must not be handed on twice.
                Err(mut back) => back.0 = None,
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(turnstile) = self.0.take() {
            turnstile.hand_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    use proptest::{collection::vec, prelude::*};

    use super::*;

    const STANDS: Duration = Duration::from_secs(1);

    type Comer = Pin<Box<dyn Future<Output = Pass>>>;

    fn tenant(number: usize) -> TenantId {
        format!("t{number}").parse().unwrap()
    }

    fn comes(turnstile: &Turnstile, who: usize) -> Comer {
        let (turnstile, tenant) = (turnstile.clone(), tenant(who));
        Box::pin(async move { turnstile.pass(&tenant).await.unwrap() })
    }

    fn let_in(waiting: &mut Comer) -> Option<Pass> {
        match waiting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(pass) => Some(pass),
            Poll::Pending => None,
        }
    }

    #[test]
    fn one_who_comes_behind_a_thousand_of_another_is_the_second_to_be_let_in() {
        let turnstile = Turnstile::new(1, STANDS);
        let mut inside = let_in(&mut comes(&turnstile, 0));
        assert!(inside.is_some());
        let mut crowd: Vec<Comer> = (0..1_000).map(|_| comes(&turnstile, 0)).collect();
        assert!(crowd.iter_mut().all(|one| let_in(one).is_none()));
        let mut small = comes(&turnstile, 1);
        assert!(let_in(&mut small).is_none());

        inside = None;
        assert!(inside.is_none() && let_in(&mut small).is_none());
        let first = let_in(&mut crowd[0]);
        assert!(first.is_some());
        drop(first);
        assert!(let_in(&mut small).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_lane_that_does_not_get_on_takes_nobody_more_until_it_does() {
        let turnstile = Turnstile::new(1, STANDS);
        let inside = turnstile.pass(&tenant(0)).await.unwrap();
        let mut crowd: Vec<Comer> = (0..100).map(|_| comes(&turnstile, 0)).collect();
        assert!(crowd.iter_mut().all(|one| let_in(one).is_none()));
        tokio::time::advance(STANDS).await;
        let mut last = comes(&turnstile, 0);
        assert!(let_in(&mut last).is_none(), "it has stood for just so long");

        tokio::time::advance(Duration::from_millis(1)).await;
        let refused = turnstile.pass(&tenant(0)).await;
        assert!(matches!(refused, Err(LogError::Crowded)));
        let mut other = comes(&turnstile, 1);
        assert!(let_in(&mut other).is_none(), "another's lane is its own");

        // All that have waited for long are served, or have gone.
        drop((inside, crowd));
        assert!(let_in(&mut other).is_some());
        assert!(let_in(&mut last).is_some());
        assert!(turnstile.pass(&tenant(0)).await.is_ok());
    }

    proptest! {
        /// Whoever comes, goes or gives up: never too many are in, and nobody waits beside an empty
        /// place.
        #[test]
        fn as_many_are_in_as_may_be(
            at_a_time in 1..4_usize,
            steps in vec((0..5_usize, 0..3_usize, any::<prop::sample::Index>()), 0..120),
        ) {
            let turnstile = Turnstile::new(at_a_time, STANDS);
            let mut waiting: Vec<Comer> = Vec::new();
            let mut inside: Vec<Pass> = Vec::new();
            for (what, who, which) in steps {
                match what {
                    0 | 1 => {
                        let mut one = comes(&turnstile, who);
                        match let_in(&mut one) {
                            Some(pass) => inside.push(pass),
                            None => waiting.push(one),
                        }
                    }
                    2 if !inside.is_empty() => drop(inside.remove(which.index(inside.len()))),
                    // Perhaps with a pass that it has not looked at.
                    3 if !waiting.is_empty() => drop(waiting.remove(which.index(waiting.len()))),
                    _ => {}
                }
                prop_assert!(inside.len() <= at_a_time);
                if what == 4 {
                    let mut still = Vec::new();
                    for mut one in waiting {
                        match let_in(&mut one) {
                            Some(pass) => inside.push(pass),
                            None => still.push(one),
                        }
                    }
                    waiting = still;
                    prop_assert!(waiting.is_empty() || inside.len() == at_a_time);
                }
            }
            drop((inside, waiting));
            prop_assert_eq!(turnstile.inner().free, at_a_time);
        }
    }
}
