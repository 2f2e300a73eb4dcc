//! Every code with which invoices and credit notes are refused, as their contracts name them,
//! arrives at the client with its details.

use std::collections::BTreeSet;

use guanxi_proto::sales::v1 as wire;
use tonic::Status;
use uuid::Uuid;

use crate::{
    billing::{bill, credit, of_order, paid_out, receipt, refused, words},
    selling::Shop,
    served::{ANNA, MANAGER, header},
};

/// What was refused so far.
#[derive(Default)]
struct Reached(BTreeSet<&'static str>);

impl Reached {
    #[track_caller]
    fn told<T: std::fmt::Debug>(&mut self, told: Result<T, Status>, code: &'static str) {
        refused(told, code);
        self.0.insert(code);
    }

    /// Nothing that the contract names was left out.
    fn all_of(&self, contract: &str) {
        let named = contract.split('`').skip(1).step_by(2);
        let codes = named.filter(|name| {
            name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        });
        let left: Vec<&str> = codes.filter(|code| !self.0.contains(code)).collect();
        assert!(left.is_empty(), "not reached: {left:?}");
    }
}

fn named(id: &str) -> wire::IssueInvoiceRequest {
    wire::IssueInvoiceRequest {
        header: header(),
        invoice_id: id.to_owned(),
        ..Default::default()
    }
}

async fn request(shop: &Shop, order: &str) -> String {
    let request = wire::RequestInvoiceRequest {
        header: header(),
        subject: of_order(order, &[(1, "1")]),
        ..Default::default()
    };
    let mut invoices = shop.sales.invoices();
    let told = invoices.request_invoice(shop.sales.by(ANNA, request));
    receipt(told, |answer| answer.receipt).await.unwrap().id
}

async fn withdraw(shop: &Shop, id: &str) -> Result<(), Status> {
    let withdraw = wire::WithdrawInvoiceRequest {
        header: header(),
        invoice_id: id.to_owned(),
        reason: "not wanted".into(),
    };
    let mut invoices = shop.sales.invoices();
    invoices
        .withdraw_invoice(shop.sales.by(ANNA, withdraw))
        .await?;
    Ok(())
}

fn yesterday(
    header: Option<guanxi_proto::types::v1::CommandHeader>,
) -> Option<guanxi_proto::types::v1::CommandHeader> {
    let at = jiff::Timestamp::now().as_second() - 86_400;
    header.map(|header| guanxi_proto::types::v1::CommandHeader {
        occurred_at: Some(prost_types::Timestamp {
            seconds: at,
            nanos: 0,
        }),
        ..header
    })
}

/// 1 200 lines that are together longer than an event may be.
fn long() -> Vec<wire::SaleLineInput> {
    let line = wire::SaleLineInput {
        text: "x".repeat(200),
        ..words("1")
    };
    vec![line; 1_200]
}

#[tokio::test]
async fn every_refusal_of_an_invoice_that_its_contract_names_arrives() {
    let shop = Shop::open().await;
    let mut reached = Reached::default();
    let goods = || vec![shop.goods("10", "10")];
    let draft = shop.placed(shop.place(goods(), false)).await.unwrap().id;
    reached.told(shop.bill(bill(&draft, &[])).await, "ORDER_NOT_CONFIRMED");
    reached.told(
        shop.bill(bill(&Uuid::now_v7().to_string(), &[])).await,
        "ORDER_UNKNOWN",
    );
    let order = shop.confirmed(goods()).await;
    reached.told(
        shop.bill(bill(&order, &[(1, "11")])).await,
        "BILLED_TOO_MUCH",
    );
    reached.told(shop.bill(bill(&order, &[(2, "1")])).await, "LINE_UNKNOWN");
    orders_that_wait(&shop, &mut reached).await;

    let own = |own| shop.own_lines(own);
    let stranger = wire::LinesToBill {
        customer_id: Uuid::now_v7().to_string(),
        lines: vec![words("1")],
        ..Default::default()
    };
    reached.told(shop.bill(own(stranger)).await, "CUSTOMER_UNKNOWN");
    let nothing = wire::SaleLineInput {
        product_id: Uuid::now_v7().to_string(),
        ..words("1")
    };
    for (lines, code) in [
        (vec![nothing], "PRODUCTS_NOT_SOLD"),
        (vec![words("-1")], "TOTAL_BELOW_ZERO"),
        (long(), "LINES_TOO_LONG"),
    ] {
        let asked = own(wire::LinesToBill {
            lines,
            ..Default::default()
        });
        reached.told(shop.bill(asked).await, code);
    }
    let terms = wire::LinesToBill {
        payment_terms_id: Uuid::now_v7().to_string(),
        lines: vec![words("1")],
        ..Default::default()
    };
    reached.told(shop.bill(own(terms)).await, "PAYMENT_TERMS_UNKNOWN");
    let dollars = wire::LinesToBill {
        currency_code: "USD".into(),
        lines: vec![words("1")],
        ..Default::default()
    };
    reached.told(shop.bill(own(dollars)).await, "NO_RATE");
    states(&shop, &order, &mut reached).await;

    shop.limit_credit(1).await;
    reached.told(
        shop.bill(shop.lines_to_bill("1")).await,
        "CREDIT_LIMIT_EXCEEDED",
    );
    let granted = wire::IssueInvoiceRequest {
        credit_override_reason: "a good customer".into(),
        ..shop.lines_to_bill("1")
    };
    reached.told(shop.bill(granted).await, "OVERRIDE_NOT_ALLOWED");
    let contract = include_str!("../../../../proto/guanxi/sales/v1/invoice.proto");
    reached.all_of(contract);
}

async fn orders_that_wait(shop: &Shop, reached: &mut Reached) {
    let order = shop.confirmed(vec![shop.goods("1", "10")]).await;
    let mut orders = shop.sales.orders();
    let hold = wire::HoldOrderRequest {
        header: header(),
        order_id: order.clone(),
        reason: "address unclear".into(),
    };
    orders.hold_order(shop.sales.by(ANNA, hold)).await.unwrap();
    reached.told(shop.bill(bill(&order, &[])).await, "ORDER_ON_HOLD");
    let cancel = wire::CancelRestRequest {
        header: header(),
        order_id: order.clone(),
        lines: vec![],
        reason: "not wanted".into(),
    };
    orders
        .cancel_rest(shop.sales.by(ANNA, cancel))
        .await
        .unwrap();
    reached.told(shop.bill(bill(&order, &[])).await, "ORDER_CANCELLED");
}

/// What the state of an invoice refuses.
async fn states(shop: &Shop, order: &str, reached: &mut Reached) {
    let requested = request(shop, order).await;
    let again = wire::IssueInvoiceRequest {
        invoice_id: requested.clone(),
        ..bill(order, &[])
    };
    reached.told(shop.bill(again).await, "INVOICE_EXISTS");
    reached.told(shop.void_invoice(&requested).await, "INVOICE_NOT_ISSUED");
    withdraw(shop, &requested).await.unwrap();
    reached.told(shop.bill(named(&requested)).await, "INVOICE_WITHDRAWN");

    let one = shop.bill(bill(order, &[(1, "4")])).await.unwrap().id;
    reached.told(withdraw(shop, &one).await, "INVOICE_ISSUED");
    let early = wire::VoidInvoiceRequest {
        header: yesterday(header()),
        invoice_id: one.clone(),
        reason: "wrong".into(),
    };
    let mut invoices = shop.sales.invoices();
    let told = invoices.void_invoice(shop.sales.by(MANAGER, early)).await;
    reached.told(told, "DATED_BEFORE_THE_DOCUMENT");
    let other = shop.bill(bill(order, &[])).await.unwrap().id;
    reached.told(shop.bill(bill(order, &[])).await, "NOTHING_TO_BILL");
    let note = shop
        .credit(credit(order, &[(1, "7")], None))
        .await
        .unwrap()
        .id;
    reached.told(shop.void_invoice(&one).await, "INVOICE_CREDITED");
    reached.told(shop.void_invoice(&other).await, "INVOICE_SETTLED");
    unused(shop, &note).await;
    reached.told(shop.void_invoice(&other).await, "BILLED_IS_CREDITED");
    shop.void_note(&note).await.unwrap();
    shop.void_invoice(&other).await.unwrap();
    reached.told(withdraw(shop, &other).await, "INVOICE_VOIDED");
}

/// What a credit note is used for is taken off.
async fn unused(shop: &Shop, note: &str) {
    let get = wire::GetAccountItemRequest {
        customer_id: shop.customer.clone(),
        choice: Some(wire::AccountItemChoice {
            by: Some(wire::account_item_choice::By::CreditNoteId(note.to_owned())),
        }),
    };
    let mut accounts = shop.sales.accounts();
    let item = accounts.get_account_item(shop.sales.by(ANNA, get)).await;
    for used in item.unwrap().into_inner().allocations {
        let off = wire::DeallocateRequest {
            header: header(),
            customer_id: shop.customer.clone(),
            allocation: used.allocation,
            on: None,
        };
        accounts.deallocate(shop.sales.by(ANNA, off)).await.unwrap();
    }
}

#[tokio::test]
async fn every_refusal_of_a_credit_note_that_its_contract_names_arrives() {
    let shop = Shop::open().await;
    let mut reached = Reached::default();
    let nobody = Uuid::now_v7().to_string();
    let nothing = credit(&nobody, &[(1, "1")], None);
    reached.told(shop.credit(nothing).await, "ORDER_UNKNOWN");
    let order = shop
        .confirmed(vec![shop.goods("10", "10"), words("-20")])
        .await;
    shop.deliver(&order, &[]).await.unwrap();
    shop.bill(bill(&order, &[])).await.unwrap();
    for (parts, code) in [
        ([(1, "11")], "CREDITED_TOO_MUCH"),
        ([(1, "10")], "CREDITED_MORE_THAN_BILLED"),
        ([(2, "1")], "TOTAL_BELOW_ZERO"),
        ([(3, "1")], "LINE_UNKNOWN"),
    ] {
        reached.told(shop.credit(credit(&order, &parts, None)).await, code);
    }
    let free = paid_out(credit(&order, &[(1, "1")], None));
    reached.told(shop.credit(free).await, "NOTHING_TO_PAY_OUT");
    returns(&shop, &order, &mut reached).await;
    own_lines(&shop, &mut reached).await;
    as_it_asks(&shop, &mut reached).await;
    let contract = include_str!("../../../../proto/guanxi/sales/v1/credit_note.proto");
    reached.all_of(contract);
}

async fn returns(shop: &Shop, order: &str, reached: &mut Reached) {
    let back = |id: &str| credit(order, &[], Some(id));
    let nobody = Uuid::now_v7().to_string();
    reached.told(shop.credit(back(&nobody)).await, "RETURN_UNKNOWN");
    let asked = shop.ask_back(ANNA, shop.asking_back(order, "1")).await;
    let asked = asked.unwrap().id;
    reached.told(shop.credit(back(&asked)).await, "RETURN_NOT_RECEIVED");
    let at_once = || wire::RequestReturnRequest {
        at_once: true,
        ..shop.asking_back(order, "1")
    };
    let returned = shop.ask_back(MANAGER, at_once()).await.unwrap().id;
    let note = shop.credit(back(&returned)).await.unwrap().id;
    reached.told(shop.credit(back(&returned)).await, "RETURN_REFUNDED");
    reached.told(shop.void_note(&note).await, "CREDIT_NOTE_USED");
    let again = wire::IssueCreditNoteRequest {
        credit_note_id: note,
        ..credit(order, &[(1, "1")], None)
    };
    reached.told(shop.credit(again).await, "CREDIT_NOTE_EXISTS");

    // What came back was never billed.
    let unbilled = shop.confirmed(vec![shop.goods("1", "1")]).await;
    shop.deliver(&unbilled, &[]).await.unwrap();
    let asked = wire::RequestReturnRequest {
        at_once: true,
        ..shop.asking_back(&unbilled, "1")
    };
    let returned = shop.ask_back(MANAGER, asked).await.unwrap().id;
    let told = shop.credit(credit(&unbilled, &[], Some(&returned))).await;
    reached.told(told, "NOTHING_TO_CREDIT");
}

/// A return is given back as money or as credit, as it was asked for.
async fn as_it_asks(shop: &Shop, reached: &mut Reached) {
    let order = shop.confirmed(vec![shop.goods("2", "10")]).await;
    shop.deliver(&order, &[]).await.unwrap();
    shop.bill(bill(&order, &[])).await.unwrap();
    shop.pay(5_000).await;
    let back = async |refund: wire::RefundAs| {
        let asked = wire::RequestReturnRequest {
            at_once: true,
            refund: refund.into(),
            ..shop.asking_back(&order, "1")
        };
        shop.ask_back(MANAGER, asked).await.unwrap().id
    };
    let wants_credit = back(wire::RefundAs::CreditNote).await;
    let money = paid_out(credit(&order, &[], Some(&wants_credit)));
    reached.told(shop.credit(money).await, "RETURN_WANTS_CREDIT");
    shop.credit(credit(&order, &[], Some(&wants_credit)))
        .await
        .unwrap();
    let wants_money = back(wire::RefundAs::Payment).await;
    let kept = credit(&order, &[], Some(&wants_money));
    reached.told(shop.credit(kept).await, "RETURN_WANTS_PAYMENT");
}

async fn own_lines(shop: &Shop, reached: &mut Reached) {
    let own = |lines| {
        shop.own_credit(wire::LinesToCredit {
            lines,
            ..Default::default()
        })
    };
    reached.told(shop.credit(own(long())).await, "LINES_TOO_LONG");
    let stranger = wire::LinesToCredit {
        customer_id: Uuid::now_v7().to_string(),
        lines: vec![words("1")],
        ..Default::default()
    };
    reached.told(
        shop.credit(shop.own_credit(stranger)).await,
        "CUSTOMER_UNKNOWN",
    );
    let invoice = shop.bill(shop.lines_to_bill("5")).await.unwrap().id;
    let naming = |issue| wire::IssueCreditNoteRequest {
        invoice_id: invoice.clone(),
        ..issue
    };
    let dollars = || {
        shop.own_credit(wire::LinesToCredit {
            currency_code: "USD".into(),
            lines: vec![words("1")],
            ..Default::default()
        })
    };
    reached.told(shop.credit(dollars()).await, "NO_RATE");
    reached.told(shop.credit(naming(dollars())).await, "CURRENCIES_DIFFER");
    let free = shop.credit(own(vec![words("1")])).await.unwrap().id;
    let early = wire::VoidCreditNoteRequest {
        header: yesterday(header()),
        credit_note_id: free,
        reason: "wrong".into(),
    };
    let mut notes = shop.sales.credit_notes();
    let told = notes.void_credit_note(shop.sales.by(MANAGER, early)).await;
    reached.told(told, "DATED_BEFORE_THE_DOCUMENT");
    let elsewhere = wire::IssueCreditNoteRequest {
        invoice_id: Uuid::now_v7().to_string(),
        ..own(vec![words("1")])
    };
    refused(shop.credit(elsewhere).await, "NOT_FOUND");

    shop.void_invoice(&invoice).await.unwrap();
    reached.told(
        shop.credit(naming(own(vec![words("1")]))).await,
        "INVOICE_VOIDED",
    );
    let paid = shop.bill(shop.lines_to_bill("9")).await.unwrap().id;
    shop.pay(200).await;
    let out = || {
        paid_out(wire::IssueCreditNoteRequest {
            invoice_id: paid.clone(),
            ..own(vec![words("1")])
        })
    };
    let first = out();
    shop.credit(first.clone()).await.unwrap();
    let again = wire::IssueCreditNoteRequest {
        payout: first.payout,
        ..out()
    };
    reached.told(shop.credit(again).await, "REFUND_EXISTS");
}
