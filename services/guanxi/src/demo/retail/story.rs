//! What the file means: for each customer, what was done, step by step.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::{Date, DateTime};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{DocumentKind, payer::Method, refused::Refused};

/// The key of the customer for all sales that name none.
pub const CASH: &str = "CASH";

/// The whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// All goods that were sold, by code.
    pub articles: BTreeMap<Arc<str>, Article>,
    /// Everyone whom the file names, by key.
    pub buyers: BTreeMap<Arc<str>, Buyer>,
    /// What was not done, line by line.
    pub refused: Vec<Refused>,
    /// What it all comes to.
    pub totals: Totals,
    /// The first day of the file.
    pub first_day: Date,
    /// The last one; nothing happens after it.
    pub last_day: Date,
}

/// Something that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// What it is called most often.
    pub name: Arc<str>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// The country that the file names first.
    pub country: Arc<str>,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When, at the wholesaler's place.
    pub at: DateTime,
    /// What.
    pub deed: Deed,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// An order was placed, confirmed, delivered and invoiced.
    Sold(Sale),
    /// Goods of one order came back and were credited at its prices; the credit settles what is open
    /// of its invoice first.
    Returned(Return),
    /// A credit note with lines of its own.
    Credited(Note),
    /// An invoice with lines of its own.
    Charged(Note),
    /// A payment came in for one invoice.
    Paid(Payment),
    /// It bounced.
    Bounced {
        /// The key of the payment.
        payment: Arc<str>,
    },
    /// A free credit was used for an invoice.
    Netted(Use),
    /// All that is free of a credit was paid out.
    PaidOut {
        /// The key of the credit.
        credit: Arc<str>,
        /// How much.
        amount: Decimal,
    },
    /// A bad debt was charged.
    DebtCharged {
        /// The document.
        document: Arc<str>,
        /// How much.
        amount: Decimal,
    },
    /// It was written off.
    WrittenOff {
        /// The document.
        document: Arc<str>,
        /// The document that charged it.
        debt: Arc<str>,
        /// How much.
        amount: Decimal,
    },
}

/// A line of an order or a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its goods' code; none when there are no goods.
    pub article: Option<Arc<str>>,
    /// What it says; empty where there are goods, for those have a name.
    pub text: Arc<str>,
    /// How many; above 0.
    pub quantity: u32,
    /// The price of one; below 0 only in a note, without goods.
    pub price: Decimal,
}

/// An order with its delivery and invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The document's number, which is the key.
    pub document: Arc<str>,
    /// They are numbered from 1, in order.
    pub lines: Vec<Line>,
    /// The invoice's due date.
    pub due: Date,
    /// What it comes to.
    pub total: Decimal,
}

/// A return with its credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// `C…/5…`: the key.
    pub key: Arc<str>,
    /// The document of the order, which is that of its invoice.
    pub sale: Arc<str>,
    /// How many of which lines, by number.
    pub lines: Vec<(u32, u32)>,
    /// What they had cost. Where it is 0 there is nothing to credit.
    pub total: Decimal,
}

/// A credit note or an invoice with lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The document's number, which is the key.
    pub document: Arc<str>,
    /// All without goods.
    pub lines: Vec<Line>,
    /// An invoice's due date; a credit note's own.
    pub due: Date,
    /// What it comes to; above 0.
    pub total: Decimal,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// `5…/1`: the key.
    pub key: Arc<str>,
    /// The document of the invoice.
    pub invoice: Arc<str>,
    /// How much: never more than is open.
    pub amount: Decimal,
    /// How it came.
    pub method: Method,
}

/// The use of a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The key of the credit.
    pub credit: Arc<str>,
    /// The document of the invoice.
    pub invoice: Arc<str>,
    /// How much.
    pub amount: Decimal,
}

/// What it all comes to. Sums are in GBP.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many documents of each kind the file has.
    pub documents: BTreeMap<&'static str, u64>,
    /// How many lines the file has.
    pub lines: u64,
    /// Lines of cancellations with goods.
    pub returns: Coverage,
    /// Lines of cancellations without goods: all are credited.
    pub credited_lines: u64,
    /// The file's sum over what was accepted of sales and cancellations, rounded per line.
    pub accepted: Decimal,
    /// The sum of all invoices.
    pub invoiced: Decimal,
    /// The sum of all credit notes.
    pub credited: Decimal,
    /// The sum of all payments that did not bounce.
    pub received: Decimal,
    /// The sum of all that was paid out.
    pub paid_out: Decimal,
    /// Bad debts that were charged.
    pub debts: Decimal,
    /// Bad debts that were written off.
    pub written_off: Decimal,
}

/// How far lines were covered by earlier purchases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Wholly.
    pub wholly: u64,
    /// Partly.
    pub partly: u64,
    /// Not at all.
    pub not: u64,
    /// Of the first two, those that the file credits at another price than was paid.
    pub at_another_price: u64,
}

impl DocumentKind {
    /// As the totals name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sale => "orders",
            Self::Cancellation => "cancellations",
            Self::StockAdjustment => "stock adjustments",
            Self::BadDebt => "bad debts",
        }
    }
}

impl Line {
    /// What it comes to.
    pub fn total(&self) -> Decimal {
        pennies(Decimal::from(self.quantity) * self.price)
    }
}

impl Totals {
    /// What customers owe in the end, less what they are owed.
    pub fn open(&self) -> Decimal {
        self.invoiced + self.debts + self.paid_out
            - self.credited
            - self.received
            - self.written_off
    }
}

/// Rounded half-up to a penny.
pub(super) fn pennies(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
