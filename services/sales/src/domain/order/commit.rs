//! What an order commits its customer to: the unbilled part of a confirmed order counts against
//! the credit limit (S-10). Whoever changes it writes the commitment to the customer's account in
//! the same decision: the order itself, and the invoices, credit notes and returns of it.

use guanxi_decider::{Context, Reads, Refusal};
use guanxi_events::sales::{OrderId, account::CommitmentSet};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Sale;
use crate::domain::{
    account::{Account, Grant, Ledger, commitment, granted},
    exchange_rates::{ExchangeRates, book_rate, book_rates},
};

/// And what [`Sale::commits`] reads: the customer's account and the rates of the currency.
pub fn and_account(reads: Reads, customer: impl Into<Uuid>, currency: Currency) -> Reads {
    reads
        .and::<Account>(customer)
        .and::<ExchangeRates>(book_rates(currency))
}

impl Sale {
    /// The commitment of the order as it is now, and how much that adds to the exposure in the base
    /// currency (below 0: takes from it); none where the account says so already. A confirmed
    /// order keeps the rate at which it was committed, or a change of the rate alone would ask for
    /// credit.
    ///
    /// # Errors
    /// `NO_RATE`, `AMOUNT_TOO_LARGE`.
    pub fn commits(
        &self,
        order: OrderId,
        context: &Context,
    ) -> Result<Option<(CommitmentSet, Decimal)>, Refusal> {
        let ledger = context.read::<Account>(self.customer)?;
        let unbilled = self.unbilled_gross();
        let before = ledger.commitments.get(&order);
        if before.is_none() && unbilled.is_zero() {
            return Ok(None);
        }
        let rate = match before {
            Some(before) => before.rate,
            None => {
                let on = context.date_of(context.occurred_at()?);
                book_rate(self.currency, on, context)?
            }
        };
        let valued = (self.currency, rate);
        commitment(&ledger, order, valued, unbilled, context.base_currency)
    }

    /// As [`Self::commits`], for a command that asks for credit when it adds to the exposure.
    ///
    /// # Errors
    /// As there; `CREDIT_LIMIT_EXCEEDED`, `OVERRIDE_NOT_ALLOWED`.
    pub(super) fn asks_credit(
        &self,
        order: OrderId,
        grant: Option<&Grant>,
        context: &Context,
    ) -> Result<Option<CommitmentSet>, Refusal> {
        let Some((mut set, adds)) = self.commits(order, context)? else {
            return Ok(None);
        };
        if adds > Decimal::ZERO {
            let ledger: &Ledger = &*context.read::<Account>(self.customer)?;
            let (figures, above) = granted(ledger, adds, grant, context)?;
            set.credit = Some(figures);
            set.granted = above;
        }
        Ok(Some(set))
    }
}
