//! Whether an invoice is paid in full: what other services wait for, told by the account in the same
//! decision, for it does not follow from one event alone.

use std::collections::BTreeMap;

use guanxi_events::{
    Money,
    sales::{
        AccountEvent, InvoiceId,
        account::{InvoiceSettled, InvoiceUnsettled, ItemNo},
    },
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Kind, Ledger};

/// How all of an invoice is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settled {
    on: Date,
    total: Money,
    credited: Decimal,
    kept_back: Decimal,
}

/// The invoices whose settlement a decision may have changed, each with the first day from which
/// something of it was taken off.
#[derive(Debug, Clone, Default)]
pub(super) struct Concerned(BTreeMap<InvoiceId, Option<Date>>);

impl Concerned {
    /// Takes in an event that is about to happen to the account. Only what posts an invoice, voids
    /// it, or uses credits for it can make it settled: a write-off never does, and what is open of
    /// it is open under every plan.
    pub(super) fn by(&mut self, ledger: &Ledger, event: &AccountEvent) {
        let (invoice, off) = match event {
            AccountEvent::InvoicePosted(posted) => (Some(posted.invoice), None),
            AccountEvent::InvoiceVoided(voided) => (Some(voided.invoice), Some(voided.on)),
            AccountEvent::Allocated(used) => (ledger.invoice_of(used.to), None),
            AccountEvent::Deallocated(back) => {
                let used = ledger.allocations.get(&back.allocation);
                let invoice = used.and_then(|used| ledger.invoice_of(used.to));
                (invoice, Some(back.on))
            }
            _ => return,
        };
        let Some(invoice) = invoice else { return };
        let first = self.0.entry(invoice).or_default();
        *first = match (*first, off) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// How many they are: each may take an event more.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What became settled between the two, and what is not any more.
    pub(super) fn changes(&self, before: &Ledger, after: &Ledger) -> Vec<AccountEvent> {
        let mut events = Vec::new();
        for (invoice, off) in &self.0 {
            let (was, is) = (before.settled(*invoice), after.settled(*invoice));
            let document = after.invoices.get(invoice);
            let order = document.and_then(|document| document.order);
            match (was, is) {
                (None, Some(is)) => events.push(
                    InvoiceSettled {
                        invoice: *invoice,
                        order,
                        on: is.on,
                        total: is.total,
                        credited: is.credited,
                        kept_back: is.kept_back,
                    }
                    .into(),
                ),
                (Some(was), None) => events.push(
                    InvoiceUnsettled {
                        invoice: *invoice,
                        order,
                        on: off.unwrap_or(was.on),
                        total: was.total,
                        credited: after.credited_of(*invoice),
                    }
                    .into(),
                ),
                // No decision takes something off an invoice and settles it again.
                (None, None) | (Some(_), Some(_)) => {}
            }
        }
        events
    }
}

impl Ledger {
    /// The invoice that an item is a part of.
    pub(super) fn invoice_of(&self, item: ItemNo) -> Option<InvoiceId> {
        match self.items.get(&item)?.kind {
            Kind::Instalment { invoice, .. } => Some(invoice),
            _ => None,
        }
    }

    /// How an invoice is settled, when all of it is: its allocations come to it. Then nothing is
    /// open of it, and nothing is written off.
    fn settled(&self, invoice: InvoiceId) -> Option<Settled> {
        let document = self.invoices.get(&invoice)?;
        if document.voided {
            return None;
        }
        let nothing = Settled {
            on: document.on,
            total: document.total,
            credited: Decimal::ZERO,
            kept_back: Decimal::ZERO,
        };
        let mut sum = Decimal::ZERO;
        let used = self.allocations_of(&document.items);
        let settled = used.into_iter().fold(nothing, |mut all, (_, used)| {
            sum = sum.saturating_add(used.settled.amount);
            let kept_back = used.settled.amount.saturating_sub(used.paid);
            all.kept_back = all.kept_back.saturating_add(kept_back);
            if self.is_credit_note(used.from) {
                all.credited = all.credited.saturating_add(used.paid);
            }
            all.on = all.on.max(used.on);
            all
        });
        (sum == document.total.amount).then_some(settled)
    }

    /// What of an invoice is settled by credit notes, in its currency.
    fn credited_of(&self, invoice: InvoiceId) -> Decimal {
        let items = self.invoices.get(&invoice).map(|it| it.items.as_slice());
        self.allocations_of(items.unwrap_or_default())
            .into_iter()
            .filter(|(_, used)| self.is_credit_note(used.from))
            .fold(Decimal::ZERO, |sum, (_, used)| {
                sum.saturating_add(used.paid)
            })
    }

    fn is_credit_note(&self, item: ItemNo) -> bool {
        let item = self.items.get(&item);
        item.is_some_and(|item| matches!(item.kind, Kind::CreditNote { .. }))
    }
}
