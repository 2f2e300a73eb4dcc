//! One generation of a service's stream: its name, its subjects, and the sum that ties sequences
//! to positions.

use std::fmt;

use guanxi_events::{EventType, Incarnation, Position, Service};
use uuid::Uuid;

/// A JetStream stream that holds the log from `base + 1` on: **sequence + base = position**.
///
/// The name says it all (`GUANXI_<SERVICE>_<incarnation>_<base>`), so that neither the relay nor a
/// reader keeps a record of its own, and what two logs or two lives of one log wrote never meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation {
    /// Whose log.
    pub service: Service,
    /// Which life of that log.
    pub incarnation: Incarnation,
    /// The position before the stream's first message.
    pub base: Position,
}

impl Generation {
    /// The stream's name on the server.
    pub fn name(&self) -> String {
        format!(
            "{}{}",
            name_prefix(self.service, self.incarnation),
            self.base
        )
    }

    /// The generation of that name, when it is one of this log.
    pub fn parse(service: Service, incarnation: Incarnation, name: &str) -> Option<Self> {
        let base: i64 = name
            .strip_prefix(name_prefix(service, incarnation).as_str())?
            .parse()
            .ok()?;
        let generation = Self {
            service,
            incarnation,
            base: Position(base),
        };
        // "+7" and "007" parse too, but no relay gives such names.
        (base >= 0 && generation.name() == name).then_some(generation)
    }

    /// All subjects of the stream.
    pub fn subjects(&self) -> String {
        format!("{}.>", self.subject_root())
    }

    /// The subject of an event: service and what happened, never an aggregate's id.
    pub fn subject(&self, event_type: &EventType) -> String {
        let name = event_type.name.as_ref();
        let what = name.split_once('.').map_or(name, |(_, what)| what);
        format!("{}.{what}", self.subject_root())
    }

    /// The position of the message with that sequence.
    pub fn position(&self, sequence: u64) -> Position {
        Position(
            self.base
                .0
                .saturating_add(i64::try_from(sequence).unwrap_or(i64::MAX)),
        )
    }

    /// The sequence of the message at that position; `None` when the generation begins later.
    pub fn sequence(&self, position: Position) -> Option<u64> {
        u64::try_from(position.0 - self.base.0)
            .ok()
            .filter(|sequence| *sequence > 0)
    }

    fn subject_root(&self) -> String {
        format!(
            "guanxi.{}.{}.{}",
            self.service,
            short(self.incarnation),
            self.base
        )
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Every subject of every generation of this life of the log.
pub(crate) fn all_subjects(service: Service, incarnation: Incarnation) -> String {
    format!("guanxi.{service}.{}.>", short(incarnation))
}

/// Where appenders say, without any promise, that the log has grown.
pub(crate) fn poke_subject(service: Service, incarnation: Incarnation) -> String {
    format!("guanxi.poke.{service}.{}", short(incarnation))
}

fn name_prefix(service: Service, incarnation: Incarnation) -> String {
    format!(
        "GUANXI_{}_{}_",
        service.name().to_uppercase(),
        Uuid::from(incarnation).simple()
    )
}

/// The last twelve hexadecimal digits: random in every version of UUID, while the first ones of a
/// UUIDv7 are the time.
fn short(incarnation: Incarnation) -> String {
    let hex = Uuid::from(incarnation).simple().to_string();
    hex[hex.len() - 12..].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn incarnation() -> Incarnation {
        "0190c0de-0000-7000-8000-a1b2c3d4e5f6".parse().unwrap()
    }

    fn generation(base: i64) -> Generation {
        Generation {
            service: Service::Sales,
            incarnation: incarnation(),
            base: Position(base),
        }
    }

    #[test]
    fn a_generation_is_named_after_its_log_and_its_base() {
        let generation = generation(7);
        assert_eq!(
            generation.name(),
            "GUANXI_SALES_0190c0de000070008000a1b2c3d4e5f6_7"
        );
        assert_eq!(generation.subjects(), "guanxi.sales.a1b2c3d4e5f6.7.>");
        let won: EventType = "sales.opportunity_won/2".parse().unwrap();
        assert_eq!(
            generation.subject(&won),
            "guanxi.sales.a1b2c3d4e5f6.7.opportunity_won"
        );
    }

    #[test]
    fn names_of_other_logs_are_not_taken_for_ones_own() {
        let name = generation(7).name();
        let other = Incarnation::new();
        assert_eq!(Generation::parse(Service::Sales, other, &name), None);
        assert_eq!(
            Generation::parse(Service::Customers, incarnation(), &name),
            None
        );
        for strange in [
            "GUANXI",
            "",
            &format!("{name}x"),
            &name.replace("_7", "_+7"),
        ] {
            assert_eq!(
                Generation::parse(Service::Sales, incarnation(), strange),
                None,
                "{strange}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_name_is_read_back(base in 0..i64::MAX) {
            let generation = generation(base);
            prop_assert_eq!(
                Generation::parse(Service::Sales, incarnation(), &generation.name()),
                Some(generation)
            );
        }

        #[test]
        fn sequence_plus_base_is_position(base in 0..1i64 << 40, sequence in 1..1u64 << 40) {
            let generation = generation(base);
            let position = generation.position(sequence);
            prop_assert_eq!(position.0, base + sequence as i64);
            prop_assert_eq!(generation.sequence(position), Some(sequence));
        }

        #[test]
        fn nothing_up_to_the_base_is_on_the_stream(base in 0..1i64 << 40, back in 0..1i64 << 40) {
            prop_assert_eq!(generation(base).sequence(Position(base - back)), None);
        }
    }
}
