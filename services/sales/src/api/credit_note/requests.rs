//! From requests to commands of a credit note.

use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, command};

use super::super::{
    account::requests::method,
    sale_line::{lines, quantities},
};
use crate::domain::{
    account::Payout,
    credit_note::{Command, CreditNote, Issue, Subject},
};

command!(wire::IssueCreditNoteRequest => wire::IssueCreditNoteResponse, CreditNote,
|request, fields| {
    let id = fields.new_id("credit_note_id", &request.credit_note_id);
    let subject = subject(fields, request.subject.as_ref());
    let invoice = fields.optional_id("invoice_id", &request.invoice_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    let payout = payout(fields, request.payout.as_ref());
    let issue = Issue {
        subject: subject?,
        invoice: invoice?,
        reason: reason?,
        payout: payout?,
    };
    Some((id?, Command::Issue(Box::new(issue))))
});

command!(wire::VoidCreditNoteRequest => wire::VoidCreditNoteResponse, CreditNote,
|request, fields| {
    let id = fields.id("credit_note_id", &request.credit_note_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Void { reason: reason? }))
});

fn subject(fields: &mut Fields, subject: Option<&wire::CreditNoteSubject>) -> Option<Subject> {
    use wire::credit_note_subject::Of;
    match subject.and_then(|subject| subject.of.as_ref()) {
        Some(Of::Order(asked)) => {
            let order = fields.id("subject.order.order_id", &asked.order_id);
            let lines = quantities(fields, "subject.order.lines", &asked.lines);
            let returned = fields.optional_id("subject.order.return_id", &asked.return_id);
            let (lines, returned) = (lines?, returned?);
            if lines.is_none() && returned.is_none() {
                fields.bad(
                    "subject.order.lines",
                    "must name lines where there is no return",
                );
                return None;
            }
            Some(Subject::Order {
                order: order?,
                lines,
                returned,
            })
        }
        Some(Of::Lines(own)) => {
            let customer = fields.id("subject.lines.customer_id", &own.customer_id);
            let currency = fields.currency("subject.lines.currency_code", &own.currency_code);
            let lines = lines(fields, "subject.lines.lines", &own.lines);
            Some(Subject::Lines {
                customer: customer?,
                currency: currency?,
                prices_include_tax: own.prices_include_tax,
                lines: lines?,
            })
        }
        None => {
            fields.bad("subject", "must name an order or lines");
            None
        }
    }
}

fn payout(fields: &mut Fields, payout: Option<&wire::CreditNotePayout>) -> Option<Option<Payout>> {
    let Some(given) = payout else {
        return Some(None);
    };
    let refund = fields.new_id("payout.refund_id", &given.refund_id);
    let method = fields.choice("payout.method", given.method, method);
    let reference = fields.optional_text("payout.reference", &given.reference, 100);
    Some(Some(Payout {
        refund: refund?,
        method: method?,
        reference: reference?,
    }))
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_bad_field_is_named() {
        let request = wire::IssueCreditNoteRequest {
            subject: Some(wire::CreditNoteSubject {
                of: Some(wire::credit_note_subject::Of::Order(wire::OrderToCredit {
                    order_id: Uuid::from_u128(1).to_string(),
                    ..Default::default()
                })),
            }),
            invoice_id: "x".into(),
            payout: Some(wire::CreditNotePayout::default()),
            ..Default::default()
        };
        let mut fields = Fields::default();
        assert!(request.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "subject.order.lines",
                "invoice_id",
                "reason",
                "payout.method"
            ]
        );
    }
}
