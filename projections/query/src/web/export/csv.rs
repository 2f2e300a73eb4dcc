//! CSV: streamed, so a list may be as long as it likes. Numbers and days are written for programs;
//! a text that a spreadsheet would take for a formula is told not to be one.

use ::csv::Writer;
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future, stream};

use super::file_name;
use crate::web::{
    failure::Failure,
    list::{self, Chunk, List},
    session::Visitor,
    table::{Column, Kind, Value},
};

/// Tells spreadsheets that what follows is UTF-8.
const MARK: &str = "\u{feff}";
/// What begins a formula somewhere, also after it was trimmed.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A list's rows as CSV.
pub(in crate::web) async fn csv<L: List>(visitor: Visitor, list: L) -> Result<Response, Failure> {
    let name = file_name::<L>(&visitor, "csv");
    let mut chunks = Box::pin(list::chunks(visitor.clone(), list));
    // What fails at once is answered by a page; what fails later breaks the download off.
    let first = chunks.try_next().await?;
    let first = first.ok_or_else(|| Failure::internal("a list has no chunk"))?;
    let head = head(&first.columns).map_err(|error| Failure::internal(&error))?;
    let chunks = stream::once(future::ready(Ok(first))).chain(chunks);
    let rows = chunks.map(move |chunk| {
        let chunk = chunk.map_err(|_| std::io::Error::other("the rest could not be read"))?;
        rows(&chunk, &visitor).map(Bytes::from)
    });
    let body = stream::once(future::ready(Ok(Bytes::from(head)))).chain(rows);
    let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    let response = (kind, Body::from_stream(body)).into_response();
    Ok(list::attached(response, &name))
}

fn head(columns: &[Column]) -> std::io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for column in columns {
        names.push(harmless(&column.name));
        if column.kind == Kind::Money {
            names.push(format!("{} ISO 4217", harmless(&column.name)));
        }
    }
    let mut writer = Writer::from_writer(Vec::from(MARK));
    writer.write_record(&names)?;
    finished(writer)
}

fn rows(chunk: &Chunk, visitor: &Visitor) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    for row in &chunk.rows {
        for (cell, column) in row.iter().zip(&chunk.columns) {
            writer.write_field(field(&cell.value, visitor))?;
            if column.kind == Kind::Money {
                let code = match &cell.value {
                    Value::Money(amount) => amount.currency.code(),
                    _ => "",
                };
                writer.write_field(code)?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    finished(writer)
}

fn finished(writer: Writer<Vec<u8>>) -> std::io::Result<Vec<u8>> {
    writer.into_inner().map_err(|error| error.into_error())
}

fn field(value: &Value, visitor: &Visitor) -> String {
    match value {
        Value::None => String::new(),
        Value::Text(text) => harmless(text),
        Value::Mark(_, text) => (*text).to_owned(),
        Value::Number(number) | Value::Share(number) => number.to_string(),
        Value::Money(amount) => amount.value.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Month(month) => month.strftime("%Y-%m").to_string(),
        Value::Moment(at) => {
            let at = at.to_zoned(visitor.home.zone.clone());
            at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        }
        Value::Span(seconds) => seconds.to_string(),
    }
}

fn harmless(text: &str) -> String {
    let begins = text.trim_start_matches(' ').starts_with(FORMULAS);
    if begins {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=b", "1-2", "'=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
