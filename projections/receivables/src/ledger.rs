//! The fold of one account, pure: from what happened to entries and postings.
//!
//! A [`Ledger`] is as much of an account as the events of a batch concern. It knows an item by its
//! number, an allocation and a write-off by theirs, for what is taken back names only those.

mod bookings;
mod documents;
mod endings;
mod item;
mod rows;
mod settlements;

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::sales::{AccountEvent, account::ItemNo};
use jiff::Timestamp;
use uuid::Uuid;

pub use bookings::{Amounts, Bookings, Entry, Figure, Movement, Posting};
pub use item::{Allocation, Item, Kind, WriteOff};

pub(crate) use rows::Change;
use rows::Rows;

/// An account, as far as it is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Who looks after the customer: the owner of what has none of its own, from then on.
    pub owner: Option<String>,
    items: Rows<Item>,
    /// An invoice has several items, also those that a later plan replaced. Of two kinds, two may have
    /// one id: whoever asks for an invoice or a payment chooses its id.
    documents: BTreeMap<(Kind, Uuid), BTreeSet<i64>>,
    allocations: Rows<Allocation>,
    write_offs: Rows<WriteOff>,
}

/// An event names what the account does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbookable {
    /// No item has that number.
    #[error("there is no item {0}")]
    Item(i64),
    /// An item has that number already.
    #[error("there is an item {0} already")]
    ItemTwice(i64),
    /// A document has that id already.
    #[error("there is a document {0} already")]
    DocumentTwice(Uuid),
    /// Nothing was posted for that document.
    #[error("nothing was posted for {0}")]
    Document(Uuid),
    /// An allocation has that number already.
    #[error("there is an allocation {0} already")]
    AllocationTwice(i64),
    /// No allocation has that number.
    #[error("there is no allocation {0}")]
    Allocation(i64),
    /// No write-off has that number.
    #[error("there is no write-off {0}")]
    WriteOff(i64),
}

impl Ledger {
    /// Books one event, recorded at that time.
    ///
    /// # Errors
    /// [`Unbookable`]; the ledger is then of no further use.
    pub fn book(
        &mut self,
        event: &AccountEvent,
        recorded_at: Timestamp,
    ) -> Result<Bookings, Unbookable> {
        let mut bookings = Bookings::at(recorded_at);
        match event {
            AccountEvent::InvoicePosted(posted) => self.invoice_posted(posted, &mut bookings)?,
            AccountEvent::InvoiceVoided(voided) => self.invoice_voided(voided, &mut bookings)?,
            AccountEvent::CreditNotePosted(posted) => {
                self.credit_note_posted(posted, &mut bookings)?;
            }
            AccountEvent::CreditNoteVoided(voided) => {
                let credit_note = (Kind::CreditNote, voided.credit_note.into());
                self.gone(credit_note, voided.on, &mut bookings)?;
            }
            AccountEvent::Rescheduled(changed) => self.rescheduled(changed, &mut bookings)?,
            AccountEvent::FeeCharged(fee) => self.fee_charged(fee, &mut bookings)?,
            AccountEvent::FeeWaived(waived) => self.fee_waived(waived, &mut bookings)?,
            AccountEvent::PaymentReceived(received) => {
                self.payment_received(received, &mut bookings)?;
            }
            AccountEvent::PaymentBounced(bounced) => {
                let payment = (Kind::Payment, bounced.payment.into());
                self.gone(payment, bounced.on, &mut bookings)?;
            }
            AccountEvent::PaymentReinstated(back) => self.reinstated(back, &mut bookings)?,
            AccountEvent::Refunded(refunded) => self.refunded(refunded, &mut bookings)?,
            AccountEvent::RefundReturned(returned) => {
                let refund = (Kind::Refund, returned.refund.into());
                self.gone(refund, returned.on, &mut bookings)?;
            }
            AccountEvent::Allocated(allocated) => self.allocated(allocated, &mut bookings)?,
            AccountEvent::Deallocated(back) => self.deallocated(back, &mut bookings)?,
            AccountEvent::WriteOffRequested(wanted) => self.write_off_requested(wanted),
            AccountEvent::WriteOffRejected(rejected) => self.write_off_rejected(rejected)?,
            AccountEvent::WrittenOff(done) => self.written_off(done, &mut bookings)?,
            AccountEvent::WriteOffTakenBack(back) => {
                self.write_off_taken_back(back, &mut bookings)?;
            }
            AccountEvent::Recovered(back) => self.recovered(back, &mut bookings)?,
            AccountEvent::RecoveryTakenBack(back) => {
                self.recovery_taken_back(back, &mut bookings)?;
            }
            // Credit is granted by the account, not reported here; that nothing is open of an invoice
            // is seen on its items.
            AccountEvent::CreditLimitSet(_)
            | AccountEvent::CommitmentSet(_)
            | AccountEvent::InvoiceSettled(_)
            | AccountEvent::InvoiceUnsettled(_) => {}
        }
        Ok(bookings)
    }

    /// Every loaded item, by number.
    pub fn items(&self) -> impl Iterator<Item = (i64, &Item)> {
        self.items.iter()
    }

    pub(crate) fn load_item(&mut self, no: i64, item: Item) {
        self.note_document(no, &item);
        self.items.load(no, item);
    }

    fn make_item(&mut self, no: i64, item: Item) {
        self.note_document(no, &item);
        self.items.put(no, item);
    }

    fn note_document(&mut self, no: i64, item: &Item) {
        if let Some(document) = item.document {
            let document = (item.kind, document);
            self.documents.entry(document).or_default().insert(no);
        }
    }

    pub(crate) fn load_allocation(&mut self, no: i64, allocation: Allocation) {
        self.allocations.load(no, allocation);
    }

    pub(crate) fn load_write_off(&mut self, no: i64, write_off: WriteOff) {
        self.write_offs.load(no, write_off);
    }

    /// Items that were made or changed since loading.
    pub(crate) fn changed_items(&self) -> impl Iterator<Item = (i64, &Item, Change)> {
        self.items.changes()
    }

    /// Allocations that were made or changed since loading.
    pub(crate) fn changed_allocations(&self) -> impl Iterator<Item = (i64, &Allocation, Change)> {
        self.allocations.changes()
    }

    /// Write-offs that were made or changed since loading.
    pub(crate) fn changed_write_offs(&self) -> impl Iterator<Item = (i64, &WriteOff)> {
        self.write_offs
            .changes()
            .map(|(no, write_off, _)| (no, write_off))
    }

    fn item(&self, no: ItemNo) -> Result<&Item, Unbookable> {
        let no = i64::from(no.0);
        self.items.get(no).ok_or(Unbookable::Item(no))
    }

    /// The items of a document of which there must be some.
    fn items_of(&self, document: (Kind, Uuid)) -> Result<Vec<i64>, Unbookable> {
        let items = self.documents.get(&document);
        let items = items.ok_or(Unbookable::Document(document.1))?;
        Ok(items.iter().copied().collect())
    }

    /// Enters something on an item: what is open of it changes by that.
    fn enter(&mut self, entry: Entry, bookings: &mut Bookings) -> Result<(), Unbookable> {
        let no = entry.item;
        let item = self.items.change(no).ok_or(Unbookable::Item(no))?;
        item.open = item.open.plus(entry.amounts);
        item.last_on = item.last_on.max(entry.on);
        item.last_recorded_at = item.last_recorded_at.max(bookings.recorded_at);
        bookings.entries.push(entry);
        Ok(())
    }
}
