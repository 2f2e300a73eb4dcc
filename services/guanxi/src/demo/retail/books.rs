//! What is open of a customer's invoices, and which credits are free: the payer looks it up.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{Payment, Use};

/// One customer's.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// By the document of the invoice.
    open: HashMap<Arc<str>, Decimal>,
    /// The oldest first.
    free: VecDeque<(Arc<str>, Decimal)>,
    /// By key.
    payments: HashMap<Arc<str>, Payment>,
}

impl Books {
    pub(super) fn invoice(&mut self, document: &Arc<str>, total: Decimal) {
        self.open.insert(document.clone(), total);
    }

    pub(super) fn open(&self, invoice: &str) -> Decimal {
        self.open.get(invoice).copied().unwrap_or_default()
    }

    /// A credit settles its invoice; what is left is free.
    pub(super) fn credit(&mut self, key: &Arc<str>, invoice: Option<&str>, total: Decimal) {
        let settled = invoice.map_or(Decimal::ZERO, |invoice| self.settle(invoice, total));
        if total > settled {
            self.free.push_back((key.clone(), total - settled));
        }
    }

    /// Uses what is free for an invoice, the oldest credits first.
    pub(super) fn net(&mut self, invoice: &Arc<str>) -> Vec<Use> {
        let mut uses = Vec::new();
        while let Some((credit, free)) = self.free.pop_front() {
            let amount = self.settle(invoice, free);
            if amount < free {
                self.free.push_front((credit.clone(), free - amount));
            }
            if amount.is_zero() {
                break;
            }
            uses.push(Use {
                credit,
                invoice: invoice.clone(),
                amount,
            });
        }
        uses
    }

    /// Takes all that is free away.
    pub(super) fn pay_out(&mut self) -> Vec<(Arc<str>, Decimal)> {
        self.free.drain(..).collect()
    }

    pub(super) fn pay(&mut self, payment: &Payment) {
        self.settle(&payment.invoice, payment.amount);
        self.payments.insert(payment.key.clone(), payment.clone());
    }

    /// The payment is gone, and what it settled is open again; how much that is.
    pub(super) fn bounce(&mut self, payment: &str) -> Decimal {
        let Some(payment) = self.payments.remove(payment) else {
            return Decimal::ZERO;
        };
        *self.open.entry(payment.invoice).or_default() += payment.amount;
        payment.amount
    }

    /// Settles as much as is open.
    fn settle(&mut self, invoice: &str, amount: Decimal) -> Decimal {
        let Some(open) = self.open.get_mut(invoice) else {
            return Decimal::ZERO;
        };
        let settled = amount.min(*open);
        *open -= settled;
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::retail::payer::Method;

    #[test]
    fn a_credit_settles_its_invoice_and_the_rest_is_used_for_the_next_oldest_first() {
        let [one, two]: [Arc<str>; 2] = ["1".into(), "2".into()];
        let [a, b]: [Arc<str>; 2] = ["a".into(), "b".into()];
        let mut books = Books::default();
        books.invoice(&one, Decimal::TEN);
        books.credit(&a, Some("1"), Decimal::from(12));
        books.credit(&b, None, Decimal::from(5));
        assert_eq!(books.open("1"), Decimal::ZERO);

        books.invoice(&two, Decimal::from(4));
        let used: Vec<_> = books
            .net(&two)
            .into_iter()
            .map(|u| (u.credit, u.amount))
            .collect();
        assert_eq!(used, [(a, Decimal::TWO), (b.clone(), Decimal::TWO)]);
        assert_eq!(books.open("2"), Decimal::ZERO);
        assert_eq!(books.pay_out(), [(b, Decimal::from(3))]);
    }

    #[test]
    fn what_a_bounced_payment_settled_is_open_again_once() {
        let one: Arc<str> = "1".into();
        let mut books = Books::default();
        books.invoice(&one, Decimal::TEN);
        let payment = Payment {
            key: "1/1".into(),
            invoice: one,
            amount: Decimal::from(6),
            method: Method::Cheque,
        };
        books.pay(&payment);
        assert_eq!(books.open("1"), Decimal::from(4));
        assert_eq!(books.bounce("1/1"), Decimal::from(6));
        assert_eq!(books.bounce("1/1"), Decimal::ZERO);
        assert_eq!(books.open("1"), Decimal::TEN);
    }
}
