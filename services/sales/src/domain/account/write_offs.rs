//! Bad debts (S-25): given up with approval, taken back, recovered.

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    sales::account::{
        Booked, ItemNo, Recovered, TakenBack, WriteOffNo, WriteOffRejected, WriteOffRequested,
        WriteOffTakenBack, WrittenOff,
    },
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Book, Receive, Side, WriteOff, WriteOffState,
    allocate::{Terms, exceeds},
    credit::figures,
    item::share,
    payments::before_the_document,
    take_back::taken_back,
};

impl Book {
    fn write_off(&self, no: WriteOffNo) -> Result<&WriteOff, Refusal> {
        let known = self.ledger.write_offs.get(&no);
        known.ok_or_else(|| Refusal::not_found("write-off", no))
    }

    /// Somebody asks for a debit to be given up.
    pub(super) fn request_write_off(
        &mut self,
        no: ItemNo,
        amount: Option<Money>,
        reason: &str,
        context: &Context,
    ) -> Result<(), Refusal> {
        let on = context.date_of(context.occurred_at()?);
        let item = self.item(no)?;
        if item.kind.side() != Side::Debit {
            let kind = item.kind.name();
            return Err(Refusal::precondition(
                "NOT_A_DEBIT",
                format!("item {no} is a {kind}; only what is owed can be given up"),
            ));
        }
        if on < item.on {
            return Err(before_the_document(item.kind.name(), item.on, on));
        }
        let open = item.open.amount;
        let amount = Self::amount_in(item.currency, amount)?.unwrap_or(open);
        if amount > open || amount <= Decimal::ZERO {
            return Err(exceeds(item.kind.name(), no, open, amount));
        }
        self.write(WriteOffRequested {
            write_off: self.ledger.next_write_off(),
            item: no,
            amount,
            on,
            reason: reason.to_owned(),
            by: context.actor.person.clone(),
        });
        Ok(())
    }

    fn requested(&self, no: WriteOffNo) -> Result<(ItemNo, Date, Decimal, String), Refusal> {
        let write_off = self.write_off(no)?;
        match &write_off.state {
            WriteOffState::Requested { amount, by } => {
                Ok((write_off.item, write_off.on, *amount, by.to_string()))
            }
            WriteOffState::Rejected | WriteOffState::Done { .. } => Err(Refusal::precondition(
                "WRITE_OFF_DECIDED",
                format!("write-off {no} is decided already"),
            )),
        }
    }

    /// Somebody else approves.
    pub(super) fn approve_write_off(
        &mut self,
        no: WriteOffNo,
        context: &Context,
    ) -> Result<(), Refusal> {
        let (item_no, on, amount, by) = self.requested(no)?;
        let approver = &context.actor.person;
        if by == approver.as_str() {
            return Err(Refusal::forbidden(
                "OWN_REQUEST",
                format!("{approver} asked for it; somebody else has to approve"),
            ));
        }
        let item = self.item(item_no)?;
        if amount > item.open.amount {
            let open = item.open.amount;
            return Err(exceeds(item.kind.name(), item_no, open, amount));
        }
        let done = WrittenOff {
            write_off: no,
            item: item_no,
            on: item.free_since(on, amount),
            booked: item.share(amount, self.base),
            approved_by: approver.clone(),
        };
        self.write(done);
        Ok(())
    }

    /// Somebody rejects.
    pub(super) fn reject_write_off(&mut self, no: WriteOffNo, reason: &str) -> Result<(), Refusal> {
        self.requested(no)?;
        let reason = reason.to_owned();
        self.write(WriteOffRejected {
            write_off: no,
            reason,
        });
        Ok(())
    }

    /// What is left of a write-off, and since when it counts.
    fn left(&self, no: WriteOffNo) -> Result<(Booked, Date), Refusal> {
        let write_off = self.write_off(no)?;
        match write_off.state {
            WriteOffState::Done { left } if !left.amount.is_zero() => Ok((left, write_off.on)),
            _ => Err(Refusal::precondition(
                "NOTHING_WRITTEN_OFF",
                format!("nothing is left of write-off {no}"),
            )),
        }
    }

    /// Takes a write-off back.
    pub(super) fn take_back_write_off(
        &mut self,
        no: WriteOffNo,
        amount: Option<Money>,
        on: Option<Date>,
        reason: &str,
        context: &Context,
    ) -> Result<(), Refusal> {
        let (left, since) = self.left(no)?;
        let currency = self.item(self.write_off(no)?.item)?.currency;
        let amount = Self::amount_in(currency, amount)?.unwrap_or(left.amount);
        if amount > left.amount || amount <= Decimal::ZERO {
            return Err(exceeds("write-off", no, left.amount, amount));
        }
        let (on, because) = taken_back(since, on, context)?;
        let booked = share(left, amount, self.base);
        let credit = figures(&self.ledger, booked.base, self.base);
        self.write(WriteOffTakenBack {
            write_off: no,
            on,
            booked,
            because,
            reason: reason.to_owned(),
            credit: Some(credit),
        });
        Ok(())
    }

    /// Takes back every write-off of an item, because of something that happened on a day.
    pub(super) fn take_back_write_offs_of(
        &mut self,
        item: ItemNo,
        on: Date,
        because: TakenBack,
        reason: &str,
    ) {
        for no in self.ledger.write_offs_of(&[item]) {
            let Ok((booked, since)) = self.left(no) else {
                continue;
            };
            self.write(WriteOffTakenBack {
                write_off: no,
                on: on.max(since),
                booked,
                because,
                reason: reason.to_owned(),
                credit: None,
            });
        }
    }

    /// What had been given up is paid after all: the write-off goes back as far as the payment
    /// reaches, and the payment is used for what is open again.
    pub(super) fn recover(
        &mut self,
        no: WriteOffNo,
        payment: &Receive,
        on: Date,
        rate: Option<Decimal>,
    ) -> Result<(), Refusal> {
        let (left, since) = self.left(no)?;
        let debit_no = self.write_off(no)?.item;
        let debit = self.item(debit_no)?;
        if debit.currency != payment.amount.currency {
            return Err(Refusal::precondition(
                "CURRENCIES_DIFFER",
                format!(
                    "{} is written off, {} was paid: take the write-off back, receive the payment, \
                     and allocate it at a stated rate",
                    debit.currency.code(),
                    payment.amount.currency.code()
                ),
            ));
        }
        let credit = self.receive(payment, on, rate)?;
        let amount = left.amount.min(payment.amount.amount);
        self.write(Recovered {
            write_off: no,
            payment: payment.payment,
            on: on.max(since),
            booked: share(left, amount, self.base),
        });
        self.allocate(credit, debit_no, Some(amount), Terms::default())
    }
}
