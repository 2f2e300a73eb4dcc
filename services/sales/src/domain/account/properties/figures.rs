//! An account told by its events alone: dated entries on items, and dated postings, with no state.

use guanxi_events::sales::account::InvoiceSettled;

use super::*;

/// Something that moves an item: debits above 0, credits below.
#[derive(Debug, Clone)]
struct Entry {
    item: ItemNo,
    on: Date,
    amount: Decimal,
    base: Decimal,
}

#[derive(Debug, Clone)]
struct Posting {
    on: Date,
    currency: Currency,
    amount: Decimal,
    base: Decimal,
}

#[derive(Debug, Default)]
pub(super) struct Figures {
    entries: Vec<Entry>,
    postings: Vec<Posting>,
    currency: BTreeMap<ItemNo, Currency>,
    whole: BTreeMap<ItemNo, Decimal>,
    allocations: BTreeMap<AllocationNo, guanxi_events::sales::account::Allocated>,
    write_offs: BTreeMap<WriteOffNo, ItemNo>,
    of_invoice: BTreeMap<InvoiceId, Vec<ItemNo>>,
    of_note: BTreeMap<CreditNoteId, ItemNo>,
    of_payment: BTreeMap<PaymentId, ItemNo>,
    of_refund: BTreeMap<RefundId, ItemNo>,
    settled: BTreeMap<InvoiceId, InvoiceSettled>,
    recovered: BTreeMap<PaymentId, Decimal>,
}

impl Figures {
    pub(super) fn of(history: &[AccountEvent]) -> Self {
        let mut figures = Self::default();
        for event in history {
            figures.tell(event);
        }
        figures
    }

    fn tell(&mut self, event: &AccountEvent) {
        use AccountEvent as E;
        let plus = Decimal::ONE;
        match event {
            E::InvoicePosted(e) => {
                for part in &e.instalments {
                    let opened = (part.item, e.on, part.booked);
                    self.open(opened, e.currency, plus);
                }
                let items = e.instalments.iter().map(|part| part.item).collect();
                self.of_invoice.insert(e.invoice, items);
            }
            E::InvoiceVoided(e) => {
                for item in self.of_invoice[&e.invoice].clone() {
                    self.take_off(item, e.on);
                }
            }
            E::CreditNotePosted(e) => {
                self.open((e.item, e.on, e.booked), e.currency, -plus);
                self.of_note.insert(e.credit_note, e.item);
            }
            E::CreditNoteVoided(e) => {
                self.take_off(self.of_note[&e.credit_note], e.on);
            }
            E::Rescheduled(e) => {
                for taken in &e.taken {
                    self.enter(taken.item, e.on, taken.booked, -plus);
                }
                for part in &e.instalments {
                    let currency = self.currency[&e.taken[0].item];
                    self.currency.insert(part.item, currency);
                    self.whole.insert(part.item, part.booked.amount);
                    self.enter(part.item, e.on, part.booked, plus);
                    self.of_invoice.get_mut(&e.invoice).unwrap().push(part.item);
                }
            }
            E::FeeCharged(e) => {
                self.open((e.item, e.on, e.booked), e.currency, plus);
            }
            E::FeeWaived(e) => self.take_off(e.item, e.on),
            E::PaymentReceived(e) => {
                self.open((e.item, e.on, e.booked), e.currency, -plus);
                self.of_payment.insert(e.payment, e.item);
            }
            E::PaymentBounced(e) => {
                self.take_off(self.of_payment[&e.payment], e.on);
            }
            E::PaymentReinstated(e) => self.put_back(self.of_payment[&e.payment], e.on),
            E::Refunded(e) => {
                self.open((e.item, e.on, e.booked), e.currency, plus);
                self.of_refund.insert(e.refund, e.item);
            }
            E::RefundReturned(e) => {
                self.take_off(self.of_refund[&e.refund], e.on);
            }
            E::Allocated(e) => {
                self.allocate(e, e.on, plus);
                self.allocations.insert(e.allocation, e.clone());
            }
            E::Deallocated(e) => {
                let allocated = self.allocations.remove(&e.allocation).unwrap();
                self.allocate(&allocated, e.on, -plus);
            }
            E::WrittenOff(e) => {
                self.write_offs.insert(e.write_off, e.item);
                self.settle(e.item, e.on, e.booked, -plus);
            }
            E::WriteOffTakenBack(e) => {
                let item = self.write_offs[&e.write_off];
                self.settle(item, e.on, e.booked, plus);
            }
            E::Recovered(e) => {
                let item = self.write_offs[&e.write_off];
                self.settle(item, e.on, e.booked, plus);
                self.recovered.insert(e.payment, e.booked.amount);
            }
            // It is a write-off taken back instead: the sum of open items is the same.
            E::RecoveryTakenBack(e) => {
                *self.recovered.get_mut(&e.payment).unwrap() -= e.booked.amount;
            }
            E::WriteOffRequested(_)
            | E::WriteOffRejected(_)
            | E::CreditLimitSet(_)
            | E::CommitmentSet(_) => {}
            E::InvoiceSettled(e) => {
                assert!(
                    self.settled.insert(e.invoice, e.clone()).is_none(),
                    "{e:?} twice"
                );
            }
            E::InvoiceUnsettled(e) => {
                assert!(
                    self.settled.remove(&e.invoice).is_some(),
                    "{e:?} was not settled"
                );
            }
        }
    }

    fn enter(&mut self, item: ItemNo, on: Date, booked: Booked, sign: Decimal) {
        let (amount, base) = (booked.amount * sign, booked.base * sign);
        self.entries.push(Entry {
            item,
            on,
            amount,
            base,
        });
    }

    fn post(&mut self, item: ItemNo, on: Date, booked: Booked, sign: Decimal) {
        self.postings.push(Posting {
            on,
            currency: self.currency[&item],
            amount: booked.amount * sign,
            base: booked.base * sign,
        });
    }

    fn open(
        &mut self,
        (item, on, booked): (ItemNo, Date, Booked),
        currency: Currency,
        sign: Decimal,
    ) {
        self.currency.insert(item, currency);
        self.whole.insert(item, booked.amount * sign);
        self.enter(item, on, booked, sign);
        self.post(item, on, booked, sign);
    }

    /// Nothing may be settled of it, so all of what its entries come to is gone.
    fn take_off(&mut self, item: ItemNo, on: Date) {
        let of_it = self.entries.iter().filter(|entry| entry.item == item);
        let booked = of_it.fold(Booked::default(), |sum, entry| Booked {
            amount: sum.amount + entry.amount,
            base: sum.base + entry.base,
        });
        self.settle(item, on, booked, -Decimal::ONE);
    }

    fn put_back(&mut self, item: ItemNo, on: Date) {
        let first = self
            .entries
            .iter()
            .find(|entry| entry.item == item)
            .unwrap();
        let booked = Booked {
            amount: first.amount,
            base: first.base,
        };
        self.settle(item, on, booked, Decimal::ONE);
    }

    fn settle(&mut self, item: ItemNo, on: Date, booked: Booked, sign: Decimal) {
        self.enter(item, on, booked, sign);
        self.post(item, on, booked, sign);
    }

    fn allocate(&mut self, e: &guanxi_events::sales::account::Allocated, on: Date, sign: Decimal) {
        self.settle(e.from, on, e.taken, sign);
        self.settle(e.to, on, e.settled, -sign);
        if let Some(discount) = e.discount {
            self.settle(e.to, on, discount, -sign);
        }
        if let Some(shortfall) = e.shortfall {
            self.settle(e.to, on, shortfall, -sign);
        }
        if let Some(surplus) = e.surplus {
            self.settle(e.from, on, surplus, sign);
        }
        if self.currency[&e.from] == self.currency[&e.to] {
            assert_eq!(e.taken.amount, e.settled.amount, "{e:?}");
        }
    }

    /// What the decider keeps is what the events come to.
    pub(super) fn agree_with(&self, ledger: &Ledger) {
        let mut owed = Decimal::ZERO;
        for (no, item) in &ledger.items {
            let of_it = || self.entries.iter().filter(|entry| entry.item == *no);
            let amount: Decimal = of_it().map(|entry| entry.amount).sum();
            let base: Decimal = of_it().map(|entry| entry.base).sum();
            let sign = match item.kind.side() {
                Side::Debit => Decimal::ONE,
                Side::Credit => -Decimal::ONE,
            };
            assert_eq!(item.open.amount * sign, amount, "item {no}: {item:?}");
            assert_eq!(item.open.base * sign, base, "item {no}: {item:?}");
            assert!(item.open.amount >= Decimal::ZERO && item.open.base >= Decimal::ZERO);
            let listed = match item.kind.side() {
                Side::Debit => ledger.debits.contains(&(item.due, *no)),
                Side::Credit => ledger.credits.contains(no),
            };
            assert_eq!(listed, item.is_open(), "item {no}");
            owed += base;
        }
        assert_eq!(ledger.owed, owed);
    }

    /// By its events an invoice is settled exactly when nothing of it is open, given up or voided;
    /// and what they say was paid is what payments settled of it.
    pub(super) fn agree_on_what_is_settled(&self, ledger: &Ledger) {
        for (id, document) in &ledger.invoices {
            let open = ledger.open_of(*id);
            let given_up = ledger.write_offs_of(&document.items);
            let settled = self.settled.get(id);
            assert_eq!(
                settled.is_some(),
                open.is_zero() && given_up.is_empty() && !ledger.is_voided(*id),
                "{id}: {open} is open, {given_up:?} given up, {settled:?}"
            );
            if let Some(settled) = settled {
                assert_eq!(settled.paid().amount, ledger.paid_of(*id), "{settled:?}");
            }
        }
    }

    /// What counts as recovered is what the payment that recovered it still settles of the debit: no
    /// more, whatever was taken off or bounced since.
    pub(super) fn agree_on_what_is_recovered(&self, ledger: &Ledger) {
        for (payment, recovered) in &self.recovered {
            let item = ledger.payments[payment];
            let kept = ledger.recoveries.get(&item);
            assert_eq!(
                kept.map_or(Decimal::ZERO, |kept| kept.left.amount),
                *recovered
            );
            let Some(kept) = kept else { continue };
            let debit = ledger.write_offs[&kept.write_off].item;
            let used = ledger.allocations_of(&[item]).into_iter();
            let settles = used.filter(|(_, used)| used.to == debit);
            let settles: Decimal = settles.map(|(_, used)| used.paid).sum();
            assert!(*recovered <= settles, "{payment}: {recovered} of {settles}");
        }
    }

    /// The days on which something changes; between them nothing does.
    pub(super) fn days(&self) -> BTreeSet<Date> {
        self.entries.iter().map(|entry| entry.on).collect()
    }

    /// The open items come to what was posted, in each currency and in the base currency.
    pub(super) fn add_up_on(&self, day: Date) {
        for currency in CURRENCIES {
            let entries = self.entries.iter().filter(|entry| entry.on <= day);
            let open: Decimal = entries
                .filter(|entry| self.currency[&entry.item] == currency)
                .map(|entry| entry.amount)
                .sum();
            let posted = self
                .posted(day)
                .filter(|posting| posting.currency == currency);
            assert_eq!(
                open,
                posted.map(|posting| posting.amount).sum(),
                "{currency:?} on {day}"
            );
        }
        let entries = self.entries.iter().filter(|entry| entry.on <= day);
        let open: Decimal = entries.map(|entry| entry.base).sum();
        let posted = self.posted(day).map(|posting| posting.base);
        assert_eq!(open, posted.sum(), "in base on {day}");
    }

    fn posted(&self, day: Date) -> impl Iterator<Item = &Posting> {
        self.postings
            .iter()
            .filter(move |posting| posting.on <= day)
    }

    /// No item is above what it came to or below 0, on any day.
    pub(super) fn nothing_is_used_twice_on(&self, day: Date) {
        for (item, whole) in &self.whole {
            let entries = self.entries.iter();
            let open: Decimal = entries
                .filter(|entry| entry.item == *item && entry.on <= day)
                .map(|entry| entry.amount)
                .sum();
            let (low, high) = (Decimal::ZERO.min(*whole), Decimal::ZERO.max(*whole));
            assert!(
                (low..=high).contains(&open),
                "item {item} of {whole} stands at {open} on {day}: {:#?}",
                self.entries
                    .iter()
                    .filter(|entry| entry.item == *item)
                    .collect::<Vec<_>>()
            );
        }
    }
}
