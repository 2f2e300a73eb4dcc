//! Invoices and what becomes of their order.

use super::*;

#[test]
fn partly_billed_and_the_rest_cancelled_completes_the_order() {
    let mut shop = Shop::with_order(lines());
    shop.orders(1, deliver(&[(1, "4")]));
    shop = shop.billed(1, of_order(Some(&[part(1, "4")])));
    assert_eq!(
        (shop.sale(1).status(), shop.committed(1)),
        (OrderStatus::PartlyBilled, dec("65"))
    );
    shop.orders(1, cancel_rest());
    assert_eq!(
        (shop.sale(1).status(), shop.committed(1)),
        (OrderStatus::Completed, dec("0"))
    );
    assert_eq!(shop.ledger().exposure(), dec("40"));
    shop.refuses_invoice(2, &issue(of_order(None)), "NOTHING_TO_BILL");
}

#[test]
fn an_order_closed_and_opened_again_is_billed_to_its_end() {
    let mut shop = Shop::with_order(lines());
    shop.orders(1, deliver(&[(1, "4")]));
    shop = shop.billed(1, of_order(Some(&[part(1, "4")])));
    shop.orders(1, cancel_rest());
    let reason = "after all".to_owned();
    shop.orders(
        1,
        order::Command::Reopen {
            reason,
            grant: None,
        },
    );
    assert_eq!(shop.committed(1), dec("65"));
    shop.orders(1, deliver_all());
    let shop = shop.billed(2, of_order(None));
    assert_eq!((shop.open_of(1), shop.open_of(2)), (dec("40"), dec("65")));
    assert_eq!(
        (shop.sale(1).status(), shop.committed(1)),
        (OrderStatus::Completed, dec("0"))
    );
}

#[test]
fn surplus_within_the_tolerance_is_billed_and_outside_it_is_not_even_delivered() {
    let place = Place {
        over_delivery_percent: dec("10"),
        ..confirmed(vec![goods("10", "10")])
    };
    let mut shop = Shop::open().ordered(1, place);
    shop.refuses::<Order>(order(1), &deliver(&[(1, "11.0001")]), "DELIVERED_TOO_MUCH");
    shop.orders(1, deliver(&[(1, "11")]));
    let shop = shop.billed(1, of_order(None));
    assert_eq!((shop.open_of(1), shop.committed(1)), (dec("110"), dec("0")));
}

#[test]
fn what_came_back_unbilled_is_never_billed() {
    let mut shop = Shop::with_order(vec![goods("10", "10")]);
    shop.orders(1, deliver_all());
    let shop = shop.came_back(1, &[part(1, "3")]).billed(1, of_order(None));
    assert_eq!(shop.open_of(1), dec("70"));
    assert_eq!(shop.committed(1), dec("0"));
}

#[test]
fn a_draft_confirmed_after_the_invoice_was_refused_is_billed() {
    let mut shop = Shop::open().ordered(1, place(lines()));
    shop.refuses_invoice(1, &issue(of_order(None)), "ORDER_NOT_CONFIRMED");
    shop.orders(1, confirm());
    assert_eq!(shop.billed(1, of_order(None)).open_of(1), dec("105"));
}
