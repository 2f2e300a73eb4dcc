//! What customers owe as of a day, by age: computed from the steps of the story alone, the plain
//! way, to be compared with what the read model answers (S-26).

use std::{collections::HashMap, sync::Arc};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Deed, Step, Story};

/// Something that a customer owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// Its business date.
    pub on: Date,
    /// The last day on which it is not overdue.
    pub due: Date,
    /// How much.
    pub amount: Decimal,
}

/// Something that a customer is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Its business date.
    pub on: Date,
    /// How much.
    pub amount: Decimal,
    /// Since when all of it is gone.
    pub gone: Option<Date>,
}

/// A debit that is settled, by a credit or by giving it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Its business date.
    pub on: Date,
    /// The credit; none when the debit was given up.
    pub credit: Option<usize>,
    /// The debit.
    pub debit: usize,
    /// How much.
    pub amount: Decimal,
    /// Since when it counts no more.
    pub back: Option<Date>,
}

/// Everything that one customer's ageing follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// In the order in which they came up.
    pub debits: Vec<Debit>,
    /// In the order in which they came up.
    pub credits: Vec<Credit>,
    /// In the order in which they came up.
    pub settlements: Vec<Settlement>,
}

/// What is owed as of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ageing {
    /// Not due, overdue for 1-30, 31-60, 61-90, 91-120 days, and longer.
    pub buckets: [Decimal; 6],
    /// Credits that are not used; 0 or less.
    pub credits: Decimal,
}

impl Ageing {
    /// What is owed, less what customers are owed.
    pub fn total(&self) -> Decimal {
        self.buckets.iter().sum::<Decimal>() + self.credits
    }

    /// As of a day, of all customers.
    pub fn of(story: &Story, day: Date) -> Self {
        let mut all = Self::default();
        for buyer in story.buyers.values() {
            all.add(&History::of(&buyer.steps), day);
        }
        all
    }

    fn add(&mut self, history: &History, day: Date) {
        let counts = |settlement: &&Settlement| {
            settlement.on <= day && settlement.back.is_none_or(|back| back > day)
        };
        let mut debits: Vec<Decimal> = history.debits.iter().map(|d| d.amount).collect();
        let mut credits: Vec<Decimal> = history.credits.iter().map(|c| c.amount).collect();
        for settlement in history.settlements.iter().filter(counts) {
            if let Some(open) = debits.get_mut(settlement.debit) {
                *open -= settlement.amount;
            }
            let credit = settlement.credit.and_then(|at| credits.get_mut(at));
            if let Some(open) = credit {
                *open -= settlement.amount;
            }
        }
        for (debit, open) in history.debits.iter().zip(debits) {
            if debit.on <= day {
                *self.bucket(debit.due, day) += open;
            }
        }
        for (credit, open) in history.credits.iter().zip(credits) {
            if credit.on <= day && credit.gone.is_none_or(|gone| gone > day) {
                self.credits -= open;
            }
        }
    }

    fn bucket(&mut self, due: Date, day: Date) -> &mut Decimal {
        let [not_due, to_30, to_60, to_90, to_120, older] = &mut self.buckets;
        match (day - due).get_days() {
            ..=0 => not_due,
            1..=30 => to_30,
            31..=60 => to_60,
            61..=90 => to_90,
            91..=120 => to_120,
            _ => older,
        }
    }
}

/// What is open by key while the steps are gone through.
#[derive(Default)]
struct Keys {
    debits: HashMap<Arc<str>, usize>,
    credits: HashMap<Arc<str>, usize>,
    open: HashMap<usize, Decimal>,
}

impl History {
    /// What the steps come to.
    pub fn of(steps: &[Step]) -> Self {
        let mut history = Self::default();
        let mut keys = Keys::default();
        for step in steps {
            history.take_in(step, &mut keys);
        }
        history
    }

    fn take_in(&mut self, step: &Step, keys: &mut Keys) {
        let on = step.at.date();
        match &step.deed {
            Deed::Sold(sale) => self.debit(keys, &sale.document, on, sale.due, sale.total),
            Deed::Charged(note) => self.debit(keys, &note.document, on, note.due, note.total),
            Deed::DebtCharged { document, amount } => {
                self.debit(keys, document, on, on, *amount);
            }
            Deed::Returned(back) => {
                let open = keys.debits.get(&back.sale).and_then(|d| keys.open.get(d));
                let settled = back.total.min(open.copied().unwrap_or_default());
                self.credit(keys, &back.key, on, back.total);
                self.use_credit(keys, &back.key, &back.sale, settled);
            }
            Deed::Credited(note) => self.credit(keys, &note.document, on, note.total),
            Deed::Paid(payment) => {
                self.credit(keys, &payment.key, on, payment.amount);
                self.use_credit(keys, &payment.key, &payment.invoice, payment.amount);
            }
            Deed::Bounced { payment } => self.bounce(keys, payment, on),
            Deed::Netted(used) => {
                self.use_credit(keys, &used.credit, &used.invoice, used.amount);
            }
            Deed::PaidOut { credit, amount } => {
                let refund: Arc<str> = format!("{credit}/paid out").into();
                self.debit(keys, &refund, on, on, *amount);
                self.use_credit(keys, credit, &refund, *amount);
            }
            Deed::WrittenOff { debt, amount, .. } => {
                if let Some(&debit) = keys.debits.get(debt) {
                    self.settle(keys, on, None, debit, *amount);
                }
            }
        }
    }

    fn debit(&mut self, keys: &mut Keys, key: &Arc<str>, on: Date, due: Date, amount: Decimal) {
        keys.open.insert(self.debits.len(), amount);
        keys.debits.insert(key.clone(), self.debits.len());
        self.debits.push(Debit { on, due, amount });
    }

    fn credit(&mut self, keys: &mut Keys, key: &Arc<str>, on: Date, amount: Decimal) {
        keys.credits.insert(key.clone(), self.credits.len());
        self.credits.push(Credit {
            on,
            amount,
            gone: None,
        });
    }

    /// Its date is the later of the two documents'.
    fn use_credit(&mut self, keys: &mut Keys, credit: &str, debit: &str, amount: Decimal) {
        let (credit, debit) = (keys.credits.get(credit), keys.debits.get(debit));
        let Some((&credit, &debit)) = credit.zip(debit) else {
            return;
        };
        let dates = [
            self.credits.get(credit).map(|credit| credit.on),
            self.debits.get(debit).map(|debit| debit.on),
        ];
        if let Some(on) = dates.into_iter().max().flatten() {
            self.settle(keys, on, Some(credit), debit, amount);
        }
    }

    fn settle(
        &mut self,
        keys: &mut Keys,
        on: Date,
        credit: Option<usize>,
        debit: usize,
        amount: Decimal,
    ) {
        *keys.open.entry(debit).or_default() -= amount;
        self.settlements.push(Settlement {
            on,
            credit,
            debit,
            amount,
            back: None,
        });
    }

    fn bounce(&mut self, keys: &mut Keys, payment: &str, on: Date) {
        let Some(&at) = keys.credits.get(payment) else {
            return;
        };
        if let Some(credit) = self.credits.get_mut(at) {
            credit.gone = Some(on);
        }
        for settlement in &mut self.settlements {
            if settlement.credit == Some(at) {
                settlement.back = Some(on);
                *keys.open.entry(settlement.debit).or_default() += settlement.amount;
            }
        }
    }
}
