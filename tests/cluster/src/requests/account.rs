//! Requests from an order to its money, each with a fresh command id. All in whole euros.

use guanxi_proto::{
    google_type::Money,
    sales::v1::{
        AllocationTarget, BouncePaymentRequest, CreditNotePayout, CreditNoteSubject, CreditUse,
        InvoiceSubject, IssueCreditNoteRequest, IssueInvoiceRequest, LineQuantity, OrderToBill,
        OrderToCredit, PaymentMethod, PlaceOrderRequest, ReceivePaymentRequest, ReceivedPayment,
        SaleLineInput, SetCreditLimitRequest, allocation_target::To, credit_note_subject,
        invoice_subject::Of,
    },
};

use super::header;

/// Whole euros.
pub fn euros(units: i64) -> Money {
    Money {
        currency_code: "EUR".to_owned(),
        units,
        nanos: 0,
    }
}

/// A confirmed order of one line without goods.
pub fn sale(customer_id: &str, text: &str, amount: i64) -> PlaceOrderRequest {
    PlaceOrderRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        currency_code: "EUR".to_owned(),
        lines: vec![SaleLineInput {
            text: text.to_owned(),
            quantity: "1".to_owned(),
            unit_price: amount.to_string(),
            ..SaleLineInput::default()
        }],
        confirm: true,
        ..PlaceOrderRequest::default()
    }
}

/// An invoice of all that can be billed of an order.
pub fn invoice(order_id: &str) -> IssueInvoiceRequest {
    IssueInvoiceRequest {
        header: header(),
        subject: Some(InvoiceSubject {
            of: Some(Of::Order(OrderToBill {
                order_id: order_id.to_owned(),
                lines: Vec::new(),
            })),
        }),
        ..IssueInvoiceRequest::default()
    }
}

/// One unit of the first line of an order is credited, and paid out as far as it was paid.
pub fn credit_note(order_id: &str, reason: &str) -> IssueCreditNoteRequest {
    let credited = OrderToCredit {
        order_id: order_id.to_owned(),
        lines: vec![LineQuantity {
            line: 1,
            quantity: "1".to_owned(),
        }],
        return_id: String::new(),
    };
    IssueCreditNoteRequest {
        header: header(),
        subject: Some(CreditNoteSubject {
            of: Some(credit_note_subject::Of::Order(credited)),
        }),
        reason: reason.to_owned(),
        payout: Some(CreditNotePayout {
            refund_id: uuid::Uuid::now_v7().to_string(),
            method: PaymentMethod::BankTransfer.into(),
            ..CreditNotePayout::default()
        }),
        ..IssueCreditNoteRequest::default()
    }
}

/// The same, and what was paid stays with the customer as a credit.
pub fn credit_kept(order_id: &str, reason: &str) -> IssueCreditNoteRequest {
    IssueCreditNoteRequest {
        payout: None,
        ..credit_note(order_id, reason)
    }
}

/// A payment for one invoice, or for the oldest due first.
pub fn payment(customer_id: &str, amount: i64, invoice_id: Option<&str>) -> ReceivePaymentRequest {
    let target = |invoice: &str| AllocationTarget {
        to: Some(To::InvoiceId(invoice.to_owned())),
        amount: None,
    };
    ReceivePaymentRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        payment: Some(ReceivedPayment {
            payment_id: uuid::Uuid::now_v7().to_string(),
            amount: Some(euros(amount)),
            method: PaymentMethod::BankTransfer.into(),
            ..ReceivedPayment::default()
        }),
        r#use: Some(CreditUse {
            targets: invoice_id.map(target).into_iter().collect(),
            ..CreditUse::default()
        }),
    }
}

/// A payment that bounced.
pub fn bounce(received: &ReceivePaymentRequest) -> BouncePaymentRequest {
    let payment = received.payment.as_ref();
    BouncePaymentRequest {
        header: header(),
        customer_id: received.customer_id.clone(),
        payment_id: payment.map(|p| p.payment_id.clone()).unwrap_or_default(),
        reason: "no funds".to_owned(),
    }
}

/// A credit limit.
pub fn credit_limit(customer_id: &str, limit: i64) -> SetCreditLimitRequest {
    SetCreditLimitRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        limit: Some(euros(limit)),
        reason: "agreed".to_owned(),
    }
}
