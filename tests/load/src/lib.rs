//! What the load programs share: servers of their own, a closed loop of callers, baselines, and
//! results that are printed for people and for programs.

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod baseline;
mod closed_loop;
mod commands_without_nats;
mod comparison;
mod cores;
mod counted;
mod desk;
mod event;
mod filling;
mod lives;
mod paced;
mod rebuilding;
mod report;
mod selling;
mod served;
mod site;
mod store;
mod streaming;
mod without_nats;
mod work;
mod writers;

pub use baseline::pgbench;
pub use closed_loop::{Measured, Outcome, drive, percentiles_ms};
pub use commands_without_nats::CommandsWithoutNats;
pub use comparison::beside_others;
pub use cores::Cores;
pub use counted::counted;
pub use desk::{Desk, Looking, Worked};
pub use event::{Appends, EVENT, Ids, META};
pub use filling::{Filled, fill};
pub use lives::Lives;
pub use paced::paced;
pub use rebuilding::{REBUILD, Rebuilding, Rebuilt};
pub use report::{Measure, Need, report, summarize};
pub use selling::{Seller, Sellers};
pub use served::{sellers_at, serve_sales};
pub use site::{Site, connect};
pub use store::{LogDatabase, SERVICE, Store, pool};
pub use streaming::Relaying;
pub use without_nats::{MemoryWithoutNats, WithoutNats};
pub use work::{Shares, Work};
pub use writers::{WARM_UP, Writers, appends, appends_with_claims, appends_with_ids};

/// The currency of what is measured.
pub const EUR: iso_currency::Currency = iso_currency::Currency::EUR;
