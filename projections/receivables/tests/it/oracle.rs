//! The same answers by the plainest means: look at everything that was known by then, once for every
//! question, and ask of each thing whether it counts on that day. Nothing is summed up from
//! movements, and nothing is shared with the fold.

use std::collections::BTreeMap;

use guanxi_events::sales::{
    AccountEvent,
    account::{Allocated, Booked, ItemNo, WriteOffNo},
};
use guanxi_receivables::ledger::{Figure, Kind};
use iso_currency::Currency;
use jiff::civil::Date;
use uuid::Uuid;

use crate::history::{Told, cents};

/// An item as of a day, as known on a day. Amounts in cents; credits below 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) document: Option<Uuid>,
    pub(crate) on: Date,
    pub(crate) due: Date,
    pub(crate) currency: Currency,
    /// As the invoice says.
    pub(crate) owner: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) amount: i64,
    pub(crate) open: i64,
    pub(crate) base: i64,
}

/// The figures of the control account: amount and base amount.
pub(crate) type Control = BTreeMap<(Currency, Figure), (i64, i64)>;

/// One customer's account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Every item that was there, open or not.
    pub(crate) items: BTreeMap<u32, Item>,
    pub(crate) control: Control,
}

/// What one customer owes at the end of `as_of`, by what was recorded by the end of day `known`.
pub(crate) fn account(told: &[Told], customer: Uuid, as_of: Date, known: i32) -> Account {
    let events = told
        .iter()
        .filter(|told| told.customer == customer && told.recorded <= known);
    let world = World {
        events: events.map(|told| &told.event).collect(),
        as_of,
    };
    let mut account = Account::default();
    world.items(&mut account);
    world.documents(&mut account.control);
    world.settlements(&mut account);
    for (no, item) in &mut account.items {
        if world.gone(item.document, ItemNo(*no)) {
            (item.open, item.base) = (0, 0);
        }
    }
    account
}

struct World<'a> {
    events: Vec<&'a AccountEvent>,
    as_of: Date,
}

impl World<'_> {
    /// Whether more events say that a document is gone than that it is back.
    fn gone(&self, document: Option<Uuid>, item: ItemNo) -> bool {
        let mut gone = 0;
        for event in &self.events {
            let (id, on, more) = match event {
                AccountEvent::InvoiceVoided(e) => (Some(e.invoice.0), e.on, 1),
                AccountEvent::CreditNoteVoided(e) => (Some(e.credit_note.0), e.on, 1),
                AccountEvent::PaymentBounced(e) => (Some(e.payment.0), e.on, 1),
                AccountEvent::PaymentReinstated(e) => (Some(e.payment.0), e.on, -1),
                AccountEvent::RefundReturned(e) => (Some(e.refund.0), e.on, 1),
                AccountEvent::FeeWaived(e) if e.item == item => (None, e.on, 1),
                _ => continue,
            };
            if id == document && on <= self.as_of {
                gone += more;
            }
        }
        gone > 0
    }

    /// Every item that was posted by then, with nothing taken off.
    fn items(&self, account: &mut Account) {
        for event in &self.events {
            match event {
                AccountEvent::InvoicePosted(e) => {
                    for part in &e.instalments {
                        let mut item = item(Kind::Instalment, Some(e.invoice.0), e.on, e.currency);
                        item.due = part.due;
                        item.owner = e.owner.as_ref().map(ToString::to_string);
                        item.team.clone_from(&e.team);
                        self.add(account, part.item, item, part.booked);
                    }
                }
                AccountEvent::Rescheduled(e) if e.on <= self.as_of => {
                    let old = account.items[&e.taken[0].item.0].clone();
                    for part in &e.instalments {
                        let due = part.due;
                        let on = e.on;
                        let item = Item {
                            due,
                            on,
                            ..old.clone()
                        };
                        self.add(account, part.item, item, part.booked);
                    }
                }
                AccountEvent::FeeCharged(e) => {
                    let mut item = item(Kind::Fee, None, e.on, e.currency);
                    item.due = e.due;
                    self.add(account, e.item, item, e.booked);
                }
                AccountEvent::Refunded(e) => {
                    let item = item(Kind::Refund, Some(e.refund.0), e.on, e.currency);
                    self.add(account, e.item, item, e.booked);
                }
                AccountEvent::PaymentReceived(e) => {
                    let item = item(Kind::Payment, Some(e.payment.0), e.on, e.currency);
                    self.add(account, e.item, item, e.booked);
                }
                AccountEvent::CreditNotePosted(e) => {
                    let mut item = item(Kind::CreditNote, Some(e.credit_note.0), e.on, e.currency);
                    // It is of those who sold what it credits.
                    if let Some(invoice) = self.invoice_with_items(e.invoice.map(|id| id.0)) {
                        item.owner = invoice.0;
                        item.team = invoice.1;
                    }
                    self.add(account, e.item, item, e.booked);
                }
                _ => {}
            }
        }
    }

    fn invoice_with_items(&self, id: Option<Uuid>) -> Option<(Option<String>, Option<String>)> {
        self.events.iter().find_map(|event| match event {
            AccountEvent::InvoicePosted(e)
                if Some(e.invoice.0) == id && !e.instalments.is_empty() =>
            {
                let owner = e.owner.as_ref().map(ToString::to_string);
                Some((owner, e.team.clone()))
            }
            _ => None,
        })
    }

    fn add(&self, account: &mut Account, no: ItemNo, mut item: Item, booked: Booked) {
        if item.on > self.as_of {
            return;
        }
        let sign = if item.kind.is_credit() { -1 } else { 1 };
        item.amount = sign * cents(booked.amount);
        item.open = item.amount;
        item.base = sign * cents(booked.base);
        account.items.insert(no.0, item);
    }

    /// What the documents that count come to.
    fn documents(&self, control: &mut Control) {
        for event in &self.events {
            let no_item = ItemNo(0);
            let (figure, id, item, on, currency, parts, sign) = match event {
                AccountEvent::InvoicePosted(e) => {
                    let parts = e.instalments.iter().map(|part| part.booked).collect();
                    let id = Some(e.invoice.0);
                    (Figure::Invoiced, id, no_item, e.on, e.currency, parts, 1)
                }
                AccountEvent::FeeCharged(e) => {
                    let parts = vec![e.booked];
                    (Figure::Fees, None, e.item, e.on, e.currency, parts, 1)
                }
                AccountEvent::Refunded(e) => {
                    let (id, parts) = (Some(e.refund.0), vec![e.booked]);
                    (Figure::Refunded, id, no_item, e.on, e.currency, parts, 1)
                }
                AccountEvent::PaymentReceived(e) => {
                    let (id, parts) = (Some(e.payment.0), vec![e.booked]);
                    (Figure::Received, id, no_item, e.on, e.currency, parts, -1)
                }
                AccountEvent::CreditNotePosted(e) => {
                    let (id, parts) = (Some(e.credit_note.0), vec![e.booked]);
                    (Figure::Credited, id, no_item, e.on, e.currency, parts, -1)
                }
                _ => continue,
            };
            if on <= self.as_of && !self.gone(id, item) {
                let parts: Vec<Booked> = parts;
                for part in parts {
                    count(control, currency, figure, sign, part);
                }
            }
        }
    }

    /// What counts of the uses of credits, of write-offs and of new plans.
    fn settlements(&self, account: &mut Account) {
        for event in &self.events {
            match event {
                AccountEvent::Allocated(e) if e.on <= self.as_of && !self.taken_back(e) => {
                    self.used(account, e);
                }
                AccountEvent::Rescheduled(e) if e.on <= self.as_of => {
                    for taken in &e.taken {
                        less(account, taken.item, -1, taken.booked);
                    }
                }
                AccountEvent::WrittenOff(e) if e.on <= self.as_of => {
                    less(account, e.item, -1, e.booked);
                    let currency = account.items[&e.item.0].currency;
                    let control = &mut account.control;
                    count(control, currency, Figure::WrittenOff, -1, e.booked);
                }
                AccountEvent::WriteOffTakenBack(e) if e.on <= self.as_of => {
                    self.back(account, e.write_off, Figure::WrittenOff, e.booked);
                }
                AccountEvent::Recovered(e) if e.on <= self.as_of => {
                    self.back(account, e.write_off, Figure::Recovered, e.booked);
                }
                // One figure instead of the other.
                AccountEvent::RecoveryTakenBack(e) if e.on <= self.as_of => {
                    let currency = account.items[&self.given_up(e.write_off).0].currency;
                    let control = &mut account.control;
                    count(control, currency, Figure::Recovered, -1, e.booked);
                    count(control, currency, Figure::WrittenOff, 1, e.booked);
                }
                _ => {}
            }
        }
    }

    fn taken_back(&self, allocated: &Allocated) -> bool {
        self.events.iter().any(|event| {
            matches!(event, AccountEvent::Deallocated(e)
                if e.allocation == allocated.allocation && e.on <= self.as_of)
        })
    }

    fn used(&self, account: &mut Account, e: &Allocated) {
        let (from, to) = (&account.items[&e.from.0], &account.items[&e.to.0]);
        let (credit, debit) = (from.currency, to.currency);
        less(account, e.from, 1, e.taken);
        less(account, e.to, -1, e.settled);
        let control = &mut account.control;
        count(control, credit, Figure::Exchange, 1, e.taken);
        count(control, debit, Figure::Exchange, -1, e.settled);
        for (rest, no, currency, figure, sign) in [
            (e.discount, e.to, debit, Figure::Discount, -1),
            (e.shortfall, e.to, debit, Figure::Difference, -1),
            (e.surplus, e.from, credit, Figure::Difference, 1),
        ] {
            if let Some(rest) = rest {
                less(account, no, sign, rest);
                count(&mut account.control, currency, figure, sign, rest);
            }
        }
    }

    fn given_up(&self, no: WriteOffNo) -> ItemNo {
        let item = self.events.iter().find_map(|event| match event {
            AccountEvent::WrittenOff(e) if e.write_off == no => Some(e.item),
            _ => None,
        });
        item.unwrap()
    }

    fn back(&self, account: &mut Account, no: WriteOffNo, figure: Figure, booked: Booked) {
        let item = self.given_up(no);
        less(account, item, 1, booked);
        let currency = account.items[&item.0].currency;
        count(&mut account.control, currency, figure, 1, booked);
    }
}

fn item(kind: Kind, document: Option<Uuid>, on: Date, currency: Currency) -> Item {
    Item {
        kind,
        document,
        on,
        due: on,
        currency,
        owner: None,
        team: None,
        amount: 0,
        open: 0,
        base: 0,
    }
}

fn less(account: &mut Account, no: ItemNo, sign: i64, booked: Booked) {
    let item = account.items.get_mut(&no.0).unwrap();
    item.open += sign * cents(booked.amount);
    item.base += sign * cents(booked.base);
}

fn count(control: &mut Control, currency: Currency, figure: Figure, sign: i64, booked: Booked) {
    let sum = control.entry((currency, figure)).or_default();
    sum.0 += sign * cents(booked.amount);
    sum.1 += sign * cents(booked.base);
}
