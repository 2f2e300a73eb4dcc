//! The account after each event.

use guanxi_events::{
    Money,
    sales::{
        AccountEvent,
        account::{
            Allocated, Booked, CreditNotePosted, Deallocated, FeeCharged, Instalment,
            InvoicePosted, ItemNo, PaymentReceived, RecoveryTakenBack, Refunded, Rescheduled,
            WriteOffNo,
        },
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Item, Kind, Ledger,
    ledger::{Allocation, Commitment, Document, Recovery, WriteOff, WriteOffState},
};

/// Total: whatever the log holds is folded, what it could not hold is passed over.
pub(super) fn evolve(mut ledger: Ledger, event: &AccountEvent) -> Ledger {
    match event {
        AccountEvent::InvoicePosted(posted) => ledger.invoice_posted(posted),
        AccountEvent::InvoiceVoided(voided) => {
            let items = ledger.invoices.get_mut(&voided.invoice).map(|document| {
                document.voided = true;
                document.items.clone()
            });
            for no in items.unwrap_or_default() {
                ledger.take_off(no, voided.on);
            }
        }
        AccountEvent::CreditNotePosted(posted) => ledger.credit_note_posted(posted),
        AccountEvent::CreditNoteVoided(voided) => {
            let item = ledger.credit_notes.get(&voided.credit_note).copied();
            ledger.take_off_if(item, voided.on);
        }
        AccountEvent::Rescheduled(changed) => ledger.rescheduled(changed),
        AccountEvent::FeeCharged(fee) => ledger.fee_charged(fee),
        AccountEvent::FeeWaived(waived) => ledger.take_off(waived.item, waived.on),
        AccountEvent::PaymentReceived(received) => ledger.payment_received(received),
        AccountEvent::PaymentBounced(bounced) => {
            let item = ledger.payments.get(&bounced.payment).copied();
            ledger.take_off_if(item, bounced.on);
        }
        AccountEvent::PaymentReinstated(reinstated) => {
            if let Some(no) = ledger.payments.get(&reinstated.payment).copied() {
                ledger.put_back(no);
            }
        }
        AccountEvent::Refunded(refunded) => ledger.refunded(refunded),
        AccountEvent::RefundReturned(returned) => {
            let item = ledger.refunds.get(&returned.refund).copied();
            ledger.take_off_if(item, returned.on);
        }
        AccountEvent::Allocated(allocated) => ledger.allocated(allocated),
        AccountEvent::Deallocated(taken) => ledger.deallocated(taken),
        AccountEvent::WriteOffRequested(wanted) => {
            let write_off = WriteOff {
                item: wanted.item,
                on: wanted.on,
                state: WriteOffState::Requested {
                    amount: wanted.amount,
                    by: wanted.by.clone(),
                },
            };
            ledger.write_offs.insert(wanted.write_off, write_off);
        }
        AccountEvent::WriteOffRejected(rejected) => {
            if let Some(write_off) = ledger.write_offs.get_mut(&rejected.write_off) {
                write_off.state = WriteOffState::Rejected;
            }
        }
        AccountEvent::WrittenOff(done) => {
            let write_off = WriteOff {
                item: done.item,
                on: done.on,
                state: WriteOffState::Done { left: done.booked },
            };
            ledger.write_offs.insert(done.write_off, write_off);
            ledger.open_more(done.item, -done.booked.amount, -done.booked.base);
        }
        AccountEvent::WriteOffTakenBack(back) => {
            ledger.given_up_no_more(back.write_off, back.on, back.booked);
        }
        AccountEvent::Recovered(back) => {
            ledger.given_up_no_more(back.write_off, back.on, back.booked);
            if let Some(item) = ledger.payments.get(&back.payment).copied() {
                let recovery = Recovery {
                    write_off: back.write_off,
                    payment: back.payment,
                    on: back.on,
                    left: back.booked,
                };
                ledger.recoveries.insert(item, recovery);
            }
        }
        AccountEvent::RecoveryTakenBack(back) => ledger.recovered_no_more(back),
        // They say what the ledger shows.
        AccountEvent::InvoiceSettled(_) | AccountEvent::InvoiceUnsettled(_) => {}
        AccountEvent::CreditLimitSet(set) => ledger.limit = set.limit,
        AccountEvent::CommitmentSet(set) => {
            let before = ledger.commitments.get(&set.order);
            let before = before.map_or(Decimal::ZERO, |old| old.unbilled.base);
            ledger.committed = ledger
                .committed
                .saturating_sub(before)
                .saturating_add(set.unbilled.base);
            if set.unbilled.amount.is_zero() {
                ledger.commitments.remove(&set.order);
            } else {
                let commitment = Commitment {
                    currency: set.currency,
                    rate: set.rate,
                    unbilled: set.unbilled,
                };
                ledger.commitments.insert(set.order, commitment);
            }
        }
    }
    ledger
}

impl Ledger {
    /// A new item, all of it open.
    fn post(&mut self, no: ItemNo, item: Item) {
        let open = item.booked;
        let nothing = Booked::default();
        self.items.insert(
            no,
            Item {
                open: nothing,
                ..item
            },
        );
        self.open_more(no, open.amount, open.base);
    }

    /// What is open of an item is gone: voided, waived, bounced.
    fn take_off(&mut self, no: ItemNo, on: Date) {
        let Some(item) = self.items.get_mut(&no) else {
            return;
        };
        item.gone = Some(on);
        let open = item.open;
        self.open_more(no, -open.amount, -open.base);
    }

    fn take_off_if(&mut self, no: Option<ItemNo>, on: Date) {
        if let Some(no) = no {
            self.take_off(no, on);
        }
    }

    /// All of an item is there again.
    fn put_back(&mut self, no: ItemNo) {
        let Some(item) = self.items.get_mut(&no) else {
            return;
        };
        item.gone = None;
        let booked = item.booked;
        self.open_more(no, booked.amount, booked.base);
    }

    /// What was used of an item from `since` until `until` is open again.
    fn used_no_more(&mut self, no: ItemNo, since: Date, until: Date, back: Booked) {
        if let Some(item) = self.items.get_mut(&no)
            && until > since
        {
            item.used_until.push((until, back.amount));
        }
        self.open_more(no, back.amount, back.base);
    }

    fn instalments(
        &mut self,
        kind: impl Fn(&Instalment) -> Kind,
        on: Date,
        (currency, rate): (Currency, Option<Decimal>),
        instalments: &[Instalment],
    ) {
        for instalment in instalments {
            let item = Item {
                kind: kind(instalment),
                on,
                due: instalment.due,
                currency,
                rate,
                booked: instalment.booked,
                open: Booked::default(),
                gone: None,
                used_until: Vec::new(),
                allocations: Vec::new(),
            };
            self.post(instalment.item, item);
        }
    }

    fn invoice_posted(&mut self, posted: &InvoicePosted) {
        let invoice = posted.invoice;
        let kind = |instalment: &Instalment| Kind::Instalment {
            invoice,
            discount: instalment.discount,
        };
        let valued = (posted.currency, posted.rate);
        self.instalments(kind, posted.on, valued, &posted.instalments);
        let amounts = posted.instalments.iter().map(|i| i.booked.amount);
        let total = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
        let parts = posted.instalments.iter();
        let document = Document {
            order: posted.order,
            on: posted.on,
            total: Money {
                amount: total,
                currency: posted.currency,
            },
            posted: parts.map(|part| (part.due, part.booked.amount)).collect(),
            voided: false,
            version: 1,
            items: posted.instalments.iter().map(|i| i.item).collect(),
            credit_notes: Vec::new(),
        };
        self.invoices.insert(invoice, document);
    }

    fn rescheduled(&mut self, changed: &Rescheduled) {
        let Some(first) = changed.taken.first() else {
            return;
        };
        let Some(valued) = self
            .items
            .get(&first.item)
            .map(|item| (item.currency, item.rate))
        else {
            return;
        };
        for taken in &changed.taken {
            self.open_more(taken.item, -taken.booked.amount, -taken.booked.base);
        }
        let invoice = changed.invoice;
        let kind = |instalment: &Instalment| Kind::Instalment {
            invoice,
            discount: instalment.discount,
        };
        self.instalments(kind, changed.on, valued, &changed.instalments);
        if let Some(document) = self.invoices.get_mut(&invoice) {
            document.version = changed.version;
            let new = changed.instalments.iter().map(|i| i.item);
            document.items.extend(new);
        }
    }

    fn credit(
        &mut self,
        no: ItemNo,
        kind: Kind,
        on: Date,
        valued: (Currency, Option<Decimal>),
        booked: Booked,
    ) {
        self.single(no, kind, (on, on), valued, booked);
    }

    fn single(
        &mut self,
        no: ItemNo,
        kind: Kind,
        (on, due): (Date, Date),
        (currency, rate): (Currency, Option<Decimal>),
        booked: Booked,
    ) {
        let item = Item {
            kind,
            on,
            due,
            currency,
            rate,
            booked,
            open: Booked::default(),
            gone: None,
            used_until: Vec::new(),
            allocations: Vec::new(),
        };
        self.post(no, item);
    }

    fn credit_note_posted(&mut self, posted: &CreditNotePosted) {
        let kind = Kind::CreditNote {
            note: posted.credit_note,
            invoice: posted.invoice,
        };
        let valued = (posted.currency, posted.rate);
        self.credit(posted.item, kind, posted.on, valued, posted.booked);
        self.credit_notes.insert(posted.credit_note, posted.item);
        let invoice = posted.invoice.and_then(|id| self.invoices.get_mut(&id));
        if let Some(invoice) = invoice {
            invoice.credit_notes.push(posted.item);
        }
    }

    fn payment_received(&mut self, received: &PaymentReceived) {
        let kind = Kind::Payment {
            payment: received.payment,
            order: received.order,
        };
        let valued = (received.currency, received.rate);
        self.credit(received.item, kind, received.on, valued, received.booked);
        self.payments.insert(received.payment, received.item);
    }

    fn fee_charged(&mut self, fee: &FeeCharged) {
        let valued = (fee.currency, fee.rate);
        self.single(fee.item, Kind::Fee, (fee.on, fee.due), valued, fee.booked);
    }

    fn refunded(&mut self, refunded: &Refunded) {
        let kind = Kind::Refund(refunded.refund);
        let days = (refunded.on, refunded.on);
        let valued = (refunded.currency, None);
        self.single(refunded.item, kind, days, valued, refunded.booked);
        self.refunds.insert(refunded.refund, refunded.item);
    }

    fn allocated(&mut self, allocated: &Allocated) {
        let settled = [allocated.discount, allocated.shortfall];
        let settled = sum(allocated.settled, &settled);
        let taken = sum(allocated.taken, &[allocated.surplus]);
        self.open_more(allocated.from, -taken.amount, -taken.base);
        self.open_more(allocated.to, -settled.amount, -settled.base);
        self.allocated = self.allocated.max(allocated.allocation.0);
        for no in [allocated.from, allocated.to] {
            if let Some(item) = self.items.get_mut(&no) {
                item.allocations.push(allocated.allocation);
            }
        }
        let allocation = Allocation {
            from: allocated.from,
            to: allocated.to,
            on: allocated.on,
            taken,
            settled,
            paid: allocated.settled.amount,
        };
        self.allocations.insert(allocated.allocation, allocation);
    }

    fn deallocated(&mut self, back: &Deallocated) {
        let Some(used) = self.allocations.remove(&back.allocation) else {
            return;
        };
        for no in [used.from, used.to] {
            if let Some(item) = self.items.get_mut(&no) {
                item.allocations.retain(|other| *other != back.allocation);
            }
        }
        self.used_no_more(used.from, used.on, back.on, used.taken);
        self.used_no_more(used.to, used.on, back.on, used.settled);
    }

    fn recovered_no_more(&mut self, back: &RecoveryTakenBack) {
        let item = self.payments.get(&back.payment).copied();
        let Some((item, recovery)) = item.and_then(|no| Some((no, self.recoveries.get_mut(&no)?)))
        else {
            return;
        };
        recovery.left.amount = recovery.left.amount.saturating_sub(back.booked.amount);
        recovery.left.base = recovery.left.base.saturating_sub(back.booked.base);
        if recovery.left.amount.is_zero() {
            self.recoveries.remove(&item);
        }
    }

    fn given_up_no_more(&mut self, no: WriteOffNo, on: Date, back: Booked) {
        let Some(write_off) = self.write_offs.get_mut(&no) else {
            return;
        };
        if let WriteOffState::Done { left } = &mut write_off.state {
            left.amount = left.amount.saturating_sub(back.amount);
            left.base = left.base.saturating_sub(back.base);
        }
        let (item, since) = (write_off.item, write_off.on);
        self.used_no_more(item, since, on, back);
    }
}

fn sum(first: Booked, others: &[Option<Booked>]) -> Booked {
    let others = others.iter().flatten();
    others.fold(first, |sum, other| Booked {
        amount: sum.amount.saturating_add(other.amount),
        base: sum.base.saturating_add(other.base),
    })
}
