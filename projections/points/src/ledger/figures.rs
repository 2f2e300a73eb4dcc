//! The figures of the law of conservation (L-19).

use std::ops::AddAssign;

use rust_decimal::Decimal;

/// The figures of an account, or by how much something changes them. At every moment `earned +
/// adjusted + transferred_in = pending + active + spent + settled + transferred_out + expired +
/// reversed`, and `active` is what the lots hold less `debt`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// What purchases and others gave.
    pub earned: Decimal,
    /// Given by adjustments; below 0 where more was taken.
    pub adjusted: Decimal,
    /// From other members.
    pub transferred_in: Decimal,
    /// What cannot be spent yet.
    pub pending: Decimal,
    /// What can be spent; below 0 with a debt.
    pub active: Decimal,
    /// Spent, less what came back.
    pub spent: Decimal,
    /// Turned into rewards or cash at a period's end (L-18). No event settles points yet.
    pub settled: Decimal,
    /// To other members.
    pub transferred_out: Decimal,
    /// Expired.
    pub expired: Decimal,
    /// Taken back of what was earned, less what was given again.
    pub reversed: Decimal,
    /// By how much the balance went below zero, as far as it is not settled.
    pub debt: Decimal,
    /// What the member owes beside the law: it counts as reversed when it is collected.
    pub owed: Decimal,
}

impl Figures {
    /// What came in, less what is there and what went out: 0 by the law.
    pub fn imbalance(&self) -> Decimal {
        let came = self.earned + self.adjusted + self.transferred_in;
        let there = self.pending + self.active;
        let went = self.spent + self.settled + self.transferred_out + self.expired + self.reversed;
        came - there - went
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.earned += other.earned;
        self.adjusted += other.adjusted;
        self.transferred_in += other.transferred_in;
        self.pending += other.pending;
        self.active += other.active;
        self.spent += other.spent;
        self.settled += other.settled;
        self.transferred_out += other.transferred_out;
        self.expired += other.expired;
        self.reversed += other.reversed;
        self.debt += other.debt;
        self.owed += other.owed;
    }
}
