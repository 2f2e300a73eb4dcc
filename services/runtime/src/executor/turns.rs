//! Turns at a stream that many of this process want to write at the same time: a queue that deals its
//! tickets in turn, an account up to its limit. Of all who decide on the same version only one gets
//! through, and the others would look and decide anew again and again, each time for one of them. So who
//! has once been too late stands in line, and so does whoever would write while others stand there; each
//! comes with the stream as whoever was before left it. Who only reads the stream stands in no line: many
//! may do so at the same time.
//!
//! 200 commands of 20 callers at one stream: 1 574 appends in vain and 21.8 s, and with turns 20 in vain at
//! most and 2.7 s (unoptimised, beside much else).
//!
//! It only saves work: replicas do not know of each other's lines, and the append checks every version.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use guanxi_events::StreamKey;
use tokio::{
    sync::{Mutex as Door, OwnedMutexGuard},
    time::{Instant, timeout_at},
};

/// The streams at which somebody has or waits for a turn.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Inner>);

type Doors = HashMap<StreamKey, (usize, Arc<Door<()>>)>;

#[derive(Default)]
struct Inner {
    /// How many streams there are below, to be seen without the lock: mostly none.
    crowded: AtomicUsize,
    /// How many have a place there, and the door, which is fair: who came first is let in first.
    doors: Mutex<Doors>,
}

/// Who holds one is alone at its stream, among those who take turns.
pub(super) struct Turn {
    // Opened before the place is given up.
    _open: OwnedMutexGuard<()>,
    place: Place,
}

impl Turns {
    /// The first of these streams at which others have or wait for a turn.
    pub(super) fn crowded<'a>(
        &self,
        mut keys: impl Iterator<Item = &'a StreamKey>,
    ) -> Option<&'a StreamKey> {
        if self.0.crowded.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let doors = self.doors();
        keys.find(|key| doors.contains_key(*key))
    }

    /// Waits for a turn at a stream; none when time is over before. A wait that is given up takes nobody's
    /// place.
    pub(super) async fn at(&self, key: &StreamKey, deadline: Instant) -> Option<Turn> {
        let (door, place) = self.place(key);
        let open = timeout_at(deadline, door.lock_owned()).await;
        Some(Turn {
            _open: open.ok()?,
            place,
        })
    }

    fn place(&self, key: &StreamKey) -> (Arc<Door<()>>, Place) {
        let mut doors = self.doors();
        let (places, door) = doors.entry(key.clone()).or_default();
        *places += 1;
        let door = door.clone();
        self.0.crowded.store(doors.len(), Ordering::Relaxed);
        let (turns, key) = (self.clone(), key.clone());
        (door, Place { turns, key })
    }

    fn doors(&self) -> MutexGuard<'_, Doors> {
        self.0.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The stream that it is at.
    pub(super) fn stream(&self) -> &StreamKey {
        &self.place.key
    }

    /// Whether it is a turn at that stream.
    pub(super) fn is_at(&self, key: &StreamKey) -> bool {
        self.place.key == *key
    }
}

/// A place in line; the last one takes the door away.
struct Place {
    turns: Turns,
    key: StreamKey,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut doors = self.turns.doors();
        if let Some((places, _)) = doors.get_mut(&self.key) {
            *places -= 1;
            if *places == 0 {
                doors.remove(&self.key);
            }
        }
        self.turns.0.crowded.store(doors.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
