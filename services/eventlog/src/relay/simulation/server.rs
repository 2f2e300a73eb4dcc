//! A model of JetStream: streams that take a message only behind the sequence that it expects, and
//! a wire that delays, reorders and doubles what is published and loses what is acknowledged.

use std::{cmp::Ordering, collections::BTreeMap};

use guanxi_events::{EventId, Position};
use uuid::Uuid;

use super::{super::plan::Tail, Event, Happened};
use crate::{dice::Dice, stream::Generation};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    Event(Position, EventId),
    Foreign,
}

#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) last: u64,
    pub(super) messages: BTreeMap<u64, Message>,
}

#[derive(Clone, Copy)]
struct Publish {
    ticket: usize,
    generation: Generation,
    expected: u64,
    position: Position,
}

#[derive(Default)]
pub(super) struct Server {
    pub(super) streams: BTreeMap<Generation, Stream>,
    wire: Vec<Publish>,
    tickets: usize,
    /// By ticket: the sequence, or that it was refused.
    acknowledgements: BTreeMap<usize, Option<u64>>,
    /// How often clients had to connect again.
    pub(super) connections: usize,
    /// Whether there ever was a stream.
    opened: bool,
    pub(super) happened: Happened,
}

/// The id of the log's event at a position.
pub(super) fn id(position: Position) -> EventId {
    EventId(Uuid::from_u128(position.0.unsigned_abs().into()))
}

impl Server {
    pub(super) fn generations(&self) -> Vec<Generation> {
        self.streams.keys().copied().collect()
    }

    pub(super) fn note(&mut self, event: Event) {
        *self.happened.entry(event).or_default() += 1;
    }

    pub(super) fn open(&mut self, generation: Generation) {
        // Where the other relay was first, it is there.
        if self.opened && !self.streams.contains_key(&generation) {
            self.note(Event::Replaced);
        }
        self.opened = true;
        self.streams.entry(generation).or_default();
    }

    /// Puts a message on the wire; the ticket is for its acknowledgement.
    pub(super) fn publish(
        &mut self,
        generation: Generation,
        expected: u64,
        position: Position,
    ) -> usize {
        self.tickets += 1;
        let same = |other: &Publish| (other.generation, other.position) == (generation, position);
        if self.wire.iter().any(same) {
            self.note(Event::Doubled);
        }
        self.wire.push(Publish {
            ticket: self.tickets,
            generation,
            expected,
            position,
        });
        self.tickets
    }

    pub(super) fn acknowledgement(&mut self, ticket: usize) -> Option<Option<u64>> {
        self.acknowledgements.remove(&ticket)
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.wire.is_empty()
    }

    /// Some message arrives; with faults any of them, perhaps not for the last time.
    pub(super) fn deliver(&mut self, dice: &mut Dice, faults: bool) {
        if self.wire.is_empty() {
            return;
        }
        let at = if faults && dice.one_in(4) {
            dice.below(self.wire.len())
        } else {
            0
        };
        let message = self.wire[at];
        if !(faults && dice.one_in(8)) {
            self.wire.remove(at);
        }
        let taken = self.take(message);
        if !(faults && dice.one_in(12)) {
            self.acknowledgements.insert(message.ticket, taken);
        }
    }

    fn take(&mut self, message: Publish) -> Option<u64> {
        let stream = self.streams.get_mut(&message.generation)?;
        if stream.last != message.expected {
            self.note(Event::Refused);
            return None;
        }
        stream.last += 1;
        // The fence of the expected sequence, whoever publishes whatever and whenever it arrives.
        let place = message.generation.position(stream.last);
        assert_eq!(message.position, place, "an event out of its place");
        let event = Message::Event(message.position, id(message.position));
        stream.messages.insert(stream.last, event);
        Some(stream.last)
    }

    /// What others do to it.
    pub(super) fn suffer(&mut self, dice: &mut Dice) {
        let generations = self.generations();
        let Some(one) = dice.pick(&generations) else {
            return;
        };
        let Some(stream) = self.streams.get_mut(&one) else {
            return;
        };
        let (messages, last) = (stream.messages.len(), stream.last);
        match dice.below(7) {
            0 => stream.messages.clear(),
            1 => {
                self.streams.remove(&one);
                return self.note(Event::Deleted);
            }
            2 => drop(stream.messages.remove(&(1 + dice.below(20) as u64))),
            3 => drop(stream.messages.remove(&stream.last)),
            4 => {
                // A crash: what was acknowledged last is gone, and every connection with it.
                let kept = stream.last.saturating_sub(dice.below(4) as u64);
                stream.messages.split_off(&(kept + 1));
                stream.last = kept;
                self.connections += 1;
            }
            _ => {
                stream.last += 1;
                stream.messages.insert(stream.last, Message::Foreign);
            }
        }
        match stream.last.cmp(&last) {
            Ordering::Less => self.note(Event::Crashed),
            Ordering::Greater => self.note(Event::Foreign),
            Ordering::Equal if stream.messages.len() < messages => self.note(Event::Deleted),
            Ordering::Equal => {}
        }
    }
}

impl Stream {
    pub(super) fn tail(&self, sequence: u64) -> Tail {
        match self.messages.get(&sequence) {
            None => Tail::Missing,
            Some(Message::Foreign) => Tail::Foreign,
            Some(Message::Event(position, id)) => Tail::Event(*position, *id),
        }
    }

    /// Whether a message from some sequence on is not the log's event of its place.
    pub(super) fn spoiled(&self, generation: &Generation, from: u64, head: Position) -> bool {
        self.messages.range(from..).any(|(sequence, message)| {
            let position = generation.position(*sequence);
            position > head || *message != Message::Event(position, id(position))
        })
    }
}
