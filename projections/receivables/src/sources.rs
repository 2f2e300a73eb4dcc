//! Which events of the sales service the model is made from, and whom they concern.

use guanxi_events::{
    DecodeError, DomainEvent, Recorded, document_number,
    sales::{
        AccountEvent, CreditNoteEvent, CreditNoteIssued, CustomerCopied, CustomerCopyEvent,
        ExchangeRateSet, ExchangeRatesEvent, InvoiceEvent, InvoiceIssued, ReceivablePlanEvent,
        ReceivablePlanSet,
    },
};
use guanxi_projection::Key;
use uuid::Uuid;

/// An event that changes the model.
#[derive(Debug)]
pub(crate) enum Source {
    /// Something happened to an account.
    Account(AccountEvent),
    /// What is known of a customer.
    Customer(CustomerCopied),
    /// An invoice got its number and its totals.
    Invoice(InvoiceIssued),
    /// So did a credit note.
    CreditNote(CreditNoteIssued),
    /// An order's plan.
    Plan(ReceivablePlanSet),
    /// A rate.
    Rate(ExchangeRateSet),
}

/// Reads an event; `None` for one that changes nothing here.
pub(crate) fn source(event: &Recorded) -> Result<Option<Source>, DecodeError> {
    let (kind, data) = (&event.event_type, &event.data);
    let category = &event.stream.category;
    Ok(if *category == AccountEvent::CATEGORY {
        Some(Source::Account(AccountEvent::decode(kind, data)?))
    } else if *category == CustomerCopyEvent::CATEGORY {
        let CustomerCopyEvent::Copied(copied) = CustomerCopyEvent::decode(kind, data)?;
        Some(Source::Customer(copied))
    } else if *category == InvoiceEvent::CATEGORY {
        match InvoiceEvent::decode(kind, data)? {
            InvoiceEvent::Issued(issued) => Some(Source::Invoice(issued)),
            // That it was voided stands on the account as well, with what it takes off.
            _ => None,
        }
    } else if *category == CreditNoteEvent::CATEGORY {
        match CreditNoteEvent::decode(kind, data)? {
            CreditNoteEvent::Issued(issued) => Some(Source::CreditNote(issued)),
            CreditNoteEvent::Voided(_) => None,
        }
    } else if *category == ReceivablePlanEvent::CATEGORY {
        let ReceivablePlanEvent::Set(set) = ReceivablePlanEvent::decode(kind, data)?;
        Some(Source::Plan(set))
    } else if *category == ExchangeRatesEvent::CATEGORY {
        let ExchangeRatesEvent::Set(set) = ExchangeRatesEvent::decode(kind, data)?;
        Some(Source::Rate(set))
    } else {
        None
    })
}

/// Everything that concerns a customer has one key, from whichever stream it comes; rates have that
/// of their own stream. What cannot be read is set aside under its stream's.
pub(crate) fn key(event: &Recorded) -> Option<Key> {
    let category = &event.stream.category;
    if *category == AccountEvent::CATEGORY || *category == CustomerCopyEvent::CATEGORY {
        return Some(customer_key(event, event.stream.id));
    }
    match source(event) {
        Ok(None) => None,
        Ok(Some(source)) => Some(match customer(event, &source) {
            Some(customer) => customer_key(event, customer),
            None => Key::stream(&event.stream),
        }),
        Err(_) => Some(Key::stream(&event.stream)),
    }
}

fn customer_key(event: &Recorded, customer: Uuid) -> Key {
    Key::new(format!("{}/{customer}", event.stream.tenant))
}

/// Whom an event concerns; a rate concerns nobody.
pub(crate) fn customer(event: &Recorded, source: &Source) -> Option<Uuid> {
    Some(match source {
        Source::Account(_) | Source::Customer(_) => event.stream.id,
        Source::Invoice(issued) => issued.customer.into(),
        Source::CreditNote(issued) => issued.customer.into(),
        Source::Plan(set) => set.customer.into(),
        Source::Rate(_) => return None,
    })
}

/// The number that an event drew.
pub(crate) fn number(event: &Recorded) -> Option<String> {
    let (series, number) = event.numbers.iter().next()?;
    Some(document_number(series, *number))
}
