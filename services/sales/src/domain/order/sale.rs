//! An order that exists: its lines, its totals and its status.

use std::collections::BTreeMap;

use guanxi_events::{
    PersonId,
    customers::CustomerId,
    sales::{InvoiceId, LineQuantity, PaymentTermsId, ReturnId, SaleLine},
};
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::line::OrderLine;
use crate::domain::sale_lines::{Amounts, Pricing};

/// An order that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Its number as people read it, `SO-2026-00017`; absent until the log dealt it.
    pub number: Option<String>,
    /// Who buys.
    pub customer: CustomerId,
    /// The currency of all its lines.
    pub currency: Currency,
    /// Whether the prices of its lines include their tax.
    pub prices_include_tax: bool,
    /// Its lines, numbered from 1.
    pub lines: Vec<OrderLine>,
    /// Who sold it.
    pub owner: PersonId,
    /// The team that it counts for.
    pub team: Option<String>,
    /// How it is to be paid; at once when absent.
    pub terms: Option<PaymentTermsId>,
    /// How much more than was ordered may be delivered, in per cent of each line.
    pub over_delivery_percent: Decimal,
    /// What the customer calls it.
    pub reference: Option<String>,
    /// Whether it was confirmed.
    pub confirmed: bool,
    /// Why it is on hold, when it is.
    pub held: Option<String>,
    /// What returns ask for and have not received yet.
    pub open_returns: BTreeMap<ReturnId, Vec<LineQuantity>>,
    pub(super) invoices: Vec<InvoiceId>,
}

/// How far an order is. It follows from what happened to its lines; whether it is on hold is told
/// apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not confirmed: it can be changed freely.
    Draft,
    /// Confirmed, and nothing was delivered or billed.
    Confirmed,
    /// Some of its goods are delivered, nothing is billed.
    PartlyDelivered,
    /// All its goods are delivered, nothing is billed.
    Delivered,
    /// Something is billed and something is left to bill.
    PartlyBilled,
    /// All is billed, and goods are left to deliver.
    Billed,
    /// Nothing is left to deliver or to bill.
    Completed,
    /// All of it was cancelled.
    Cancelled,
}

impl Status {
    /// The name in refusals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "confirmed",
            Self::PartlyDelivered => "partly delivered",
            Self::Delivered => "delivered",
            Self::PartlyBilled => "partly billed",
            Self::Billed => "billed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Sale {
    /// How its lines are priced.
    pub fn pricing(&self) -> Pricing {
        Pricing {
            currency: self.currency,
            includes_tax: self.prices_include_tax,
        }
    }

    /// How far it is.
    pub fn status(&self) -> Status {
        let any = |of: fn(&OrderLine) -> Decimal| self.lines.iter().any(|l| of(l) > Decimal::ZERO);
        if !any(OrderLine::stands) {
            return Status::Cancelled;
        }
        if !self.confirmed {
            return Status::Draft;
        }
        let (to_deliver, to_bill) = (any(OrderLine::to_deliver), any(OrderLine::to_bill));
        let delivered = any(|line| line.delivered);
        let billed = any(|line| line.billed.quantity);
        match (to_deliver, to_bill) {
            (false, false) => Status::Completed,
            (true, false) => Status::Billed,
            (_, true) if billed => Status::PartlyBilled,
            (false, true) if delivered => Status::Delivered,
            (true, true) if delivered => Status::PartlyDelivered,
            (_, true) => Status::Confirmed,
        }
    }

    /// The line with this number.
    pub fn line(&self, number: u32) -> Option<&OrderLine> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.lines.get(index)
    }

    /// The lines with their numbers.
    pub fn numbered_lines(&self) -> impl Iterator<Item = (u32, &OrderLine)> {
        (1..).zip(&self.lines)
    }

    /// The tax on a line, in per cent; 0 for one that it does not have.
    pub fn tax_rate_of(&self, line: u32) -> Decimal {
        self.line(line)
            .map_or(Decimal::ZERO, |line| line.line.tax_rate)
    }

    /// The invoices of it that were issued and not voided, in order.
    pub fn invoices(&self) -> &[InvoiceId] {
        &self.invoices
    }

    /// What it comes to: what was ordered and not cancelled, and the delivered surplus.
    pub fn total(&self) -> Amounts {
        let pricing = self.pricing();
        self.lines
            .iter()
            .map(|line| line.worth(pricing))
            .fold(Amounts::default(), Amounts::plus)
    }

    /// [`Self::total`] with tax.
    pub fn gross(&self) -> Decimal {
        self.total().gross()
    }

    /// What was billed of it by invoices that were not voided, with tax.
    pub fn billed_gross(&self) -> Decimal {
        let billed = self.lines.iter().map(|line| line.billed.amounts());
        billed.fold(Amounts::default(), Amounts::plus).gross()
    }

    /// What of a confirmed order will still be billed, with tax: what it commits the customer to.
    /// Not below 0, where only a discount is left to bill; 0 for a draft, which commits nobody.
    pub fn unbilled_gross(&self) -> Decimal {
        if !self.confirmed {
            return Decimal::ZERO;
        }
        let pricing = self.pricing();
        let unbilled = self
            .lines
            .iter()
            .map(|line| line.unbilled(pricing))
            .fold(Amounts::default(), Amounts::plus);
        unbilled.gross().max(Decimal::ZERO)
    }

    /// How much of a line open returns ask for.
    pub fn asked_back(&self, line: u32) -> Decimal {
        self.open_returns
            .values()
            .flatten()
            .filter(|asked| asked.line == line)
            .fold(Decimal::ZERO, |sum, asked| {
                sum.saturating_add(asked.quantity)
            })
    }

    /// How much of a line a new return may ask for: what was delivered, is not returned and that
    /// no other open return asks for.
    pub fn returnable(&self, number: u32) -> Decimal {
        let kept = self.line(number).map_or(Decimal::ZERO, OrderLine::kept);
        kept.saturating_sub(self.asked_back(number))
            .max(Decimal::ZERO)
    }

    pub(super) fn sale_lines(&self) -> impl Iterator<Item = &SaleLine> {
        self.lines.iter().map(|line| &line.line)
    }
}
