//! The state of an account.

use guanxi_events::{
    Money, PersonId,
    sales::{
        CreditNoteId, InvoiceId, OrderId, PaymentId, RefundId,
        account::{AllocationNo, Booked, ItemNo, WriteOffNo},
    },
};
use imbl::{OrdMap, OrdSet};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Item, Side};

/// A customer's account. A copy costs nothing, however long the account is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Every item that was ever posted.
    pub items: OrdMap<ItemNo, Item>,
    /// Debits of which something is open, the oldest due first, then by number.
    pub debits: OrdSet<(Date, ItemNo)>,
    /// Credits of which something is open, by number.
    pub credits: OrdSet<ItemNo>,
    /// What is used for what.
    pub allocations: OrdMap<AllocationNo, Allocation>,
    /// How many allocations there ever were.
    pub allocated: u32,
    /// Write-offs, wanted and done.
    pub write_offs: OrdMap<WriteOffNo, WriteOff>,
    /// What payments recovered of write-offs and still settle, by the payment's item.
    pub recoveries: OrdMap<ItemNo, Recovery>,
    /// Invoices.
    pub invoices: OrdMap<InvoiceId, Document>,
    /// Credit notes.
    pub credit_notes: OrdMap<CreditNoteId, ItemNo>,
    /// Payments.
    pub payments: OrdMap<PaymentId, ItemNo>,
    /// Refunds.
    pub refunds: OrdMap<RefundId, ItemNo>,
    /// What confirmed orders will still be billed.
    pub commitments: OrdMap<OrderId, Commitment>,
    /// The credit limit, in the base currency.
    pub limit: Option<Money>,
    /// What is open, debits less credits, in the base currency.
    pub owed: Decimal,
    /// The sum of the commitments in the base currency.
    pub committed: Decimal,
}

/// An invoice on the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The order that it bills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Its business date.
    pub on: Date,
    /// What it came to.
    pub total: Money,
    /// When how much of it is due, as it was posted.
    pub posted: Vec<(Date, Decimal)>,
    /// Whether it was voided.
    pub voided: bool,
    /// The version of its plan: 1 as it was issued, one more with each change.
    pub version: u32,
    /// All its instalments, also those that a later version replaced.
    pub items: Vec<ItemNo>,
    /// The credit notes that credit it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_notes: Vec<ItemNo>,
}

/// A credit that is used for a debit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The credit.
    pub from: ItemNo,
    /// The debit.
    pub to: ItemNo,
    /// Its business date.
    pub on: Date,
    /// All that is taken of the credit.
    pub taken: Booked,
    /// All that is settled of the debit: with its discount and its small rest.
    pub settled: Booked,
    /// What of that is neither discount nor small rest.
    pub paid: Decimal,
}

/// A write-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOff {
    /// The debit.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// Where it stands.
    pub state: WriteOffState,
}

/// Where a write-off stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOffState {
    /// Somebody wants it.
    Requested {
        /// How much.
        amount: Decimal,
        /// Who.
        by: PersonId,
    },
    /// Somebody else does not.
    Rejected,
    /// It is done.
    Done {
        /// What is left of it: what is taken back or recovered is taken from it.
        left: Booked,
    },
}

/// What a payment recovered of a write-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// The payment.
    pub payment: PaymentId,
    /// Its business date.
    pub on: Date,
    /// What counts as recovered: never more than the payment settles of the debit.
    pub left: Booked,
}

/// What a confirmed order will still be billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// The order's currency.
    pub currency: Currency,
    /// Base currency for one unit of it; absent for the base currency.
    pub rate: Option<Decimal>,
    /// Tax included.
    pub unbilled: Booked,
}

impl Ledger {
    /// What the customer owes and has ordered, in the base currency (S-10): open receivables, free
    /// credits counted, and the unbilled part of confirmed orders. Down payments are free credits,
    /// so they are counted once.
    pub fn exposure(&self) -> Decimal {
        self.owed.saturating_add(self.committed)
    }

    /// The number that the next item gets.
    pub(super) fn next_item(&self) -> ItemNo {
        let last = self.items.get_max().map_or(0, |(no, _)| no.0);
        ItemNo(last.saturating_add(1))
    }

    /// The number that the next allocation gets: never one that was taken off.
    pub(super) fn next_allocation(&self) -> AllocationNo {
        AllocationNo(self.allocated.saturating_add(1))
    }

    /// The number that the next write-off gets.
    pub(super) fn next_write_off(&self) -> WriteOffNo {
        let last = self.write_offs.get_max().map_or(0, |(no, _)| no.0);
        WriteOffNo(last.saturating_add(1))
    }

    /// Lets more (or less, below 0) of an item be open.
    pub(super) fn open_more(&mut self, no: ItemNo, amount: Decimal, base: Decimal) {
        let Some(item) = self.items.get_mut(&no) else {
            return;
        };
        item.open.amount = item.open.amount.saturating_add(amount);
        item.open.base = item.open.base.saturating_add(base);
        let (open, due, side) = (item.is_open(), item.due, item.kind.side());
        match (side, open) {
            (Side::Debit, true) => drop(self.debits.insert((due, no))),
            (Side::Debit, false) => drop(self.debits.remove(&(due, no))),
            (Side::Credit, true) => drop(self.credits.insert(no)),
            (Side::Credit, false) => drop(self.credits.remove(&no)),
        }
        self.owed = match side {
            Side::Debit => self.owed.saturating_add(base),
            Side::Credit => self.owed.saturating_sub(base),
        };
    }

    /// What the items are used for, or what is used for them, by number.
    pub fn allocations_of(&self, items: &[ItemNo]) -> Vec<(AllocationNo, &Allocation)> {
        let items = items.iter().filter_map(|no| self.items.get(no));
        let mut used: Vec<_> = items
            .flat_map(|item| item.allocations.iter())
            .filter_map(|no| Some((*no, self.allocations.get(no)?)))
            .collect();
        used.sort_unstable_by_key(|(no, _)| *no);
        used
    }

    /// The write-offs of these items of which something is left, by number.
    pub fn write_offs_of(&self, items: &[ItemNo]) -> Vec<WriteOffNo> {
        let left = |state: &WriteOffState| match state {
            WriteOffState::Done { left } => !left.amount.is_zero(),
            WriteOffState::Requested { .. } | WriteOffState::Rejected => false,
        };
        self.write_offs
            .iter()
            .filter(|(_, write_off)| items.contains(&write_off.item) && left(&write_off.state))
            .map(|(no, _)| *no)
            .collect()
    }

    /// The items of an invoice of which something is open, the oldest due first.
    pub fn open_instalments(&self, invoice: InvoiceId) -> Vec<ItemNo> {
        let items = self.invoices.get(&invoice).into_iter();
        let mut open: Vec<(Date, ItemNo)> = items
            .flat_map(|document| document.items.iter())
            .filter_map(|no| Some((self.items.get(no).filter(|item| item.is_open())?.due, *no)))
            .collect();
        open.sort_unstable();
        open.into_iter().map(|(_, no)| no).collect()
    }

    /// What is open of an invoice, in its currency.
    pub fn open_of(&self, invoice: InvoiceId) -> Decimal {
        let open = self.open_instalments(invoice).into_iter();
        open.filter_map(|no| self.items.get(&no))
            .fold(Decimal::ZERO, |sum, item| {
                sum.saturating_add(item.open.amount)
            })
    }

    /// What can be given back as money of an invoice, and of all others of its order, in their
    /// currency (S-09): what was paid on them, less what their credit notes were paid out already.
    pub fn refundable(&self, invoice: InvoiceId) -> Decimal {
        let order = self.invoices.get(&invoice).and_then(|it| it.order);
        let invoices: Vec<InvoiceId> = match order {
            None => vec![invoice],
            Some(_) => {
                let all = self.invoices.iter();
                let same = all.filter(|(_, document)| document.order == order);
                same.map(|(id, _)| *id).collect()
            }
        };
        let paid = invoices.iter().map(|invoice| self.paid_of(*invoice));
        let paid = paid.fold(Decimal::ZERO, Decimal::saturating_add);
        let documents = invoices.iter().filter_map(|id| self.invoices.get(id));
        let notes: Vec<ItemNo> = documents
            .flat_map(|document| document.credit_notes.iter().copied())
            .collect();
        let is_refund = |no: &ItemNo| {
            let item = self.items.get(no);
            item.is_some_and(|item| matches!(item.kind, super::Kind::Refund(_)))
        };
        let paid_out = self.allocations_of(&notes).into_iter();
        paid_out
            .filter(|(_, used)| is_refund(&used.to))
            .fold(paid, |left, (_, used)| left.saturating_sub(used.paid))
            .max(Decimal::ZERO)
    }

    /// What was paid down for an order in its currency and was neither paid out again nor used for
    /// anything else: what is free of it, and what its invoices took.
    pub fn paid_down(&self, order: OrderId, currency: Currency) -> Decimal {
        let items = self.payments.values().filter_map(|no| self.items.get(no));
        let down = items.filter(|item| {
            let paid = super::Kind::is_down_payment_for(&item.kind, order);
            paid && item.currency == currency && item.gone.is_none()
        });
        let is_of = |used: &&Allocation| {
            let invoice = self
                .invoice_of(used.to)
                .and_then(|id| self.invoices.get(&id));
            invoice.is_some_and(|invoice| invoice.order == Some(order))
        };
        down.map(|item| {
            let used = item.allocations.iter();
            let used = used.filter_map(|no| self.allocations.get(no)).filter(is_of);
            used.fold(item.open.amount, |sum, used| {
                sum.saturating_add(used.taken.amount)
            })
        })
        .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// The credit notes that credit an invoice and are not voided.
    pub fn credit_notes_of(&self, invoice: InvoiceId) -> Vec<CreditNoteId> {
        let document = self.invoices.get(&invoice).into_iter();
        let notes = document.flat_map(|document| document.credit_notes.iter());
        notes
            .filter_map(|no| match self.items.get(no) {
                Some(Item {
                    kind: super::Kind::CreditNote { note, .. },
                    gone: None,
                    ..
                }) => Some(*note),
                _ => None,
            })
            .collect()
    }

    /// Whether an invoice was voided.
    pub fn is_voided(&self, invoice: InvoiceId) -> bool {
        let document = self.invoices.get(&invoice);
        document.is_some_and(|document| document.voided)
    }

    /// What money was paid on an invoice and is still used for it, in its currency.
    pub fn paid_of(&self, invoice: InvoiceId) -> Decimal {
        let Some(document) = self.invoices.get(&invoice) else {
            return Decimal::ZERO;
        };
        let is_payment = |no: &ItemNo| {
            let item = self.items.get(no);
            item.is_some_and(|item| matches!(item.kind, super::Kind::Payment { .. }))
        };
        self.allocations_of(&document.items)
            .into_iter()
            .filter(|(_, used)| is_payment(&used.from))
            .fold(Decimal::ZERO, |sum, (_, used)| {
                sum.saturating_add(used.paid)
            })
    }
}
