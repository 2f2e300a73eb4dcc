//! The read model `dashboards`: the day by day figures of all four services, and what waits for
//! a person (我的工作台).
//!
//! It follows all four logs. Each writes rows of its own, for there is no order between logs; what they
//! say is put together when it is asked for. Figures are sums of *deltas*, which may be added in any
//! order and by any number of workers; the work list reads the records behind them as they stand.
//!
//! A fold does not know where a tenant's days begin. What has a business date counts on that day; what
//! has an instant counts in its quarter of an hour, of which a day of every time zone has whole ones, so
//! that the days are put together by the tenant's time zone when they are asked for.

mod approvals;
mod deltas;
mod figure;
mod kept;
mod logs;
mod projection;
pub mod queries;
mod views;

pub use figure::Figure;
pub use projection::Dashboards;
