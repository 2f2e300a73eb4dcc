//! What is shown to people: tables, figures, times.

use std::{
    io::{self, Write},
    time::Duration,
};

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle, presets};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// A line under the headings and none between the rows.
const STYLE: TableStyle = presets::UTF8_HORIZONTAL_ONLY
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .row_separator(LineStyle::none());

/// Prints a line; an error where the reader has gone, which is no reason to panic.
pub(crate) fn line(text: impl AsRef<str>) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", text.as_ref())
}

/// A table with these headings. Those that begin with `#` head columns of figures.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings.iter().map(|heading| {
            let cell = Cell::new(heading.trim_start_matches('#'));
            if heading.starts_with('#') {
                cell.set_alignment(CellAlignment::Right)
            } else {
                cell
            }
        }));
    for (index, heading) in headings.iter().enumerate() {
        if let Some(column) = table.column_mut(index)
            && heading.starts_with('#')
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// 1234567 as `1 234 567`.
pub(crate) fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A sum with its cents: `-1 234.50`.
pub(crate) fn money(amount: Decimal) -> String {
    let amount = amount.round_dp(2);
    let (whole, cents) = (amount.trunc(), amount.fract().abs() * Decimal::ONE_HUNDRED);
    let sign = if amount.is_sign_negative() && whole.is_zero() && !cents.is_zero() {
        "-"
    } else {
        ""
    };
    let whole = grouped(i128::try_from(whole).unwrap_or_default());
    format!("{sign}{whole}.{:0>2}", cents.trunc().normalize())
}

/// Whether a figure is what it must be.
pub(crate) fn verdict(right: bool) -> &'static str {
    if right { "✓" } else { "✗ WRONG" }
}

/// To the second, in UTC.
pub(crate) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// 0.4 s, 12 s, 3 min, 5 h.
pub(crate) fn span(length: Duration) -> String {
    match length.as_secs() {
        0 => format!("{} ms", length.as_millis()),
        seconds @ 1..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_their_cents_and_their_sign() {
        let shown = [0, 5, -5, 123_450, -123_456, 100].map(|n| money(Decimal::new(n, 2)));
        let expected = ["0.00", "0.05", "-0.05", "1 234.50", "-1 234.56", "1.00"];
        assert_eq!(shown, expected.map(String::from));
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 7, 999, 1_000, 10_005_534, -12_345].map(|n: i64| grouped(n));
        assert_eq!(
            shown,
            ["0", "7", "999", "1 000", "10 005 534", "-12 345"].map(String::from)
        );
    }
}
