//! Lines gathered into documents.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use anyhow::{Context, bail, ensure};
use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::{article, file::Row};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Something was bought.
    Sale,
    /// Something came back or was credited.
    Cancellation,
    /// Stock was counted; nobody buys or sells.
    StockAdjustment,
    /// An entry for a bad debt.
    BadDebt,
}

/// A document: all lines with one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number.
    pub number: Arc<str>,
    /// When its first line was written.
    pub at: DateTime,
    /// Who; empty when the file does not say.
    pub customer: Arc<str>,
    /// Where the customer is.
    pub country: Arc<str>,
    /// In the order of the file.
    pub lines: Vec<DocumentLine>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The line in the file.
    pub line: u64,
    /// The code as it is compared.
    pub code: Arc<str>,
    /// What it says to people; may be empty.
    pub description: Arc<str>,
    /// How many.
    pub quantity: i32,
    /// The price of one, in GBP.
    pub price: Decimal,
}

/// All documents, by the time of their first line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    /// In the order of the file.
    pub all: Vec<Document>,
    /// How many lines they have.
    pub lines: u64,
    /// How many lines wrote a code in lower case.
    pub lower_case: u64,
}

impl Documents {
    /// Gathers lines as they come; a document's need not follow each other.
    ///
    /// # Errors
    /// A line that could not be read, or does not go with those before it.
    pub fn gather(rows: impl Iterator<Item = anyhow::Result<Row>>) -> anyhow::Result<Self> {
        let mut gathered = Self::default();
        let mut by_number: HashMap<Arc<str>, usize> = HashMap::new();
        let mut texts = Texts::default();
        for row in rows {
            let row = row?;
            gathered
                .take_in(&row, &mut by_number, &mut texts)
                .with_context(|| format!("line {}", row.line))?;
        }
        Ok(gathered)
    }

    fn take_in(
        &mut self,
        row: &Row,
        by_number: &mut HashMap<Arc<str>, usize>,
        texts: &mut Texts,
    ) -> anyhow::Result<()> {
        check(row)?;
        let index = match by_number.entry(texts.one(&row.document)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                if let Some(before) = self.all.last() {
                    ensure!(row.at >= before.at, "it is from before the line above");
                }
                self.all.push(Document {
                    number: new.key().clone(),
                    at: row.at,
                    customer: texts.one(&row.customer),
                    country: texts.one(&row.country),
                    lines: Vec::new(),
                });
                *new.insert(self.all.len() - 1)
            }
        };
        let code = article::code(&row.code);
        self.lines += 1;
        self.lower_case += u64::from(code != row.code);
        let document = self.all.get_mut(index).context("no document")?;
        ensure!(
            *document.customer == row.customer,
            "document {} is of customer {:?} and of {:?}",
            row.document,
            document.customer,
            row.customer
        );
        document.lines.push(DocumentLine {
            line: row.line,
            code: texts.one(&code),
            description: texts.one(&row.description),
            quantity: row.quantity,
            price: row.price,
        });
        Ok(())
    }
}

/// What the rules of the story cannot make sense of.
fn check(row: &Row) -> anyhow::Result<()> {
    let Row {
        document,
        quantity,
        price,
        ..
    } = row;
    let cancels = document.starts_with('C');
    let number = document.strip_prefix(['C', 'A']).unwrap_or(document);
    ensure!(
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()),
        "{document:?} is no document number"
    );
    ensure!(*quantity != 0, "Quantity 0");
    ensure!(
        !(cancels && *quantity > 0),
        "{document} cancels, Quantity {quantity} does not"
    );
    let bad_debt = document.starts_with('A');
    ensure!(
        bad_debt || !price.is_sign_negative(),
        "UnitPrice {price} in {document}"
    );
    if price.scale() > 4 {
        bail!("UnitPrice {price} has more than 4 decimal places");
    }
    Ok(())
}

impl Document {
    /// What it is.
    pub fn kind(&self) -> DocumentKind {
        match self.number.as_bytes().first() {
            Some(b'C') => DocumentKind::Cancellation,
            Some(b'A') => DocumentKind::BadDebt,
            _ if self.lines.iter().all(|line| line.quantity < 0) => DocumentKind::StockAdjustment,
            _ => DocumentKind::Sale,
        }
    }
}

/// Texts, each kept once.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn one(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}
