//! The services that own a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A command service; each has one event log (`log_<service>`) and one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Customers, contacts, interactions, follow-ups, the public pool.
    Customers,
    /// Pipelines, orders, invoices, receivables.
    Sales,
    /// Tickets and their service levels.
    Service,
    /// Members, cards, points.
    Loyalty,
}

impl Service {
    /// Every service, in the order in which people meet them.
    pub const ALL: [Self; 4] = [Self::Customers, Self::Sales, Self::Service, Self::Loyalty];

    /// The name in schemas, subjects, addresses and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Sales => "sales",
            Self::Service => "service",
            Self::Loyalty => "loyalty",
        }
    }

    /// The service of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
