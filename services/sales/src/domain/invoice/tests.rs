//! The rules of invoices as given / when / then, in a shop where orders, accounts and returns are
//! real.

use guanxi_events::sales::{
    AccountEvent, BillingProfileSet, DueRule, EarlyPayment, InvoiceEvent, OrderEvent,
    PaymentTermsDefined, PaymentTermsDefinition, PaymentTermsId, Portion,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::{
    billing_profile::BillingProfile,
    order::{
        self, Place, Status as OrderStatus,
        tests::{
            CUSTOMER, cancel_rest, confirm, dec, deliver, deliver_all, goods, part, place, words,
        },
    },
    payment_terms::PaymentTerms,
    receivable_plan::{self, Made},
    sale_lines::SaleLineInput,
    shop::*,
};

mod credit;
mod issuing;
mod orders;
mod posting;
mod scheduling;
mod totals;
mod transitions;
mod voiding;

const TERMS: PaymentTermsId = PaymentTermsId(Uuid::from_u128(9));

/// Ten pieces at 10, and postage of 5: 105 in all.
fn lines() -> Vec<SaleLineInput> {
    vec![goods("10", "10"), words("postage", "5")]
}

/// The shop with payment terms: half after 30 days, half after 60, 2 % off within 10 days.
fn with_terms(shop: Shop) -> Shop {
    let half = |days| Portion {
        percent: dec("50"),
        due: DueRule::DaysAfterInvoice(days),
    };
    let defined = PaymentTermsDefined {
        version: 1,
        definition: PaymentTermsDefinition {
            name: "Halves".into(),
            portions: vec![half(30), half(60)],
            early_payment: Some(EarlyPayment {
                percent: dec("2"),
                days: 10,
            }),
        },
    };
    shop.given::<PaymentTerms>(TERMS, defined)
}

fn due(parts: &[(&str, &str)]) -> Vec<(String, Decimal)> {
    let parts = parts.iter();
    parts
        .map(|(on, amount)| ((*on).to_owned(), dec(amount)))
        .collect()
}

fn issued(decision: &guanxi_decider::Decision<InvoiceEvent>) -> &InvoiceIssued {
    match &decision.events[0].0 {
        InvoiceEvent::Issued(issued) => issued,
        other => panic!("{other:?}"),
    }
}

fn withdraw() -> Command {
    Command::Withdraw {
        reason: "because".into(),
    }
}

fn mail() -> Command {
    Command::Mail {
        carrier: "SF Express".into(),
        tracking_number: Some("SF-1".into()),
    }
}
