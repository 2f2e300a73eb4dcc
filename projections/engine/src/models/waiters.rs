//! Those who wait until a model is far enough: each is woken once, when it is or when it cannot be
//! known, and not at every step on the way there. At thousands of commands a second there are
//! hundreds of both.

use std::{
    collections::{BTreeMap, HashMap},
    mem::take,
    sync::{Mutex, MutexGuard, PoisonError},
};

use guanxi_events::{Incarnation, Position, Service};
use tokio::sync::oneshot;

/// What a waiter looks at: a model's following of one life of one log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Following {
    pub(super) model: String,
    pub(super) log: Service,
    pub(super) incarnation: Incarnation,
}

/// In the order of the positions that they wait for; the number tells those of one position apart.
type Line = BTreeMap<(Position, u64), oneshot::Sender<()>>;

#[derive(Default)]
pub(super) struct Waiters(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    numbers: u64,
    by_following: HashMap<Following, Line>,
}

/// A place in line, until this is dropped.
pub(super) struct Waiting<'a> {
    waiters: &'a Waiters,
    following: Following,
    place: (Position, u64),
    told: oneshot::Receiver<()>,
}

impl Waiters {
    /// Stands in line for `position`.
    pub(super) fn enlist(&self, following: Following, position: Position) -> Waiting<'_> {
        let (tell, told) = oneshot::channel();
        let mut lines = self.lines();
        lines.numbers += 1;
        let place = (position, lines.numbers);
        let line = lines.by_following.entry(following.clone()).or_default();
        line.insert(place, tell);
        Waiting {
            waiters: self,
            following,
            place,
            told,
        }
    }

    pub(super) fn nobody(&self) -> bool {
        self.lines().by_following.is_empty()
    }

    /// Wakes those whose position is `reached`, and all of a line of which nothing can be said.
    pub(super) fn tell(&self, reached: impl Fn(&Following) -> Option<Position>) {
        let mut there = Vec::new();
        self.lines().by_following.retain(|following, line| {
            let later = reached(following).map(|reached| line.split_off(&(reached.next(), 0)));
            there.extend(take(line).into_values());
            *line = later.unwrap_or_default();
            !line.is_empty()
        });
        for tell in there {
            // Who has gone need not know.
            let _ = tell.send(());
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting<'_> {
    /// Waits for a look that shows the position, or that it cannot be shown.
    pub(super) async fn told(&mut self) {
        // Whoever is not told any more looks again.
        let _ = (&mut self.told).await;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut lines = self.waiters.lines();
        if let Some(line) = lines.by_following.get_mut(&self.following) {
            line.remove(&self.place);
            if line.is_empty() {
                lines.by_following.remove(&self.following);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn following(model: &str) -> Following {
        Following {
            model: model.to_owned(),
            log: Service::Sales,
            incarnation: Incarnation(uuid::Uuid::nil()),
        }
    }

    fn is_told(waiting: &mut Waiting<'_>) -> bool {
        waiting.told().now_or_never().is_some()
    }

    #[test]
    fn each_is_told_when_its_own_position_is_reached() {
        let waiters = Waiters::default();
        let mut waiting = [7, 3, 5, 5, 9].map(|at| waiters.enlist(following("a"), Position(at)));
        waiters.tell(|_| Some(Position(5)));
        let told = waiting.each_mut().map(is_told);
        assert_eq!(told, [false, true, true, true, false]);
        waiters.tell(|_| Some(Position(8)));
        assert!(is_told(&mut waiting[0]) && !is_told(&mut waiting[4]));
    }

    #[test]
    fn a_line_of_which_nothing_is_known_looks_for_itself_and_others_wait_on() {
        let waiters = Waiters::default();
        let mut gone = waiters.enlist(following("gone"), Position(1));
        let mut there = waiters.enlist(following("there"), Position(1));
        waiters.tell(|of| (of.model == "there").then_some(Position::START));
        assert!(is_told(&mut gone) && !is_told(&mut there));
    }

    #[test]
    fn nobody_waits_once_all_are_told_or_gone() {
        let waiters = Waiters::default();
        assert!(waiters.nobody());
        let told = waiters.enlist(following("a"), Position(1));
        let gone = waiters.enlist(following("a"), Position(2));
        assert!(!waiters.nobody());
        waiters.tell(|_| Some(Position(1)));
        assert!(!waiters.nobody());
        drop(gone);
        assert!(waiters.nobody());
        drop(told);
        assert!(waiters.nobody());
    }
}
