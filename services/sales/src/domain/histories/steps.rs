//! What can happen next, and with which order it begins.

use iso_currency::Currency;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::domain::{
    order::{
        Place,
        tests::{goods, words},
    },
    sale_lines::SaleLineInput,
    shop::confirmed,
};

/// Lines by index, quantities in ten thousandths, documents by how many of them there are.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Deliver(usize, i64),
    DeliverAll,
    Cancel,
    Reopen,
    Hold,
    Release,
    Bill(usize, i64),
    BillAll,
    /// Requested, and issued a step later, unless somebody else was faster.
    Request(usize, i64),
    IssueRequested,
    VoidInvoice(usize),
    /// Whether it is paid out, and whether an invoice is named.
    Credit(usize, i64, bool, Option<usize>),
    CreditReturn(usize, bool),
    Goodwill(i64, Option<usize>, bool),
    VoidNote(usize),
    Return(usize, i64),
    Close(usize),
    /// So many cents, as a down payment or for what is oldest, or kept.
    Pay(i64, How),
    Bounce(usize),
    Allocate(usize),
    Deallocate(usize),
    MoneyBack(usize),
    WriteOff(usize, i64),
    TakeBackWriteOff(usize),
    Days(i64),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    Down,
    Oldest,
    Keep,
}

pub(super) fn any_history() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any_step(), 1..40)
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![2 => goods_step(), 3 => document_step(), 2 => money_step()]
}

fn line_and_quantity() -> impl Strategy<Value = (usize, i64)> {
    let some = prop_oneof![1 => 1_i64..120_000, 3 => (1_i64..8).prop_map(|n| n * 10_000)];
    (0_usize..4, some)
}

fn goods_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => line_and_quantity().prop_map(|(l, q)| Step::Deliver(l, q)),
        2 => Just(Step::DeliverAll),
        1 => Just(Step::Cancel),
        1 => Just(Step::Reopen),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
        3 => line_and_quantity().prop_map(|(l, q)| Step::Return(l, q)),
        1 => (0_usize..3).prop_map(Step::Close),
        1 => (0_i64..20).prop_map(Step::Days),
    ]
}

fn document_step() -> impl Strategy<Value = Step> {
    let named = || prop::option::of(0_usize..4);
    prop_oneof![
        4 => line_and_quantity().prop_map(|(l, q)| Step::Bill(l, q)),
        1 => Just(Step::BillAll),
        1 => line_and_quantity().prop_map(|(l, q)| Step::Request(l, q)),
        1 => Just(Step::IssueRequested),
        2 => (0_usize..4).prop_map(Step::VoidInvoice),
        3 => (line_and_quantity(), any::<bool>(), named())
            .prop_map(|((l, q), out, named)| Step::Credit(l, q, out, named)),
        2 => (0_usize..3, any::<bool>()).prop_map(|(n, out)| Step::CreditReturn(n, out)),
        1 => (0_i64..5_000, named(), any::<bool>())
            .prop_map(|(cents, named, out)| Step::Goodwill(cents, named, out)),
        2 => (0_usize..4).prop_map(Step::VoidNote),
    ]
}

fn money_step() -> impl Strategy<Value = Step> {
    let how = prop::sample::select(vec![How::Down, How::Oldest, How::Oldest, How::Keep]);
    let cents = prop_oneof![1_i64..5_000, 1_i64..200_000];
    prop_oneof![
        4 => (cents, how).prop_map(|(cents, how)| Step::Pay(cents, how)),
        1 => (0_usize..3).prop_map(Step::Bounce),
        1 => (0_usize..4).prop_map(Step::Allocate),
        2 => (0_usize..6).prop_map(Step::Deallocate),
        1 => (0_usize..3).prop_map(Step::MoneyBack),
        1 => (0_usize..3, 1_i64..2_000).prop_map(|(n, cents)| Step::WriteOff(n, cents)),
        1 => (0_usize..3).prop_map(Step::TakeBackWriteOff),
    ]
}

/// Three lines of goods, cheap ones too so that roundings show, and postage or a voucher; in the
/// base currency or another one.
pub(super) fn any_order() -> impl Strategy<Value = Place> {
    let rates = prop::sample::select(vec!["0", "7", "19", "8.875"]);
    let quantity = prop_oneof![1_i64..100_000, (1_i64..8).prop_map(|n| n * 10_000)];
    let price = prop_oneof![0_i64..100, 0_i64..100_000];
    let discount = prop_oneof![2 => Just(0_i64), 1 => 0_i64..=10_000];
    let line = (quantity, price, discount, rates);
    let currency = prop::sample::select(vec![Currency::EUR, Currency::USD, Currency::JPY]);
    (
        prop::collection::vec(line, 3),
        -5_i64..10,
        any::<bool>(),
        currency,
    )
        .prop_map(|(lines, extra, prices_include_tax, currency)| {
            let mut lines: Vec<SaleLineInput> = lines
                .into_iter()
                .map(|(quantity, price, discount, rate)| SaleLineInput {
                    quantity: Decimal::new(quantity, 4),
                    unit_price: Decimal::new(price, 4),
                    discount_percent: Decimal::new(discount, 2),
                    tax_rate: rate.parse().unwrap(),
                    ..goods("1", "1")
                })
                .collect();
            // Never less than nothing in all.
            lines.push(goods("1", "10"));
            lines.push(words("extra", &extra.to_string()));
            Place {
                prices_include_tax,
                currency,
                over_delivery_percent: Decimal::TEN,
                ..confirmed(lines)
            }
        })
}
