//! Orders with their delivery and invoice, returns with their credit note.

use guanxi_proto::sales::v1::{
    CreditNoteSubject, DeliverOrderRequest, InvoiceSubject, IssueCreditNoteRequest,
    IssueInvoiceRequest, OrderToBill, OrderToCredit, PlaceOrderRequest, RequestReturnRequest,
    ReturnLine, credit_note_subject, invoice_subject,
};
use jiff::civil::DateTime;

use super::{Done, TEAM, steps::Steps};
use crate::demo::{
    load::token,
    retail::{Return, Sale},
    wire,
};

/// Why goods came back: the file does not say.
const REASON: &str = "cancelled";

impl Steps<'_> {
    /// An order is placed, delivered and invoiced at one moment.
    pub(super) async fn sell(&self, at: DateTime, sale: &Sale) -> Done {
        self.place(at, sale).await?;
        if sale.has_goods() {
            self.deliver(at, sale).await?;
        }
        self.bill(at, sale).await
    }

    async fn place(&self, at: DateTime, sale: &Sale) -> Done {
        let loading = self.loading;
        let order = loading.id("order", &sale.document);
        let message = PlaceOrderRequest {
            header: loading.header(order, "place", at)?,
            order_id: order.to_string(),
            customer_id: self.customer.to_string(),
            currency_code: wire::GBP.to_owned(),
            lines: loading.lines(&sale.lines),
            team: TEAM.to_owned(),
            payment_terms_id: self.terms(),
            reference: sale.document.to_string(),
            confirm: true,
            ..PlaceOrderRequest::default()
        };
        let call = async |request| self.clients.orders.clone().place_order(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    async fn deliver(&self, at: DateTime, sale: &Sale) -> Done {
        let loading = self.loading;
        let order = loading.id("order", &sale.document);
        let message = DeliverOrderRequest {
            header: loading.header(order, "deliver", at)?,
            order_id: order.to_string(),
            ..DeliverOrderRequest::default()
        };
        let call = async |request| self.clients.orders.clone().deliver_order(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    async fn bill(&self, at: DateTime, sale: &Sale) -> Done {
        let loading = self.loading;
        let invoice = loading.id("invoice", &sale.document);
        let order = OrderToBill {
            order_id: loading.id("order", &sale.document).to_string(),
            lines: Vec::new(),
        };
        let message = IssueInvoiceRequest {
            header: loading.header(invoice, "issue", at)?,
            invoice_id: invoice.to_string(),
            subject: Some(InvoiceSubject {
                of: Some(invoice_subject::Of::Order(order)),
            }),
            ..IssueInvoiceRequest::default()
        };
        let call = async |request| self.clients.invoices.clone().issue_invoice(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    /// Goods come back over the counter, and their value is credited.
    pub(super) async fn take_back(&self, at: DateTime, back: &Return) -> Done {
        let loading = self.loading;
        let id = loading.id("return", &back.key);
        let order = loading.id("order", &back.sale);
        let lines = back.lines.iter().map(|(line, quantity)| {
            Ok(ReturnLine {
                line: i32::try_from(*line)?,
                quantity: quantity.to_string(),
                reason: REASON.to_owned(),
            })
        });
        let message = RequestReturnRequest {
            header: loading.header(id, "request", at)?,
            return_id: id.to_string(),
            order_id: order.to_string(),
            lines: lines.collect::<anyhow::Result<_>>()?,
            at_once: true,
            ..RequestReturnRequest::default()
        };
        let call = async |request| self.clients.returns.clone().request_return(request).await;
        loading.caller.send(message, call).await?;

        let note = loading.id("credit note", &back.key);
        let order = OrderToCredit {
            order_id: order.to_string(),
            lines: Vec::new(),
            return_id: id.to_string(),
        };
        let message = IssueCreditNoteRequest {
            header: loading.header(note, "issue", at)?,
            credit_note_id: note.to_string(),
            subject: Some(CreditNoteSubject {
                of: Some(credit_note_subject::Of::Order(order)),
            }),
            reason: REASON.to_owned(),
            ..IssueCreditNoteRequest::default()
        };
        self.issue_credit_note(message).await
    }

    /// The terms of payment; the cash customer has none and pays at once.
    pub(super) fn terms(&self) -> String {
        match self.cash {
            true => String::new(),
            false => self.loading.terms().to_string(),
        }
    }

    /// Sends it.
    pub(super) async fn issue_credit_note(&self, message: IssueCreditNoteRequest) -> Done {
        let client = &self.clients.credit_notes;
        let call = async |request| client.clone().issue_credit_note(request).await;
        Ok(token(
            self.loading.caller.send(message, call).await?.receipt,
        ))
    }
}
