//! An airline's program, told as members and points (L-03 to L-05, L-10 to L-19).
//!
//! The public files `maven-airline-loyalty-program` list members, and of each what was flown, earned
//! and redeemed in a month. What they become:
//!
//! - A member is enrolled on the first day of the month of enrolment, or of the first month with
//!   points where that is earlier; the card is the tier. Who cancelled is a member until the end of
//!   that month.
//! - A row is a month's points, earned and then redeemed on the month's last day; rows about one month
//!   stand in the file's order, and each counts, exact repetitions too. Points are as exact as the file,
//!   to the hundredth.
//! - Balances before the file begins are unknown, so everybody begins with none: a redemption of more
//!   than there is by then is refused, counted, and listed in a report file.

mod check;
mod dataset;
mod file;
mod generate;
mod load;
mod show;
mod story;

pub use dataset::Dataset;
pub use file::{ACTIVITY, ActivityRow, Card, MEMBERS, MemberRow, read, rows};
pub use generate::program;
pub use story::{Activity, Member, Story, Totals, tell, write_refused};

pub(crate) use show::show;

use check::Questions;
use load::load;

#[cfg(test)]
mod tests;
