//! How batches are formed from the appender's waiting line. Pure: no clock, no I/O.
//!
//! The commands of one batch are independent of each other, so that Postgres may treat them as a
//! set. What depends on something earlier in the line waits for the next batch, and so keeps its
//! place behind it. Nothing of one tenant depends on anything of another, so the tenants take turns:
//! one that floods the line, or wants one stream a thousand times, is in nobody's way but its own.

use std::collections::HashSet;

use guanxi_events::Incarnation;

use crate::lanes::Lanes;

/// What a command touches, as marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Touches {
    /// Streams it writes, in the order of its writes; then keys it claims or releases; its own id.
    pub(crate) written: Vec<u64>,
    /// Streams it only reads, in the order of its reads.
    pub(crate) read: Vec<u64>,
}

/// Something that waits for a batch.
pub(crate) trait Waiting {
    fn touches(&self) -> &Touches;
    fn bytes(&self) -> usize;
    /// The life of the log in which it was decided.
    fn decided_in(&self) -> Incarnation;
    /// Takes it into a batch; false when its caller has given up before.
    fn start(&self) -> bool;
}

/// How large a batch may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) commands: usize,
    pub(crate) bytes: usize,
}

/// How far past a full batch's worth of commands the line is searched for independent ones, in
/// batches: a long line for one hot stream must not make each batch cost the whole line.
const SEARCH: usize = 4;

/// Takes the next batch out of the line: by turns, as much as fits, of one life of the log, and nothing
/// that touches what an earlier command of the line touches. Not empty unless the line is, or all had given up.
pub(crate) fn next_batch<T: Waiting>(line: &mut Lanes<T>, limits: Limits) -> Vec<T> {
    let mut batch = Vec::with_capacity(line.len().min(limits.commands));
    let mut passed_over = Vec::new();
    let mut seen = Seen::default();
    let mut bytes = 0;
    let mut searched = 0;
    while batch.len() < limits.commands && searched < limits.commands * SEARCH {
        let Some((tenant, next)) = line.pop() else {
            break;
        };
        searched += 1;
        let fits = batch.first().is_none_or(|first: &T| {
            bytes + next.bytes() <= limits.bytes && first.decided_in() == next.decided_in()
        });
        if !fits {
            line.unpop(tenant, next);
            break;
        }
        // What is passed over counts as seen too: nothing may overtake it.
        if seen.admits(next.touches()) {
            if next.start() {
                seen.add(next.touches());
                bytes += next.bytes();
                batch.push(next);
            }
        } else {
            seen.add(next.touches());
            passed_over.push((tenant, next));
        }
    }
    while let Some((tenant, earlier)) = passed_over.pop() {
        line.put_back(tenant, earlier);
    }
    batch
}

#[derive(Default)]
struct Seen {
    written: HashSet<u64>,
    read: HashSet<u64>,
}

impl Seen {
    fn admits(&self, touches: &Touches) -> bool {
        touches
            .written
            .iter()
            .all(|mark| !self.written.contains(mark) && !self.read.contains(mark))
            && touches.read.iter().all(|mark| !self.written.contains(mark))
    }

    fn add(&mut self, touches: &Touches) {
        self.written.extend(&touches.written);
        self.read.extend(&touches.read);
    }
}

#[cfg(test)]
mod tests;
