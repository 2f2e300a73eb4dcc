//! Online retail: a wholesaler's year of sales and cancellations, told as orders, returns, invoices,
//! credit notes and payments (S-08, S-09, S-22 to S-26).
//!
//! The public file `uci-online-retail` lists lines of documents, nothing else. What they become:
//!
//! - A document `5…` with positive lines is an order, delivered and invoiced at the same moment; a
//!   negative line among them is refused. Lines stay as they are, exact duplicates and prices of 0
//!   or of a tenth of a penny too. Customers pay within 30 days; what names no customer was bought
//!   by the one cash customer, at once.
//! - A document `5…` with nothing but negative lines is a stock adjustment: skipped and counted.
//! - A line of a document `C…` with goods returns them as far as the same customer bought the same
//!   article before and has not returned it yet: what was bought at the same price first, then what
//!   was bought last. The rest of the line is refused. The goods are credited at the price at which
//!   they were bought; where the file credited another price, the difference stands on a document of
//!   its own, so that nothing but what the file says is credited.
//! - Postage, carriage, discounts, fees, commissions, samples, vouchers and manual entries are lines
//!   without goods. Those of a document `C…` need no earlier purchase, for nothing is returned: a
//!   discount has none, and a manual entry corrects what was billed under other codes. They stand,
//!   with the differences of price, on one credit note a document; on an invoice, where they come to
//!   less than nothing.
//! - A document `A…` is an entry for a bad debt: a positive one charges the debt as a fee, which a
//!   negative one of the same amount writes off. One that finds no such debt is refused: the file
//!   has one debt and writes it off twice.
//! - How customers pay, the file does not say: a seeded payer does. Before a customer first pays an
//!   invoice, the credits that the customer still has are used for it. The cash customer's credits
//!   are paid out at once. Nothing happens after the file's last day.

mod ageing;
mod article;
mod books;
mod check;
mod coverage;
mod dataset;
mod documents;
mod file;
mod generate;
mod load;
mod payer;
mod points;
mod refused;
mod report;
mod show;
mod story;
mod teller;

pub use ageing::{Ageing, Credit, Debit, History, Settlement};
pub use article::{code, is_goods};
pub use dataset::Dataset;
pub use documents::{Document, DocumentKind, DocumentLine, Documents};
pub use file::{FILE, Row, read, rows};
pub use generate::wholesaler;
pub use payer::{Attempt, Method, PAYMENT_DAYS, attempts};
pub use refused::{Reason, Refused, write_refused};
pub use story::{
    Article, Buyer, CASH, Coverage, Deed, Line, Note, Payment, Return, Sale, Step, Story, Totals,
    Use,
};
pub use teller::tell;

pub(crate) use show::show;

use check::Questions;
use load::load;
use report::report;

#[cfg(test)]
mod tests;
