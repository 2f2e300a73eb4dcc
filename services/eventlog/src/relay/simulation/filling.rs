//! A relay that fills a generation, step by step: in the order of `fill`, with the same core.

use guanxi_events::Position;

use super::{
    super::course::{Course, OnTheWay, Window},
    server::Server,
};
use crate::stream::Generation;

pub(super) const WINDOW: usize = 4;
const PAGE: i64 = 5;

/// A relay at work on a generation.
pub(super) struct Filling {
    pub(super) generation: Generation,
    name: String,
    pub(super) course: Course<usize>,
    /// The message whose acknowledgement it waits for.
    waits: Option<OnTheWay<usize>>,
    /// How far it has read the log.
    read: Position,
}

impl Filling {
    pub(super) fn new(generation: Generation, after: Position) -> Self {
        let window = Window {
            messages: WINDOW,
            bytes: usize::MAX,
        };
        Self {
            generation,
            name: generation.name(),
            course: Course::new(generation, after, window),
            waits: None,
            read: after,
        }
    }

    /// One message out or one acknowledgement in; whether there is nothing to do.
    pub(super) fn step(&mut self, server: &mut Server, head: Position) -> Result<bool, ()> {
        let to_send = self.read > self.course.sent();
        if self.waits.is_none() && (!to_send || self.course.is_full()) {
            self.waits = self.course.oldest();
        }
        if let Some(message) = self.waits.take() {
            match server.acknowledgement(message.acknowledgement) {
                None if server.is_quiet() => return Err(()),
                None => self.waits = Some(message),
                Some(None) => return Err(()),
                Some(Some(sequence)) => self
                    .course
                    .confirm(message.position, message.bytes, &self.name, sequence)
                    .map_err(drop)?,
            }
            return Ok(false);
        }
        if !to_send {
            self.read = Position(head.0.min(self.course.sent().0 + PAGE));
            return Ok(self.read == self.course.sent());
        }
        let position = self.course.sent().next();
        let expected = self.course.place(position).map_err(drop)?;
        let acknowledgement = server.publish(self.generation, expected, position);
        self.course.send(OnTheWay {
            position,
            bytes: 1,
            acknowledgement,
        });
        Ok(false)
    }
}
