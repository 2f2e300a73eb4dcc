//! The rules on a file that holds one of each, the payers' ageing, the generated wholesaler, and the
//! real file where it is there.

mod deeds;
mod history;
mod ledgers;
mod python;
mod real;
mod reckoning;
mod rules;
mod whole;

use rust_decimal::Decimal;

use super::*;

/// The story of lines as the file writes them, less the heading, by payers of seed 1.
fn told(lines: &str) -> Story {
    tell(&documents(lines).unwrap(), 1).unwrap()
}

fn documents(lines: &str) -> anyhow::Result<Documents> {
    let heading =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
    Documents::gather(rows(std::io::Cursor::new(format!("{heading}{lines}")))?)
}

/// A sum.
fn gbp(amount: &str) -> Decimal {
    amount.parse().unwrap()
}

/// The folder of real data, where it is there.
fn data() -> Option<std::path::PathBuf> {
    crate::demo::tests::data_with(Dataset::is_in)
}
