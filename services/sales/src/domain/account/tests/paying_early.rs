//! S-20: an early payment with a discount settles the rest as discount.

use guanxi_events::sales::account::{Allocated, AllocationNo};
use proptest::prelude::*;

use super::*;

/// 60 and 40, of which 2 % may be kept back each until 10 January; due on different days.
fn two_parts() -> Vec<AccountEvent> {
    vec![posted(
        1,
        "2017-01-01",
        vec![
            discounted(1, "2017-01-31", "60.00", "2017-01-10", "1.20"),
            discounted(2, "2017-02-28", "40.00", "2017-01-10", "0.80"),
        ],
    )]
}

fn discounts(history: &[AccountEvent]) -> Vec<Option<Decimal>> {
    let of = |event: &AccountEvent| match event {
        AccountEvent::Allocated(Allocated { discount, .. }) => {
            Some(discount.map(|discount| discount.amount))
        }
        _ => None,
    };
    history.iter().filter_map(of).collect()
}

fn paid(given: Vec<AccountEvent>, on: &'static str, amount: &str) -> Vec<AccountEvent> {
    after(given, vec![(on, Command::Receive(receive(1, amount)))])
}

#[test]
fn an_early_payment_with_a_discount_settles_the_rest_as_discount() {
    let given = || {
        vec![posted(
            1,
            "2017-01-01",
            vec![discounted(1, "2017-01-31", "100.00", "2017-01-10", "2.00")],
        )]
    };
    let paid = |on, amount| paid(given(), on, amount);
    let discount = |history: &[AccountEvent]| discounts(history).pop().unwrap();
    let early = paid("2017-01-10", "98.00");
    assert_eq!(discount(&early), Some(dec("2.00")));
    assert_eq!(open(&early, 1), dec("0.00"));
    // A day too late, or a cent too little: no discount.
    assert_eq!(discount(&paid("2017-01-11", "98.00")), None);
    let short = paid("2017-01-10", "97.99");
    assert_eq!(discount(&short), None);
    assert_eq!(open(&short, 1), dec("2.01"));
    // Who pays more keeps back less, and who pays all keeps back nothing.
    assert_eq!(discount(&paid("2017-01-10", "99.50")), Some(dec("0.50")));
    assert_eq!(discount(&paid("2017-01-10", "100.00")), None);
    // Taking it off takes the discount off as well.
    let back = Command::Deallocate {
        allocation: AllocationNo(1),
        on: None,
    };
    let history = after(early, vec![("2017-03-01", back)]);
    assert_eq!(
        [open(&history, 1), open(&history, 2)],
        [dec("100.00"), dec("-98.00")]
    );
}

#[test]
fn what_was_credited_is_not_paid_early() {
    let given = vec![posted(
        1,
        "2017-01-01",
        vec![discounted(1, "2017-01-31", "100.00", "2017-01-10", "2.00")],
    )];
    let note = CreditNotePosting {
        credit_note: guanxi_events::sales::CreditNoteId(Uuid::from_u128(500)),
        invoices: vec![invoice(1)],
        on: day("2017-01-02"),
        amount: eur("98.00"),
        rate: None,
    };
    let credited = post_credit_note(&ledger(&given), &note, None, Currency::EUR).unwrap();
    let history = after(
        [given, credited].concat(),
        vec![("2017-01-05", Command::Receive(receive(1, "0.01")))],
    );
    assert_eq!(
        open(&history, 1),
        dec("1.99"),
        "no discount of 1.99 for a cent"
    );
}

#[test]
fn early_payments_in_parts_settle_the_rest_as_discount_when_they_reach_it() {
    let given = vec![posted(
        1,
        "2017-01-01",
        vec![discounted(1, "2017-01-31", "100.00", "2017-01-10", "2.00")],
    )];
    let history = after(
        given,
        vec![
            ("2017-01-05", Command::Receive(receive(1, "50.00"))),
            ("2017-01-06", Command::Receive(receive(2, "48.00"))),
        ],
    );
    assert_eq!(open(&history, 1), dec("0.00"));
}

#[test]
fn one_early_payment_settles_the_rests_of_several_instalments_as_discounts() {
    let some = |amount| Some(dec(amount));
    for wish in [
        Use::OldestFirst,
        Use::For(vec![Wish {
            to: Target::Invoice(invoice(1)),
            amount: None,
        }]),
    ] {
        let paid = |on, amount| {
            let payment = Receive {
                use_for: wish.clone(),
                ..receive(1, amount)
            };
            after(two_parts(), vec![(on, Command::Receive(payment))])
        };
        let early = paid("2017-01-10", "98.00");
        assert_eq!(discounts(&early), [some("1.20"), some("0.80")]);
        assert_eq!(
            [open(&early, 1), open(&early, 2), open(&early, 3)],
            [Decimal::ZERO; 3]
        );
        // Who pays more keeps back less, first of what is due first; who pays all, nothing.
        let more = paid("2017-01-10", "99.00");
        assert_eq!(discounts(&more), [some("0.20"), some("0.80")]);
        assert_eq!(discounts(&paid("2017-01-10", "100.00")), [None, None]);
        // A cent too little reaches the first alone, and so does a day too late.
        let short = paid("2017-01-10", "97.99");
        assert_eq!(discounts(&short), [None, None]);
        assert_eq!(open(&short, 2), dec("2.01"));
        assert_eq!(open(&paid("2017-01-11", "98.00"), 2), dec("2.00"));
    }
}

#[test]
fn only_so_many_instalments_are_settled_with_discounts_as_the_payment_reaches() {
    let given = [
        two_parts(),
        vec![invoiced(2, 3, "2017-01-02", "2017-03-31", "500.00")],
    ]
    .concat();
    let history = paid(given.clone(), "2017-01-10", "98.00");
    assert_eq!(open(&history, 3), dec("500.00"));
    assert_eq!(open(&history, 2), dec("0.00"));
    // What reaches further than the first two pays them in full: nothing was kept back.
    let history = paid(given, "2017-01-10", "150.00");
    assert_eq!(discounts(&history), [None, None, None]);
    assert_eq!(open(&history, 3), dec("450.00"));
}

#[test]
fn more_than_the_payment_cannot_be_wished_of_several_instalments() {
    let payment = Receive {
        use_for: Use::For(vec![Wish {
            to: Target::Invoice(invoice(1)),
            amount: Some(eur("98.01")),
        }]),
        ..receive(1, "98.00")
    };
    let refusal = on_day(two_parts(), "2017-01-10", Command::Receive(payment));
    assert_eq!(
        refusal.then_refused("EXCEEDS_OPEN").figures["open"],
        "98.00"
    );
}

proptest! {
    /// Whatever the instalments: an early payment of all less the discounts settles all of them,
    /// one of less than that never the last, and the discounts never exceed what may be kept back.
    #[test]
    fn what_an_early_payment_reaches_is_settled(
        parts in prop::collection::vec((2_i64..100_000, 0_i64..100), 1..8),
        paid_of_rest in 0_i64..=100,
        short in 1_i64..1_000,
    ) {
        let cents = |amount| Decimal::new(amount, 2);
        let off = |(amount, percent): &(i64, i64)| amount * percent / 100;
        let instalments = parts.iter().zip(1_u32..).map(|(part, item)| Instalment {
            discount: (off(part) > 0).then(|| EarlyDiscount {
                until: day("2017-01-10"),
                amount: cents(off(part)),
            }),
            ..instalment(item, "2017-02-01", &cents(part.0).to_string())
        });
        let given = vec![posted(1, "2017-01-01", instalments.collect())];
        let whole: i64 = parts.iter().map(|part| part.0).sum();
        let least = whole - parts.iter().map(off).sum::<i64>();
        let amount = least + (whole - least) * paid_of_rest / 100;

        let history = paid(given.clone(), "2017-01-10", &cents(amount).to_string());
        for item in 1..=parts.len() as u32 + 1 {
            prop_assert_eq!(open(&history, item), Decimal::ZERO);
        }
        let kept: Decimal = discounts(&history).into_iter().flatten().sum();
        prop_assert_eq!(kept, cents(whole - amount));

        let amount = least - short;
        prop_assume!(amount > 0);
        let history = paid(given, "2017-01-10", &cents(amount).to_string());
        prop_assert_ne!(open(&history, parts.len() as u32), Decimal::ZERO);
    }
}
