//! An account while it is being told.

use std::collections::BTreeMap;

use guanxi_events::sales::{
    AccountEvent, PaymentId,
    account::{AllocationNo, Deallocated, ItemNo, RecoveryTakenBack, TakenBack, WriteOffNo},
};
use iso_currency::Currency;
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{BASE, Told, Worth, amount, day};

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) credit: bool,
    pub(super) document: Option<Uuid>,
    pub(super) on: i32,
    pub(super) currency: Currency,
    pub(super) posted: Worth,
    pub(super) open: Worth,
    /// Before that day it may not be used again: something was used until then.
    pub(super) busy: i32,
    pub(super) gone: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) on: i32,
    /// With the small rests and the discount.
    pub(super) taken: Worth,
    pub(super) settled: Worth,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct GivenUp {
    pub(super) item: u32,
    pub(super) on: i32,
    pub(super) left: Worth,
}

/// What the use of a payment recovered of a write-off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    pub(super) write_off: u32,
    pub(super) payment: PaymentId,
    pub(super) on: i32,
    pub(super) worth: Worth,
}

/// Since when a document is gone, if it is.
pub(super) type Gone = Option<i32>;

#[derive(Debug, Default)]
pub(super) struct Account {
    customer: Uuid,
    /// Nothing is dated after that day but what has to be.
    days: i32,
    pub(super) recorded: i32,
    pub(super) told: Vec<Told>,
    pub(super) items: BTreeMap<u32, Item>,
    pub(super) uses: BTreeMap<u32, Use>,
    pub(super) used: u32,
    pub(super) given_up: BTreeMap<u32, GivenUp>,
    pub(super) write_offs: u32,
    /// By the use.
    pub(super) recoveries: BTreeMap<u32, Recovery>,
    /// With the version of their plans.
    pub(super) invoices: BTreeMap<Uuid, (u32, Gone)>,
    pub(super) credit_notes: BTreeMap<Uuid, Gone>,
    pub(super) payments: BTreeMap<Uuid, Gone>,
    pub(super) refunds: BTreeMap<Uuid, Gone>,
    documents: u64,
}

impl Account {
    pub(super) fn new(customer: Uuid, days: i32) -> Self {
        Self {
            customer,
            days,
            ..Self::default()
        }
    }

    /// One thing that happens; what cannot happen just now does not.
    pub(super) fn step(&mut self, rng: &mut StdRng) {
        match rng.random_range(0..100) {
            0..18 => self.invoice(rng),
            18..36 => self.payment(rng),
            36..42 => self.credit_note(rng),
            42..45 => self.fee(rng),
            45..66 => self.use_credit(rng),
            66..74 => self.take_use_back(rng),
            74..79 => self.bounce(rng),
            79..82 => self.reinstate(rng),
            82..86 => self.refund(rng),
            86..88 => self.return_refund(rng),
            88..92 => self.give_up(rng),
            92..94 => self.take_given_up_back(rng),
            94..96 => self.recover(rng),
            96..98 => self.reschedule(rng),
            _ => self.end(rng),
        }
    }

    pub(super) fn tell(&mut self, event: impl Into<AccountEvent>) {
        self.told.push(Told {
            customer: self.customer,
            recorded: self.recorded,
            event: event.into(),
        });
    }

    /// A date about today: mostly not in the future, often back, never before `earliest`.
    pub(super) fn date(&self, rng: &mut StdRng, earliest: i32) -> i32 {
        let today = self.recorded;
        let on = match rng.random_range(0..10) {
            0..5 => today,
            5..9 => rng.random_range((today - 9).max(0)..=today),
            _ => today + rng.random_range(1..4),
        };
        on.min(self.days).max(earliest)
    }

    pub(super) fn new_document(&mut self) -> Uuid {
        self.documents += 1;
        let high = self.customer.as_u128() << 32;
        Uuid::from_u128(high | u128::from(self.documents))
    }

    /// A currency, and what one of it is worth.
    pub(super) fn currency(rng: &mut StdRng) -> (Currency, Option<Decimal>) {
        if rng.random_ratio(2, 3) {
            return (BASE, None);
        }
        (Currency::USD, Some(amount(rng.random_range(80..120))))
    }

    pub(super) fn worth(cents: i64, rate: Option<Decimal>) -> Worth {
        let hundredths = rate.map_or(100, super::cents);
        let base = (2 * cents * hundredths + 100) / 200;
        Worth { cents, base }
    }

    pub(super) fn new_item(&mut self, item: Item) -> ItemNo {
        let no = self.items.last_key_value().map_or(1, |(no, _)| no + 1);
        self.items.insert(no, item);
        ItemNo(no)
    }

    pub(super) fn open(&self, credit: bool) -> Vec<u32> {
        let open = self.items.iter();
        open.filter(|(_, item)| item.credit == credit && item.open.cents > 0)
            .map(|(no, _)| *no)
            .collect()
    }

    /// Takes so much of an item.
    pub(super) fn take(&mut self, no: u32, cents: i64) -> Worth {
        let item = self.items.get_mut(&no).unwrap();
        let share = item.open.share(cents);
        item.open = item.open.minus(share);
        share
    }

    /// Gives it back: it was used until `until`.
    pub(super) fn give_back(&mut self, no: u32, worth: Worth, until: i32) {
        let item = self.items.get_mut(&no).unwrap();
        item.open = item.open.plus(worth);
        item.busy = item.busy.max(until);
    }

    /// The earliest day on which an item may be touched.
    pub(super) fn earliest(&self, no: u32) -> i32 {
        let item = &self.items[&no];
        item.on.max(item.busy)
    }

    /// Takes off all uses of an item, dated `on`; a correction at times as if they had never been.
    pub(super) fn free(&mut self, rng: &mut StdRng, item: u32, on: i32, because: TakenBack) {
        for no in self.uses_of(item) {
            let never = because == TakenBack::Correction && rng.random_bool(0.5);
            let until = if never { self.uses[&no].on } else { on };
            self.take_back(no, until, because);
        }
    }

    fn uses_of(&self, item: u32) -> Vec<u32> {
        let uses = self.uses.iter();
        uses.filter(|(_, used)| used.from == item || used.to == item)
            .map(|(no, _)| *no)
            .collect()
    }

    /// The earliest day on which all of an item can be gone: after all that touches it.
    pub(super) fn earliest_end(&self, no: u32) -> i32 {
        let uses = self.uses_of(no);
        let last = uses.iter().map(|no| self.uses[no].on).max();
        self.earliest(no).max(last.unwrap_or(0))
    }

    /// Whether a part of it is given up.
    pub(super) fn is_given_up(&self, item: u32) -> bool {
        let mut all = self.given_up.values();
        all.any(|given_up| given_up.item == item && given_up.left.cents > 0)
    }

    pub(super) fn all_gone(&mut self, no: u32) {
        let item = self.items.get_mut(&no).unwrap();
        item.open = Worth::default();
        item.gone = true;
    }

    pub(super) fn take_back(&mut self, no: u32, on: i32, because: TakenBack) {
        let used = self.uses.remove(&no).unwrap();
        self.give_back(used.from, used.taken, on);
        self.give_back(used.to, used.settled, on);
        self.tell(Deallocated {
            allocation: AllocationNo(no),
            on: day(on),
            because,
        });
        if let Some(recovery) = self.recoveries.remove(&no) {
            self.tell(RecoveryTakenBack {
                write_off: WriteOffNo(recovery.write_off),
                payment: recovery.payment,
                on: day(on.max(recovery.on)),
                booked: recovery.worth.booked(),
                because,
            });
        }
    }
}
