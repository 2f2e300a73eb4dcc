//! Invoices, credit notes, payments and refunds as documents: their numbers, totals, and what became
//! of them. The account tells the one half and the document's own stream the other, in any order.

use std::collections::BTreeMap;

use guanxi_events::{
    Recorded,
    sales::{
        AccountEvent, CreditNoteIssued, InvoiceIssued, PaymentMethod, TaxTotal, account::Booked,
    },
};
use guanxi_projection::{Write, columns};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{
    ledger::{Kind, Unbookable},
    loading::{Id, id},
    sources,
    storing::stored,
};

/// What is told of a document; what is not is left as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Document {
    customer: Uuid,
    number: Option<String>,
    on: Option<Date>,
    recorded_at: Option<Timestamp>,
    currency: Option<&'static str>,
    booked: Option<Booked>,
    net: Option<Decimal>,
    tax: Option<Decimal>,
    owner: Option<String>,
    team: Option<String>,
    order: Option<Uuid>,
    invoice: Option<Uuid>,
    method: Option<&'static str>,
    reference: Option<String>,
}

/// Tenant and document, and of which kind its items are: whoever asks for an invoice or a payment chooses its
/// id, so of two kinds two may have one.
type Key = (Id, Kind);

/// The documents of a batch.
#[derive(Default)]
pub(crate) struct Documents {
    told: BTreeMap<Key, Document>,
    /// Since when a document counts no more; it may come back.
    ended: BTreeMap<Key, Option<Date>>,
}

impl Documents {
    /// Takes what an account's event tells of a document.
    ///
    /// # Errors
    /// Money moved under an id that is given.
    pub(crate) fn account(
        &mut self,
        event: &Recorded,
        what: &AccountEvent,
    ) -> Result<(), Unbookable> {
        match what {
            AccountEvent::InvoicePosted(posted) => {
                let document = self.document(event, posted.invoice.into(), Kind::Instalment);
                document.on = Some(posted.on);
                document.currency = Some(posted.currency.code());
                document.booked = Some(sum(posted.instalments.iter().map(|part| part.booked)));
                document.owner = posted.owner.clone().map(String::from);
                document.team.clone_from(&posted.team);
                document.order = posted.order.map(Uuid::from);
            }
            AccountEvent::CreditNotePosted(posted) => {
                let document = self.document(event, posted.credit_note.into(), Kind::CreditNote);
                document.on = Some(posted.on);
                document.currency = Some(posted.currency.code());
                document.booked = Some(posted.booked);
                document.invoice = posted.invoice.map(Uuid::from);
            }
            AccountEvent::PaymentReceived(received) => {
                let document = self.moved(event, received.payment.into(), Kind::Payment)?;
                document.number = sources::number(event);
                document.on = Some(received.on);
                document.currency = Some(received.currency.code());
                document.booked = Some(received.booked);
                document.order = received.order.map(Uuid::from);
                document.method = Some(method(received.method));
                document.reference.clone_from(&received.reference);
            }
            AccountEvent::Refunded(refunded) => {
                let document = self.moved(event, refunded.refund.into(), Kind::Refund)?;
                document.number = sources::number(event);
                document.on = Some(refunded.on);
                document.currency = Some(refunded.currency.code());
                document.booked = Some(refunded.booked);
                document.method = Some(method(refunded.method));
                document.reference.clone_from(&refunded.reference);
            }
            AccountEvent::InvoiceVoided(end) => {
                self.end(event, end.invoice, Kind::Instalment, Some(end.on))
            }
            AccountEvent::CreditNoteVoided(end) => {
                self.end(event, end.credit_note, Kind::CreditNote, Some(end.on))
            }
            AccountEvent::PaymentBounced(end) => {
                self.end(event, end.payment, Kind::Payment, Some(end.on))
            }
            AccountEvent::PaymentReinstated(back) => {
                self.end(event, back.payment, Kind::Payment, None)
            }
            AccountEvent::RefundReturned(end) => {
                self.end(event, end.refund, Kind::Refund, Some(end.on))
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes what an invoice's own stream tells.
    pub(crate) fn invoice(&mut self, event: &Recorded, issued: &InvoiceIssued) {
        let document = self.entry(event, event.stream.id, Kind::Instalment);
        document.customer = issued.customer.into();
        document.number = sources::number(event);
        document.on = Some(issued.on);
        document.currency = Some(issued.currency.code());
        document.totals(&issued.totals);
    }

    /// Takes what a credit note's own stream tells.
    pub(crate) fn credit_note(&mut self, event: &Recorded, issued: &CreditNoteIssued) {
        let document = self.entry(event, event.stream.id, Kind::CreditNote);
        document.customer = issued.customer.into();
        document.number = sources::number(event);
        document.on = Some(issued.on);
        document.currency = Some(issued.currency.code());
        document.invoice = issued.invoice.map(Uuid::from);
        document.totals(&issued.totals);
    }

    fn entry(&mut self, event: &Recorded, document: Uuid, kind: Kind) -> &mut Document {
        self.told.entry((id(event, document), kind)).or_default()
    }

    /// A document as an account's event tells of it.
    fn document(&mut self, event: &Recorded, document: Uuid, kind: Kind) -> &mut Document {
        let document = self.entry(event, document, kind);
        document.customer = event.stream.id;
        document.recorded_at = Some(event.recorded_at);
        document
    }

    /// A payment or a refund, of which its one event tells all. In another batch its row would be in the
    /// way of a second one.
    fn moved(
        &mut self,
        event: &Recorded,
        document: Uuid,
        kind: Kind,
    ) -> Result<&mut Document, Unbookable> {
        if self.told.contains_key(&(id(event, document), kind)) {
            return Err(Unbookable::DocumentTwice(document));
        }
        Ok(self.document(event, document, kind))
    }

    fn end(&mut self, event: &Recorded, document: impl Into<Uuid>, kind: Kind, on: Option<Date>) {
        self.ended.insert((id(event, document.into()), kind), on);
    }

    /// Writes them. A document of which all is told at once has no row yet, and to look for one would
    /// cost a third more; nearly all are such, for one command tells both halves. If ever one
    /// has a row (a half that is told again), its events are folded one by one, each of them a half.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut whole = DocumentColumns::default();
        let mut halves = DocumentColumns::default();
        for (((tenant, id), kind), told) in &self.told {
            let documents = if told.is_whole(*kind) {
                &mut whole
            } else {
                &mut halves
            };
            documents.push(DocumentRow {
                tenant: tenant.as_str(),
                document: *id,
                customer: told.customer,
                kind: kind.as_str(),
                number: told.number.as_deref(),
                dated: told.on,
                recorded_at: told.recorded_at,
                currency: told.currency,
                amount: told.booked.map(|booked| stored(booked.amount)),
                base: told.booked.map(|booked| stored(booked.base)),
                net: told.net.map(stored),
                tax: told.tax.map(stored),
                owner: told.owner.as_deref(),
                team: told.team.as_deref(),
                order_id: told.order,
                invoice: told.invoice,
                method: told.method,
                reference: told.reference.as_deref(),
            });
        }
        futures::try_join!(
            whole.insert(write, "documents"),
            halves.write(write, include_str!("sql/write_documents.sql")),
        )?;
        let mut ended = EndColumns::default();
        for (((tenant, id), kind), on) in &self.ended {
            ended.push(EndRow {
                tenant: tenant.as_str(),
                document: *id,
                kind: kind.as_str(),
                ended_on: *on,
            });
        }
        // After them, for what came and went in one batch.
        ended
            .write(write, include_str!("sql/end_documents.sql"))
            .await?;
        Ok(())
    }
}

impl Document {
    /// Whether the account told its half and the document's own stream the other. Money that moves has
    /// no stream of its own: the account tells all of it.
    fn is_whole(&self, kind: Kind) -> bool {
        let own = self.net.is_some() || matches!(kind, Kind::Payment | Kind::Refund);
        own && self.booked.is_some()
    }

    fn totals(&mut self, totals: &[TaxTotal]) {
        self.net = Some(totals.iter().map(|total| total.net).sum());
        self.tax = Some(totals.iter().map(|total| total.tax).sum());
    }
}

fn sum(parts: impl Iterator<Item = Booked>) -> Booked {
    parts.fold(Booked::default(), |sum, part| Booked {
        amount: sum.amount + part.amount,
        base: sum.base + part.base,
    })
}

/// As it is stored.
const fn method(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::BankTransfer => "bank_transfer",
        PaymentMethod::DirectDebit => "direct_debit",
        PaymentMethod::Card => "card",
        PaymentMethod::Cheque => "cheque",
        PaymentMethod::Cash => "cash",
        PaymentMethod::Wallet => "wallet",
        PaymentMethod::Other => "other",
    }
}

columns! {
    /// A row of `documents`.
    DocumentColumns of DocumentRow {
        tenant: &'a str,
        document: Uuid,
        customer: Uuid,
        kind: &'static str,
        number: Option<&'a str>,
        dated: Option<Date>,
        recorded_at: Option<Timestamp>,
        currency: Option<&'static str>,
        amount: Option<Decimal>,
        base: Option<Decimal>,
        net: Option<Decimal>,
        tax: Option<Decimal>,
        owner: Option<&'a str>,
        team: Option<&'a str>,
        order_id: Option<Uuid>,
        invoice: Option<Uuid>,
        method: Option<&'static str>,
        reference: Option<&'a str>,
    }
}

columns! {
    /// What becomes of a row of `documents`.
    EndColumns of EndRow {
        tenant: &'a str,
        document: Uuid,
        kind: &'static str,
        ended_on: Option<Date>,
    }
}
