//! The file, line by line as it is.

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, ensure};
use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use jiff::civil::DateTime;
use rust_decimal::Decimal;

/// The file within the folder of all data.
pub const FILE: &str = "uci-online-retail/onlineretail.csv.gz";

/// The columns that it must have.
const COLUMNS: [&str; 8] = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
];

/// How it writes a time.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the file; the heading is line 1.
    pub line: u64,
    /// The document's number.
    pub document: String,
    /// The article, or what else it is about.
    pub code: String,
    /// What it says to people; may be empty.
    pub description: String,
    /// How many: below 0 when something comes back.
    pub quantity: i32,
    /// When, at the wholesaler's place.
    pub at: DateTime,
    /// The price of one, in GBP.
    pub price: Decimal,
    /// Who buys; empty in one line of four.
    pub customer: String,
    /// Where the customer is.
    pub country: String,
}

/// Reads the compressed file, a line at a time.
///
/// # Errors
/// When it cannot be opened or has other columns.
pub fn read(file: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>> + use<>> {
    let what = || format!("read {}", file.display());
    let unpacked = MultiGzDecoder::new(File::open(file).with_context(what)?);
    rows(unpacked).with_context(what)
}

/// Reads rows as the file writes them, a line at a time. What cannot be read is an error that names
/// its line.
///
/// # Errors
/// Other columns than the file's.
pub fn rows<R: Read>(
    from: R,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>> + use<R>> {
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 16)
        .from_reader(from);
    let columns = reader.headers()?;
    ensure!(
        columns.iter().eq(COLUMNS),
        "its columns are {columns:?}, not {COLUMNS:?}"
    );
    let records = reader.into_records();
    // An error of the reader names its line by itself.
    Ok(records.map(|record| {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        row(line, &record).with_context(|| format!("line {line}"))
    }))
}

fn row(line: u64, record: &StringRecord) -> anyhow::Result<Row> {
    let fields: [&str; COLUMNS.len()] = record.deserialize(None)?;
    let [
        document,
        code,
        description,
        quantity,
        at,
        price,
        customer,
        country,
    ] = fields;
    Ok(Row {
        line,
        document: document.to_owned(),
        code: code.to_owned(),
        description: description.to_owned(),
        quantity: quantity
            .parse()
            .with_context(|| format!("Quantity {quantity:?}"))?,
        at: DateTime::strptime(TIME, at).with_context(|| format!("InvoiceDate {at:?}"))?,
        price: price
            .parse()
            .with_context(|| format!("UnitPrice {price:?}"))?,
        customer: customer.to_owned(),
        country: country.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    fn parsed(lines: &str) -> Vec<anyhow::Result<Row>> {
        let text = format!("{HEADING}{lines}");
        rows(std::io::Cursor::new(text)).unwrap().collect()
    }

    fn complaint(lines: &str) -> String {
        let error = parsed(lines).into_iter().find_map(Result::err);
        format!("{:#}", error.unwrap())
    }

    #[test]
    fn a_line_is_read_as_it_is_with_its_number() {
        let line = "536365,85123A,\"LANTERN, \"\"RED\"\"\",-6,2010-12-01 08:26:00,0.001,,EIRE\n";
        let rows = parsed(line);
        let expected = Row {
            line: 2,
            document: "536365".into(),
            code: "85123A".into(),
            description: "LANTERN, \"RED\"".into(),
            quantity: -6,
            at: jiff::civil::datetime(2010, 12, 1, 8, 26, 0, 0),
            price: Decimal::new(1, 3),
            customer: String::new(),
            country: "EIRE".into(),
        };
        assert_eq!(rows[0].as_ref().unwrap(), &expected);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_names_its_line_and_what_is_wrong() {
        let good = "536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,EIRE\n";
        for (bad, what) in [
            ("536366,X,Y,six,2010-12-01 08:26:00,2.55,1,EIRE", "six"),
            ("536366,X,Y,6,01/12/2010 08:26,2.55,1,EIRE", "01/12/2010"),
            ("536366,X,Y,6,2010-12-01 08:26:00,£2.55,1,EIRE", "£2.55"),
            ("536366,X,Y,6,2010-12-01 08:26:00,2.55,1", "8 fields"),
        ] {
            let said = complaint(&format!("{good}{bad}\n"));
            assert!(
                said.contains("line 3") || said.contains("line: 3"),
                "{said}"
            );
            assert!(said.contains(what), "{said}");
        }
    }

    #[test]
    fn another_file_is_refused_at_once() {
        let refused = rows(std::io::Cursor::new("a,b\n1,2\n"));
        let said = format!("{:#}", refused.err().unwrap());
        assert!(said.contains("InvoiceNo"), "{said}");
    }
}
