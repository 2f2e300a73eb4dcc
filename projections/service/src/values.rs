//! Values that are stored by name.

use std::error::Error;

use guanxi_events::service::{Channel, Priority, SlaClock, TicketKind, ticket::PendingFor};
use tokio_postgres::types::{FromSql, Type};

/// A value with a name in the tables.
pub(crate) trait Named: Copy + PartialEq + 'static {
    /// Every one, with its name.
    const NAMES: &'static [(Self, &'static str)];

    /// As it is stored.
    fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(value, _)| *value == self);
        named.map_or("", |(_, name)| name)
    }

    /// From how it is stored.
    fn from_name(name: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(_, known)| *known == name);
        named.map(|(value, _)| *value)
    }
}

/// Reads a column that holds a name.
pub(crate) struct Stored<T>(pub(crate) T);

impl<'a, T: Named> FromSql<'a> for Stored<T> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let name = <&str>::from_sql(ty, raw)?;
        let value = T::from_name(name);
        value
            .map(Self)
            .ok_or_else(|| format!("{name:?} is not known").into())
    }

    fn accepts(ty: &Type) -> bool {
        <&str as FromSql>::accepts(ty)
    }
}

macro_rules! named {
    ($type:ident { $($value:ident = $name:literal),+ $(,)? }) => {
        impl Named for $type {
            const NAMES: &'static [(Self, &'static str)] = &[$((Self::$value, $name)),+];
        }
    };
}

/// Where a ticket stands (V-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody works on it yet.
    New,
    /// It is worked on.
    Open,
    /// It waits.
    Pending,
    /// It was resolved and may be reopened.
    Resolved,
    /// It was closed.
    Closed,
    /// It goes on in another one.
    Merged,
}

/// What came of a clock (V-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Its target was met.
    Met,
    /// Its target was missed.
    Missed,
}

named! { State {
    New = "new", Open = "open", Pending = "pending", Resolved = "resolved", Closed = "closed",
    Merged = "merged",
} }
named! { Outcome { Met = "met", Missed = "missed" } }
named! { Priority { Critical = "critical", High = "high", Medium = "medium", Low = "low" } }
named! { TicketKind {
    Question = "question", Request = "request", Complaint = "complaint", Return = "return",
    Repair = "repair",
} }
named! { Channel {
    Phone = "phone", Email = "email", Web = "web", Chat = "chat", Wechat = "wechat",
    InPerson = "in_person", Api = "api", Other = "other",
} }
named! { SlaClock {
    FirstResponse = "first_response", NextResponse = "next_response", Resolution = "resolution",
} }
named! { PendingFor { Customer = "customer", ThirdParty = "third_party", Date = "date" } }

#[cfg(test)]
mod tests {
    use guanxi_events::service::SlaClock;

    use super::*;

    #[test]
    fn every_value_of_the_events_has_a_name_of_its_own() {
        fn unique<T: Named>(count: usize) {
            let names: std::collections::BTreeSet<_> = T::NAMES.iter().map(|(_, n)| *n).collect();
            assert_eq!((names.len(), T::NAMES.len()), (count, count));
        }
        unique::<Priority>(4);
        unique::<TicketKind>(5);
        unique::<Channel>(8);
        unique::<SlaClock>(SlaClock::ALL.len());
        unique::<PendingFor>(3);
    }

    #[test]
    fn names_are_those_of_the_events_themselves() {
        // Priorities, kinds and channels are told by the same words in the log and in the tables.
        for (value, name) in Channel::NAMES {
            let text = serde_name(format!("{value:?}"));
            assert_eq!(&text, name);
        }
    }

    fn serde_name(camel: String) -> String {
        let mut snake = String::new();
        for (n, c) in camel.chars().enumerate() {
            if c.is_uppercase() && n > 0 {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        }
        snake
    }
}
