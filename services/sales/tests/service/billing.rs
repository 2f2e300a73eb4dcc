//! What is asked of invoices, credit notes and the account of the shop.

use std::{collections::HashMap, future::Future};

use guanxi_proto::{google_type::Money, sales::v1 as wire, types::v1::Receipt};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::{
    selling::{Shop, euros, part},
    served::{ANNA, Caller, MANAGER, header},
};

/// Parts of an order are billed; all that can be when there are none.
pub fn bill(order: &str, parts: &[(i32, &str)]) -> wire::IssueInvoiceRequest {
    wire::IssueInvoiceRequest {
        header: header(),
        subject: of_order(order, parts),
        ..Default::default()
    }
}

pub fn of_order(order: &str, parts: &[(i32, &str)]) -> Option<wire::InvoiceSubject> {
    let order = wire::OrderToBill {
        order_id: order.to_owned(),
        lines: parts.iter().map(|(line, q)| part(*line, q)).collect(),
    };
    Some(wire::InvoiceSubject {
        of: Some(wire::invoice_subject::Of::Order(order)),
    })
}

/// Parts of an order are credited, or what came back with a return.
pub fn credit(
    order: &str,
    parts: &[(i32, &str)],
    returned: Option<&str>,
) -> wire::IssueCreditNoteRequest {
    let order = wire::OrderToCredit {
        order_id: order.to_owned(),
        lines: parts.iter().map(|(line, q)| part(*line, q)).collect(),
        return_id: returned.unwrap_or_default().to_owned(),
    };
    wire::IssueCreditNoteRequest {
        header: header(),
        subject: Some(wire::CreditNoteSubject {
            of: Some(wire::credit_note_subject::Of::Order(order)),
        }),
        reason: "broken".into(),
        ..Default::default()
    }
}

/// And what is free of it is paid out.
pub fn paid_out(credit: wire::IssueCreditNoteRequest) -> wire::IssueCreditNoteRequest {
    wire::IssueCreditNoteRequest {
        payout: Some(wire::CreditNotePayout {
            refund_id: Uuid::now_v7().to_string(),
            method: wire::PaymentMethod::BankTransfer.into(),
            reference: "RF-1".into(),
        }),
        ..credit
    }
}

/// It is refused with this code; the details.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(told: Result<T, Status>, code: &str) -> HashMap<String, String> {
    let status = told.unwrap_err();
    let info = status.get_details_error_info().unwrap();
    let named = info.reason == code
        || status
            .get_details_precondition_failure()
            .is_some_and(|failure| failure.violations.iter().any(|v| v.r#type == code));
    assert!(named, "wanted {code}: {status:?}");
    assert!(
        matches!(
            status.code(),
            Code::FailedPrecondition
                | Code::AlreadyExists
                | Code::NotFound
                | Code::PermissionDenied
        ),
        "{status:?}"
    );
    info.metadata
}

/// The answer's receipt.
pub async fn receipt<T>(
    told: impl Future<Output = Result<Response<T>, Status>>,
    of: fn(T) -> Option<Receipt>,
) -> Result<Receipt, Status> {
    Ok(of(told.await?.into_inner()).unwrap())
}

/// Words at a price.
pub fn words(unit_price: &str) -> wire::SaleLineInput {
    wire::SaleLineInput {
        text: "Advice".into(),
        quantity: "1".into(),
        unit_price: unit_price.into(),
        ..Default::default()
    }
}

impl Shop {
    /// Words at a price are billed without an order.
    pub fn lines_to_bill(&self, unit_price: &str) -> wire::IssueInvoiceRequest {
        self.own_lines(wire::LinesToBill {
            lines: vec![words(unit_price)],
            ..Default::default()
        })
    }

    /// Lines are billed without an order, to the customer and in EUR where they do not say.
    pub fn own_lines(&self, mut own: wire::LinesToBill) -> wire::IssueInvoiceRequest {
        if own.customer_id.is_empty() {
            own.customer_id.clone_from(&self.customer);
        }
        if own.currency_code.is_empty() {
            own.currency_code = "EUR".into();
        }
        wire::IssueInvoiceRequest {
            header: header(),
            subject: Some(wire::InvoiceSubject {
                of: Some(wire::invoice_subject::Of::Lines(own)),
            }),
            ..Default::default()
        }
    }

    /// Lines are credited without an order, to the customer and in EUR where they do not say.
    pub fn own_credit(&self, mut own: wire::LinesToCredit) -> wire::IssueCreditNoteRequest {
        if own.customer_id.is_empty() {
            own.customer_id.clone_from(&self.customer);
        }
        if own.currency_code.is_empty() {
            own.currency_code = "EUR".into();
        }
        wire::IssueCreditNoteRequest {
            header: header(),
            subject: Some(wire::CreditNoteSubject {
                of: Some(wire::credit_note_subject::Of::Lines(own)),
            }),
            reason: "goodwill".into(),
            ..Default::default()
        }
    }

    pub async fn bill(&self, issue: wire::IssueInvoiceRequest) -> Result<Receipt, Status> {
        self.bill_by(ANNA, issue).await
    }

    pub async fn bill_by(
        &self,
        caller: Caller,
        issue: wire::IssueInvoiceRequest,
    ) -> Result<Receipt, Status> {
        let mut invoices = self.sales.invoices();
        let told = invoices.issue_invoice(self.sales.by(caller, issue));
        receipt(told, |answer| answer.receipt).await
    }

    pub async fn void_invoice(&self, id: &str) -> Result<Receipt, Status> {
        let void = wire::VoidInvoiceRequest {
            header: header(),
            invoice_id: id.to_owned(),
            reason: "wrong address".into(),
        };
        let mut invoices = self.sales.invoices();
        let told = invoices.void_invoice(self.sales.by(MANAGER, void));
        receipt(told, |answer| answer.receipt).await
    }

    pub async fn invoice(&self, id: &str) -> wire::Invoice {
        let get = wire::GetInvoiceRequest {
            invoice_id: id.to_owned(),
        };
        let mut invoices = self.sales.invoices();
        let got = invoices.get_invoice(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner().invoice.unwrap()
    }

    pub async fn credit(&self, issue: wire::IssueCreditNoteRequest) -> Result<Receipt, Status> {
        let mut notes = self.sales.credit_notes();
        let told = notes.issue_credit_note(self.sales.by(MANAGER, issue));
        receipt(told, |answer| answer.receipt).await
    }

    pub async fn void_note(&self, id: &str) -> Result<Receipt, Status> {
        let void = wire::VoidCreditNoteRequest {
            header: header(),
            credit_note_id: id.to_owned(),
            reason: "not broken after all".into(),
        };
        let mut notes = self.sales.credit_notes();
        let told = notes.void_credit_note(self.sales.by(MANAGER, void));
        receipt(told, |answer| answer.receipt).await
    }

    pub async fn credit_note(&self, id: &str) -> wire::CreditNote {
        let get = wire::GetCreditNoteRequest {
            credit_note_id: id.to_owned(),
        };
        let mut notes = self.sales.credit_notes();
        let got = notes.get_credit_note(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner().credit_note.unwrap()
    }

    /// A payment comes in and settles what is oldest; its id.
    pub async fn pay(&self, units: i64) -> String {
        let payment = Uuid::now_v7().to_string();
        let receive = wire::ReceivePaymentRequest {
            header: header(),
            customer_id: self.customer.clone(),
            payment: Some(wire::ReceivedPayment {
                payment_id: payment.clone(),
                amount: euros(units),
                method: wire::PaymentMethod::BankTransfer.into(),
                ..Default::default()
            }),
            r#use: None,
        };
        let mut accounts = self.sales.accounts();
        let told = accounts.receive_payment(self.sales.by(ANNA, receive));
        told.await.unwrap();
        payment
    }

    pub async fn bounce(&self, payment: &str) -> Result<(), Status> {
        let bounce = wire::BouncePaymentRequest {
            header: header(),
            customer_id: self.customer.clone(),
            payment_id: payment.to_owned(),
            reason: "no funds".into(),
        };
        let mut accounts = self.sales.accounts();
        accounts.bounce_payment(self.sales.by(ANNA, bounce)).await?;
        Ok(())
    }

    pub async fn account(&self) -> wire::Account {
        let get = wire::GetAccountRequest {
            customer_id: self.customer.clone(),
        };
        let mut accounts = self.sales.accounts();
        let got = accounts.get_account(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner().account.unwrap()
    }

    /// What is owed and what is ordered.
    pub async fn figures(&self) -> (Option<Money>, Option<Money>) {
        let account = self.account().await;
        (account.owed, account.committed)
    }
}
