//! A decision in the making: the account as it will be, and the events that make it so.

use guanxi_decider::Refusal;
use guanxi_events::{
    Money,
    sales::{AccountEvent, account::ItemNo},
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{Item, Ledger, evolve::evolve};

/// A copy of an account that events are tried out on. What one decision does to an account in
/// several steps is decided step by step, each on what the steps before it left.
#[derive(Debug, Clone)]
pub struct Book {
    /// The account with the events applied.
    pub ledger: Ledger,
    /// The tenant's base currency.
    pub base: Currency,
    events: Vec<AccountEvent>,
}

impl Book {
    /// The account as it is.
    pub fn of(ledger: &Ledger, base: Currency) -> Self {
        Self {
            ledger: ledger.clone(),
            base,
            events: Vec::new(),
        }
    }

    /// One more event.
    pub(super) fn write(&mut self, event: impl Into<AccountEvent>) {
        let event = event.into();
        self.ledger = evolve(std::mem::take(&mut self.ledger), &event);
        self.events.push(event);
    }

    /// What happens to the account, in order.
    pub fn events(self) -> Vec<AccountEvent> {
        self.events
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

/// The account after these events, tried out.
pub fn evolved(ledger: &Ledger, events: &[AccountEvent]) -> Ledger {
    events.iter().fold(ledger.clone(), evolve)
}
