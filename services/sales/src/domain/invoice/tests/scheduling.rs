//! When an invoice is due: by the order's plan, by the terms, or at once (S-20, S-21).

use super::*;

fn on_terms(lines: Vec<SaleLineInput>) -> Place {
    Place {
        terms: Some(TERMS),
        ..confirmed(lines)
    }
}

/// The first order is to be paid in these parts.
fn planned(mut shop: Shop, parts: &[(&str, &str)]) -> Shop {
    let parts = parts.iter();
    let command = receivable_plan::Command::Set {
        order: order(1),
        made: Made::ByHand(parts.map(|(on, amount)| (day(on), eur(amount))).collect()),
        reason: None,
    };
    shop.does::<ReceivablePlan>(order(1), &command);
    shop
}

#[test]
fn without_a_plan_and_without_terms_all_is_due_at_once() {
    let shop = Shop::with_order(lines()).billed(1, of_order(None));
    assert_eq!(shop.due(1), due(&[("2026-01-15", "105")]));
    let bill = shop.bill(1).issued.unwrap();
    assert_eq!((bill.terms, bill.plan), (None, None));
}

#[test]
fn terms_make_instalments_each_with_its_discount_for_paying_early() {
    let shop = with_terms(Shop::open()).ordered(1, on_terms(lines()));
    let shop = shop.billed(1, of_order(None));
    assert_eq!(
        shop.due(1),
        due(&[("2026-02-14", "52.50"), ("2026-03-16", "52.50")])
    );
    let terms = shop.bill(1).issued.unwrap().terms.unwrap();
    assert_eq!((terms.id, terms.version), (TERMS, 1));
    // Within ten days 2 % may be kept back of each: 51.45 settles 52.50.
    let early = shop.clone().on("2026-01-25").paid(1, "51.45");
    assert_eq!(early.open_of(1), dec("52.50"));
    assert_eq!(early.paid(2, "51.45").open_of(1), dec("0"));
    let late = shop.on("2026-01-26").paid(1, "51.45");
    assert_eq!(late.open_of(1), dec("53.55"));
}

#[test]
fn an_invoice_of_its_own_lines_follows_its_own_terms() {
    let own = OwnLines {
        terms: Some(TERMS),
        ..of_lines(vec![words("advice", "100")])
    };
    let shop = with_terms(Shop::open()).billed(1, Asked::Lines(own));
    assert_eq!(
        shop.due(1),
        due(&[("2026-02-14", "50"), ("2026-03-16", "50")])
    );
}

#[test]
fn the_terms_that_hold_when_it_is_issued_make_the_instalments() {
    let mut shop = with_terms(Shop::open()).ordered(1, on_terms(lines()));
    shop.invoices(1, &request(of_order(None)));
    let changed = PaymentTermsDefined {
        version: 2,
        definition: PaymentTermsDefinition {
            name: "Net 7".into(),
            portions: vec![Portion {
                percent: dec("100"),
                due: DueRule::DaysAfterInvoice(7),
            }],
            early_payment: None,
        },
    };
    shop = shop.given::<PaymentTerms>(TERMS, changed);
    shop.invoices(1, &issue_requested());
    assert_eq!(shop.due(1), due(&[("2026-01-22", "105")]));
    assert_eq!(shop.bill(1).issued.unwrap().terms.unwrap().version, 2);
}

#[test]
fn a_plan_goes_before_the_terms_and_is_used_up_in_its_order() {
    let shop = with_terms(Shop::open()).ordered(1, on_terms(lines()));
    let shop = planned(shop, &[("2026-03-01", "50"), ("2026-06-01", "55")]);
    let shop = shop
        .billed(1, of_order(Some(&[part(1, "4")])))
        .billed(2, of_order(None));
    assert_eq!(shop.due(1), due(&[("2026-03-01", "40")]));
    assert_eq!(
        shop.due(2),
        due(&[("2026-03-01", "10"), ("2026-06-01", "55")])
    );
    let bill = shop.bill(2).issued.unwrap();
    assert_eq!(bill.plan.unwrap().version, 1);
    assert_eq!(bill.terms, None);
}

#[test]
fn an_invoice_anew_takes_the_parts_that_the_voided_one_gave_back() {
    let shop = planned(
        Shop::with_order(lines()),
        &[("2026-03-01", "50"), ("2026-06-01", "55")],
    );
    let mut shop = shop
        .billed(1, of_order(Some(&[part(1, "4")])))
        .billed(2, of_order(None));
    shop.invoices(1, &void_invoice());
    let shop = shop.billed(3, of_order(None));
    assert_eq!(shop.due(3), due(&[("2026-03-01", "40")]));
}

#[test]
fn a_hundred_in_three_instalments_adds_up_to_a_hundred() {
    let thirds = ["33.3333", "33.3333", "33.3334"].into_iter().zip(0..);
    let portions = thirds.map(|(percent, months)| Portion {
        percent: dec(percent),
        due: DueRule::MonthsAfterInvoice(months),
    });
    let defined = PaymentTermsDefined {
        version: 1,
        definition: PaymentTermsDefinition {
            name: "Thirds".into(),
            portions: portions.collect(),
            early_payment: None,
        },
    };
    let own = OwnLines {
        terms: Some(TERMS),
        ..of_lines(vec![words("advice", "100")])
    };
    // Month ends: 31 January, the leap day, 31 March.
    let shop = Shop::open()
        .given::<PaymentTerms>(TERMS, defined)
        .on("2028-01-31")
        .billed(1, Asked::Lines(own));
    assert_eq!(
        shop.due(1),
        due(&[
            ("2028-01-31", "33.33"),
            ("2028-02-29", "33.33"),
            ("2028-03-31", "33.34")
        ])
    );
}

#[test]
fn a_day_in_which_the_clock_changes_is_a_day_like_any_other() {
    let week = PaymentTermsDefined {
        version: 1,
        definition: PaymentTermsDefinition {
            name: "One day".into(),
            portions: vec![Portion {
                percent: dec("100"),
                due: DueRule::DaysAfterInvoice(1),
            }],
            early_payment: None,
        },
    };
    // Berlin loses an hour on 29 March 2026: half past midnight of the 30th is 22:30 in UTC.
    let mut shop = Shop::open()
        .given::<PaymentTerms>(TERMS, week)
        .at("2026-03-28T23:30:00Z");
    shop.home.zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let own = || {
        Asked::Lines(OwnLines {
            terms: Some(TERMS),
            ..of_lines(vec![words("advice", "100")])
        })
    };
    let shop = shop.billed(1, own());
    assert_eq!(shop.due(1), due(&[("2026-03-30", "100")]));
    let shop = shop.at("2026-03-29T22:30:00Z").billed(2, own());
    assert_eq!(shop.due(2), due(&[("2026-03-31", "100")]));
}
