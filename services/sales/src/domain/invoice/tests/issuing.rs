//! Requested, issued, at once or later: what an invoice says.

use super::*;

#[test]
fn an_invoice_is_requested_and_issued_later_as_it_was_requested() {
    let mut shop = Shop::with_order(lines());
    let asked = request(of_order(Some(&[part(1, "4")])));
    let decision = shop.invoices(1, &asked);
    assert!(decision.elsewhere.is_empty(), "nothing is booked yet");
    assert!(decision.events[0].1.is_empty(), "no number yet");
    assert_eq!(shop.bill(1).number, None);
    let before = shop.clone();
    shop = shop.on("2026-01-20");
    let decision = shop.invoices(1, &issue_requested());
    assert_eq!(decision.events[0].1, ["IN-2026"]);
    let at_once = before
        .on("2026-01-20")
        .billed(2, of_order(Some(&[part(1, "4")])));
    let (later, at_once) = (shop.bill(1), at_once.bill(2));
    assert_eq!(later, at_once, "it is the same as one issued at once");
    assert_eq!(later.issued.unwrap().on, day("2026-01-20"));
    assert_eq!(shop.open_of(1), dec("40"));
}

#[test]
fn parts_are_billed_one_after_the_other_until_nothing_is_left() {
    let mut shop = Shop::with_order(lines())
        .billed(1, of_order(Some(&[part(1, "4")])))
        .billed(2, of_order(Some(&[part(1, "6"), part(2, "1")])));
    assert_eq!((shop.open_of(1), shop.open_of(2)), (dec("40"), dec("65")));
    assert_eq!(shop.sale(1).invoices(), [invoice(1), invoice(2)]);
    assert_eq!(shop.sale(1).status(), OrderStatus::Billed);
    shop.refuses_invoice(3, &issue(of_order(None)), "NOTHING_TO_BILL");
    let refusal = shop.refuses_invoice(
        3,
        &issue(of_order(Some(&[part(1, "1")]))),
        "BILLED_TOO_MUCH",
    );
    assert_eq!(
        (
            refusal.figures["asked"].as_str(),
            refusal.figures["left"].as_str()
        ),
        ("1", "0")
    );
    shop.orders(1, deliver_all());
    assert_eq!(shop.sale(1).status(), OrderStatus::Completed);
}

#[test]
fn of_two_requests_for_the_same_parts_the_second_is_not_issued() {
    let mut shop = Shop::with_order(lines());
    for n in [1, 2] {
        shop.invoices(n, &request(of_order(Some(&[part(1, "6")]))));
    }
    shop.invoices(1, &issue_requested());
    let refusal = shop.refuses_invoice(2, &issue_requested(), "BILLED_TOO_MUCH");
    assert_eq!(refusal.figures["line"], "1");
    assert_eq!(refusal.figures["asked"], "6");
    assert_eq!(refusal.figures["left"], "4");
    shop.invoices(2, &withdraw());
    assert_eq!(shop.open_of(1), dec("60"));
}

#[test]
fn what_was_requested_is_billed_as_the_order_is_when_it_is_issued() {
    let mut shop = Shop::with_order(lines());
    shop.invoices(1, &request(of_order(Some(&[part(1, "4")]))));
    let dearer = vec![goods("10", "11"), words("postage", "5")];
    shop.orders(
        1,
        order::Command::ChangeLines {
            lines: dearer,
            grant: None,
        },
    );
    let decision = shop.invoices(1, &issue_requested());
    assert_eq!(issued(&decision).totals[0].net, dec("44"));
    let Billed::Order { parts, .. } = shop.bill(1).subject else {
        panic!("it bills an order")
    };
    assert_eq!(parts[0].net, dec("44"));
}

#[test]
fn what_an_order_does_not_allow_is_not_requested_either() {
    let with = |command| {
        let mut shop = Shop::with_order(lines());
        shop.orders(1, command);
        shop
    };
    let reason = "unpaid".to_owned();
    for (code, shop) in [
        (
            "ORDER_NOT_CONFIRMED",
            Shop::open().ordered(1, place(lines())),
        ),
        ("ORDER_ON_HOLD", with(order::Command::Hold { reason })),
        ("ORDER_CANCELLED", with(cancel_rest())),
        ("ORDER_UNKNOWN", Shop::open()),
    ] {
        for command in [request(of_order(None)), issue(of_order(None))] {
            shop.refuses_invoice(1, &command, code);
        }
    }
    let shop = Shop::with_order(lines());
    let unknown = of_order(Some(&[part(3, "1")]));
    shop.refuses_invoice(1, &request(unknown), "LINE_UNKNOWN");
}

#[test]
fn an_order_held_after_the_request_is_not_billed() {
    let mut shop = Shop::with_order(lines());
    shop.invoices(1, &request(of_order(None)));
    let reason = "unpaid".to_owned();
    shop.orders(1, order::Command::Hold { reason });
    shop.refuses_invoice(1, &issue_requested(), "ORDER_ON_HOLD");
    shop.orders(1, order::Command::Release);
    shop.invoices(1, &issue_requested());
}

#[test]
fn numbers_follow_each_other_and_a_voided_one_stays_used() {
    let mut shop = Shop::with_order(lines()).billed(1, of_order(Some(&[part(1, "4")])));
    shop.invoices(1, &void_invoice());
    let shop = shop.billed(2, of_order(None));
    assert_eq!(shop.bill(1).number.as_deref(), Some("IN-2026-00001"));
    assert_eq!(shop.bill(2).number.as_deref(), Some("IN-2026-00002"));
}

#[test]
fn the_series_is_that_of_the_business_year_in_the_tenants_own_zone() {
    // In Shanghai the new year has begun when it is still evening in UTC.
    let mut shop = Shop::open().at("2026-12-31T18:00:00Z");
    shop.home.zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let shop = shop
        .ordered(1, confirmed(lines()))
        .billed(1, of_order(None));
    let bill = shop.bill(1);
    assert_eq!(bill.number.as_deref(), Some("IN-2027-00001"));
    assert_eq!(bill.issued.unwrap().on, day("2027-01-01"));
    assert_eq!(shop.due(1), due(&[("2027-01-01", "105")]));

    // A back-dated one counts in the year in which it happened.
    let mut shop = Shop::with_order(lines());
    shop.dated = Some("2025-12-31T12:00:00Z".parse().unwrap());
    let shop = shop.billed(1, of_order(None));
    assert_eq!(shop.bill(1).number.as_deref(), Some("IN-2025-00001"));
}

#[test]
fn an_invoice_keeps_the_billing_profile_of_its_day() {
    let profile = |version, title: &str| BillingProfileSet {
        version,
        details: BillingDetails {
            title: title.into(),
            tax_id: Some("DE811111".into()),
            ..BillingDetails::default()
        },
    };
    let shop = Shop::with_order(lines())
        .billed(1, of_order(Some(&[part(1, "1")])))
        .given::<BillingProfile>(CUSTOMER, profile(1, "Cancity GmbH"))
        .billed(2, of_order(Some(&[part(1, "1")])))
        .given::<BillingProfile>(CUSTOMER, profile(2, "Cancity AG"))
        .billed(3, of_order(None));
    let title = |n| {
        let billing = shop.bill(n).issued.unwrap().billing;
        billing.map(|details| details.title)
    };
    assert_eq!(title(1), None, "nobody had said yet");
    assert_eq!(title(2).as_deref(), Some("Cancity GmbH"));
    assert_eq!(title(3).as_deref(), Some("Cancity AG"));
}

#[test]
fn lines_without_an_order_are_billed_to_a_known_customer_for_goods_that_are_sold() {
    let own = OwnLines {
        team: Some("East".into()),
        ..of_lines(vec![goods("2", "10"), words("fee", "3")])
    };
    let shop = Shop::open().billed(1, Asked::Lines(own.clone()));
    assert_eq!(shop.open_of(1), dec("23"));
    let bill = shop.bill(1);
    assert_eq!(bill.owner.unwrap().as_str(), "anna", "who issues it");
    assert_eq!(bill.team.as_deref(), Some("East"));
    let refuses = |own: OwnLines, code| {
        for command in [request(Asked::Lines(own.clone())), issue(Asked::Lines(own))] {
            Shop::open().refuses_invoice(1, &command, code);
        }
    };
    let stranger = CustomerId(Uuid::from_u128(77));
    refuses(
        OwnLines {
            customer: stranger,
            ..own.clone()
        },
        "CUSTOMER_UNKNOWN",
    );
    refuses(
        OwnLines {
            terms: Some(TERMS),
            ..own
        },
        "PAYMENT_TERMS_UNKNOWN",
    );
    let unknown = SaleLineInput {
        product: Some(guanxi_events::sales::ProductId(Uuid::from_u128(78))),
        ..goods("1", "1")
    };
    refuses(of_lines(vec![unknown]), "PRODUCTS_NOT_SOLD");
    refuses(of_lines(vec![words("discount", "-1")]), "TOTAL_BELOW_ZERO");
}
