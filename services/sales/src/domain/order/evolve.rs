//! What an order is after each event.

use guanxi_events::sales::{LinePart, LineQuantity, OrderEvent, OrderPlaced, SaleLine};
use rust_decimal::Decimal;

use super::{line::OrderLine, sale::Sale};

/// The state after the event; nothing can happen before it was placed.
pub(super) fn after(state: Option<Sale>, event: &OrderEvent) -> Option<Sale> {
    if let OrderEvent::Placed(placed) = event {
        return Some(new(placed));
    }
    let mut sale = state?;
    sale.take(event);
    Some(sale)
}

fn new(placed: &OrderPlaced) -> Sale {
    Sale {
        number: None,
        customer: placed.customer,
        currency: placed.currency,
        prices_include_tax: placed.prices_include_tax,
        lines: placed.lines.iter().cloned().map(OrderLine::new).collect(),
        owner: placed.owner.clone(),
        team: placed.team.clone(),
        terms: placed.terms,
        over_delivery_percent: placed.over_delivery_percent,
        reference: placed.reference.clone(),
        confirmed: false,
        held: None,
        open_returns: std::collections::BTreeMap::new(),
        invoices: Vec::new(),
    }
}

impl Sale {
    /// The order after the event: for whoever writes it in a decision of their own.
    #[must_use]
    pub fn with(&self, event: &OrderEvent) -> Self {
        let mut sale = self.clone();
        sale.take(event);
        sale
    }

    fn take(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(_) => {}
            OrderEvent::LinesChanged(changed) => self.change(&changed.lines),
            OrderEvent::Confirmed(_) => self.confirmed = true,
            OrderEvent::Held(held) => self.held = Some(held.reason.clone()),
            OrderEvent::Released(_) => self.held = None,
            OrderEvent::Delivered(delivered) => self.each(&delivered.lines, |line, quantity| {
                line.delivered = line.delivered.saturating_add(quantity);
            }),
            OrderEvent::Billed(billed) => {
                self.invoices.push(billed.invoice);
                self.each_part(&billed.lines, |line, part| line.billed.add(part));
            }
            OrderEvent::Unbilled(unbilled) => {
                self.invoices.retain(|invoice| *invoice != unbilled.invoice);
                self.each_part(&unbilled.lines, |line, part| line.billed.take(part));
            }
            OrderEvent::RestCancelled(cancelled) => self.each(&cancelled.lines, OrderLine::cancel),
            // What was credited stays cancelled: the customer has the money back.
            OrderEvent::Reopened(_) => {
                for line in &mut self.lines {
                    line.cancelled = Decimal::ZERO;
                }
            }
            OrderEvent::ReturnAsked(asked) => {
                self.open_returns
                    .insert(asked.returned, asked.lines.clone());
            }
            OrderEvent::ReturnDropped(dropped) => {
                self.open_returns.remove(&dropped.returned);
            }
            OrderEvent::GoodsReturned(returned) => {
                self.open_returns.remove(&returned.returned);
                self.each(&returned.lines, |line, quantity| {
                    line.returned = line.returned.saturating_add(quantity);
                });
            }
            OrderEvent::Credited(credited) => {
                self.each_part(&credited.lines, |line, part| line.credited.add(part));
            }
            OrderEvent::Uncredited(uncredited) => {
                self.each_part(&uncredited.lines, |line, part| line.credited.take(part));
            }
        }
    }

    /// Lines keep their numbers, and with them what happened to them.
    fn change(&mut self, lines: &[SaleLine]) {
        let mut before = std::mem::take(&mut self.lines).into_iter();
        self.lines = lines
            .iter()
            .cloned()
            .map(|line| match before.next() {
                Some(before) => OrderLine { line, ..before },
                None => OrderLine::new(line),
            })
            .collect();
    }

    fn each(&mut self, lines: &[LineQuantity], mut take: impl FnMut(&mut OrderLine, Decimal)) {
        for part in lines {
            if let Some(line) = self.line_mut(part.line) {
                take(line, part.quantity);
            }
        }
    }

    fn each_part(&mut self, parts: &[LinePart], mut take: impl FnMut(&mut OrderLine, &LinePart)) {
        for part in parts {
            if let Some(line) = self.line_mut(part.line) {
                take(line, part);
            }
        }
    }

    fn line_mut(&mut self, number: u32) -> Option<&mut OrderLine> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.lines.get_mut(index)
    }
}
