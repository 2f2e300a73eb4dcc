//! What a cancellation does: goods come back, and what else it credits.

use std::sync::Arc;

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::{customer::Customer, due, of_line, value};
use crate::demo::retail::{
    Deed, Document, DocumentLine, Line, Note, Reason, Refused, Return, Totals, article::is_goods,
    coverage::Piece,
};

/// What a difference of price is called on the document that it stands on.
const DIFFERENCE: &str = "Difference of price";

impl Customer {
    /// Returns goods as far as they were bought, and credits what has no goods. What is refused of
    /// it is handed back.
    pub(super) fn cancel(&mut self, document: &Document, totals: &mut Totals) -> Vec<Refused> {
        let mut refused = Vec::new();
        let mut pieces = Vec::new();
        let mut own = Vec::new();
        for line in &document.lines {
            let quantity = line.quantity.unsigned_abs();
            if is_goods(&line.code) {
                let (back, rest) = self.take_back(line, quantity, totals);
                own.extend(rest.difference);
                refused.extend(
                    rest.refused
                        .map(|(many, reason)| Refused::of(document, line, many, reason)),
                );
                pieces.extend(back);
            } else {
                totals.accepted -= value(line, quantity);
                totals.credited_lines += 1;
                own.push(of_line(line, quantity));
            }
        }
        for returned in returns(&document.number, pieces) {
            self.return_goods(document.at, returned, totals);
        }
        self.note(document, own, totals);
        refused
    }

    /// As much of a line as was bought, and what becomes of the rest.
    fn take_back(
        &mut self,
        line: &DocumentLine,
        quantity: u32,
        totals: &mut Totals,
    ) -> (Vec<Piece>, Rest) {
        let pieces = self.purchases.take_back(&line.code, quantity, line.price);
        let back: u32 = pieces.iter().map(|piece| piece.quantity).sum();
        let worth = value(line, back);
        totals.accepted -= worth;
        let difference = worth - pieces.iter().map(|piece| piece.total).sum::<Decimal>();
        let refused = (back < quantity).then(|| {
            let reason = if self.purchases.ever(&line.code) {
                Reason::MoreThanBought
            } else {
                Reason::NeverBought
            };
            (line.quantity.saturating_add_unsigned(back), reason)
        });
        let coverage = &mut totals.returns;
        match back {
            0 => coverage.not += 1,
            _ if refused.is_some() => coverage.partly += 1,
            _ => coverage.wholly += 1,
        }
        coverage.at_another_price += u64::from(!difference.is_zero());
        let difference = (!difference.is_zero()).then(|| Line {
            article: None,
            text: format!("{DIFFERENCE}, {}", line.code).into(),
            quantity: 1,
            price: difference,
        });
        (
            pieces,
            Rest {
                difference,
                refused,
            },
        )
    }

    fn return_goods(&mut self, at: DateTime, returned: Return, totals: &mut Totals) {
        let (key, sale, total) = (returned.key.clone(), returned.sale.clone(), returned.total);
        self.step(at, Deed::Returned(returned));
        self.credit(at, &key, Some(&sale), total, totals);
    }

    /// A credit note or an invoice for lines of its own, by what they come to. Lines that cancel
    /// each other out need neither.
    fn note(&mut self, document: &Document, mut lines: Vec<Line>, totals: &mut Totals) {
        let total: Decimal = lines.iter().map(Line::total).sum();
        let (number, at) = (&document.number, document.at);
        if total > Decimal::ZERO {
            let note = Note {
                document: number.clone(),
                lines,
                due: at.date(),
                total,
            };
            self.step(at, Deed::Credited(note));
            self.credit(at, number, None, total, totals);
        } else if total < Decimal::ZERO {
            for line in &mut lines {
                line.price = -line.price;
            }
            let due = due(at, self.cash);
            let note = Note {
                document: number.clone(),
                lines,
                due,
                total: -total,
            };
            self.step(at, Deed::Charged(note));
            self.owe(at, number, -total, due, totals);
        }
    }

    fn credit(
        &mut self,
        at: DateTime,
        key: &Arc<str>,
        sale: Option<&str>,
        total: Decimal,
        totals: &mut Totals,
    ) {
        totals.credited += total;
        self.books.credit(key, sale, total);
        if self.cash {
            for (credit, amount) in self.books.pay_out() {
                totals.paid_out += amount;
                self.step(at, Deed::PaidOut { credit, amount });
            }
        }
    }
}

/// What is left of a line when goods were taken back.
struct Rest {
    /// What the file credits beside what the goods had cost.
    difference: Option<Line>,
    /// How much could not be taken back, and why.
    refused: Option<(i32, Reason)>,
}

/// Pieces that come back by one document, gathered by order, in the order in which they came up.
fn returns(document: &Arc<str>, pieces: Vec<Piece>) -> Vec<Return> {
    let mut returns: Vec<Return> = Vec::new();
    for piece in pieces {
        let known = returns.iter_mut().find(|known| known.sale == piece.sale);
        let Some(known) = known else {
            returns.push(Return {
                key: format!("{document}/{}", piece.sale).into(),
                sale: piece.sale,
                lines: vec![(piece.line, piece.quantity)],
                total: piece.total,
            });
            continue;
        };
        known.total += piece.total;
        let line = known.lines.iter_mut().find(|(line, _)| *line == piece.line);
        match line {
            Some((_, quantity)) => *quantity += piece.quantity,
            None => known.lines.push((piece.line, piece.quantity)),
        }
    }
    returns
}
