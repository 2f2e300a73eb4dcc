//! The roles that the program plays, a process each.

use std::fmt;

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// `guanxi serve customers`
    Customers,
    /// `guanxi serve sales`
    Sales,
    /// `guanxi serve service`
    Service,
    /// `guanxi serve loyalty`
    Loyalty,
    /// `guanxi serve query`
    Query,
    /// `guanxi project all`
    Project,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Customers,
        Self::Sales,
        Self::Service,
        Self::Loyalty,
        Self::Query,
        Self::Project,
    ];

    /// The name in settings and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Sales => "sales",
            Self::Service => "service",
            Self::Loyalty => "loyalty",
            Self::Query => "query",
            Self::Project => "project",
        }
    }

    /// Its command line.
    pub(crate) const fn arguments(self) -> [&'static str; 2] {
        match self {
            Self::Customers => ["serve", "customers"],
            Self::Sales => ["serve", "sales"],
            Self::Service => ["serve", "service"],
            Self::Loyalty => ["serve", "loyalty"],
            Self::Query => ["serve", "query"],
            Self::Project => ["project", "all"],
        }
    }

    /// Whether it has a gRPC port.
    pub const fn serves(self) -> bool {
        !matches!(self, Self::Project)
    }

    /// The role that serves an RPC, by its path: `/guanxi.sales.v1.…` is of `sales`.
    pub fn of_path(path: &str) -> Option<Self> {
        let package = path.strip_prefix("/guanxi.")?.split('.').next()?;
        Self::ALL
            .into_iter()
            .find(|role| role.serves() && role.name() == package)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
