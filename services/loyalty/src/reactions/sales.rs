//! Orders earn (L-06, L-13, L-16): an invoice that is settled in full earns for the memberships of its
//! customer, one that is not any more gives back, and so does what is credited of an order.
//!
//! The purchase is the order's, so that all facts of one order meet; without an order it is the
//! invoice's. A credit note of own lines (a goodwill) returns nothing that was bought, and takes no
//! points back.

use guanxi_events::{
    DecodeError, DomainEvent, Recorded, Service,
    customers::CustomerId,
    sales::{
        AccountEvent, CreditNoteEvent, CreditNoteIssued, Credited, InvoiceId, OrderEvent, OrderId,
    },
};
use guanxi_runtime::{Reacted, Reaction, Start};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::purchase::{Command, Purchase, Settle};

/// Earns from what the sales service says.
#[derive(Debug)]
pub struct EarnFromSales;

impl Reaction for EarnFromSales {
    type Decider = Purchase;

    const NAME: &'static str = "earn_from_sales";
    const SOURCE: Service = Service::Sales;
    const START: Start = Start::Head;

    fn react(&self, event: &Recorded) -> Result<Option<Reacted<Self>>, DecodeError> {
        let category = &event.stream.category;
        let id = event.stream.id;
        if *category == AccountEvent::CATEGORY {
            let decoded = AccountEvent::decode(&event.event_type, &event.data)?;
            return Ok(of_account(decoded, CustomerId(id)));
        }
        if *category == CreditNoteEvent::CATEGORY {
            let decoded = CreditNoteEvent::decode(&event.event_type, &event.data)?;
            let CreditNoteEvent::Issued(issued) = decoded else {
                return Ok(None);
            };
            return Ok(credited(&issued, id));
        }
        if *category == OrderEvent::CATEGORY {
            let decoded = OrderEvent::decode(&event.event_type, &event.data)?;
            let OrderEvent::Uncredited(uncredited) = decoded else {
                return Ok(None);
            };
            let credit = uncredited.credit_note.0;
            return Ok(Some((id, Command::TakeCreditBack { credit })));
        }
        Ok(None)
    }
}

/// The purchase of an invoice: its order's, else its own.
fn purchase(order: Option<OrderId>, invoice: InvoiceId) -> Uuid {
    order.map_or(invoice.0, |order| order.0)
}

fn of_account(event: AccountEvent, customer: CustomerId) -> Option<(Uuid, Command)> {
    match event {
        AccountEvent::InvoiceSettled(settled) => {
            let settle = Settle {
                customer,
                part: settled.invoice.0,
                on: settled.on,
                currency: settled.total.currency,
                total: settled.total.amount,
                credited: settled.credited,
                kept_back: settled.kept_back,
            };
            let id = purchase(settled.order, settled.invoice);
            Some((id, Command::Settle(settle)))
        }
        AccountEvent::InvoiceUnsettled(unsettled) => {
            let part = unsettled.invoice.0;
            let id = purchase(unsettled.order, unsettled.invoice);
            Some((id, Command::Unsettle { part }))
        }
        _ => None,
    }
}

fn credited(issued: &CreditNoteIssued, credit_note: Uuid) -> Option<(Uuid, Command)> {
    let Credited::Order { order, .. } = &issued.subject else {
        return None;
    };
    let totals = issued.totals.iter();
    let amount: Decimal = totals.map(|total| total.net + total.tax).sum();
    let credit = Command::Credit {
        customer: issued.customer,
        credit: credit_note,
        amount,
        currency: issued.currency,
    };
    Some((order.0, credit))
}
