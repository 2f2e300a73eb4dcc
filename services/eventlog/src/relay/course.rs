//! What is on the way to the stream, and what an acknowledgement proves. Pure: no clock, no I/O.

use std::collections::VecDeque;

use guanxi_events::Position;

use crate::{LogError, stream::Generation};

/// How much may be on the way without an acknowledgement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) messages: usize,
    pub(super) bytes: usize,
}

/// One message, with whatever its acknowledgement will come by.
pub(super) struct OnTheWay<A> {
    pub(super) position: Position,
    pub(super) bytes: usize,
    pub(super) acknowledgement: A,
}

/// A row of messages without a hole: acknowledged up to one position, sent up to another.
pub(super) struct Course<A> {
    generation: Generation,
    stream: String,
    sent: Position,
    confirmed: Position,
    on_the_way: VecDeque<OnTheWay<A>>,
    bytes: usize,
    window: Window,
}

impl<A> Course<A> {
    /// Goes on after `after`, which is what the stream holds last.
    pub(super) fn new(generation: Generation, after: Position, window: Window) -> Self {
        Self {
            generation,
            stream: generation.name(),
            sent: after,
            confirmed: after,
            on_the_way: VecDeque::new(),
            bytes: 0,
            window,
        }
    }

    pub(super) fn sent(&self) -> Position {
        self.sent
    }

    pub(super) fn confirmed(&self) -> Position {
        self.confirmed
    }

    /// The sequence that must be the stream's last before the event at `position`, which must be
    /// the next one.
    pub(super) fn place(&self, position: Position) -> Result<u64, LogError> {
        if position != self.sent.next() {
            return Err(LogError::Corrupt {
                position,
                what: format!("it follows {} in the log", self.sent),
            });
        }
        Ok(self.generation.sequence(self.sent).unwrap_or(0))
    }

    pub(super) fn is_full(&self) -> bool {
        self.on_the_way.len() >= self.window.messages || self.bytes >= self.window.bytes
    }

    /// Takes down what was sent in its place.
    pub(super) fn send(&mut self, message: OnTheWay<A>) {
        self.sent = message.position;
        self.bytes += message.bytes;
        self.on_the_way.push_back(message);
    }

    /// The message whose acknowledgement is waited for next.
    pub(super) fn oldest(&mut self) -> Option<OnTheWay<A>> {
        self.on_the_way.pop_front()
    }

    /// Believes an acknowledgement of the oldest message when it went to its own place.
    pub(super) fn confirm(
        &mut self,
        position: Position,
        bytes: usize,
        stream: &str,
        sequence: u64,
    ) -> Result<(), LogError> {
        if stream != self.stream || self.generation.position(sequence) != position {
            return Err(LogError::Nats(format!(
                "position {position} went to sequence {sequence} of {stream}"
            )));
        }
        self.bytes -= bytes;
        self.confirmed = position;
        Ok(())
    }
}
