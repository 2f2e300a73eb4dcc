//! Orders, and invoices.

use guanxi_events::{
    Recorded,
    sales::{InvoiceEvent, InvoiceIssued, OrderEvent, SaleLine},
};
use guanxi_projection::{ApplyError, Write};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{ids, read};
use crate::{
    Figure,
    deltas::{Counted, Deltas, Much, When},
    kept::{Set, id, kept},
};

kept! {
    /// An order, with what it comes to, tax included.
    Order in "orders" {
        customer: Uuid = "uuid",
        owner: String = "text",
        currency: String = "text",
        amount: Decimal = "numeric",
        confirmed_at: Option<Timestamp> = "timestamptz",
    }
}

kept! {
    /// An issued invoice, with what it comes to, tax included.
    Invoice in "invoices" {
        owner: String = "text",
        currency: String = "text",
        amount: Decimal = "numeric",
    }
}

pub(super) async fn apply(
    write: &Write<'_>,
    events: &[Recorded],
    deltas: &mut Deltas,
) -> Result<(), ApplyError> {
    let told = read::<OrderEvent>(events)?;
    let mut orders = Set::<Order>::load(write, &ids(&told)).await?;
    for (event, what) in &told {
        ordered(&mut orders, deltas, event, what)?;
    }
    orders.store(write).await?;
    let told = read::<InvoiceEvent>(events)?;
    let mut invoices = Set::<Invoice>::load(write, &ids(&told)).await?;
    for (event, what) in &told {
        billed(&mut invoices, deltas, event, what)?;
    }
    invoices.store(write).await?;
    Ok(())
}

fn total(lines: &[SaleLine]) -> Decimal {
    let total: Decimal = lines.iter().map(SaleLine::gross).sum();
    total.normalize()
}

impl Order {
    /// So many more, by so much, since its confirmation.
    fn count(&self, deltas: &mut Deltas, event: &Recorded, count: i64, amount: Decimal) {
        let Some(at) = self.confirmed_at else { return };
        let counted = Counted {
            figure: Figure::OrdersConfirmed,
            when: When::At(at),
            owner: &self.owner,
            detail: "",
        };
        let currency = &self.currency;
        deltas.add(event, &counted, count, Much { amount, currency });
    }
}

fn ordered(
    orders: &mut Set<Order>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &OrderEvent,
) -> Result<(), ApplyError> {
    match what {
        OrderEvent::Placed(placed) => {
            let order = Order {
                customer: placed.customer.into(),
                owner: placed.owner.as_str().to_owned(),
                currency: placed.currency.code().to_owned(),
                amount: total(&placed.lines),
                confirmed_at: None,
            };
            orders.insert(id(event), order);
        }
        OrderEvent::LinesChanged(changed) => {
            let order = orders.of(event)?;
            let amount = total(&changed.lines);
            order.count(deltas, event, 0, amount - order.amount);
            order.amount = amount;
        }
        OrderEvent::Confirmed(_) => {
            let order = orders.of(event)?;
            order.confirmed_at = Some(event.occurred_at);
            order.count(deltas, event, 1, order.amount);
        }
        _ => {}
    }
    Ok(())
}

impl Invoice {
    fn of(issued: &InvoiceIssued) -> Self {
        let owner = issued.owner.as_ref();
        let amount: Decimal = issued
            .totals
            .iter()
            .map(|total| total.net + total.tax)
            .sum();
        Self {
            owner: owner.map_or_else(String::new, |owner| owner.as_str().to_owned()),
            currency: issued.currency.code().to_owned(),
            amount: amount.normalize(),
        }
    }

    fn count(&self, deltas: &mut Deltas, event: &Recorded, figure: Figure, when: When) {
        let counted = Counted {
            figure,
            when,
            owner: &self.owner,
            detail: "",
        };
        let (amount, currency) = (self.amount, self.currency.as_str());
        deltas.add(event, &counted, 1, Much { amount, currency });
    }
}

fn billed(
    invoices: &mut Set<Invoice>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &InvoiceEvent,
) -> Result<(), ApplyError> {
    match what {
        InvoiceEvent::Issued(issued) => {
            let invoice = Invoice::of(issued);
            invoice.count(deltas, event, Figure::Invoiced, When::On(issued.on));
            invoices.insert(id(event), invoice);
        }
        InvoiceEvent::Voided(voided) => {
            let invoice = invoices.of(event)?;
            invoice.count(deltas, event, Figure::InvoicesVoided, When::On(voided.on));
        }
        _ => {}
    }
    Ok(())
}
