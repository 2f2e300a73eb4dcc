//! Exports, read back.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use guanxi_runtime::Role;
use jiff::{SignedDuration, Timestamp};

use super::{Answer, Browser, LISTS, export};
use crate::{accounts, points_accounts, server::Server, tickets};

/// The cells of a CSV file, after the mark that says how it is encoded.
fn csv(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// The cells of a workbook's only sheet.
fn xlsx(answer: &Answer) -> Vec<Vec<Data>> {
    assert_eq!(answer.status, 200);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test]
async fn every_list_is_exported_both_ways_with_the_same_rows() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    points_accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Manager);
    for list in LISTS {
        let text = browser.get(&export(list, "csv")).await;
        let name = text.header("content-disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\""), "{name}");
        assert!(name.ends_with(".csv\""), "{name}");
        let book = browser.get(&export(list, "xlsx")).await;
        let (text, book) = (csv(&text), xlsx(&book));
        assert_eq!(text.len(), book.len(), "{list}");
        assert_eq!(text[0].len(), book[0].len(), "{list}");
    }
}

#[tokio::test]
async fn amounts_and_days_are_exact_in_csv_and_numbers_in_a_workbook() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let filter = "as_of=2024-03-31&currency=USD";
    let path = |ending| format!("/receivables/items/export.{ending}?{filter}");
    let text = csv(&browser.get(&path("csv")).await);
    assert_eq!(text.len(), 2, "{text:?}");
    let column = |name: &str| text[0].iter().position(|head| head == name).unwrap();
    let (open, due) = (column("Open"), column("Due"));
    assert_eq!(text[1][open..open + 2], ["1000.00", "USD"]);
    assert_eq!(text[1][due], "2024-03-01");
    let book = xlsx(&browser.get(&path("xlsx")).await);
    assert_eq!(book[1][open], Data::Float(1000.0));
    assert_eq!(book[1][open + 1], Data::String("USD".into()));
    // Days since the 30th of December 1899.
    let Data::DateTime(day) = &book[1][due] else {
        panic!("{:?} is no day", book[1][due]);
    };
    assert_eq!(day.as_f64(), 45_352.0);
}

#[tokio::test]
async fn no_text_becomes_a_formula() {
    let mut server = Server::new().await;
    let at = "2017-01-01T00:00:00Z".parse().unwrap();
    server
        .open_called(1, "=HYPERLINK(\"https://evil\")", at)
        .await;
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let text = csv(&browser.get("/funnel/opportunities/export.csv").await);
    assert_eq!(text[1][0], "'=HYPERLINK(\"https://evil\")");
    let book = browser.get("/funnel/opportunities/export.xlsx").await;
    let cell = xlsx(&book)[1][0].clone();
    assert_eq!(cell, Data::String("=HYPERLINK(\"https://evil\")".into()));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.body)).unwrap();
    let formulas = book.worksheet_formula("Opportunities").unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
}

#[tokio::test]
async fn an_export_has_every_row_once_however_many_pages_it_takes() {
    let mut server = Server::new().await;
    let first: Timestamp = "2017-01-01T00:00:00Z".parse().unwrap();
    for n in 1..=1_050 {
        let at = first + SignedDuration::from_mins(i64::try_from(n).unwrap());
        server.open_called(n, &format!("deal {n}"), at).await;
    }
    server.caught_up().await;
    let browser = Browser::of(&server, "acme", Role::Analyst);
    let text = csv(&browser.get("/funnel/opportunities/export.csv").await);
    let titles: Vec<&str> = text.iter().skip(1).map(|row| row[0].as_str()).collect();
    let wanted: Vec<String> = (1..=1_050).rev().map(|n| format!("deal {n}")).collect();
    assert_eq!(titles, wanted);
    let narrowed = "/funnel/opportunities/export.csv?as_of=2017-01-01";
    let narrowed = csv(&browser.get(narrowed).await);
    assert!(
        narrowed.len() < text.len(),
        "the filter holds for the export"
    );
    let book = browser.get("/funnel/opportunities/export.xlsx").await;
    assert_eq!(xlsx(&book).len(), 1_051);
}
