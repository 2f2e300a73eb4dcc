//! Orders over gRPC (S-08), and the credit that they ask for (S-10).

use guanxi_proto::sales::v1 as wire;
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    selling::{Shop, euros, told},
    served::{ANALYST, ANNA, MANAGER, STRANGER, header},
};

#[tokio::test]
async fn an_order_is_placed_changed_confirmed_held_and_delivered_in_parts() {
    let shop = Shop::open().await;
    let postage = wire::SaleLineInput {
        text: "postage".into(),
        quantity: "1".into(),
        unit_price: "5".into(),
        tax_rate: "19".into(),
        ..Default::default()
    };
    let placed = shop
        .placed(shop.place(vec![shop.goods("10", "12")], false))
        .await
        .unwrap();
    assert!(placed.number.starts_with("SO-20"), "{}", placed.number);
    let id = placed.id;
    let change = wire::ChangeOrderLinesRequest {
        header: header(),
        order_id: id.clone(),
        lines: vec![shop.goods("10", "10"), postage],
        ..Default::default()
    };
    let mut orders = shop.sales.orders();
    orders
        .change_order_lines(shop.sales.by(ANNA, change))
        .await
        .unwrap();
    let draft = shop.order(&id).await;
    assert_eq!(draft.status(), wire::OrderStatus::Draft);
    assert_eq!(draft.number, placed.number);
    assert_eq!(draft.net, euros(105));
    assert_eq!(shop.committed().await, euros(0));

    shop.confirm(ANNA, &id, "").await.unwrap();
    let gross = shop.order(&id).await.gross;
    assert_eq!(shop.committed().await, gross, "105.95 with its tax");
    shop.deliver(&id, &[(1, "4")]).await.unwrap();
    let hold = wire::HoldOrderRequest {
        header: header(),
        order_id: id.clone(),
        reason: "address unclear".into(),
    };
    orders.hold_order(shop.sales.by(ANNA, hold)).await.unwrap();
    let refused = shop.deliver(&id, &[]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(
        told(&refused, "reason"),
        ("ORDER_ON_HOLD".into(), "address unclear".into())
    );
    let release = wire::ReleaseOrderRequest {
        header: header(),
        order_id: id.clone(),
    };
    orders
        .release_order(shop.sales.by(ANNA, release))
        .await
        .unwrap();
    let refused = shop.deliver(&id, &[(1, "6.5")]).await.unwrap_err();
    assert_eq!(
        told(&refused, "left"),
        ("DELIVERED_TOO_MUCH".into(), "6".into())
    );
    let part = shop.order(&id).await;
    assert_eq!(part.status(), wire::OrderStatus::PartlyDelivered);
    assert_eq!(part.lines[0].to_deliver, "6");
    shop.deliver(&id, &[]).await.unwrap();
    assert_eq!(shop.order(&id).await.status(), wire::OrderStatus::Delivered);
}

#[tokio::test]
async fn the_rest_is_cancelled_and_opened_again() {
    let shop = Shop::open().await;
    let id = shop.confirmed(vec![shop.goods("10", "10")]).await;
    shop.deliver(&id, &[(1, "4")]).await.unwrap();
    let cancel = wire::CancelRestRequest {
        header: header(),
        order_id: id.clone(),
        reason: "out of stock".into(),
        ..Default::default()
    };
    let mut orders = shop.sales.orders();
    let cancelled = orders.cancel_rest(shop.sales.by(ANNA, cancel.clone()));
    let first = cancelled.await.unwrap().into_inner();
    let again = orders.cancel_rest(shop.sales.by(ANNA, cancel)).await;
    assert_eq!(again.unwrap().into_inner(), first, "sent twice, done once");
    let read = shop.order(&id).await;
    assert_eq!(read.lines[0].cancelled, "6");
    assert_eq!(read.gross, euros(40));
    assert_eq!(shop.committed().await, euros(40));
    let reopen = wire::ReopenOrderRequest {
        header: header(),
        order_id: id.clone(),
        reason: "in stock again".into(),
        ..Default::default()
    };
    orders
        .reopen_order(shop.sales.by(ANNA, reopen))
        .await
        .unwrap();
    assert_eq!(shop.committed().await, euros(100));
}

#[tokio::test]
async fn credit_is_asked_for_at_confirmation_and_granted_above_the_limit_by_who_manages() {
    let shop = Shop::open().await;
    shop.limit_credit(150).await;
    shop.confirmed(vec![shop.goods("10", "10")]).await;
    let lines = vec![shop.goods("6", "10")];
    let second = shop.placed(shop.place(lines, false)).await.unwrap().id;
    let refused = shop.confirm(ANNA, &second, "").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let info = refused.get_details_error_info().unwrap();
    assert_eq!(info.reason, "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(info.metadata["limit"], "150.00 EUR");
    assert_eq!(info.metadata["exposure"], "100.00 EUR");
    assert_eq!(info.metadata["adds"], "60.00 EUR");
    let refused = shop.confirm(ANNA, &second, "she asked").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    shop.confirm(MANAGER, &second, "pays tomorrow")
        .await
        .unwrap();
    assert_eq!(shop.committed().await, euros(160));
}

#[tokio::test]
async fn of_two_orders_confirmed_at_once_only_as_many_pass_as_the_limit_allows() {
    let shop = Shop::open().await;
    shop.limit_credit(150).await;
    let mut drafts = Vec::new();
    for _ in 0..4 {
        let place = shop.place(vec![shop.goods("10", "10")], false);
        drafts.push(shop.placed(place).await.unwrap().id);
    }
    let (a, b, c, d) = tokio::join!(
        shop.confirm(ANNA, &drafts[0], ""),
        shop.confirm(ANNA, &drafts[1], ""),
        shop.confirm(ANNA, &drafts[2], ""),
        shop.confirm(ANNA, &drafts[3], ""),
    );
    let done = [a, b, c, d].into_iter().filter(Result::is_ok).count();
    assert_eq!(done, 1);
    assert_eq!(shop.committed().await, euros(100));
}

/// A wholesaler's longest real order has 1 114 lines.
#[tokio::test]
async fn the_longest_real_order_is_placed_delivered_and_read_and_one_that_is_too_long_is_refused() {
    let shop = Shop::open().await;
    let line = |text: &str| wire::SaleLineInput {
        text: text.to_owned(),
        tax_rate: "20".into(),
        ..shop.goods("48", "12.75")
    };
    let lines = vec![line("WHITE HANGING HEART T-LIGHT HOLDER"); 1_114];
    let id = shop.confirmed(lines).await;
    shop.deliver(&id, &[]).await.unwrap();
    let read = shop.order(&id).await;
    assert_eq!(read.lines.len(), 1_114);
    assert_eq!(read.lines[1_113].delivered, "48");
    assert_eq!(read.status(), wire::OrderStatus::Delivered);

    let long = shop.place(vec![line(&"关".repeat(200)); 1_200], false);
    let refused = shop.placed(long).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(
        told(&refused, "limit_bytes"),
        ("LINES_TOO_LONG".into(), "262144".into())
    );
}

#[tokio::test]
async fn bad_fields_are_named_and_other_tenants_and_readers_are_kept_out() {
    let shop = Shop::open().await;
    let mut bad = shop.place(vec![shop.goods("0", "-1")], false);
    bad.currency_code = "???".into();
    let refused = shop.placed(bad).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let fields: Vec<String> = refused
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .into_iter()
        .map(|violation| violation.field)
        .collect();
    assert_eq!(fields, ["currency_code", "lines[0].quantity"]);
    let below = shop.placed(shop.place(vec![shop.goods("1", "-1")], false));
    let refused = below.await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);

    let id = shop.confirmed(vec![shop.goods("1", "1")]).await;
    let refused = shop.confirm(ANALYST, &id, "").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let get = wire::GetOrderRequest { order_id: id };
    let mut orders = shop.sales.orders();
    let foreign = orders.get_order(shop.sales.by(STRANGER, get)).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
}
