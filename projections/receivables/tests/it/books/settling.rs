//! What becomes of what is written down: used, taken back, given up.

use guanxi_events::{
    Money,
    sales::{
        InvoiceId, PaymentId,
        account::{
            Allocated, AllocationNo, CreditFigures, Deallocated, Instalment, InvoiceVoided, ItemNo,
            PaymentBounced, Recovered, RecoveryTakenBack, Rescheduled, Taken, TakenBack,
            WriteOffNo, WriteOffRequested, WrittenOff,
        },
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Books, dec};
use crate::world::World;

impl Books {
    /// Uses a credit for a debit; the number of the allocation.
    pub(crate) async fn allocate(
        &mut self,
        world: &mut World,
        (from, to): (u32, u32),
        on: Date,
        amount: &str,
    ) -> u32 {
        self.allocations += 1;
        let allocated = Allocated {
            allocation: AllocationNo(self.allocations),
            from: ItemNo(from),
            to: ItemNo(to),
            on,
            taken: self.booked_as(from, amount),
            settled: self.booked_as(to, amount),
            rate: None,
            discount: None,
            shortfall: None,
            surplus: None,
        };
        self.write(world, allocated).await;
        self.allocations
    }

    /// A payment that is used for a debit at once.
    pub(crate) async fn pay(
        &mut self,
        world: &mut World,
        item: u32,
        on: Date,
        amount: &str,
    ) -> u32 {
        let payment = self.payment(world, on, amount).await;
        self.allocate(world, (payment, item), on, amount).await;
        payment
    }

    pub(crate) async fn deallocate(&self, world: &mut World, allocation: u32, on: Date) {
        let taken = Deallocated {
            allocation: AllocationNo(allocation),
            on,
            because: TakenBack::Decision,
        };
        self.write(world, taken).await;
    }

    pub(crate) async fn bounce(&self, world: &mut World, item: u32, on: Date) {
        let nothing = Money {
            amount: Decimal::ZERO,
            currency: Currency::EUR,
        };
        let bounced = PaymentBounced {
            payment: PaymentId(self.document_of(item)),
            on,
            reason: "no funds".into(),
            credit: CreditFigures {
                limit: None,
                exposure: nothing,
                adds: nothing,
            },
        };
        self.write(world, bounced).await;
    }

    pub(crate) async fn void(&self, world: &mut World, item: u32, on: Date) {
        let voided = InvoiceVoided {
            invoice: InvoiceId(self.document_of(item)),
            on,
        };
        self.write(world, voided).await;
    }

    /// What is open of an item is due on another day; the number of the new item.
    pub(crate) async fn reschedule(
        &mut self,
        world: &mut World,
        (item, amount): (u32, &str),
        on: Date,
        due: Date,
    ) -> u32 {
        let new = self.item();
        let invoice = self.document_of(item);
        self.on_item.insert(new.0, invoice);
        let booked = self.booked(amount);
        let changed = Rescheduled {
            invoice: InvoiceId(invoice),
            version: 2,
            on,
            taken: vec![Taken {
                item: ItemNo(item),
                booked,
            }],
            instalments: vec![Instalment {
                item: new,
                due,
                booked,
                discount: None,
            }],
        };
        self.write(world, changed).await;
        new.0
    }

    /// Gives a debit up; the number of the write-off.
    pub(crate) async fn write_off(
        &mut self,
        world: &mut World,
        item: u32,
        on: Date,
        amount: &str,
    ) -> u32 {
        self.write_offs += 1;
        let write_off = WriteOffNo(self.write_offs);
        let wanted = WriteOffRequested {
            write_off,
            item: ItemNo(item),
            amount: dec(amount),
            on,
            reason: "insolvent".into(),
            by: "ann".parse().unwrap(),
        };
        self.write(world, wanted).await;
        let done = WrittenOff {
            write_off,
            item: ItemNo(item),
            on,
            booked: self.booked(amount),
            approved_by: "bob".parse().unwrap(),
        };
        self.write(world, done).await;
        self.write_offs
    }

    /// What was given up is paid after all; the payment's item.
    pub(crate) async fn recover(
        &mut self,
        world: &mut World,
        (write_off, item): (u32, u32),
        on: Date,
        amount: &str,
    ) -> u32 {
        let payment = self.payment(world, on, amount).await;
        let recovered = Recovered {
            write_off: WriteOffNo(write_off),
            payment: PaymentId(self.document_of(payment)),
            on,
            booked: self.booked(amount),
        };
        self.write(world, recovered).await;
        self.allocate(world, (payment, item), on, amount).await;
        payment
    }

    /// The payment that was used last, which recovered so much of a write-off, bounces.
    pub(crate) async fn recovery_bounces(
        &mut self,
        world: &mut World,
        (write_off, payment): (u32, u32),
        on: Date,
        amount: &str,
    ) {
        self.deallocate(world, self.allocations, on).await;
        let back = RecoveryTakenBack {
            write_off: WriteOffNo(write_off),
            payment: PaymentId(self.document_of(payment)),
            on,
            booked: self.booked(amount),
            because: TakenBack::Bounced,
        };
        self.write(world, back).await;
        self.bounce(world, payment, on).await;
    }
}
