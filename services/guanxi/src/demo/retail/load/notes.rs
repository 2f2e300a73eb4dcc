//! Credit notes and invoices with lines of their own.

use guanxi_proto::sales::v1::{
    CreditNoteSubject, InvoiceSubject, IssueCreditNoteRequest, IssueInvoiceRequest, LinesToBill,
    LinesToCredit, credit_note_subject, invoice_subject,
};
use jiff::civil::DateTime;

use super::{Done, TEAM, steps::Steps};
use crate::demo::{load::token, retail::Note, wire};

impl Steps<'_> {
    pub(super) async fn credit(&self, at: DateTime, note: &Note) -> Done {
        let loading = self.loading;
        let id = loading.id("credit note", &note.document);
        let lines = LinesToCredit {
            customer_id: self.customer.to_string(),
            currency_code: wire::GBP.to_owned(),
            prices_include_tax: false,
            lines: loading.lines(&note.lines),
        };
        let message = IssueCreditNoteRequest {
            header: loading.header(id, "issue", at)?,
            credit_note_id: id.to_string(),
            subject: Some(CreditNoteSubject {
                of: Some(credit_note_subject::Of::Lines(lines)),
            }),
            reason: note.document.to_string(),
            ..IssueCreditNoteRequest::default()
        };
        self.issue_credit_note(message).await
    }

    pub(super) async fn charge(&self, at: DateTime, note: &Note) -> Done {
        let loading = self.loading;
        let id = loading.id("invoice", &note.document);
        let lines = LinesToBill {
            customer_id: self.customer.to_string(),
            currency_code: wire::GBP.to_owned(),
            lines: loading.lines(&note.lines),
            payment_terms_id: self.terms(),
            team: TEAM.to_owned(),
            ..LinesToBill::default()
        };
        let message = IssueInvoiceRequest {
            header: loading.header(id, "issue", at)?,
            invoice_id: id.to_string(),
            subject: Some(InvoiceSubject {
                of: Some(invoice_subject::Of::Lines(lines)),
            }),
            ..IssueInvoiceRequest::default()
        };
        let call = async |request| self.clients.invoices.clone().issue_invoice(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }
}
