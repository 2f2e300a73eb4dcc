//! Tells the story: goes through the documents by time, and pays in between.

mod cancelling;
mod customer;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use anyhow::Context;
use jiff::{ToSpan, civil::DateTime};
use rust_decimal::Decimal;

use super::{
    Article, Buyer, CASH, Document, DocumentKind, DocumentLine, Documents, Line, PAYMENT_DAYS,
    Reason, Refused, Sale, Story, Totals, article::is_goods, story::pennies,
};
use customer::Customer;

/// Tells what the documents mean, with payers by this seed.
///
/// # Errors
/// When there is no document.
pub fn tell(documents: &Documents, seed: u64) -> anyhow::Result<Story> {
    let (first, last) = (documents.all.first(), documents.all.last());
    let (first, last) = first.zip(last).context("there is no document")?;
    let mut teller = Teller {
        seed,
        totals: Totals {
            lines: documents.lines,
            ..Totals::default()
        },
        ..Teller::default()
    };
    for document in &documents.all {
        teller.take_in(document);
    }
    let (first_day, last_day) = (first.at.date(), last.at.date());
    let end = last_day.at(23, 59, 59, 0);
    let told = teller.customers.into_iter().map(|(key, mut customer)| {
        customer.go_on_until(end, &mut teller.totals);
        let buyer = Buyer {
            country: customer.country,
            steps: customer.steps,
        };
        (key, buyer)
    });
    Ok(Story {
        buyers: told.collect(),
        articles: articles(documents),
        refused: teller.refused,
        totals: teller.totals,
        first_day,
        last_day,
    })
}

/// The goods that were sold, each called as it is called most often.
fn articles(documents: &Documents) -> BTreeMap<Arc<str>, Article> {
    let mut names: BTreeMap<Arc<str>, HashMap<&Arc<str>, u64>> = BTreeMap::new();
    let sales = documents.all.iter();
    let sales = sales.filter(|document| document.kind() == DocumentKind::Sale);
    for line in sales.flat_map(|sale| &sale.lines) {
        if line.quantity > 0 && is_goods(&line.code) {
            let names = names.entry(line.code.clone()).or_default();
            if !line.description.is_empty() {
                *names.entry(&line.description).or_default() += 1;
            }
        }
    }
    let named = names.into_iter().map(|(code, names)| {
        let most = names.into_iter().max_by_key(|(name, many)| (*many, *name));
        let name = most.map_or_else(|| code.clone(), |(name, _)| name.clone());
        (code, Article { name })
    });
    named.collect()
}

#[derive(Default)]
struct Teller {
    seed: u64,
    customers: BTreeMap<Arc<str>, Customer>,
    refused: Vec<Refused>,
    totals: Totals,
}

impl Teller {
    fn take_in(&mut self, document: &Document) {
        let kind = document.kind();
        *self.totals.documents.entry(kind.name()).or_default() += 1;
        let seed = self.seed;
        let key = match &*document.customer {
            "" => CASH.into(),
            _ => document.customer.clone(),
        };
        let customers = &mut self.customers;
        let customer = || {
            customers
                .entry(key)
                .or_insert_with_key(|key| Customer::new(seed, &**key == CASH, &document.country))
        };
        match kind {
            DocumentKind::StockAdjustment => {
                self.refuse(document, |_| Reason::StockAdjustment);
            }
            DocumentKind::Sale => {
                let customer = customer();
                customer.go_on_until(document.at, &mut self.totals);
                let sale = sale(document, customer.cash);
                let negative = document.lines.iter().filter(|line| line.quantity < 0);
                self.refused.extend(negative.map(|line| {
                    Refused::of(document, line, line.quantity, Reason::NegativeInOrder)
                }));
                self.totals.accepted += sale.total;
                customer.buy(document.at, sale, &mut self.totals);
            }
            DocumentKind::Cancellation => {
                let customer = customer();
                customer.go_on_until(document.at, &mut self.totals);
                let refused = customer.cancel(document, &mut self.totals);
                self.refused.extend(refused);
            }
            DocumentKind::BadDebt => {
                let customer = customer();
                customer.go_on_until(document.at, &mut self.totals);
                if !customer.bad_debt(document, &mut self.totals) {
                    self.refuse(document, |_| Reason::NothingToWriteOff);
                }
            }
        }
    }

    /// Refuses a document whole.
    fn refuse(&mut self, document: &Document, reason: impl Fn(&DocumentLine) -> Reason) {
        let lines = document.lines.iter();
        self.refused
            .extend(lines.map(|line| Refused::of(document, line, line.quantity, reason(line))));
    }
}

/// The order of a document: its positive lines.
fn sale(document: &Document, at_once: bool) -> Sale {
    let lines = document.lines.iter().filter_map(|line| {
        let quantity = u32::try_from(line.quantity).ok()?;
        Some(of_line(line, quantity))
    });
    let lines: Vec<Line> = lines.collect();
    Sale {
        document: document.number.clone(),
        due: due(document.at, at_once),
        total: lines.iter().map(Line::total).sum(),
        lines,
    }
}

/// A line that was billed or credited.
fn of_line(line: &DocumentLine, quantity: u32) -> Line {
    let goods = is_goods(&line.code);
    Line {
        article: goods.then(|| line.code.clone()),
        text: match &*line.description {
            _ if goods => "".into(),
            "" => line.code.clone(),
            _ => line.description.clone(),
        },
        quantity,
        price: line.price,
    }
}

/// When an invoice is due.
fn due(at: DateTime, at_once: bool) -> jiff::civil::Date {
    let days = if at_once { 0 } else { PAYMENT_DAYS };
    at.date().saturating_add(days.days())
}

/// What so many of a line come to at its own price.
fn value(line: &DocumentLine, quantity: u32) -> Decimal {
    pennies(Decimal::from(quantity) * line.price)
}
