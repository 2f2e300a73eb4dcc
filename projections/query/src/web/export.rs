//! Exports: a list's rows as CSV, or as a workbook.

mod csv;
mod xlsx;

pub(super) use csv::csv;
pub(super) use xlsx::xlsx;

use jiff::Timestamp;

use super::{list::List, session::Visitor};

/// What a file is called: the list, and the day on which it was made.
fn file_name<L: List>(visitor: &Visitor, ending: &str) -> String {
    let name = L::PATH.trim_start_matches('/').replace('/', "-");
    let today = Timestamp::now().to_zoned(visitor.home.zone.clone()).date();
    format!("{name}-{today}.{ending}")
}
