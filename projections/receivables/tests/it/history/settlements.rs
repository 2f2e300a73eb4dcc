//! Credits used for debits, debits given up, and all of it taken back.

use guanxi_events::sales::account::{
    Allocated, AllocationNo, ItemNo, Recovered, TakenBack, WriteOffNo, WriteOffRejected,
    WriteOffRequested, WriteOffTakenBack, WrittenOff,
};
use rand::{RngExt, rngs::StdRng};

use super::{
    BASE, Worth,
    account::{Account, GivenUp, Recovery, Use},
    amount, day, one,
};

impl Account {
    pub(super) fn use_credit(&mut self, rng: &mut StdRng) {
        let pair = one(rng, &self.open(true)).zip(one(rng, &self.open(false)));
        let Some((from, to)) = pair else { return };
        let on = self.date(rng, self.earliest(from).max(self.earliest(to)));
        let (credit, debit) = (self.items[&from].clone(), self.items[&to].clone());
        let (taken, settled) = if credit.currency == debit.currency {
            let most = credit.open.cents.min(debit.open.cents);
            let all = rng.random_bool(0.4);
            let cents = if all {
                most
            } else {
                rng.random_range(1..=most)
            };
            (cents, cents)
        } else {
            let taken = rng.random_range(1..=credit.open.cents);
            (taken, rng.random_range(1..=debit.open.cents))
        };
        let used = (self.take(from, taken), self.take(to, settled));
        let mut rests = [Worth::default(); 3];
        let left = self.items[&to].open.cents;
        if left > 0 && rng.random_bool(0.1) {
            rests[0] = self.take(to, rng.random_range(1..=left));
        }
        let left = self.items[&to].open.cents;
        if (1..500).contains(&left) {
            rests[1] = self.take(to, left);
        }
        let left = self.items[&from].open.cents;
        if (1..500).contains(&left) {
            rests[2] = self.take(from, left);
        }
        self.allocate((from, to), on, used, rests);
    }

    /// Tells of a use: discount, shortfall and surplus with it.
    pub(super) fn allocate(
        &mut self,
        (from, to): (u32, u32),
        on: i32,
        (taken, settled): (Worth, Worth),
        [discount, shortfall, surplus]: [Worth; 3],
    ) {
        self.used += 1;
        let rest = |worth: Worth| (worth.cents > 0).then(|| worth.booked());
        self.tell(Allocated {
            allocation: AllocationNo(self.used),
            from: ItemNo(from),
            to: ItemNo(to),
            on: day(on),
            taken: taken.booked(),
            settled: settled.booked(),
            rate: None,
            discount: rest(discount),
            shortfall: rest(shortfall),
            surplus: rest(surplus),
        });
        let used = Use {
            from,
            to,
            on,
            taken: taken.plus(surplus),
            settled: settled.plus(discount).plus(shortfall),
        };
        self.uses.insert(self.used, used);
    }

    pub(super) fn take_use_back(&mut self, rng: &mut StdRng) {
        let all: Vec<u32> = self.uses.keys().copied().collect();
        let Some(no) = one(rng, &all) else { return };
        let on = self.uses[&no].on;
        if rng.random_bool(0.5) {
            self.take_back(no, on, TakenBack::Correction);
        } else {
            let on = self.date(rng, on);
            self.take_back(no, on, TakenBack::Decision);
        }
    }

    pub(super) fn give_up(&mut self, rng: &mut StdRng) {
        let Some(item) = one(rng, &self.open(false)) else {
            return;
        };
        self.write_offs += 1;
        let write_off = WriteOffNo(self.write_offs);
        let on = self.date(rng, self.earliest(item));
        let cents = rng.random_range(1..=self.items[&item].open.cents);
        self.tell(WriteOffRequested {
            write_off,
            item: ItemNo(item),
            amount: amount(cents),
            on: day(on),
            reason: "insolvent".into(),
            by: "ann".parse().unwrap(),
        });
        if rng.random_ratio(1, 4) {
            let reason = "ask again".into();
            self.tell(WriteOffRejected { write_off, reason });
            return;
        }
        let left = self.take(item, cents);
        let given_up = GivenUp { item, on, left };
        self.given_up.insert(self.write_offs, given_up);
        self.tell(WrittenOff {
            write_off,
            item: ItemNo(item),
            on: day(on),
            booked: left.booked(),
            approved_by: "bob".parse().unwrap(),
        });
    }

    fn some_given_up(&self, rng: &mut StdRng) -> Option<(u32, GivenUp)> {
        let given_up = self.given_up.iter();
        let left: Vec<_> = given_up
            .filter(|(_, given_up)| given_up.left.cents > 0)
            .map(|(no, given_up)| (*no, *given_up))
            .collect();
        one(rng, &left)
    }

    fn less_given_up(&mut self, no: u32, cents: i64) -> Worth {
        let given_up = self.given_up.get_mut(&no).unwrap();
        let share = given_up.left.share(cents);
        given_up.left = given_up.left.minus(share);
        share
    }

    pub(super) fn take_given_up_back(&mut self, rng: &mut StdRng) {
        let Some((no, given_up)) = self.some_given_up(rng) else {
            return;
        };
        let (on, because) = if rng.random_bool(0.5) {
            (given_up.on, TakenBack::Correction)
        } else {
            (self.date(rng, given_up.on), TakenBack::Decision)
        };
        let share = self.less_given_up(no, rng.random_range(1..=given_up.left.cents));
        self.give_back(given_up.item, share, on);
        self.tell(WriteOffTakenBack {
            write_off: WriteOffNo(no),
            on: day(on),
            booked: share.booked(),
            because,
            reason: "solvent".into(),
            credit: None,
        });
    }

    pub(super) fn recover(&mut self, rng: &mut StdRng) {
        let Some((no, given_up)) = self.some_given_up(rng) else {
            return;
        };
        let earliest = given_up.on.max(self.earliest(given_up.item));
        let on = self.date(rng, earliest);
        let share = self.less_given_up(no, rng.random_range(1..=given_up.left.cents));
        let currency = self.items[&given_up.item].currency;
        let rate = (currency != BASE).then(|| amount(rng.random_range(80..120)));
        let worth = Self::worth(share.cents + rng.random_range(0..1_000), rate);
        let (payment, item) = self.receive(on, currency, rate, worth);
        self.give_back(given_up.item, share, on);
        self.tell(Recovered {
            write_off: WriteOffNo(no),
            payment,
            on: day(on),
            booked: share.booked(),
        });
        let used = (
            self.take(item.0, share.cents),
            self.take(given_up.item, share.cents),
        );
        let pair = (item.0, given_up.item);
        self.allocate(pair, on, used, [Worth::default(); 3]);
        let recovery = Recovery {
            write_off: no,
            payment,
            on,
            worth: share,
        };
        self.recoveries.insert(self.used, recovery);
    }
}
