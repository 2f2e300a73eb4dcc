//! Which commands come too late for the version that they expect, by what was sent before them. Pure.
//!
//! Where 64 callers go on with one of 10 000 streams each, nearly every batch that disappoints when it is
//! trusted carries a command whose stream another one, sent a moment ago, moves on. Such a batch goes the
//! long way at once.

use std::collections::HashMap;

use crate::prepared::Prepared;

/// So many commands, or so many streams, are remembered at least. A command that was refused has moved
/// nothing, and its streams are doubted without need until it is forgotten.
const LATELY: usize = 4_096;

/// The versions that streams have, or soon will have, by what was sent lately, by their marks.
#[derive(Default)]
pub(super) struct Sent {
    lately: HashMap<u64, i64>,
    /// Of so many commands.
    commands: usize,
    /// What was lately before that.
    before: HashMap<u64, i64>,
}

impl Sent {
    /// Whether a version that it expects or has read is older than what was sent for that stream.
    pub(super) fn outran(&self, prepared: &Prepared) -> bool {
        let append = &prepared.append;
        let written = append.writes.iter().map(|write| write.expected);
        let written = prepared.touches.written.iter().zip(written);
        let read = append.reads.iter().map(|(_, version)| *version);
        let read = prepared.touches.read.iter().zip(read);
        written.chain(read).any(|(stream, expected)| {
            let version = self.lately.get(stream).max(self.before.get(stream));
            version.is_some_and(|version| expected.0 < *version)
        })
    }

    /// It is about to be sent.
    pub(super) fn note(&mut self, prepared: &Prepared) {
        if self.commands.max(self.lately.len()) >= LATELY {
            self.before = std::mem::take(&mut self.lately);
            self.commands = 0;
        }
        self.commands += 1;
        for event in &prepared.events {
            let stream = prepared.touches.written[event.write];
            let version = self.lately.entry(stream).or_default();
            *version = event.version.max(*version);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use guanxi_events::{
        Category, CommandId, EventId, Incarnation, Meta, StreamKey, StreamVersion,
    };
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::{Append, Claim, ClaimKey, NewEvent, PlainCodec, StreamWrite, TimerChange};

    fn stream(id: u128) -> StreamKey {
        StreamKey {
            tenant: "acme".parse().unwrap(),
            category: Category::of("deal"),
            id: Uuid::from_u128(id),
        }
    }

    fn prepared(append: Append) -> Prepared {
        Prepared::new(append, Incarnation(Uuid::nil()), &PlainCodec).unwrap()
    }

    pub(in crate::appender) fn event(command_id: CommandId) -> NewEvent {
        NewEvent {
            id: EventId::new(),
            event_type: "sales.deal_moved/1".parse().unwrap(),
            occurred_at: Timestamp::UNIX_EPOCH,
            data: b"{}".to_vec(),
            meta: Meta::of_command("anna".parse().unwrap(), command_id),
            numbers: Vec::new(),
        }
    }

    fn write(id: u128, expected: i64, events: usize) -> StreamWrite {
        let event = || event(CommandId::new());
        StreamWrite {
            stream: stream(id),
            expected: StreamVersion(expected),
            events: std::iter::repeat_with(event).take(events).collect(),
            timer: TimerChange::Keep,
        }
    }

    /// So many events for a stream that is at this version.
    pub(in crate::appender) fn going_on(id: u128, expected: i64, events: usize) -> Prepared {
        let mut append = Append::of_nothing("acme".parse().unwrap());
        append.writes.push(write(id, expected, events));
        prepared(append)
    }

    fn reading(id: u128, at: i64) -> Prepared {
        let mut append = Append::of_nothing("acme".parse().unwrap());
        append.reads.push((stream(id), StreamVersion(at)));
        prepared(append)
    }

    #[test]
    fn who_expects_a_version_that_a_stream_leaves_comes_too_late() {
        let mut sent = Sent::default();
        assert!(!sent.outran(&going_on(1, 4, 1)));
        sent.note(&going_on(1, 4, 2));
        for (expected, too_late) in [(3, true), (4, true), (5, true), (6, false), (7, false)] {
            assert_eq!(
                sent.outran(&going_on(1, expected, 1)),
                too_late,
                "{expected}"
            );
            assert_eq!(sent.outran(&reading(1, expected)), too_late, "{expected}");
        }
        assert!(!sent.outran(&going_on(2, 0, 1)));
    }

    #[test]
    fn one_who_comes_too_late_does_not_make_the_next_one_be_in_time() {
        let mut sent = Sent::default();
        for expected in [4, 5, 4] {
            sent.note(&going_on(1, expected, 1));
        }
        assert!(sent.outran(&going_on(1, 5, 1)));
        assert!(!sent.outran(&going_on(1, 6, 1)));
    }

    #[test]
    fn of_a_command_with_several_streams_each_counts() {
        let (one, mut other) = (going_on(1, 4, 3), going_on(2, 7, 1).append);
        other.writes = vec![write(3, 2, 0), write(1, 4, 3), write(2, 7, 1)];
        other.claims.push(Claim {
            key: ClaimKey([0; 32]),
            owner: stream(3),
        });
        let mut sent = Sent::default();
        sent.note(&prepared(other));
        assert!(sent.outran(&one));
        for (stream, version) in [(1, 7), (2, 8), (3, 2)] {
            assert!(!sent.outran(&going_on(stream, version, 1)), "{stream}");
            let behind = sent.outran(&going_on(stream, version - 1, 1));
            assert_eq!(behind, stream != 3, "{stream}");
        }
    }

    #[test]
    fn who_begins_a_stream_that_another_begins_comes_too_late() {
        let mut sent = Sent::default();
        sent.note(&going_on(1, 0, 1));
        assert!(sent.outran(&going_on(1, 0, 1)));
    }

    #[test]
    fn who_writes_nothing_outruns_nobody() {
        let mut sent = Sent::default();
        sent.note(&going_on(1, 4, 0));
        sent.note(&reading(1, 4));
        assert!(!sent.outran(&going_on(1, 4, 1)));
    }

    #[test]
    fn a_namesake_in_another_category_or_tenant_is_another_stream() {
        let mut sent = Sent::default();
        sent.note(&going_on(1, 4, 1));
        let mut other = reading(1, 2).append;
        other.reads[0].0.category = Category::of("account");
        assert!(!sent.outran(&prepared(other.clone())));
        other.tenant = "other".parse().unwrap();
        other.reads[0].0.tenant = other.tenant.clone();
        other.reads[0].0.category = Category::of("deal");
        assert!(!sent.outran(&prepared(other)));
    }

    #[test]
    fn what_was_sent_long_ago_is_forgotten_however_few_streams_there_are() {
        let mut sent = Sent::default();
        for id in 0..2 * LATELY as u128 {
            sent.note(&going_on(id, 1, 1));
            assert!(sent.lately.len() + sent.before.len() <= 2 * LATELY);
        }
        assert!(sent.outran(&going_on(0, 1, 1)), "not yet");
        for _ in 0..LATELY {
            sent.note(&going_on(0, 2, 0));
        }
        assert!(!sent.outran(&going_on(0, 1, 1)));
        assert!(sent.outran(&going_on(LATELY as u128, 1, 1)));
        for _ in 0..LATELY {
            sent.note(&going_on(0, 2, 0));
        }
        assert!(!sent.outran(&going_on(LATELY as u128, 1, 1)));
    }
}
