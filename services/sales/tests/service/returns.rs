//! Returns over gRPC (S-09).

use guanxi_proto::sales::v1 as wire;
use tonic::Code;

use crate::{
    selling::{Shop, euros, part, told},
    served::{ANNA, IMPORTER, MANAGER, STRANGER, header},
};

/// A delivered order of ten pieces at 10.
async fn delivered(shop: &Shop) -> String {
    let id = shop.confirmed(vec![shop.goods("10", "10")]).await;
    shop.deliver(&id, &[]).await.unwrap();
    id
}

#[tokio::test]
async fn a_return_is_requested_approved_by_somebody_else_received_and_closed() {
    let shop = Shop::open().await;
    let order = delivered(&shop).await;
    let asked = shop.ask_back(ANNA, shop.asking_back(&order, "3")).await;
    let asked = asked.unwrap();
    assert!(asked.number.starts_with("RT-20"), "{}", asked.number);
    let id = asked.id;
    assert_eq!(shop.order(&order).await.lines[0].returnable, "7");
    let approve = || wire::ApproveReturnRequest {
        header: header(),
        return_id: id.clone(),
    };
    let mut returns = shop.sales.returns();
    let refused = returns.approve_return(shop.sales.by(ANNA, approve())).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    returns
        .approve_return(shop.sales.by(MANAGER, approve()))
        .await
        .unwrap();
    let receive = |lines| wire::ReceiveReturnRequest {
        header: header(),
        return_id: id.clone(),
        lines,
    };
    let more = receive(vec![part(1, "4")]);
    let refused = returns.receive_return(shop.sales.by(ANNA, more)).await;
    assert_eq!(
        told(&refused.unwrap_err(), "asked"),
        ("RECEIVED_TOO_MUCH".into(), "3".into())
    );
    let less = receive(vec![part(1, "2.5")]);
    returns
        .receive_return(shop.sales.by(ANNA, less))
        .await
        .unwrap();
    let read = shop.order(&order).await;
    assert_eq!(read.lines[0].returned, "2.5");
    assert_eq!(read.lines[0].to_bill, "7.5");
    assert_eq!(read.lines[0].returnable, "7.5", "the rest asks no more");
    assert_eq!(shop.committed().await, euros(75));

    let close = wire::CloseReturnRequest {
        header: header(),
        return_id: id.clone(),
    };
    returns
        .close_return(shop.sales.by(ANNA, close))
        .await
        .unwrap();
    let read = shop.returned(&id).await;
    assert_eq!(read.to_credit, []);
    let read = read.order_return.unwrap();
    assert_eq!(read.status(), wire::ReturnStatus::Refunded);
    assert_eq!(read.received, [part(1, "2.5")]);
    assert_eq!(read.number, asked.number);
    assert_eq!((read.order_id, read.customer_id), (order, shop.customer));
    assert_eq!(read.requested_by, "anna");
}

#[tokio::test]
async fn goods_on_the_counter_come_back_at_once_for_those_who_may_approve() {
    let shop = Shop::open().await;
    let order = delivered(&shop).await;
    let at_once = |quantity: &str| wire::RequestReturnRequest {
        at_once: true,
        ..shop.asking_back(&order, quantity)
    };
    let refused = shop.ask_back(ANNA, at_once("3")).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(told(&refused, "").0, "NOT_BY_WHO_ASKED");
    let id = shop.ask_back(MANAGER, at_once("3")).await.unwrap().id;
    let read = shop.returned(&id).await.order_return.unwrap();
    assert_eq!(read.status(), wire::ReturnStatus::Received);
    // The customer's account, which the request does not name, knows it.
    assert_eq!(shop.committed().await, euros(70));
    shop.ask_back(IMPORTER, at_once("7")).await.unwrap();
    let read = shop.order(&order).await;
    assert_eq!(read.status(), wire::OrderStatus::Completed);
    assert_eq!(shop.committed().await, euros(0));
}

#[tokio::test]
async fn of_two_returns_that_race_for_the_same_goods_one_gets_them() {
    let shop = Shop::open().await;
    let order = delivered(&shop).await;
    let ask = || shop.ask_back(ANNA, shop.asking_back(&order, "6"));
    let (one, other, third) = tokio::join!(ask(), ask(), ask());
    let results = [one, other, third];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.into_iter().filter_map(Result::err) {
        assert_eq!(
            told(&refused, "left"),
            ("RETURNED_TOO_MUCH".into(), "4".into())
        );
    }
}

#[tokio::test]
async fn what_is_rejected_or_withdrawn_can_be_asked_for_again() {
    let shop = Shop::open().await;
    let order = delivered(&shop).await;
    let asked = || shop.ask_back(ANNA, shop.asking_back(&order, "10"));
    let mut returns = shop.sales.returns();
    let reject = wire::RejectReturnRequest {
        header: header(),
        return_id: asked().await.unwrap().id,
        reason: "used".into(),
    };
    let id = reject.return_id.clone();
    returns
        .reject_return(shop.sales.by(MANAGER, reject))
        .await
        .unwrap();
    let read = shop.returned(&id).await.order_return.unwrap();
    assert_eq!(read.status(), wire::ReturnStatus::Rejected);
    assert_eq!(read.reason, "used");
    let withdraw = wire::WithdrawReturnRequest {
        header: header(),
        return_id: asked().await.unwrap().id,
        reason: "keeps it".into(),
    };
    returns
        .withdraw_return(shop.sales.by(ANNA, withdraw))
        .await
        .unwrap();
    asked().await.unwrap();
}

#[tokio::test]
async fn an_order_of_another_tenant_has_no_returns_here() {
    let shop = Shop::open().await;
    let order = delivered(&shop).await;
    let foreign = shop.ask_back(STRANGER, shop.asking_back(&order, "1"));
    let refused = foreign.await.unwrap_err();
    assert_eq!(told(&refused, "").0, "ORDER_UNKNOWN");
}
