//! Documents that come and go.

use guanxi_events::sales::{
    CreditNoteId, InvoiceId, PaymentId, PaymentMethod,
    account::{
        CreditNotePosted, CreditNoteVoided, FeeCharged, FeeWaived, Instalment, InvoicePosted,
        InvoiceVoided, ItemNo, PaymentReceived, Rescheduled, Taken, TakenBack,
    },
};
use iso_currency::Currency;
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    BASE, Worth,
    account::{Account, Item},
    day, one,
};

/// A new item, all of it open.
pub(super) fn item(
    document: Option<Uuid>,
    credit: bool,
    on: i32,
    currency: Currency,
    worth: Worth,
) -> Item {
    Item {
        credit,
        document,
        on,
        currency,
        posted: worth,
        open: worth,
        busy: on,
        gone: false,
    }
}

impl Account {
    pub(super) fn invoice(&mut self, rng: &mut StdRng) {
        let id = self.new_document();
        let on = self.date(rng, 0);
        let (currency, rate) = Self::currency(rng);
        let mut instalments = Vec::new();
        for _ in 0..rng.random_range(0..4) {
            let worth = Self::worth(rng.random_range(1..30_000), rate);
            instalments.push(Instalment {
                item: self.new_item(item(Some(id), false, on, currency, worth)),
                due: day(on + rng.random_range(-1..20)),
                booked: worth.booked(),
                discount: None,
            });
        }
        let owner = one(rng, &[None, Some("ann"), Some("bob"), Some("cid")]).flatten();
        let team = one(rng, &[None, Some("east")]).flatten();
        self.invoices.insert(id, (1, None));
        self.tell(InvoicePosted {
            invoice: InvoiceId(id),
            order: None,
            on: day(on),
            currency,
            rate,
            instalments,
            owner: owner.map(|name| name.parse().unwrap()),
            team: team.map(str::to_owned),
        });
    }

    pub(super) fn payment(&mut self, rng: &mut StdRng) {
        let on = self.date(rng, 0);
        let (currency, rate) = Self::currency(rng);
        let worth = Self::worth(rng.random_range(1..40_000), rate);
        self.receive(on, currency, rate, worth);
    }

    /// A payment; its id and its item.
    pub(super) fn receive(
        &mut self,
        on: i32,
        currency: Currency,
        rate: Option<Decimal>,
        worth: Worth,
    ) -> (PaymentId, ItemNo) {
        let id = self.new_document();
        let no = self.new_item(item(Some(id), true, on, currency, worth));
        self.payments.insert(id, None);
        self.tell(PaymentReceived {
            payment: PaymentId(id),
            item: no,
            on: day(on),
            currency,
            rate,
            booked: worth.booked(),
            method: PaymentMethod::BankTransfer,
            reference: None,
            order: None,
        });
        (PaymentId(id), no)
    }

    pub(super) fn credit_note(&mut self, rng: &mut StdRng) {
        let on = self.date(rng, 0);
        let (currency, rate) = Self::currency(rng);
        let worth = Self::worth(rng.random_range(1..20_000), rate);
        let id = self.new_document();
        let no = self.new_item(item(Some(id), true, on, currency, worth));
        let known: Vec<Uuid> = self.invoices.keys().copied().collect();
        self.credit_notes.insert(id, None);
        self.tell(CreditNotePosted {
            credit_note: CreditNoteId(id),
            invoice: one(rng, &known).map(InvoiceId),
            item: no,
            on: day(on),
            currency,
            rate,
            booked: worth.booked(),
        });
    }

    pub(super) fn fee(&mut self, rng: &mut StdRng) {
        let on = self.date(rng, 0);
        let worth = Self::worth(rng.random_range(1..2_000), None);
        let no = self.new_item(item(None, false, on, BASE, worth));
        self.tell(FeeCharged {
            item: no,
            on: day(on),
            due: day(on + rng.random_range(0..10)),
            currency: BASE,
            rate: None,
            booked: worth.booked(),
            reason: "reminder".into(),
            credit: None,
        });
    }

    pub(super) fn reschedule(&mut self, rng: &mut StdRng) {
        let there = self.invoices.iter();
        let there: Vec<(Uuid, u32)> = there
            .filter(|(_, (_, gone))| gone.is_none())
            .map(|(id, (version, _))| (*id, *version))
            .collect();
        let Some((id, version)) = one(rng, &there) else {
            return;
        };
        let items = self.items_of(id);
        let mut open = items.clone();
        open.retain(|no| self.items[no].open.cents > 0);
        let Some(first) = open.first() else { return };
        let currency = self.items[first].currency;
        let earliest = items.iter().map(|no| self.earliest(*no)).max();
        let on = self.date(rng, earliest.unwrap());
        let mut total = Worth::default();
        let mut taken = Vec::new();
        for no in open {
            let all = self.take(no, self.items[&no].open.cents);
            total = total.plus(all);
            taken.push(Taken {
                item: ItemNo(no),
                booked: all.booked(),
            });
        }
        let mut instalments = Vec::new();
        while total.cents > 0 {
            let most = total.cents;
            let cents = if rng.random_bool(0.5) {
                most
            } else {
                rng.random_range(1..=most)
            };
            let part = total.share(cents);
            total = total.minus(part);
            instalments.push(Instalment {
                item: self.new_item(item(Some(id), false, on, currency, part)),
                due: day(on + rng.random_range(0..20)),
                booked: part.booked(),
                discount: None,
            });
        }
        self.invoices.insert(id, (version + 1, None));
        self.tell(Rescheduled {
            invoice: InvoiceId(id),
            version: version + 1,
            on: day(on),
            taken,
            instalments,
        });
    }

    /// An invoice or a credit note is voided, a fee waived.
    pub(super) fn end(&mut self, rng: &mut StdRng) {
        let there = self.items.iter().filter(|(_, item)| !item.gone);
        let there: Vec<u32> = there.map(|(no, _)| *no).collect();
        let Some(no) = one(rng, &there) else { return };
        let document = self.items[&no].document;
        let items = document.map_or_else(|| vec![no], |id| self.items_of(id));
        let may_end =
            |id: Uuid| self.invoices.contains_key(&id) || self.credit_notes.contains_key(&id);
        if !document.is_none_or(may_end) || items.iter().any(|no| self.is_given_up(*no)) {
            return;
        }
        let earliest = items.iter().map(|no| self.earliest_end(*no)).max();
        let on = self.date(rng, earliest.unwrap());
        for no in &items {
            self.free(rng, *no, on, TakenBack::Correction);
            self.all_gone(*no);
        }
        let date = day(on);
        match document {
            None => self.tell(FeeWaived {
                item: ItemNo(no),
                on: date,
                reason: "wrong".into(),
            }),
            Some(id) if self.invoices.contains_key(&id) => {
                self.invoices.insert(id, (0, Some(on)));
                self.tell(InvoiceVoided {
                    invoice: InvoiceId(id),
                    on: date,
                });
            }
            Some(id) => {
                self.credit_notes.insert(id, Some(on));
                self.tell(CreditNoteVoided {
                    credit_note: CreditNoteId(id),
                    on: date,
                    credit: None,
                });
            }
        }
    }

    pub(super) fn items_of(&self, document: Uuid) -> Vec<u32> {
        let items = self.items.iter();
        items
            .filter(|(_, item)| item.document == Some(document))
            .map(|(no, _)| *no)
            .collect()
    }
}
