//! What can go wrong, as the dice want it.

use std::{fmt, time::Duration};

use clap::ValueEnum;
use guanxi_cluster::Role;
use guanxi_events::Service;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    /// `kill -9` of a process; a moment later it is started again.
    ProcessKilled,
    /// `kill -9` of every process at once.
    AllProcessesKilled,
    /// SIGSTOP of a process for longer than anyone waits for it, then SIGCONT.
    ProcessStoodStill,
    /// The clock of a process put ahead or back, and right again later.
    ClockStepped,
    /// `kill -9` of a backend of Postgres, after which Postgres recovers as from a crash.
    BackendKilled,
    /// Every connection to Postgres ended by its administrator.
    ConnectionsEnded,
    /// `kill -9` of Postgres.
    PostgresKilled,
    /// Postgres stopped at once (`-m immediate`).
    PostgresStoppedAtOnce,
    /// Postgres stopped in order, and started.
    PostgresRestarted,
    /// The disk of Postgres full to the last byte.
    DiskFull,
    /// `kill -9` of NATS.
    NatsKilled,
    /// The streams of a service purged.
    StreamPurged,
    /// The streams of a service deleted.
    StreamDeleted,
    /// A message in the stream of a service that its relay did not publish.
    ForeignMessage,
    /// The relay's lock taken from the process that relays while that stands still: another takes over,
    /// and then there are two.
    RelayTwice,
    /// The network between a process and a server cut: connections break.
    LinkCut,
    /// The network between a process and a server silent: nothing arrives until it is over.
    LinkSilent,
    /// The network between a process and a server slow.
    LinkSlow,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::ProcessKilled,
        Self::AllProcessesKilled,
        Self::ProcessStoodStill,
        Self::ClockStepped,
        Self::BackendKilled,
        Self::ConnectionsEnded,
        Self::PostgresKilled,
        Self::PostgresStoppedAtOnce,
        Self::PostgresRestarted,
        Self::DiskFull,
        Self::NatsKilled,
        Self::StreamPurged,
        Self::StreamDeleted,
        Self::ForeignMessage,
        Self::RelayTwice,
        Self::LinkCut,
        Self::LinkSilent,
        Self::LinkSlow,
    ];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProcessKilled => "process killed (-9)",
            Self::AllProcessesKilled => "all processes killed at once",
            Self::ProcessStoodStill => "process stood still",
            Self::ClockStepped => "clock of a process stepped",
            Self::BackendKilled => "Postgres backend killed (-9)",
            Self::ConnectionsEnded => "Postgres connections ended",
            Self::PostgresKilled => "Postgres killed (-9)",
            Self::PostgresStoppedAtOnce => "Postgres stopped at once (immediate)",
            Self::PostgresRestarted => "Postgres restarted in order",
            Self::DiskFull => "disk of the log full",
            Self::NatsKilled => "NATS killed (-9)",
            Self::StreamPurged => "stream purged",
            Self::StreamDeleted => "stream deleted",
            Self::ForeignMessage => "foreign message in a stream",
            Self::RelayTwice => "relay run twice",
            Self::LinkCut => "network cut",
            Self::LinkSilent => "network silent",
            Self::LinkSlow => "network slow",
        }
    }

    /// How long it lasts, in milliseconds: at least and at most.
    pub(crate) const fn lasts(self) -> (u64, u64) {
        match self {
            Self::ProcessKilled | Self::AllProcessesKilled => (100, 2_000),
            Self::PostgresKilled | Self::PostgresStoppedAtOnce | Self::PostgresRestarted => {
                (100, 1_500)
            }
            // Callers wait 5 s for an answer, services 10 s for themselves, and an appender 20 s for Postgres.
            Self::ProcessStoodStill => (21_000, 26_000),
            Self::ClockStepped => (5_000, 15_000),
            Self::DiskFull => (1_000, 4_000),
            Self::NatsKilled => (100, 5_000),
            Self::RelayTwice => (2_000, 6_000),
            Self::LinkCut => (300, 5_000),
            Self::LinkSilent => (2_000, 15_000),
            Self::LinkSlow => (3_000, 10_000),
            // Done in a moment.
            Self::BackendKilled
            | Self::ConnectionsEnded
            | Self::StreamPurged
            | Self::StreamDeleted
            | Self::ForeignMessage => (0, 0),
        }
    }
}

/// A server that a process is connected with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The logs and the read models.
    Postgres,
    /// The streams.
    Nats,
}

/// One fault. Not every kind looks at all that was drawn for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is.
    pub kind: Kind,
    /// How long nothing happens before.
    pub pause: Duration,
    /// The process that it meets.
    pub role: Role,
    /// Which replica of it.
    pub number: usize,
    /// The log or stream that it meets.
    pub service: Service,
    /// The server from which a process is cut off.
    pub server: Server,
    /// How long it lasts.
    pub lasts: Duration,
    /// How slow the network is.
    pub delay: Duration,
    /// How many seconds a clock is ahead, or behind.
    pub step: i32,
    /// Chooses where everything else does not.
    pub dice: u64,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, number, .. } = self;
        let (name, lasts) = (self.kind.name(), self.lasts);
        match self.kind {
            Kind::ProcessKilled | Kind::ProcessStoodStill => {
                write!(f, "{name}: {role}-{number}, {lasts:.1?}")
            }
            Kind::ClockStepped => {
                let step = self.step;
                write!(f, "{name}: {role}-{number}, {step:+} s, {lasts:.1?}")
            }
            Kind::StreamPurged | Kind::StreamDeleted | Kind::ForeignMessage => {
                write!(f, "{name}: {}", self.service)
            }
            Kind::RelayTwice => write!(f, "{name}: {}, {lasts:.1?}", self.service),
            Kind::LinkCut | Kind::LinkSilent => {
                let server = self.server;
                write!(f, "{name}: {role}-{number} and {server:?}, {lasts:.1?}")
            }
            Kind::LinkSlow => {
                let (server, delay) = (self.server, self.delay);
                write!(
                    f,
                    "{name}: {role}-{number} and {server:?}, {delay:?} later, {lasts:.1?}"
                )
            }
            _ if lasts.is_zero() => f.write_str(name),
            _ => write!(f, "{name}, {lasts:.1?}"),
        }
    }
}
