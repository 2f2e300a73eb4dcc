//! Invoices and credit notes in the shop.

use guanxi_decider::{Decision, Refusal};
use guanxi_events::{
    customers::CustomerId,
    sales::{CreditNoteEvent, CreditNoteId, InvoiceEvent, InvoiceId, LineQuantity},
};
use iso_currency::Currency;
use uuid::Uuid;

use super::{Shop, order, refund, returned};
use crate::domain::{
    account::Payout,
    credit_note::{self, CreditNote, Issue, Note, Subject},
    invoice::{self, Asked, Bill, Invoice, OwnLines},
    order::tests::CUSTOMER,
    sale_lines::SaleLineInput,
};

pub(crate) fn invoice(n: u128) -> InvoiceId {
    InvoiceId(Uuid::from_u128(100 + n))
}

pub(crate) fn credit_note(n: u128) -> CreditNoteId {
    CreditNoteId(Uuid::from_u128(200 + n))
}

/// Parts of the first order; all that can be billed when absent.
pub(crate) fn of_order(lines: Option<&[LineQuantity]>) -> Asked {
    Asked::Order {
        order: order(1),
        lines: lines.map(<[LineQuantity]>::to_vec),
    }
}

/// Lines without an order, in EUR.
pub(crate) fn of_lines(lines: Vec<SaleLineInput>) -> OwnLines {
    OwnLines {
        customer: CUSTOMER,
        currency: Currency::EUR,
        prices_include_tax: false,
        lines,
        terms: None,
        owner: None,
        team: None,
    }
}

pub(crate) fn request(asked: Asked) -> invoice::Command {
    invoice::Command::Request(Box::new(asked))
}

pub(crate) fn issue(asked: Asked) -> invoice::Command {
    invoice::Command::Issue {
        asked: Some(Box::new(asked)),
        grant: None,
    }
}

pub(crate) fn issue_requested() -> invoice::Command {
    invoice::Command::Issue {
        asked: None,
        grant: None,
    }
}

pub(crate) fn void_invoice() -> invoice::Command {
    invoice::Command::Void {
        reason: "because".into(),
    }
}

/// Parts of the first order are credited.
pub(crate) fn credit(lines: &[LineQuantity]) -> Issue {
    Issue {
        subject: Subject::Order {
            order: order(1),
            lines: Some(lines.to_vec()),
            returned: None,
        },
        invoice: None,
        reason: "because".into(),
        payout: None,
    }
}

/// What came back with the `n`th return is credited.
pub(crate) fn credit_return(n: u128) -> Issue {
    Issue {
        subject: Subject::Order {
            order: order(1),
            lines: None,
            returned: Some(returned(n)),
        },
        ..credit(&[])
    }
}

/// Lines without an order are credited, in a currency.
pub(crate) fn credit_lines(
    customer: CustomerId,
    currency: Currency,
    lines: Vec<SaleLineInput>,
) -> Issue {
    Issue {
        subject: Subject::Lines {
            customer,
            currency,
            prices_include_tax: false,
            lines,
        },
        ..credit(&[])
    }
}

/// And what is free of it is paid out by the `n`th refund.
pub(crate) fn paid_out(issue: Issue, n: u128) -> Issue {
    let payout = Payout {
        refund: refund(n),
        method: guanxi_events::sales::PaymentMethod::BankTransfer,
        reference: None,
    };
    Issue {
        payout: Some(payout),
        ..issue
    }
}

pub(crate) fn issue_note(issue: Issue) -> credit_note::Command {
    credit_note::Command::Issue(Box::new(issue))
}

pub(crate) fn void_note() -> credit_note::Command {
    credit_note::Command::Void {
        reason: "because".into(),
    }
}

impl Shop {
    /// The `n`th invoice is issued at once.
    #[track_caller]
    pub(crate) fn billed(mut self, n: u128, asked: Asked) -> Self {
        self.invoices(n, &issue(asked));
        self
    }

    /// A command to the `n`th invoice.
    #[track_caller]
    pub(crate) fn invoices(
        &mut self,
        n: u128,
        command: &invoice::Command,
    ) -> Decision<InvoiceEvent> {
        self.does::<Invoice>(invoice(n), command)
    }

    #[track_caller]
    pub(crate) fn refuses_invoice(
        &self,
        n: u128,
        command: &invoice::Command,
        code: &str,
    ) -> Refusal {
        self.refuses::<Invoice>(invoice(n), command, code)
    }

    /// The `n`th invoice.
    pub(crate) fn bill(&self, n: u128) -> Bill {
        self.state::<Invoice>(invoice(n)).unwrap()
    }

    /// The `n`th credit note is issued.
    #[track_caller]
    pub(crate) fn credited(mut self, n: u128, issue: Issue) -> Self {
        self.credit_notes(n, &issue_note(issue));
        self
    }

    /// A command to the `n`th credit note.
    #[track_caller]
    pub(crate) fn credit_notes(
        &mut self,
        n: u128,
        command: &credit_note::Command,
    ) -> Decision<CreditNoteEvent> {
        self.does::<CreditNote>(credit_note(n), command)
    }

    #[track_caller]
    pub(crate) fn refuses_note(
        &self,
        n: u128,
        command: &credit_note::Command,
        code: &str,
    ) -> Refusal {
        self.refuses::<CreditNote>(credit_note(n), command, code)
    }

    /// The `n`th credit note.
    pub(crate) fn note(&self, n: u128) -> Note {
        self.state::<CreditNote>(credit_note(n)).unwrap()
    }
}
