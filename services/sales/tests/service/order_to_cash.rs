//! From an order to its money over gRPC (S-08, S-09, S-22, S-23).

use std::collections::BTreeSet;

use futures::future::join_all;
use guanxi_proto::sales::v1 as wire;
use tonic::Code;

use crate::{
    billing::{bill, credit, of_order, paid_out, receipt, refused},
    selling::{Shop, euros},
    served::{ANNA, MANAGER, STRANGER, header},
};

#[tokio::test]
async fn an_order_is_delivered_billed_and_paid_and_a_bounced_payment_is_owed_again() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    assert_eq!(shop.figures().await, (euros(0), euros(100)));
    shop.deliver(&order, &[]).await.unwrap();
    let invoice = shop.bill(bill(&order, &[])).await.unwrap();
    assert!(invoice.number.starts_with("IN-20"), "{invoice:?}");
    assert_eq!(shop.figures().await, (euros(100), euros(0)));
    assert_eq!(
        shop.order(&order).await.status(),
        wire::OrderStatus::Completed
    );
    let read = shop.invoice(&invoice.id).await;
    assert_eq!(read.status(), wire::InvoiceStatus::Issued);
    assert_eq!((read.number, read.order_id), (invoice.number, order));
    assert_eq!((read.total, read.owner.as_str()), (euros(100), "anna"));
    assert_eq!(read.parts[0].quantity, "10");

    let payment = shop.pay(130).await;
    assert_eq!(shop.account().await.open_debits, 0);
    assert_eq!(shop.account().await.credits[0].open, euros(30));
    shop.bounce(&payment).await.unwrap();
    let account = shop.account().await;
    assert_eq!((account.owed, account.open_credits), (euros(100), 0));
    assert_eq!(account.debits[0].document_id, invoice.id);
    assert_eq!(account.debits[0].open, euros(100));
    refused(shop.bounce(&payment).await, "BOUNCED_ALREADY");
}

#[tokio::test]
async fn an_invoice_is_requested_issued_mailed_delivered_voided_and_issued_again() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    let request = wire::RequestInvoiceRequest {
        header: header(),
        subject: of_order(&order, &[(1, "4")]),
        ..Default::default()
    };
    let mut invoices = shop.sales.invoices();
    let told = invoices.request_invoice(shop.sales.by(ANNA, request));
    let id = receipt(told, |answer| answer.receipt).await.unwrap().id;
    let read = shop.invoice(&id).await;
    assert_eq!(read.status(), wire::InvoiceStatus::Requested);
    assert_eq!(
        (read.number.as_str(), read.on, read.total),
        ("", None, None)
    );
    let issue = wire::IssueInvoiceRequest {
        header: header(),
        invoice_id: id.clone(),
        ..Default::default()
    };
    let issued = shop.bill(issue).await.unwrap();
    assert_eq!(issued.id, id);
    let mail = wire::MailInvoiceRequest {
        header: header(),
        invoice_id: id.clone(),
        carrier: "SF Express".into(),
        tracking_number: "SF-1".into(),
    };
    invoices
        .mail_invoice(shop.sales.by(ANNA, mail))
        .await
        .unwrap();
    let arrived = wire::ConfirmInvoiceDeliveryRequest {
        header: header(),
        invoice_id: id.clone(),
    };
    let told = invoices.confirm_invoice_delivery(shop.sales.by(ANNA, arrived));
    told.await.unwrap();
    shop.void_invoice(&id).await.unwrap();
    let read = shop.invoice(&id).await;
    assert_eq!(read.status(), wire::InvoiceStatus::Voided);
    assert_eq!(
        (read.carrier.as_str(), read.tracking_number.as_str()),
        ("SF Express", "SF-1")
    );
    assert_eq!((read.mailed_on, read.delivered_on), (read.on, read.on));
    assert_eq!(
        (read.voided_on, read.reason.as_str()),
        (read.on, "wrong address")
    );
    assert_eq!(shop.figures().await, (euros(0), euros(100)));
    let again = shop.bill(bill(&order, &[])).await.unwrap();
    assert_ne!(again.number, issued.number, "a number stays used");
    assert_eq!(shop.figures().await, (euros(100), euros(0)));
}

#[tokio::test]
async fn a_return_after_full_payment_is_credited_and_paid_out_and_taken_back() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    shop.deliver(&order, &[]).await.unwrap();
    shop.bill(bill(&order, &[])).await.unwrap();
    shop.pay(100).await;
    let request = wire::RequestReturnRequest {
        at_once: true,
        refund: wire::RefundAs::Payment.into(),
        ..shop.asking_back(&order, "3")
    };
    let returned = shop.ask_back(MANAGER, request).await.unwrap().id;
    let issue = paid_out(credit(&order, &[], Some(&returned)));
    let refund = issue.payout.clone().unwrap().refund_id;
    let note = shop.credit(issue).await.unwrap();
    assert!(note.number.starts_with("CN-20"), "{note:?}");
    let read = shop.credit_note(&note.id).await;
    assert_eq!((read.total, read.return_id), (euros(30), returned.clone()));
    assert_eq!(
        (read.order_id, read.parts[0].quantity.as_str()),
        (order.clone(), "3")
    );
    let closed = shop.returned(&returned).await.order_return.unwrap();
    assert_eq!(
        (closed.credit_note_id, closed.refund_id),
        (note.id.clone(), refund.clone())
    );
    assert_eq!(shop.figures().await, (euros(0), euros(0)));

    let settled = refused(shop.void_note(&note.id).await, "CREDIT_NOTE_USED");
    assert!(settled["settled_by"].starts_with("allocation"));
    let back = wire::ReturnRefundRequest {
        header: header(),
        customer_id: shop.customer.clone(),
        refund_id: refund,
        reason: "account closed".into(),
    };
    let mut accounts = shop.sales.accounts();
    accounts
        .return_refund(shop.sales.by(MANAGER, back))
        .await
        .unwrap();
    shop.void_note(&note.id).await.unwrap();
    let read = shop.credit_note(&note.id).await;
    assert_eq!(
        (read.voided_on, read.void_reason.as_str()),
        (read.on, "not broken after all")
    );
    assert_eq!(shop.returned(&returned).await.to_credit[0].quantity, "3");
    assert_eq!(shop.figures().await, (euros(0), euros(0)));
}

#[tokio::test]
async fn twenty_invoices_at_once_get_twenty_numbers_without_a_gap() {
    let shop = Shop::open().await;
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(shop.confirmed(vec![shop.goods("1", "1")]).await);
    }
    let issued = orders.iter().map(|order| shop.bill(bill(order, &[])));
    let mut numbers = BTreeSet::new();
    for told in join_all(issued).await {
        numbers.insert(told.unwrap().number);
    }
    let year = &numbers.first().unwrap()[..8].to_owned();
    let wanted: BTreeSet<String> = (1..=20).map(|n| format!("{year}{n:05}")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(shop.figures().await, (euros(20), euros(0)));
    assert_eq!(shop.account().await.open_debits, 20);
}

#[tokio::test]
async fn of_many_who_bill_the_same_order_at_once_one_does() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    let told = join_all((0..8).map(|_| shop.bill(bill(&order, &[(1, "6")])))).await;
    let (done, refusals): (Vec<_>, Vec<_>) = told.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    for refusal in refusals {
        let figures = refused(refusal, "BILLED_TOO_MUCH");
        assert_eq!(
            (figures["asked"].as_str(), figures["left"].as_str()),
            ("6", "4")
        );
    }
    assert_eq!(shop.figures().await, (euros(60), euros(40)));
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_answer() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    let issue = bill(&order, &[(1, "4")]);
    let first = shop.bill(issue.clone()).await.unwrap();
    let replica = shop.replica().await;
    for again in [
        shop.bill(issue.clone()).await,
        replica.bill(issue.clone()).await,
    ] {
        assert_eq!(again.unwrap(), first);
    }
    let note = credit(&order, &[(1, "1")], None);
    let first = shop.credit(note.clone()).await.unwrap();
    assert_eq!(replica.credit(note.clone()).await.unwrap(), first);
    assert_eq!(shop.figures().await, (euros(30), euros(60)));
    let other = wire::IssueInvoiceRequest {
        subject: of_order(&order, &[(1, "5")]),
        ..issue
    };
    refused(shop.bill(other).await, "COMMAND_ID_REUSED");
}

#[tokio::test]
async fn nothing_of_another_tenant_is_billed_credited_or_read() {
    let shop = Shop::open().await;
    let order = shop.confirmed(vec![shop.goods("10", "10")]).await;
    let invoice = shop.bill(bill(&order, &[(1, "4")])).await.unwrap();
    refused(
        shop.bill_by(STRANGER, bill(&order, &[])).await,
        "ORDER_UNKNOWN",
    );
    let get = wire::GetInvoiceRequest {
        invoice_id: invoice.id.clone(),
    };
    let mut invoices = shop.sales.invoices();
    let told = invoices.get_invoice(shop.sales.by(STRANGER, get)).await;
    assert_eq!(told.unwrap_err().code(), Code::NotFound);
    let mut notes = shop.sales.credit_notes();
    let issue = credit(&order, &[(1, "1")], None);
    let told = notes
        .issue_credit_note(shop.sales.by(STRANGER, issue))
        .await;
    refused(told, "ORDER_UNKNOWN");
}
