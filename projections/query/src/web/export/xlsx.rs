//! Workbooks: numbers are numbers, days are days, and texts are never formulas. A workbook is made
//! whole in memory, so its rows are bounded.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use futures::TryStreamExt;
use guanxi_decider::Refusal;
use guanxi_runtime::errors;
use jiff::{civil::Date, tz::TimeZone};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::file_name;
use crate::web::{
    failure::Failure,
    list::{self, List},
    session::Visitor,
    table::{Column, Kind, Row, Value},
};

/// The most rows of a workbook.
const MOST: usize = 50_000;
/// More digits than a workbook's numbers keep.
const DIGITS: usize = 15;
/// A cell holds no more characters.
const LONGEST: usize = 32_767;

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A list's rows as a workbook.
pub(in crate::web) async fn xlsx<L: List>(visitor: Visitor, list: L) -> Result<Response, Failure> {
    let title = list.title(visitor.language());
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    let mut chunks = Box::pin(list::chunks(visitor.clone(), list));
    while let Some(chunk) = chunks.try_next().await? {
        columns = chunk.columns;
        rows.extend(chunk.rows);
        if rows.len() > MOST {
            return Err(errors::refused(&too_many()).into());
        }
    }
    let name = file_name::<L>(&visitor, "xlsx");
    let zone = visitor.home.zone;
    let made = tokio::task::spawn_blocking(move || workbook(&title, &columns, &rows, &zone)).await;
    let made = made.map_err(|error| Failure::internal(&error))?;
    let made = made.map_err(|error| Failure::internal(&error))?;
    let response = ([(header::CONTENT_TYPE, KIND)], made).into_response();
    Ok(list::attached(response, &name))
}

fn too_many() -> Refusal {
    let refusal = Refusal::precondition(
        "TOO_MANY_ROWS",
        format!("a workbook has at most {MOST} rows: narrow the list down, or export it as CSV"),
    );
    refusal.figure("limit", MOST)
}

fn workbook(
    title: &str,
    columns: &[Column],
    rows: &[Row],
    zone: &TimeZone,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(title))?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    let mut place: u16 = 0;
    for column in columns {
        sheet.write_string_with_format(0, place, &column.name, &bold)?;
        sheet.set_column_width(place, width(column))?;
        place += 1;
        if column.kind == Kind::Money {
            sheet.write_string_with_format(0, place, "ISO 4217", &bold)?;
            place += 1;
        }
    }
    for (n, row) in (1..).zip(rows) {
        let mut place = 0;
        for (cell, column) in row.iter().zip(columns) {
            write(sheet, (n, place), &cell.value, zone)?;
            place += 1;
            if column.kind == Kind::Money {
                if let Value::Money(amount) = &cell.value {
                    sheet.write_string(n, place, amount.currency.code())?;
                }
                place += 1;
            }
        }
    }
    workbook.save_to_buffer()
}

fn width(column: &Column) -> u16 {
    match column.kind {
        Kind::Text => 24,
        Kind::Number | Kind::Share => 12,
        Kind::Money | Kind::Day | Kind::Month => 14,
        Kind::Moment => 20,
    }
}

/// A sheet's name has no `[]:*?/\` and at most 31 characters.
fn sheet_name(title: &str) -> String {
    let kept = title.chars().filter(|c| !"[]:*?/\\'".contains(*c));
    kept.take(31).collect()
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    match value {
        Value::None => {}
        Value::Text(text) => {
            let text: String = text.chars().take(LONGEST).collect();
            sheet.write_string(row, column, text)?;
        }
        Value::Mark(_, text) => {
            sheet.write_string(row, column, *text)?;
        }
        Value::Number(number) => self::number(sheet, (row, column), *number, "#,##0.##########")?,
        Value::Money(amount) => {
            let places = "0".repeat(usize::try_from(amount.value.scale()).unwrap_or_default());
            let dot = if places.is_empty() { "" } else { "." };
            let format = format!("#,##0{dot}{places}");
            number(sheet, (row, column), amount.value, &format)?;
        }
        Value::Share(share) => number(sheet, (row, column), *share, "0.0%")?,
        Value::Day(day) => date(sheet, (row, column), *day, "yyyy-mm-dd")?,
        Value::Month(month) => date(sheet, (row, column), *month, "yyyy-mm")?,
        Value::Moment(at) => {
            let at = at.to_zoned(zone.clone());
            let second = u16::try_from(at.second()).unwrap_or_default();
            let time = excel(at.date())?.and_hms(
                u16::try_from(at.hour()).unwrap_or_default(),
                u8::try_from(at.minute()).unwrap_or_default(),
                second,
            )?;
            let format = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
            sheet.write_datetime_with_format(row, column, &time, &format)?;
        }
        Value::Span(seconds) => number(sheet, (row, column), (*seconds).into(), "#,##0")?,
    }
    Ok(())
}

/// A number as a number, unless the workbook would lose digits of it.
fn number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: Decimal,
    format: &str,
) -> Result<(), XlsxError> {
    let digits = value
        .normalize()
        .mantissa()
        .unsigned_abs()
        .to_string()
        .len();
    match value.to_f64() {
        Some(double) if digits <= DIGITS => {
            let format = Format::new().set_num_format(format);
            sheet.write_number_with_format(row, column, double, &format)?;
        }
        _ => {
            sheet.write_string(row, column, value.to_string())?;
        }
    }
    Ok(())
}

fn date(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    day: Date,
    format: &str,
) -> Result<(), XlsxError> {
    // A workbook knows no day before 1900.
    let Ok(date) = excel(day) else {
        sheet.write_string(row, column, day.to_string())?;
        return Ok(());
    };
    let format = Format::new().set_num_format(format);
    sheet.write_datetime_with_format(row, column, &date, &format)?;
    Ok(())
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    let year = u16::try_from(day.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))
}
