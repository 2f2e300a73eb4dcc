//! Two callers race for the last of a credit limit (S-10): exactly one gets it.

use futures::future::join_all;
use tonic::{Code, Status};

use crate::{
    billing::{bill, refused},
    selling::{Shop, euros},
    served::{ANNA, MANAGER},
};

/// A shop whose customer has credit for one more order of 60, and so many drafts of 60.
async fn shop(drafts: usize) -> (Shop, Vec<String>) {
    let shop = Shop::open().await;
    shop.limit_credit(100).await;
    shop.confirmed(vec![shop.goods("1", "30")]).await;
    let mut waiting = Vec::new();
    for _ in 0..drafts {
        let place = shop.place(vec![shop.goods("1", "60")], false);
        waiting.push(shop.placed(place).await.unwrap().id);
    }
    (shop, waiting)
}

/// One of them is done; the others are told why not.
fn one_wins(told: Vec<Result<(), Status>>) {
    let (done, lost): (Vec<_>, Vec<_>) = told.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    for told in lost {
        let status = told.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
        let figures = refused::<()>(Err(status), "CREDIT_LIMIT_EXCEEDED");
        let figures = ["limit", "exposure", "adds"].map(|name| figures[name].as_str());
        assert_eq!(figures, ["100.00 EUR", "90.00 EUR", "60.00 EUR"]);
    }
}

#[tokio::test]
async fn of_two_orders_that_race_for_the_last_of_a_limit_one_is_confirmed() {
    let (shop, drafts) = shop(2).await;
    one_wins(join_all(drafts.iter().map(|order| shop.confirm(ANNA, order, ""))).await);
    assert_eq!(shop.figures().await, (euros(0), euros(90)));
}

#[tokio::test]
async fn of_ten_orders_that_race_for_the_last_of_a_limit_one_is_confirmed() {
    let (shop, drafts) = shop(10).await;
    one_wins(join_all(drafts.iter().map(|order| shop.confirm(ANNA, order, ""))).await);
    assert_eq!(shop.figures().await, (euros(0), euros(90)));
}

#[tokio::test]
async fn replicas_of_the_service_do_not_give_the_same_credit_twice() {
    let (shop, drafts) = shop(10).await;
    let other = shop.replica().await;
    let replicas = [&shop, &other].into_iter().cycle();
    let racing = drafts.iter().zip(replicas);
    let racing = racing.map(|(order, replica)| replica.confirm(ANNA, order, ""));
    one_wins(join_all(racing).await);
    for replica in [&shop, &other] {
        assert_eq!(replica.figures().await, (euros(0), euros(90)));
    }
}

#[tokio::test]
async fn an_order_and_an_invoice_of_its_own_lines_do_not_get_the_same_credit() {
    let (shop, drafts) = shop(1).await;
    let own = shop.lines_to_bill("60");
    let confirming = async { shop.confirm(ANNA, &drafts[0], "").await };
    let billing = async { shop.bill(own).await.map(drop) };
    let (confirmed, billed) = tokio::join!(confirming, billing);
    one_wins(vec![confirmed, billed]);
}

#[tokio::test]
async fn credit_above_the_limit_is_granted_by_who_manages_and_the_invoice_asks_no_more() {
    let (shop, drafts) = shop(2).await;
    shop.confirm(ANNA, &drafts[0], "").await.unwrap();
    let told = shop.confirm(ANNA, &drafts[1], "a good customer").await;
    refused(told, "OVERRIDE_NOT_ALLOWED");
    let told = shop.confirm(MANAGER, &drafts[1], "a good customer").await;
    told.unwrap();
    for order in &drafts {
        shop.bill(bill(order, &[])).await.unwrap();
    }
    assert_eq!(shop.figures().await, (euros(120), euros(30)));
    refused(
        shop.bill(shop.lines_to_bill("0.01")).await,
        "CREDIT_LIMIT_EXCEEDED",
    );
}
