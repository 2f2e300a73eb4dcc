//! Documents that go: voided, waived, bounced, returned; and payments that come back.

use guanxi_events::sales::account::{FeeWaived, InvoiceVoided, PaymentReinstated};
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Amounts, Bookings, Entry, Kind, Ledger, Movement, Posting, Unbookable, documents::figure,
};

impl Ledger {
    /// Its total goes from the control account, whatever is open of its items from those: nothing
    /// may be settled by then, so both are the same.
    pub(super) fn invoice_voided(
        &mut self,
        voided: &InvoiceVoided,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let invoice = (Kind::Instalment, voided.invoice.into());
        match self.gone(invoice, voided.on, bookings) {
            // An invoice that came to 0 has no items.
            Err(Unbookable::Document(_)) => Ok(()),
            other => other,
        }
    }

    pub(super) fn fee_waived(
        &mut self,
        waived: &FeeWaived,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        self.item(waived.item)?;
        self.all_gone(&[waived.item.0.into()], waived.on, bookings)
    }

    /// A payment is there again, all of it, from the day on which it was gone.
    pub(super) fn reinstated(
        &mut self,
        back: &PaymentReinstated,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        for no in self.items_of((Kind::Payment, back.payment.into()))? {
            let posted = self.items[no].posted;
            self.take_off(no, back.on, posted, bookings)?;
            bookings.post(self.reversal(no, back.on, posted));
        }
        Ok(())
    }

    /// All of a document is gone.
    pub(super) fn gone(
        &mut self,
        document: (Kind, Uuid),
        on: Date,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let items = self.items_of(document)?;
        self.all_gone(&items, on, bookings)
    }

    fn all_gone(
        &mut self,
        items: &[i64],
        on: Date,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let mut total = Amounts::default();
        for no in items {
            let item = &self.items[*no];
            // Those of a later plan took over from these and came to no more.
            if item.plan_version == 1 {
                total = total.plus(item.posted);
            }
            let open = item.open;
            self.take_off(*no, on, open.opposite(), bookings)?;
        }
        if let Some(first) = items.first() {
            bookings.post(self.reversal(*first, on, total.opposite()));
        }
        Ok(())
    }

    fn take_off(
        &mut self,
        no: i64,
        on: Date,
        amounts: Amounts,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        if amounts.is_nothing() {
            return Ok(());
        }
        let entry = Entry {
            item: no,
            on,
            movement: Movement::TakenOff,
            amounts,
            counterpart: None,
            reference: None,
        };
        self.enter(entry, bookings)
    }

    fn reversal(&self, no: i64, on: Date, amounts: Amounts) -> Posting {
        let item = &self.items[no];
        Posting {
            figure: figure(item.kind),
            reversal: true,
            on,
            currency: item.currency,
            amounts,
            item: Some(no),
            document: item.document,
            order: item.order,
        }
    }
}
