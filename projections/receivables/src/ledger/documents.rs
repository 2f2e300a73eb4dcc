//! Documents that come: invoices, credit notes, fees, payments, refunds; and new plans.

use guanxi_events::sales::account::{
    Booked, CreditNotePosted, FeeCharged, InvoicePosted, ItemNo, PaymentReceived, Refunded,
    Rescheduled,
};
use iso_currency::Currency;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Amounts, Bookings, Entry, Figure, Item, Kind, Ledger, Movement, Posting, Unbookable};

/// What all items of a document have in common.
struct Heading {
    kind: Kind,
    document: Option<Uuid>,
    plan_version: i64,
    on: Date,
    currency: Currency,
    owner: Option<String>,
    team: Option<String>,
    order: Option<Uuid>,
}

impl Heading {
    fn new(kind: Kind, document: Option<Uuid>, on: Date, currency: Currency) -> Self {
        Self {
            kind,
            document,
            plan_version: 1,
            on,
            currency,
            owner: None,
            team: None,
            order: None,
        }
    }

    fn posting(&self, item: Option<i64>, amounts: Amounts) -> Posting {
        Posting {
            figure: figure(self.kind),
            reversal: false,
            on: self.on,
            currency: self.currency,
            amounts,
            item,
            document: self.document,
            order: self.order,
        }
    }
}

/// The figure that a document of such items counts for.
pub(super) const fn figure(kind: Kind) -> Figure {
    match kind {
        Kind::Instalment => Figure::Invoiced,
        Kind::Fee => Figure::Fees,
        Kind::Refund => Figure::Refunded,
        Kind::Payment => Figure::Received,
        Kind::CreditNote => Figure::Credited,
    }
}

impl Ledger {
    pub(super) fn invoice_posted(
        &mut self,
        posted: &InvoicePosted,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let document = Some(posted.invoice.into());
        let mut heading = Heading::new(Kind::Instalment, document, posted.on, posted.currency);
        heading.owner = posted.owner.clone().map(String::from);
        heading.team.clone_from(&posted.team);
        heading.order = posted.order.map(Uuid::from);
        let mut total = Amounts::default();
        for part in &posted.instalments {
            let amounts = Amounts::debit(part.booked);
            total = total.plus(amounts);
            let movement = Movement::Posted;
            self.open(&heading, part.item, part.due, amounts, movement, bookings)?;
        }
        let first = posted.instalments.first().map(|part| part.item.0.into());
        bookings.post(heading.posting(first, total));
        Ok(())
    }

    pub(super) fn credit_note_posted(
        &mut self,
        posted: &CreditNotePosted,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let document = Some(posted.credit_note.into());
        let mut heading = Heading::new(Kind::CreditNote, document, posted.on, posted.currency);
        let credited = posted.invoice.map(Uuid::from);
        let credited = credited.and_then(|invoice| {
            let items = self.documents.get(&(Kind::Instalment, invoice))?;
            items.first()
        });
        if let Some(credited) = credited.and_then(|no| self.items.get(*no)) {
            // It takes from whoever sold what it credits.
            heading.owner.clone_from(&credited.owner);
            heading.team.clone_from(&credited.team);
            heading.order = credited.order;
        }
        self.single(&heading, posted.item, posted.on, posted.booked, bookings)
    }

    pub(super) fn fee_charged(
        &mut self,
        fee: &FeeCharged,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let heading = Heading::new(Kind::Fee, None, fee.on, fee.currency);
        self.single(&heading, fee.item, fee.due, fee.booked, bookings)
    }

    pub(super) fn payment_received(
        &mut self,
        received: &PaymentReceived,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let document = Some(received.payment.into());
        let mut heading = Heading::new(Kind::Payment, document, received.on, received.currency);
        heading.order = received.order.map(Uuid::from);
        let (on, booked) = (received.on, received.booked);
        self.single(&heading, received.item, on, booked, bookings)
    }

    pub(super) fn refunded(
        &mut self,
        refunded: &Refunded,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let document = Some(refunded.refund.into());
        let heading = Heading::new(Kind::Refund, document, refunded.on, refunded.currency);
        let (on, booked) = (refunded.on, refunded.booked);
        self.single(&heading, refunded.item, on, booked, bookings)
    }

    pub(super) fn rescheduled(
        &mut self,
        changed: &Rescheduled,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let invoice = (Kind::Instalment, changed.invoice.into());
        let first = self.items_of(invoice)?[0];
        let first = &self.items[first];
        let heading = Heading {
            kind: first.kind,
            document: first.document,
            plan_version: changed.version.into(),
            on: changed.on,
            currency: first.currency,
            owner: first.owner.clone(),
            team: first.team.clone(),
            order: first.order,
        };
        let movement = Movement::Rescheduled;
        for taken in &changed.taken {
            self.item(taken.item)?;
            let entry = Entry {
                item: taken.item.0.into(),
                on: changed.on,
                movement,
                amounts: Amounts::credit(taken.booked),
                counterpart: None,
                reference: None,
            };
            self.enter(entry, bookings)?;
        }
        for part in &changed.instalments {
            let amounts = Amounts::debit(part.booked);
            self.open(&heading, part.item, part.due, amounts, movement, bookings)?;
        }
        Ok(())
    }

    /// A document of one item.
    fn single(
        &mut self,
        heading: &Heading,
        no: ItemNo,
        due: Date,
        booked: Booked,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let amounts = if heading.kind.is_credit() {
            Amounts::credit(booked)
        } else {
            Amounts::debit(booked)
        };
        self.open(heading, no, due, amounts, Movement::Posted, bookings)?;
        bookings.post(heading.posting(Some(no.0.into()), amounts));
        Ok(())
    }

    /// A new item, all of it open.
    fn open(
        &mut self,
        heading: &Heading,
        no: ItemNo,
        due: Date,
        amounts: Amounts,
        movement: Movement,
        bookings: &mut Bookings,
    ) -> Result<(), Unbookable> {
        let no = i64::from(no.0);
        if self.items.get(no).is_some() {
            return Err(Unbookable::ItemTwice(no));
        }
        let item = Item {
            kind: heading.kind,
            document: heading.document,
            plan_version: heading.plan_version,
            on: heading.on,
            due,
            recorded_at: bookings.recorded_at,
            currency: heading.currency,
            owner: heading.owner.clone().or_else(|| self.owner.clone()),
            team: heading.team.clone(),
            order: heading.order,
            posted: amounts,
            open: Amounts::default(),
            last_on: heading.on,
            last_recorded_at: bookings.recorded_at,
        };
        self.make_item(no, item);
        let entry = Entry {
            item: no,
            on: heading.on,
            movement,
            amounts,
            counterpart: None,
            reference: None,
        };
        self.enter(entry, bookings)
    }
}
