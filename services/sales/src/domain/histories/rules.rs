//! What must be true at any time.

use guanxi_events::sales::Credited;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::run::Run;
use crate::domain::{
    account::{Kind, Side, WriteOffState},
    billing_document::gross,
    credit_note::Note,
    invoice::Status,
    order::Share,
    shop::{credit_note, invoice},
};

impl Run {
    pub(super) fn holds(&self) -> Result<(), TestCaseError> {
        self.documents_come_to_what_the_order_says()?;
        self.invoices_are_open_paid_or_given_up()?;
        self.account_adds_up()
    }

    /// Σ invoices − Σ credit notes of the order = billed − credited.
    fn documents_come_to_what_the_order_says(&self) -> Result<(), TestCaseError> {
        let sale = self.shop.sale(1);
        let sum = |of: fn(&crate::domain::order::OrderLine) -> Share| -> Decimal {
            let shares = sale.lines.iter().map(of);
            shares.map(|share| share.net + share.tax).sum()
        };
        let billed: Decimal = self.invoices().map(|n| self.total_of(n)).sum();
        let credited: Decimal = self.order_notes().map(|note| gross(&note.totals)).sum();
        prop_assert_eq!(billed, sum(|line| line.billed));
        prop_assert_eq!(billed, sale.billed_gross());
        prop_assert_eq!(credited, sum(|line| line.credited));
        prop_assert!(credited <= billed);
        let named: Vec<_> = self.invoices().map(invoice).collect();
        let mut known = sale.invoices().to_vec();
        known.sort_unstable();
        prop_assert_eq!(known, named);
        Ok(())
    }

    /// What an invoice comes to is open, settled or given up; a voided one is nothing.
    fn invoices_are_open_paid_or_given_up(&self) -> Result<(), TestCaseError> {
        let ledger = self.shop.ledger();
        for n in self.all_invoices() {
            let Some(document) = ledger.invoices.get(&invoice(n)) else {
                continue;
            };
            let settled = ledger.allocations_of(&document.items).into_iter();
            let settled: Decimal = settled.map(|(_, used)| used.settled.amount).sum();
            let given_up = ledger.write_offs_of(&document.items).into_iter();
            let given_up: Decimal = given_up
                .map(|no| match ledger.write_offs[&no].state {
                    WriteOffState::Done { left } => left.amount,
                    _ => Decimal::ZERO,
                })
                .sum();
            let all = self.shop.open_of(n) + settled + given_up;
            let bill = self.shop.bill(n);
            let wanted = match bill.status {
                Status::Issued => self.total_of(n),
                _ => Decimal::ZERO,
            };
            prop_assert_eq!(all, wanted, "invoice {}", n);
        }
        Ok(())
    }

    /// What the order commits to stands on the account, and the account's sums are its items'.
    fn account_adds_up(&self) -> Result<(), TestCaseError> {
        let ledger = self.shop.ledger();
        let sale = self.shop.sale(1);
        prop_assert_eq!(self.shop.committed(1), sale.unbilled_gross());
        let committed: Decimal = ledger.commitments.values().map(|c| c.unbilled.base).sum();
        prop_assert_eq!(ledger.committed, committed);
        let mut owed = Decimal::ZERO;
        for item in ledger.items.values() {
            prop_assert!(item.open.amount >= Decimal::ZERO, "{item:?}");
            prop_assert!(item.open.amount <= item.booked.amount, "{item:?}");
            prop_assert!(item.gone.is_none() || !item.is_open(), "{item:?}");
            owed += match item.kind.side() {
                Side::Debit => item.open.base,
                Side::Credit => -item.open.base,
            };
        }
        prop_assert_eq!(ledger.owed, owed);
        prop_assert_eq!(ledger.exposure(), owed + committed);
        Ok(())
    }

    /// When money was paid out, it is no more than was paid on the order's invoices.
    pub(super) fn paid_out_within_what_was_paid(&self) -> Result<(), TestCaseError> {
        let ledger = self.shop.ledger();
        let paid: Decimal = self.invoices().map(|n| ledger.paid_of(invoice(n))).sum();
        let notes: Vec<_> = (self.all_notes())
            .filter_map(|n| ledger.credit_notes.get(&credit_note(n)).copied())
            .collect();
        let out = ledger.allocations_of(&notes).into_iter();
        let out: Decimal = out
            .filter(|(_, used)| matches!(ledger.items[&used.to].kind, Kind::Refund(_)))
            .map(|(_, used)| used.taken.amount)
            .sum();
        prop_assert!(out <= paid, "{} paid out of {}", out, paid);
        Ok(())
    }

    /// What an invoice comes to.
    pub(super) fn total_of(&self, n: u128) -> Decimal {
        let issued = self.shop.bill(n).issued;
        issued.map_or(Decimal::ZERO, |issued| gross(&issued.totals))
    }

    /// The credit notes of parts of the order that are not voided.
    fn order_notes(&self) -> impl Iterator<Item = Note> + '_ {
        let notes = self.all_notes().map(|n| self.shop.note(n));
        notes.filter(|note| note.voided.is_none() && matches!(note.subject, Credited::Order { .. }))
    }
}
