//! Money that comes in, bounces, and goes out (S-23).

use guanxi_decider::Refusal;
use guanxi_events::{
    Money,
    sales::{
        PaymentId, PaymentMethod, RefundId,
        account::{
            ItemNo, PaymentBounced, PaymentReceived, PaymentReinstated, RefundReturned, Refunded,
            TakenBack,
        },
    },
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Book, Receive, Side,
    allocate::{Terms, exceeds},
    credit::figures,
};
use crate::domain::exchange_rates::booked;

/// How money is paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The refund's id.
    pub refund: RefundId,
    /// How the money goes.
    pub method: PaymentMethod,
    /// What the bank calls it.
    pub reference: Option<String>,
}

impl Book {
    /// Takes in a payment, without using it yet.
    pub(super) fn receive(
        &mut self,
        receive: &Receive,
        on: Date,
        rate: Option<Decimal>,
    ) -> Result<ItemNo, Refusal> {
        if let Some(item) = self.ledger.payments.get(&receive.payment) {
            return Err(Refusal::already_exists(
                "PAYMENT_EXISTS",
                format!("payment {} is there already, item {item}", receive.payment),
            ));
        }
        let item = self.ledger.next_item();
        self.write(PaymentReceived {
            payment: receive.payment,
            item,
            on,
            currency: receive.amount.currency,
            rate,
            booked: booked(receive.amount.amount, rate, self.base)?,
            method: receive.method,
            reference: receive.reference.clone(),
            order: receive.order,
        });
        Ok(item)
    }

    fn payment(&self, payment: PaymentId) -> Result<ItemNo, Refusal> {
        let known = self.ledger.payments.get(&payment).copied();
        known.ok_or_else(|| Refusal::not_found("payment on this account", payment))
    }

    /// A payment bounced: a fact, accepted whatever it was used for and whatever the limit says.
    pub(super) fn bounce(
        &mut self,
        payment: PaymentId,
        on: Date,
        reason: &str,
    ) -> Result<(), Refusal> {
        let no = self.payment(payment)?;
        let item = self.item(no)?;
        if let Some(gone) = item.gone {
            return Err(
                Refusal::precondition("BOUNCED_ALREADY", format!("it bounced on {gone}"))
                    .figure("on", gone),
            );
        }
        if on < item.on {
            return Err(before_the_document("payment", item.on, on));
        }
        let before = self.ledger.clone();
        self.deallocate_all(no, on, TakenBack::Bounced);
        let item = self.item(no)?;
        // Where it had been used until a later day, it is gone from that day on.
        let on = item.free_since(on, item.open.amount);
        let gone = item.open.base;
        let adds = (self.ledger.owed.saturating_sub(before.owed)).saturating_add(gone);
        let credit = figures(&before, adds, self.base);
        self.write(PaymentBounced {
            payment,
            on,
            reason: reason.to_owned(),
            credit,
        });
        Ok(())
    }

    /// It had not bounced after all: the inverse, with the original's date.
    pub(super) fn reinstate(&mut self, payment: PaymentId, reason: &str) -> Result<(), Refusal> {
        let no = self.payment(payment)?;
        let Some(on) = self.item(no)?.gone else {
            return Err(Refusal::precondition(
                "NOT_BOUNCED",
                format!("payment {payment} has not bounced"),
            ));
        };
        self.write(PaymentReinstated {
            payment,
            on,
            reason: reason.to_owned(),
        });
        Ok(())
    }

    /// Pays a credit out: never more than is open of it.
    pub(super) fn refund(
        &mut self,
        from: ItemNo,
        amount: Option<Money>,
        payout: &Payout,
        on: Date,
    ) -> Result<(), Refusal> {
        if self.ledger.refunds.contains_key(&payout.refund) {
            return Err(Refusal::already_exists(
                "REFUND_EXISTS",
                format!("refund {} is there already", payout.refund),
            ));
        }
        let credit = self.item(from)?;
        let kind = credit.kind.name();
        if credit.kind.side() != Side::Credit {
            return Err(Refusal::precondition(
                "NOT_A_CREDIT",
                format!("item {from} is a {kind}: only credits are paid out"),
            ));
        }
        let open = credit.open.amount;
        let amount = Self::amount_in(credit.currency, amount)?.unwrap_or(open);
        if amount > open || amount <= Decimal::ZERO {
            return Err(exceeds(kind, from, open, amount));
        }
        if on < credit.on {
            return Err(before_the_document(kind, credit.on, on));
        }
        let on = credit.free_since(on, amount);
        let item = self.ledger.next_item();
        self.write(Refunded {
            refund: payout.refund,
            item,
            on,
            currency: credit.currency,
            booked: credit.share(amount, self.base),
            method: payout.method,
            reference: payout.reference.clone(),
        });
        self.allocate(from, item, Some(amount), Terms::default())
    }

    /// Money that was paid out came back.
    pub(super) fn return_refund(
        &mut self,
        refund: RefundId,
        on: Date,
        reason: &str,
    ) -> Result<(), Refusal> {
        let known = self.ledger.refunds.get(&refund).copied();
        let no = known.ok_or_else(|| Refusal::not_found("refund on this account", refund))?;
        let item = self.item(no)?;
        if let Some(gone) = item.gone {
            return Err(Refusal::precondition(
                "RETURNED_ALREADY",
                format!("it came back on {gone}"),
            )
            .figure("on", gone));
        }
        if on < item.on {
            return Err(before_the_document("refund", item.on, on));
        }
        self.deallocate_all(no, on, TakenBack::Returned);
        // What was given up of it is not owed any more, so it was not given up either.
        self.take_back_write_offs_of(no, on, TakenBack::Returned, reason);
        let item = self.item(no)?;
        let on = item.free_since(on, item.open.amount);
        self.write(RefundReturned {
            refund,
            on,
            reason: reason.to_owned(),
        });
        Ok(())
    }
}

/// Something is dated before the document that it happens to.
pub(super) fn before_the_document(what: &str, dated: Date, on: Date) -> Refusal {
    Refusal::precondition(
        "DATED_BEFORE_THE_DOCUMENT",
        format!("it cannot have happened on {on}: the {what} is of {dated}"),
    )
    .figure("on", on)
    .figure("document", dated)
}

/// What money is worth where it is asked for by amount only.
pub(super) fn above_zero(amount: Money) -> Result<(), Refusal> {
    if amount.amount > Decimal::ZERO {
        return Ok(());
    }
    Err(
        Refusal::precondition("AMOUNT_NOT_ABOVE_ZERO", format!("{amount} is not above 0"))
            .figure("amount", amount),
    )
}
