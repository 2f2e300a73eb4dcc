//! Credit notes that give the value of a return back (S-09).

use super::*;

#[test]
fn it_credits_what_came_back_and_closes_the_return() {
    let mut shop = billed().came_back(1, &[part(1, "3")]);
    let decision = shop.credit_notes(1, &issue_note(credit_return(1)));
    let written = decision.elsewhere_of::<ReturnEvent>();
    let [(_, ReturnEvent::Refunded(refunded))] = written.as_slice() else {
        panic!("{written:?}");
    };
    assert_eq!(
        (refunded.credit_note, refunded.refund),
        (Some(credit_note(1)), None)
    );
    assert_eq!(shop.open_of(1), dec("70"));
    let status = shop.goods_return(1).status;
    assert!(
        matches!(status, ReturnStatus::Refunded { .. }),
        "{status:?}"
    );
    assert_eq!(shop.sale(1).status(), OrderStatus::Completed);
    let again = issue_note(credit_return(1));
    shop.refuses_note(2, &again, "RETURN_REFUNDED");
}

#[test]
fn of_a_return_never_more_is_credited_than_came_back_and_was_billed() {
    // Ten came, six are billed, and five come back: one that was billed was not kept.
    let mut shop = Shop::with_order(vec![goods("10", "10")]);
    shop.orders(1, deliver_all());
    let shop = shop
        .billed(1, of_order(Some(&[part(1, "6")])))
        .came_back(1, &[part(1, "5")]);
    let naming = |quantity| Issue {
        subject: Subject::Order {
            order: order(1),
            lines: Some(vec![part(1, quantity)]),
            returned: Some(returned(1)),
        },
        ..credit_return(1)
    };
    let refusal = shop.refuses_note(1, &issue_note(naming("2")), "CREDITED_TOO_MUCH");
    assert_eq!(
        (
            refusal.figures["asked"].as_str(),
            refusal.figures["left"].as_str()
        ),
        ("2", "1")
    );
    let all = shop.clone().credited(1, credit_return(1));
    assert_eq!(all.open_of(1), dec("50"));
    assert_eq!(
        all.committed(1),
        dec("0"),
        "five are kept, and five are paid for"
    );
    // Less than all of it leaves the return open for the rest.
    let less = shop.credited(1, naming("0.5"));
    assert_eq!(less.open_of(1), dec("55"));
    assert_eq!(less.goods_return(1).status, ReturnStatus::Received);
    let refusal = less.refuses_note(2, &issue_note(naming("0.6")), "CREDITED_TOO_MUCH");
    assert_eq!(refusal.figures["left"], "0.5");
    let rest = less.credited(2, credit_return(1));
    assert_eq!(rest.open_of(1), dec("50"));
    assert!(matches!(
        rest.goods_return(1).status,
        ReturnStatus::Refunded { .. }
    ));
}

/// The first return's first line is credited, so much of it.
fn of_the_return(quantity: &str) -> Issue {
    Issue {
        subject: Subject::Order {
            order: order(1),
            lines: Some(vec![part(1, quantity)]),
            returned: Some(returned(1)),
        },
        ..credit_return(1)
    }
}

#[test]
fn a_return_in_parts_is_closed_by_the_last_and_opened_by_voiding_any() {
    let shop = billed()
        .came_back(1, &[part(1, "3")])
        .came_back(2, &[part(1, "2")])
        .credited(1, of_the_return("1"));
    let sale = shop.sale(1);
    assert_eq!(shop.goods_return(1).to_credit(&sale), [part(1, "2")]);
    assert_eq!(shop.goods_return(2).to_credit(&sale), [part(1, "2")]);
    let close = crate::domain::order_return::Command::Close;
    shop.refuses::<OrderReturn>(returned(1), &close, "RETURN_TO_BE_CREDITED");
    let mut shop = shop.credited(2, of_the_return("2"));
    let status = |shop: &Shop, n| shop.goods_return(n).status;
    assert!(matches!(status(&shop, 1), ReturnStatus::Refunded { .. }));
    assert_eq!(status(&shop, 2), ReturnStatus::Received);
    // The first part is taken back: that much of it waits again, and no more.
    let ledger = shop.ledger();
    let item = ledger.credit_notes[&credit_note(1)];
    for (allocation, _) in ledger.allocations_of(&[item]) {
        shop.taken_off(allocation);
    }
    shop.credit_notes(1, &void_note());
    assert_eq!(status(&shop, 1), ReturnStatus::Received);
    let left = shop.goods_return(1).to_credit(&shop.sale(1));
    assert_eq!(left, [part(1, "1")]);
}

#[test]
fn a_return_that_wants_money_is_paid_out_as_far_as_it_was_paid() {
    let back = |shop: Shop| shop.came_back_for_money(1, &[part(1, "3")]);
    let shop = back(billed().paid(1, "80"));
    // 20 is open and settled first, so 10 of the 30 was paid.
    let refusal = shop.refuses_note(1, &issue_note(credit_return(1)), "RETURN_WANTS_PAYMENT");
    assert_eq!(refusal.figures["payable"], "10.00 EUR");
    let shop = shop.credited(1, paid_out(credit_return(1), 1));
    assert_eq!(shop.paid_back(1).0, dec("10"));
    // Where nothing was paid there is nothing to pay out.
    let unpaid = back(billed()).credited(1, credit_return(1));
    assert_eq!(unpaid.open_of(1), dec("70"));
}

#[test]
fn a_return_that_wants_credit_is_not_paid_out() {
    let shop = billed().paid(1, "100").came_back(1, &[part(1, "3")]);
    let money = issue_note(paid_out(credit_return(1), 1));
    shop.refuses_note(1, &money, "RETURN_WANTS_CREDIT");
    let shop = shop.credited(1, credit_return(1));
    assert_eq!(shop.free_of_note(1), dec("30"));
}

#[test]
fn a_return_of_what_was_never_billed_needs_no_credit_note() {
    let mut shop = Shop::with_order(vec![goods("10", "10")]);
    shop.orders(1, deliver_all());
    let shop = shop.came_back(1, &[part(1, "5")]);
    shop.refuses_note(1, &issue_note(credit_return(1)), "NOTHING_TO_CREDIT");
    let mut shop = shop;
    shop.does::<OrderReturn>(returned(1), &crate::domain::order_return::Command::Close);
    assert_eq!(shop.committed(1), dec("50"));
}

#[test]
fn the_return_must_be_of_the_order_and_have_been_received() {
    use crate::domain::order_return::{Command, Request};
    let shop = billed();
    shop.refuses_note(1, &issue_note(credit_return(1)), "RETURN_UNKNOWN");
    let request = Command::Request(Request {
        order: order(1),
        lines: vec![guanxi_events::sales::ReturnLine {
            line: 1,
            quantity: dec("1"),
            reason: "broken".into(),
        }],
        refund: guanxi_events::sales::RefundAs::CreditNote,
        at_once: false,
    });
    let mut asked = shop.clone();
    asked.does::<OrderReturn>(returned(1), &request);
    asked.refuses_note(1, &issue_note(credit_return(1)), "RETURN_NOT_RECEIVED");
    let mut other = shop
        .came_back(1, &[part(1, "1")])
        .ordered(2, confirmed(vec![goods("1", "1")]));
    other.orders(2, deliver_all());
    let of_another = Issue {
        subject: Subject::Order {
            order: order(2),
            lines: None,
            returned: Some(returned(1)),
        },
        ..credit_return(1)
    };
    other.refuses_note(1, &issue_note(of_another), "RETURN_UNKNOWN");
}

#[test]
fn after_full_payment_a_return_is_paid_back() {
    let shop = billed()
        .paid(1, "100")
        .came_back_for_money(1, &[part(1, "3")])
        .credited(1, paid_out(credit_return(1), 1));
    assert_eq!(shop.paid_back(1), (dec("30"), dec("30")));
    assert_eq!(shop.ledger().owed, dec("0"));
    let ReturnStatus::Refunded {
        credit_note: by,
        refund: with,
    } = shop.goods_return(1).status
    else {
        panic!("it is closed");
    };
    assert_eq!((by, with), (Some(credit_note(1)), Some(refund(1))));
}

#[test]
fn the_discount_on_goods_that_came_back_is_named_with_them() {
    let mut shop = Shop::with_order(vec![
        goods("1", "100"),
        words("voucher", "-20"),
        words("postage", "5"),
    ]);
    shop.orders(1, deliver_all());
    let shop = shop.billed(1, of_order(None)).came_back(1, &[part(1, "1")]);
    let refusal = shop.refuses_note(
        1,
        &issue_note(credit_return(1)),
        "CREDITED_MORE_THAN_BILLED",
    );
    assert_eq!(refusal.figures["billed"], "85.00 EUR");
    let naming = |lines: &[_]| Issue {
        subject: Subject::Order {
            order: order(1),
            lines: Some(lines.to_vec()),
            returned: Some(returned(1)),
        },
        ..credit_return(1)
    };
    // Postage was for what was sent.
    let postage = naming(&[part(1, "1"), part(2, "1"), part(3, "1")]);
    shop.refuses_note(1, &issue_note(postage), "CREDITED_TOO_MUCH");
    let shop = shop.credited(1, naming(&[part(1, "1"), part(2, "1")]));
    assert_eq!(shop.open_of(1), dec("5"));
    assert!(matches!(
        shop.goods_return(1).status,
        ReturnStatus::Refunded { .. }
    ));
}
