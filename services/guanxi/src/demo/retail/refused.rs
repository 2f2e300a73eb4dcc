//! What of the file is not loaded, and why: a report with every line of it.

use std::{collections::BTreeMap, fmt, path::Path, sync::Arc};

use anyhow::Context;
use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::{Document, DocumentLine, story::pennies};

/// Why a line is not loaded, or not all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The customer had not bought anything of the article.
    NeverBought,
    /// More came back than the customer had bought and not returned yet.
    MoreThanBought,
    /// A negative quantity among the goods of an order.
    NegativeInOrder,
    /// Stock was adjusted: nobody bought or returned it.
    StockAdjustment,
    /// There is no bad debt of this amount that is not written off.
    NothingToWriteOff,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverBought => "returned, but never bought",
            Self::MoreThanBought => "more returned than bought",
            Self::NegativeInOrder => "negative within an order",
            Self::StockAdjustment => "stock adjustment",
            Self::NothingToWriteOff => "no bad debt to write off",
        })
    }
}

/// A line that is not loaded, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The document's number.
    pub document: Arc<str>,
    /// When.
    pub at: DateTime,
    /// Who; empty when the file does not say.
    pub customer: Arc<str>,
    /// The line.
    pub line: DocumentLine,
    /// How much of its quantity is not loaded, with the same sign.
    pub quantity: i32,
    /// Why.
    pub reason: Reason,
}

impl Refused {
    pub(super) fn of(
        document: &Document,
        line: &DocumentLine,
        quantity: i32,
        reason: Reason,
    ) -> Self {
        Self {
            document: document.number.clone(),
            at: document.at,
            customer: document.customer.clone(),
            line: line.clone(),
            quantity,
            reason,
        }
    }

    /// What is not loaded, at the file's price.
    pub fn value(&self) -> Decimal {
        pennies(Decimal::from(self.quantity) * self.line.price)
    }

    /// How many lines, and what they come to, by reason.
    pub fn by_reason(all: &[Self]) -> BTreeMap<Reason, (u64, Decimal)> {
        let mut reasons: BTreeMap<Reason, (u64, Decimal)> = BTreeMap::new();
        for refused in all {
            let (lines, value) = reasons.entry(refused.reason).or_default();
            *lines += 1;
            *value += refused.value();
        }
        reasons
    }
}

/// Writes the report: the file's own columns, the line that it is there, and what is refused of it.
///
/// # Errors
/// When the file cannot be written.
pub fn write_refused(all: &[Refused], file: &Path) -> anyhow::Result<()> {
    let write = || -> anyhow::Result<()> {
        let mut writer = csv::Writer::from_path(file)?;
        writer.write_record([
            "Line",
            "InvoiceNo",
            "StockCode",
            "Description",
            "Quantity",
            "InvoiceDate",
            "UnitPrice",
            "CustomerID",
            "RefusedQuantity",
            "Reason",
        ])?;
        for refused in all {
            let line = &refused.line;
            writer.write_record([
                &line.line.to_string(),
                &*refused.document,
                &line.code,
                &line.description,
                &line.quantity.to_string(),
                &refused.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                &line.price.to_string(),
                &refused.customer,
                &refused.quantity.to_string(),
                &refused.reason.to_string(),
            ])?;
        }
        Ok(writer.flush()?)
    };
    write().with_context(|| format!("write {}", file.display()))
}
