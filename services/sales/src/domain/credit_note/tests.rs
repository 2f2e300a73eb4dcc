//! The rules of credit notes as given / when / then, in a shop where orders, invoices, returns and
//! accounts are real.

use guanxi_events::sales::{AccountEvent, CreditNoteEvent, OrderEvent, ReturnEvent, SaleLine};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::{
    account, invoice as bills,
    order::{
        self, Status as OrderStatus,
        tests::{CUSTOMER, GOODS, cancel_rest, dec, deliver_all, goods, part, words},
    },
    order_return::Status as ReturnStatus,
    shop::*,
};

mod issuing;
mod own_lines;
mod payouts;
mod returns;
mod transitions;
mod voiding;

/// Ten delivered and billed pieces at 10.
fn billed() -> Shop {
    let mut shop = Shop::with_order(vec![goods("10", "10")]);
    shop.orders(1, deliver_all());
    shop.billed(1, of_order(None))
}

fn words_at(price: &str) -> Vec<SaleLineInput> {
    vec![words("goodwill", price)]
}

/// A note in EUR, for the first invoice.
fn goodwill(price: &str) -> Issue {
    Issue {
        invoice: Some(invoice(1)),
        ..credit_lines(CUSTOMER, Currency::EUR, words_at(price))
    }
}
