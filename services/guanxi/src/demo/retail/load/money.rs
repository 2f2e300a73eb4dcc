//! Payments, bounces, the use of credits, and what is paid out.

use guanxi_proto::sales::v1::{
    AllocateRequest, AllocationTarget, BouncePaymentRequest, CreditSource, CreditUse,
    PaymentMethod, ReceivePaymentRequest, ReceivedPayment, RefundCreditRequest, allocation_target,
    credit_source,
};
use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::{Done, steps::Steps};
use crate::demo::{
    load::token,
    retail::{Method, Payment, Use},
    wire,
};

impl Steps<'_> {
    pub(super) async fn receive(&self, at: DateTime, payment: &Payment) -> Done {
        let loading = self.loading;
        let id = loading.id("payment", &payment.key);
        let message = ReceivePaymentRequest {
            header: loading.header(id, "receive", at)?,
            customer_id: self.customer.to_string(),
            payment: Some(ReceivedPayment {
                payment_id: id.to_string(),
                amount: Some(wire::money(payment.amount, wire::GBP)?),
                method: method(payment.method).into(),
                reference: payment.key.to_string(),
                order_id: String::new(),
            }),
            r#use: Some(self.for_invoice(&payment.invoice, payment.amount)?),
        };
        let call = async |request| self.clients.accounts.clone().receive_payment(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    pub(super) async fn bounce(&self, at: DateTime, payment: &str) -> Done {
        let loading = self.loading;
        let id = loading.id("payment", payment);
        let message = BouncePaymentRequest {
            header: loading.header(id, "bounce", at)?,
            customer_id: self.customer.to_string(),
            payment_id: id.to_string(),
            reason: "not honoured".to_owned(),
        };
        let call = async |request| self.clients.accounts.clone().bounce_payment(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    pub(super) async fn net(&self, at: DateTime, used: &Use) -> Done {
        let loading = self.loading;
        let id = loading.id("use", &format!("{}/{}", used.credit, used.invoice));
        let message = AllocateRequest {
            header: loading.header(id, "allocate", at)?,
            customer_id: self.customer.to_string(),
            source: Some(self.credit_note(&used.credit)),
            r#use: Some(self.for_invoice(&used.invoice, used.amount)?),
        };
        let call = async |request| self.clients.accounts.clone().allocate(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    pub(super) async fn pay_out(&self, at: DateTime, credit: &str, amount: Decimal) -> Done {
        let loading = self.loading;
        let id = loading.id("refund", credit);
        let message = RefundCreditRequest {
            header: loading.header(id, "pay out", at)?,
            customer_id: self.customer.to_string(),
            refund_id: id.to_string(),
            source: Some(self.credit_note(credit)),
            amount: Some(wire::money(amount, wire::GBP)?),
            method: PaymentMethod::Cash.into(),
            reference: credit.to_owned(),
            credit_override_reason: String::new(),
        };
        let call = async |request| self.clients.accounts.clone().refund_credit(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    /// So much is used for an invoice, neither more nor less.
    fn for_invoice(&self, document: &str, amount: Decimal) -> anyhow::Result<CreditUse> {
        let invoice = self.loading.id("invoice", document).to_string();
        Ok(CreditUse {
            targets: vec![AllocationTarget {
                to: Some(allocation_target::To::InvoiceId(invoice)),
                amount: Some(wire::money(amount, wire::GBP)?),
            }],
            ..CreditUse::default()
        })
    }

    fn credit_note(&self, key: &str) -> CreditSource {
        let note = self.loading.id("credit note", key).to_string();
        CreditSource {
            from: Some(credit_source::From::CreditNoteId(note)),
        }
    }
}

fn method(method: Method) -> PaymentMethod {
    match method {
        Method::BankTransfer => PaymentMethod::BankTransfer,
        Method::DirectDebit => PaymentMethod::DirectDebit,
        Method::Cheque => PaymentMethod::Cheque,
        Method::Cash => PaymentMethod::Cash,
    }
}
