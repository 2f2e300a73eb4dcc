//! The plain count over the rows of the file, by which everything that Guanxi answers is judged.
//! It shares no code with the reading of the files nor with the loading: it compares texts.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::files::PipelineRow;

/// How many opportunities stood where at the end of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the stage prospecting.
    pub prospecting: i64,
    /// In the stage engaging.
    pub engaging: i64,
    /// Won.
    pub won: i64,
    /// What the won ones brought, in USD.
    pub won_value: Decimal,
    /// Lost.
    pub lost: i64,
}

impl Counts {
    /// All of them.
    pub fn all(&self) -> i64 {
        self.prospecting + self.engaging + self.won + self.lost
    }
}

/// Counts as of the end of a day. Rows without a date count from the last date in the file on.
pub fn count(rows: &[PipelineRow], day: Date) -> Counts {
    let day = day.to_string();
    let dates = rows
        .iter()
        .flat_map(|row| [&row.engage_date, &row.close_date]);
    // ISO dates are in the order of their texts.
    let last = dates.max().cloned().unwrap_or_default();
    let mut counts = Counts::default();
    for row in rows {
        let began = if row.engage_date.is_empty() {
            &last
        } else {
            &row.engage_date
        };
        if *began > day {
            continue;
        }
        if row.engage_date.is_empty() {
            counts.prospecting += 1;
        } else if row.close_date.is_empty() || row.close_date > day {
            counts.engaging += 1;
        } else if row.deal_stage == "Won" {
            counts.won += 1;
            counts.won_value += row.close_value.parse::<Decimal>().unwrap_or_default();
        } else {
            counts.lost += 1;
        }
    }
    counts
}
