//! What the process has learned of the log's head.

use std::sync::{Mutex, PoisonError};

use guanxi_events::{Incarnation, Position};
use tokio::sync::watch;

/// The head as everyone in the process may see it. Several tell of it, and what one of them was told
/// first may be heard last: a life that was left never comes back.
pub(crate) struct Seen {
    position: watch::Sender<Position>,
    incarnation: watch::Sender<Incarnation>,
    /// The lives that it has left. Who moves the other two holds it.
    left: Mutex<Vec<Incarnation>>,
}

impl Seen {
    pub(crate) fn new(incarnation: Incarnation, position: Position) -> Self {
        Self {
            position: watch::Sender::new(position),
            incarnation: watch::Sender::new(incarnation),
            left: Mutex::default(),
        }
    }

    pub(crate) fn incarnation(&self) -> Incarnation {
        *self.incarnation.borrow()
    }

    pub(crate) fn positions(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// The head was there, in this life. In another life than the last one the position may fall.
    pub(crate) fn head(&self, incarnation: Incarnation, position: Position) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.contains(&incarnation) {
            return;
        }
        let known = self.incarnation.send_replace(incarnation);
        let restored = known != incarnation;
        if restored {
            left.push(known);
        }
        self.position.send_if_modified(|known| {
            let moved = *known < position || restored;
            if moved {
                *known = position;
            }
            moved
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_grows_within_a_life_and_a_life_that_was_left_stays_left() {
        let (first, second) = (Incarnation::new(), Incarnation::new());
        let seen = Seen::new(first, Position(5));
        let positions = seen.positions();
        let told = |life, position| {
            seen.head(life, Position(position));
            (seen.incarnation(), positions.borrow().0)
        };
        assert_eq!(told(first, 9), (first, 9));
        assert_eq!(told(first, 7), (first, 9));
        assert_eq!(told(second, 2), (second, 2));
        assert_eq!(told(second, 3), (second, 3));
        assert_eq!(told(first, 9), (second, 3), "heard late");
    }
}
