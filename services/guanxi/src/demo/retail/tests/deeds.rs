//! Deeds made by hand, in as few words as tests of points need.

use jiff::civil::date;

use super::*;

pub(super) fn sold(document: &str, total: &str) -> Deed {
    Deed::Sold(Sale {
        document: document.into(),
        lines: Vec::new(),
        due: date(2011, 3, 2),
        total: gbp(total),
    })
}

pub(super) fn note(document: &str, total: &str) -> Note {
    Note {
        document: document.into(),
        lines: Vec::new(),
        due: date(2011, 3, 2),
        total: gbp(total),
    }
}

/// So much of a sale comes back.
pub(super) fn returned(sale: &str, no: u32, total: &str) -> Deed {
    Deed::Returned(Return {
        key: format!("C{no}/{sale}").into(),
        sale: sale.into(),
        lines: Vec::new(),
        total: gbp(total),
    })
}

/// An attempt to pay an invoice, in full or in part.
pub(super) fn paid(invoice: &str, attempt: u32, amount: &str) -> Deed {
    Deed::Paid(Payment {
        key: format!("{invoice}/{attempt}").into(),
        invoice: invoice.into(),
        amount: gbp(amount),
        method: Method::Cheque,
    })
}

pub(super) fn bounced(payment: &str) -> Deed {
    Deed::Bounced {
        payment: payment.into(),
    }
}

pub(super) fn netted(credit: &str, invoice: &str, amount: &str) -> Deed {
    Deed::Netted(Use {
        credit: credit.into(),
        invoice: invoice.into(),
        amount: gbp(amount),
    })
}

pub(super) fn steps(deeds: impl IntoIterator<Item = Deed>) -> Vec<Step> {
    let at = date(2011, 1, 31).at(8, 26, 0, 0);
    let steps = deeds.into_iter().map(|deed| Step { at, deed });
    steps.collect()
}
