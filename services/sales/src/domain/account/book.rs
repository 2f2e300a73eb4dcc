//! A decision in the making: the account as it will be, and the events that make it so.

use guanxi_decider::Refusal;
use guanxi_events::{
    Money,
    sales::{AccountEvent, account::ItemNo},
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{Item, Ledger, evolve::evolve, settled::Concerned};

/// A decision writes at most so many events to an account.
pub(super) const AT_ONCE: usize = 800;

/// A copy of an account that events are tried out on. What one decision does to an account in
/// several steps is decided step by step, each on what the steps before it left.
#[derive(Debug, Clone)]
pub struct Book {
    /// The account with the events applied.
    pub ledger: Ledger,
    /// The tenant's base currency.
    pub base: Currency,
    before: Ledger,
    concerned: Concerned,
    events: Vec<AccountEvent>,
}

impl Book {
    /// The account as it is.
    pub fn of(ledger: &Ledger, base: Currency) -> Self {
        Self {
            ledger: ledger.clone(),
            base,
            before: ledger.clone(),
            concerned: Concerned::default(),
            events: Vec::new(),
        }
    }

    /// One more event.
    pub(super) fn write(&mut self, event: impl Into<AccountEvent>) {
        let event = event.into();
        self.concerned.by(&self.ledger, &event);
        self.ledger = evolve(std::mem::take(&mut self.ledger), &event);
        self.events.push(event);
    }

    /// Whether one decision should do no more: the log takes 1 000 events at once, and the documents
    /// that write to the account have some of their own.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() + self.concerned.len() >= AT_ONCE
    }

    /// What happens to the account, in order; last what is settled by it, and what is not any more.
    pub fn events(self) -> Vec<AccountEvent> {
        let settled = self.concerned.changes(&self.before, &self.ledger);
        let mut events = self.events;
        events.extend(settled);
        events
    }

    /// An amount that a caller names of something in a currency.
    ///
    /// # Errors
    /// `CURRENCIES_DIFFER`.
    pub(super) fn amount_in(
        currency: Currency,
        asked: Option<Money>,
    ) -> Result<Option<Decimal>, Refusal> {
        match asked {
            Some(asked) if asked.currency != currency => Err(Refusal::precondition(
                "CURRENCIES_DIFFER",
                format!(
                    "it is in {}, not in {}",
                    currency.code(),
                    asked.currency.code()
                ),
            )
            .figure("asked", asked)
            .figure("currency", currency.code())),
            asked => Ok(asked.map(|asked| asked.amount)),
        }
    }

    /// An item of the account.
    pub(super) fn item(&self, no: ItemNo) -> Result<&Item, Refusal> {
        let item = self.ledger.items.get(&no);
        item.ok_or_else(|| Refusal::not_found("item", no))
    }
}
