//! From requests to commands of an invoice.

use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, command};

use super::super::sale_line::{grant, lines, quantities};
use crate::domain::invoice::{Asked, Command, Invoice, OwnLines};

command!(wire::RequestInvoiceRequest => wire::RequestInvoiceResponse, Invoice,
|request, fields| {
    let id = fields.new_id("invoice_id", &request.invoice_id);
    let Some(subject) = request.subject else {
        fields.bad("subject", "must be given");
        return None;
    };
    let subject = subject_of(fields, &subject);
    Some((id?, Command::Request(Box::new(subject?))))
});

command!(wire::IssueInvoiceRequest => wire::IssueInvoiceResponse, Invoice,
|request, fields| {
    let id = if request.subject.is_some() {
        fields.new_id("invoice_id", &request.invoice_id)
    } else {
        fields.id("invoice_id", &request.invoice_id)
    };
    let asked = match &request.subject {
        Some(subject) => subject_of(fields, subject).map(|asked| Some(Box::new(asked))),
        None => Some(None),
    };
    let grant = grant(fields, &request.credit_override_reason);
    Some((id?, Command::Issue { asked: asked?, grant: grant? }))
});

command!(wire::WithdrawInvoiceRequest => wire::WithdrawInvoiceResponse, Invoice,
|request, fields| {
    let id = fields.id("invoice_id", &request.invoice_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Withdraw { reason: reason? }))
});

command!(wire::MailInvoiceRequest => wire::MailInvoiceResponse, Invoice,
|request, fields| {
    let id = fields.id("invoice_id", &request.invoice_id);
    let carrier = fields.text("carrier", &request.carrier, 1, 100);
    let number = fields.optional_text("tracking_number", &request.tracking_number, 100);
    Some((id?, Command::Mail { carrier: carrier?, tracking_number: number? }))
});

command!(wire::ConfirmInvoiceDeliveryRequest => wire::ConfirmInvoiceDeliveryResponse, Invoice,
|request, fields| {
    let id = fields.id("invoice_id", &request.invoice_id);
    Some((id?, Command::Arrived))
});

command!(wire::VoidInvoiceRequest => wire::VoidInvoiceResponse, Invoice,
|request, fields| {
    let id = fields.id("invoice_id", &request.invoice_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Void { reason: reason? }))
});

fn subject_of(fields: &mut Fields, subject: &wire::InvoiceSubject) -> Option<Asked> {
    match &subject.of {
        Some(wire::invoice_subject::Of::Order(asked)) => {
            let order = fields.id("subject.order.order_id", &asked.order_id);
            let lines = quantities(fields, "subject.order.lines", &asked.lines);
            Some(Asked::Order {
                order: order?,
                lines: lines?,
            })
        }
        Some(wire::invoice_subject::Of::Lines(own)) => {
            let customer = fields.id("subject.lines.customer_id", &own.customer_id);
            let currency = fields.currency("subject.lines.currency_code", &own.currency_code);
            let lines = lines(fields, "subject.lines.lines", &own.lines);
            let terms = fields.optional_id("subject.lines.payment_terms_id", &own.payment_terms_id);
            let owner = fields.optional_person("subject.lines.owner", &own.owner);
            let team = fields.optional_text("subject.lines.team", &own.team, 100);
            Some(Asked::Lines(OwnLines {
                customer: customer?,
                currency: currency?,
                prices_include_tax: own.prices_include_tax,
                lines: lines?,
                terms: terms?,
                owner: owner?,
                team: team?,
            }))
        }
        None => {
            fields.bad("subject", "must name an order or lines");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;
    use uuid::Uuid;

    use super::*;

    fn bad_fields(request: wire::IssueInvoiceRequest) -> Vec<String> {
        let mut fields = Fields::default();
        assert!(request.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        violations.into_iter().map(|v| v.field).collect()
    }

    #[test]
    fn an_invoice_is_issued_as_requested_or_with_its_subject() {
        let requested = wire::IssueInvoiceRequest {
            invoice_id: Uuid::from_u128(1).to_string(),
            ..Default::default()
        };
        let (_, command) = requested.parse(&mut Fields::default()).unwrap();
        assert_eq!(
            command,
            Command::Issue {
                asked: None,
                grant: None
            }
        );
        // Without a subject there must be an invoice.
        assert_eq!(
            bad_fields(wire::IssueInvoiceRequest::default()),
            ["invoice_id"]
        );
    }

    #[test]
    fn every_bad_field_of_its_own_lines_is_named() {
        let request = wire::IssueInvoiceRequest {
            subject: Some(wire::InvoiceSubject {
                of: Some(wire::invoice_subject::Of::Lines(wire::LinesToBill {
                    lines: vec![wire::SaleLineInput::default()],
                    payment_terms_id: "x".into(),
                    ..Default::default()
                })),
            }),
            ..Default::default()
        };
        assert_eq!(
            bad_fields(request),
            [
                "subject.lines.customer_id",
                "subject.lines.currency_code",
                "subject.lines.lines[0].quantity",
                "subject.lines.lines[0].unit_price",
                "subject.lines.payment_terms_id",
            ]
        );
    }
}
