//! One customer's part of the story.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::{DateTime, Time};
use rust_decimal::Decimal;

use crate::demo::retail::{
    Attempt, Deed, Document, Payment, Sale, Step, Totals, attempts, books::Books,
    coverage::Purchases, payer::Method, story::pennies,
};

/// When banks tell of payments: after the day's business, and before it when one bounces.
const PAYMENTS: Time = Time::constant(21, 0, 0, 0);
const BOUNCES: Time = Time::constant(6, 0, 0, 0);

pub(super) struct Customer {
    seed: u64,
    pub(super) cash: bool,
    pub(super) country: Arc<str>,
    pub(super) steps: Vec<Step>,
    pub(super) purchases: Purchases,
    pub(super) books: Books,
    /// What will be done, by time and then in the order in which it was planned.
    planned: BTreeMap<(DateTime, u32), Planned>,
    plans: u32,
    /// Bad debts that are not written off.
    debts: Vec<(Arc<str>, Decimal)>,
}

enum Planned {
    Pay {
        invoice: Arc<str>,
        /// 1 for the first attempt.
        attempt_no: usize,
        attempt: Attempt,
    },
    Bounce {
        payment: Arc<str>,
    },
}

impl Customer {
    pub(super) fn new(seed: u64, cash: bool, country: &Arc<str>) -> Self {
        Self {
            seed,
            cash,
            country: country.clone(),
            steps: Vec::new(),
            purchases: Purchases::default(),
            books: Books::default(),
            planned: BTreeMap::new(),
            plans: 0,
            debts: Vec::new(),
        }
    }

    pub(super) fn step(&mut self, at: DateTime, deed: Deed) {
        self.steps.push(Step { at, deed });
    }

    fn plan(&mut self, at: DateTime, planned: Planned) {
        self.plans += 1;
        self.planned.insert((at, self.plans), planned);
    }

    /// Does what was planned for before then.
    pub(super) fn go_on_until(&mut self, then: DateTime, totals: &mut Totals) {
        while let Some(next) = self.planned.first_entry() {
            let (at, _) = *next.key();
            if at >= then {
                break;
            }
            match next.remove() {
                Planned::Pay {
                    invoice,
                    attempt_no,
                    attempt,
                } => self.pay(at, &invoice, attempt_no, attempt, totals),
                Planned::Bounce { payment } => {
                    totals.received -= self.books.bounce(&payment);
                    self.step(at, Deed::Bounced { payment });
                }
            }
        }
    }

    /// Buys, and plans to pay.
    pub(super) fn buy(&mut self, at: DateTime, sale: Sale, totals: &mut Totals) {
        for (line, number) in sale.lines.iter().zip(1..) {
            if let Some(article) = &line.article {
                let (quantity, price) = (line.quantity, line.price);
                self.purchases
                    .bought(article, &sale.document, number, quantity, price);
            }
        }
        let (document, total, due) = (sale.document.clone(), sale.total, sale.due);
        self.step(at, Deed::Sold(sale));
        self.owe(at, &document, total, due, totals);
    }

    /// An invoice is to be paid.
    pub(super) fn owe(
        &mut self,
        at: DateTime,
        invoice: &Arc<str>,
        total: Decimal,
        due: jiff::civil::Date,
        totals: &mut Totals,
    ) {
        totals.invoiced += total;
        self.books.invoice(invoice, total);
        if self.cash {
            let at_once = Attempt {
                on: due,
                percent: 100,
                method: Method::Cash,
                bounces: None,
            };
            return self.pay(at, invoice, 1, at_once, totals);
        }
        for (attempt, attempt_no) in attempts(self.seed, invoice, due).into_iter().zip(1..) {
            let planned = Planned::Pay {
                invoice: invoice.clone(),
                attempt_no,
                attempt,
            };
            self.plan(attempt.on.to_datetime(PAYMENTS), planned);
        }
    }

    /// Pays what is open of an invoice, with free credits first.
    fn pay(
        &mut self,
        at: DateTime,
        invoice: &Arc<str>,
        attempt_no: usize,
        attempt: Attempt,
        totals: &mut Totals,
    ) {
        if attempt_no == 1 {
            for used in self.books.net(invoice) {
                self.step(at, Deed::Netted(used));
            }
        }
        let share = Decimal::new(attempt.percent.into(), 2);
        let amount = pennies(self.books.open(invoice) * share);
        if amount.is_zero() {
            return;
        }
        let payment = Payment {
            key: format!("{invoice}/{attempt_no}").into(),
            invoice: invoice.clone(),
            amount,
            method: attempt.method,
        };
        self.books.pay(&payment);
        totals.received += amount;
        if let Some(day) = attempt.bounces {
            let payment = payment.key.clone();
            self.plan(day.to_datetime(BOUNCES), Planned::Bounce { payment });
        }
        self.step(at, Deed::Paid(payment));
    }

    /// Charges a bad debt or writes one off; whether that could be.
    pub(super) fn bad_debt(&mut self, document: &Document, totals: &mut Totals) -> bool {
        let lines = document.lines.iter();
        let amount: Decimal = lines
            .map(|line| pennies(Decimal::from(line.quantity) * line.price))
            .sum();
        let number = document.number.clone();
        if amount > Decimal::ZERO {
            totals.debts += amount;
            self.debts.push((number.clone(), amount));
            let charged = Deed::DebtCharged {
                document: number,
                amount,
            };
            self.step(document.at, charged);
            return true;
        }
        let found = self.debts.iter().position(|(_, debt)| *debt == -amount);
        let Some(found) = found else {
            return false;
        };
        let (debt, amount) = self.debts.remove(found);
        totals.written_off += amount;
        let written_off = Deed::WrittenOff {
            document: number,
            debt,
            amount,
        };
        self.step(document.at, written_off);
        true
    }
}
