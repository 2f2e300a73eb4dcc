//! Credits used for debits, debits given up, and the inverse of both.

use guanxi_events::sales::account::{
    Allocated, Booked, Deallocated, Recovered, RecoveryTakenBack, WriteOffNo, WriteOffRejected,
    WriteOffRequested, WriteOffTakenBack, WrittenOff,
};
use iso_currency::Currency;
use jiff::civil::Date;

use super::{
    Allocation, Amounts, Bookings, Entry, Figure, Kind, Ledger, Movement, Posting, Unbookable,
    WriteOff,
};

impl Ledger {
    pub(super) fn allocated(
        &mut self,
        allocated: &Allocated,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let no = i64::from(allocated.allocation.0);
        if self.allocations.get(no).is_some() {
            return Err(Unbookable::AllocationTwice(no));
        }
        let allocation = Allocation::of(allocated);
        self.use_credit(no, &allocation, allocation.on, false, bookings)?;
        self.allocations.put(no, allocation);
        Ok(())
    }

    pub(super) fn deallocated(
        &mut self,
        back: &Deallocated,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let no = i64::from(back.allocation.0);
        let allocation = self.allocations.change(no);
        let allocation = allocation.ok_or(Unbookable::Allocation(no))?;
        allocation.taken_back = Some(back.on);
        let allocation = allocation.clone();
        self.use_credit(no, &allocation, back.on, true, bookings)
    }

    /// Books a use, or the opposite of it.
    fn use_credit(
        &mut self,
        no: i64,
        used: &Allocation,
        on: Date,
        back: bool,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let (from, to) = (used.from, used.to);
        let credit = self.items.get(from).ok_or(Unbookable::Item(from))?;
        let debit = self.items.get(to).ok_or(Unbookable::Item(to))?;
        let settles = match credit.kind {
            Kind::CreditNote => Movement::Credited,
            _ => Movement::Paid,
        };
        let (credit, debit) = (credit.currency, debit.currency);
        let signed = |amounts: Amounts| if back { amounts.opposite() } else { amounts };
        let less = |amounts: Amounts| signed(amounts.opposite());
        let on_credit = [
            (Movement::Used, signed(used.taken)),
            (Movement::Difference, signed(used.surplus)),
        ];
        let on_debit = [
            (settles, less(used.settled)),
            (Movement::Discount, less(used.discount)),
            (Movement::Difference, less(used.shortfall)),
        ];
        let on_credit = on_credit.map(|(movement, amounts)| (from, to, movement, amounts));
        let on_debit = on_debit.map(|(movement, amounts)| (to, from, movement, amounts));
        for (item, counterpart, movement, amounts) in on_credit.into_iter().chain(on_debit) {
            if amounts.is_nothing() {
                continue;
            }
            let entry = Entry {
                item,
                on,
                movement,
                amounts,
                counterpart: Some(counterpart),
                reference: Some(no),
            };
            self.enter(entry, bookings)?;
        }
        let (taken, settled) = (signed(used.taken), less(used.settled));
        // Within one currency only the rates can differ.
        let (taken, settled) = if credit == debit {
            (Amounts::default(), taken.plus(settled))
        } else {
            (taken, settled)
        };
        for (figure, currency, item, amounts) in [
            (Figure::Exchange, credit, from, taken),
            (Figure::Exchange, debit, to, settled),
            (Figure::Discount, debit, to, less(used.discount)),
            (Figure::Difference, debit, to, less(used.shortfall)),
            (Figure::Difference, credit, from, signed(used.surplus)),
        ] {
            self.post_settlement(figure, back, on, currency, item, amounts, bookings);
        }
        Ok(())
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "they are the columns of a posting"
    )]
    fn post_settlement(
        &self,
        figure: Figure,
        reversal: bool,
        on: Date,
        currency: Currency,
        item: i64,
        amounts: Amounts,
        bookings: &mut Bookings,
    ) {
        bookings.post(Posting {
            figure,
            reversal,
            on,
            currency,
            amounts,
            item: Some(item),
            document: self.items.get(item).and_then(|item| item.document),
            order: None,
        });
    }

    pub(super) fn write_off_requested(&mut self, wanted: &WriteOffRequested) {
        let write_off = WriteOff {
            item: wanted.item.0.into(),
            on: wanted.on,
            wanted: Some(wanted.amount),
            reason: Some(wanted.reason.clone()),
            requested_by: Some(wanted.by.clone().into()),
            approved_by: None,
            rejected: None,
        };
        self.keep_write_off(wanted.write_off, write_off);
    }

    pub(super) fn write_off_rejected(
        &mut self,
        rejected: &WriteOffRejected,
    ) -> Result<(), Unbookable> {
        let mut write_off = self.write_off(rejected.write_off)?.clone();
        write_off.rejected = Some(rejected.reason.clone());
        self.keep_write_off(rejected.write_off, write_off);
        Ok(())
    }

    pub(super) fn written_off(
        &mut self,
        done: &WrittenOff,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let asked = self.write_offs.get(done.write_off.0.into()).cloned();
        let write_off = WriteOff {
            item: done.item.0.into(),
            on: done.on,
            wanted: asked.as_ref().and_then(|asked| asked.wanted),
            reason: asked.as_ref().and_then(|asked| asked.reason.clone()),
            requested_by: asked.and_then(|asked| asked.requested_by),
            approved_by: Some(done.approved_by.clone().into()),
            rejected: None,
        };
        self.keep_write_off(done.write_off, write_off);
        let given_up = (Movement::WrittenOff, Figure::WrittenOff, false);
        let amounts = Amounts::credit(done.booked);
        self.give_up(done.write_off, given_up, done.on, amounts, bookings)
    }

    pub(super) fn write_off_taken_back(
        &mut self,
        back: &WriteOffTakenBack,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let taken_back = (Movement::WrittenOff, Figure::WrittenOff, true);
        let amounts = Amounts::debit(back.booked);
        self.give_up(back.write_off, taken_back, back.on, amounts, bookings)
    }

    pub(super) fn recovered(
        &mut self,
        back: &Recovered,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let recovered = (Movement::Recovered, Figure::Recovered, false);
        let booked: Booked = back.booked;
        let amounts = Amounts::debit(booked);
        self.give_up(back.write_off, recovered, back.on, amounts, bookings)
    }

    /// What had counted as recovered counts as taken back: what is open stays the same.
    pub(super) fn recovery_taken_back(
        &mut self,
        back: &RecoveryTakenBack,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let amounts = Amounts::debit(back.booked);
        let recovered = (Movement::Recovered, Figure::Recovered, true);
        let less = amounts.opposite();
        self.give_up(back.write_off, recovered, back.on, less, bookings)?;
        let taken_back = (Movement::WrittenOff, Figure::WrittenOff, true);
        self.give_up(back.write_off, taken_back, back.on, amounts, bookings)
    }

    /// Enters something on the debit of a write-off, and posts the same.
    fn give_up(
        &mut self,
        write_off: WriteOffNo,
        (movement, figure, reversal): (Movement, Figure, bool),
        on: Date,
        amounts: Amounts,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let no = self.write_off(write_off)?.item;
        let item = self.items.get(no).ok_or(Unbookable::Item(no))?;
        let currency = item.currency;
        let entry = Entry {
            item: no,
            on,
            movement,
            amounts,
            counterpart: None,
            reference: Some(write_off.0.into()),
        };
        self.enter(entry, bookings)?;
        self.post_settlement(figure, reversal, on, currency, no, amounts, bookings);
        Ok(())
    }

    fn write_off(&self, no: WriteOffNo) -> Result<&WriteOff, Unbookable> {
        let no = i64::from(no.0);
        self.write_offs.get(no).ok_or(Unbookable::WriteOff(no))
    }

    fn keep_write_off(&mut self, no: WriteOffNo, write_off: WriteOff) {
        let no = i64::from(no.0);
        self.write_offs.put(no, write_off);
    }
}
