//! S-23, S-24: what a credit is used for.

use guanxi_events::sales::account::{AllocationNo, Deallocated, TakenBack};

use super::*;

fn wish(to: Target, amount: Option<&str>) -> Use {
    Use::For(vec![Wish {
        to,
        amount: amount.map(eur),
    }])
}

fn allocations(history: &[AccountEvent]) -> Vec<(u32, u32, String, String)> {
    let of = |event: &AccountEvent| match event {
        AccountEvent::Allocated(a) => Some((
            a.from.0,
            a.to.0,
            a.on.to_string(),
            a.settled.amount.to_string(),
        )),
        _ => None,
    };
    history.iter().filter_map(of).collect()
}

#[test]
fn without_a_wish_the_oldest_due_is_paid_first_then_by_number() {
    let given = vec![
        invoiced(1, 1, "2017-01-01", "2017-03-01", "100.00"),
        invoiced(2, 2, "2017-01-02", "2017-02-01", "50.00"),
        invoiced(3, 3, "2017-01-03", "2017-02-01", "30.00"),
    ];
    let history = after(
        given,
        vec![("2017-01-10", Command::Receive(receive(1, "95.00")))],
    );
    let on = || "2017-01-10".to_owned();
    assert_eq!(
        allocations(&history),
        [
            (4, 2, on(), "50.00".into()),
            (4, 3, on(), "30.00".into()),
            (4, 1, on(), "15.00".into())
        ]
    );
    assert_eq!(
        [open(&history, 1), open(&history, 4)],
        [dec("85.00"), dec("0.00")]
    );
}

#[test]
fn by_the_payers_wish_only_what_is_wished_is_paid_and_the_rest_stays_on_account() {
    let given = vec![
        invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00"),
        invoiced(2, 2, "2017-01-02", "2017-03-01", "50.00"),
    ];
    let mut payment = receive(1, "80.00");
    payment.use_for = wish(Target::Invoice(invoice(2)), None);
    let history = after(given, vec![("2017-01-10", Command::Receive(payment))]);
    assert_eq!(
        [open(&history, 1), open(&history, 2), open(&history, 3)],
        [dec("100.00"), dec("0.00"), dec("-30.00")]
    );
}

#[test]
fn more_than_is_open_or_than_there_is_cannot_be_wished() {
    let given = vec![invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00")];
    let mut payment = receive(1, "80.00");
    payment.use_for = wish(Target::Item(ItemNo(1)), Some("80.01"));
    let refusal = on_day(
        given.clone(),
        "2017-01-10",
        Command::Receive(payment.clone()),
    )
    .then_refused("EXCEEDS_OPEN");
    assert_eq!(refusal.figures["open"], "80.00");
    payment.use_for = wish(Target::Invoice(invoice(1)), Some("100.01"));
    on_day(given, "2017-01-10", Command::Receive(payment)).then_refused("EXCEEDS_OPEN");
}

#[test]
fn a_payment_from_before_the_invoice_counts_for_it_from_the_invoice_on() {
    let given = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    let history = after(
        given,
        vec![("2017-01-10", Command::Receive(receive(1, "100.00")))],
    );
    assert_eq!(
        allocations(&history),
        [(2, 1, "2017-02-01".into(), "100.00".into())]
    );
}

#[test]
fn a_day_before_either_document_is_too_early() {
    let given = after(
        vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")],
        vec![(
            "2017-02-10",
            Command::Receive(Receive {
                use_for: Use::Keep,
                ..receive(1, "100.00")
            }),
        )],
    );
    let on = |text: &str| Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::OldestFirst,
        how: How {
            on: Some(day(text)),
            ..How::default()
        },
    };
    let refusal = on_day(given.clone(), "2017-12-01", on("2017-02-09"));
    let refusal = refusal.then_refused("ALLOCATED_TOO_EARLY");
    assert_eq!(refusal.figures["earliest"], "2017-02-10");
    let history = after(given.clone(), vec![("2017-12-01", on("2017-05-05"))]);
    assert_eq!(allocations(&history)[0].2, "2017-05-05");
    on_day(given, "2017-12-01", on("2018-01-01")).then_refused("DATED_IN_THE_FUTURE");
}

#[test]
fn a_correction_has_the_originals_date_and_leaves_no_trace_in_any_report() {
    let given = after(
        vec![invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00")],
        vec![("2017-01-10", Command::Receive(receive(1, "100.00")))],
    );
    let outcome = on_day(
        given.clone(),
        "2017-06-01",
        Command::Deallocate {
            allocation: AllocationNo(1),
            on: None,
        },
    );
    let taken = Deallocated {
        allocation: AllocationNo(1),
        on: day("2017-01-10"),
        because: TakenBack::Correction,
    };
    let events = outcome.decision().events;
    assert_eq!(events[0].0, taken.into());
    assert!(matches!(events[1].0, AccountEvent::InvoiceUnsettled(_)));
    let history = after(
        given,
        vec![
            (
                "2017-06-01",
                Command::Deallocate {
                    allocation: AllocationNo(1),
                    on: None,
                },
            ),
            (
                "2017-06-02",
                Command::Allocate {
                    from: Source::Payment(payment(1)),
                    to: Use::OldestFirst,
                    how: How::default(),
                },
            ),
        ],
    );
    // A new number, the old date.
    assert_eq!(
        allocations(&history)[1],
        (2, 1, "2017-01-10".into(), "100.00".into())
    );
}

#[test]
fn what_was_used_until_a_day_is_not_used_for_days_before_it_again() {
    let history = after(
        vec![
            invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00"),
            invoiced(2, 2, "2017-01-01", "2017-02-01", "100.00"),
        ],
        vec![
            (
                "2017-01-10",
                Command::Receive(Receive {
                    use_for: wish(Target::Item(ItemNo(1)), Some("60.00")),
                    ..receive(1, "100.00")
                }),
            ),
            (
                "2017-06-01",
                Command::Deallocate {
                    allocation: AllocationNo(1),
                    on: Some(day("2017-05-01")),
                },
            ),
        ],
    );
    let use_for = |amount: &str| Command::Allocate {
        from: Source::Payment(payment(1)),
        to: wish(Target::Item(ItemNo(2)), Some(amount)),
        how: How::default(),
    };
    // 40.00 were free all the time, 100.00 only since the 60.00 came back.
    let small = after(history.clone(), vec![("2017-06-02", use_for("40.00"))]);
    assert_eq!(allocations(&small)[1].2, "2017-01-10");
    let large = after(history, vec![("2017-06-02", use_for("40.01"))]);
    assert_eq!(allocations(&large)[1].2, "2017-05-01");
}

#[test]
fn taking_back_is_neither_before_it_was_nor_in_the_future() {
    let given = after(
        vec![invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00")],
        vec![("2017-01-10", Command::Receive(receive(1, "100.00")))],
    );
    let back = |no: u32, on: &str| Command::Deallocate {
        allocation: AllocationNo(no),
        on: Some(day(on)),
    };
    on_day(given.clone(), "2017-06-01", back(1, "2017-01-09")).then_refused("DATED_BEFORE_IT_WAS");
    on_day(given.clone(), "2017-06-01", back(1, "2018-01-01")).then_refused("DATED_IN_THE_FUTURE");
    on_day(given, "2017-06-01", back(2, "2017-02-01")).then_refused("NOT_FOUND");
}

#[test]
fn credits_are_used_for_debits_and_not_the_other_way_round() {
    let given = vec![
        invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00"),
        invoiced(2, 2, "2017-01-01", "2017-02-01", "100.00"),
    ];
    let allocate = Command::Allocate {
        from: Source::Item(ItemNo(1)),
        to: wish(Target::Item(ItemNo(2)), None),
        how: How::default(),
    };
    on_day(given, "2017-02-01", allocate).then_refused("NOT_A_CREDIT");
}

#[test]
fn more_debits_than_one_decision_can_settle_are_settled_in_parts() {
    let given: Vec<AccountEvent> = (1..=900)
        .map(|n| invoiced(n.into(), n, "2017-01-01", "2017-02-01", "1.00"))
        .collect();
    let paid = Command::Receive(receive(1, "900.00"));
    let history = after(given, vec![("2017-01-10", paid)]);
    // The payment itself is one of the 800 events, and each invoice is settled by another.
    assert_eq!(open(&history, 901), dec("-500.00"));
    let go_on = || Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::OldestFirst,
        how: How::default(),
    };
    let history = after(
        history,
        vec![("2017-01-11", go_on()), ("2017-01-12", go_on())],
    );
    assert_eq!(open(&history, 901), dec("0.00"));
    let bounce = Command::Bounce {
        payment: payment(1),
        reason: "no funds".into(),
    };
    let refusal = on_day(history, "2017-02-01", bounce).then_refused("TOO_MANY_ALLOCATIONS");
    assert_eq!(refusal.figures["allocations"], "900");
}

#[test]
fn wishes_that_are_more_than_one_decision_can_grant_are_refused_and_not_granted_in_part() {
    let given: Vec<AccountEvent> = (1..=900)
        .map(|n| invoiced(n.into(), n, "2017-01-01", "2017-02-01", "1.00"))
        .collect();
    let wish = |n: u128| Wish {
        to: Target::Invoice(invoice(n)),
        amount: None,
    };
    let paid = Command::Receive(Receive {
        use_for: Use::For((1..=900).map(wish).collect()),
        ..receive(1, "900.00")
    });
    on_day(given, "2017-01-10", paid).then_refused("TOO_MANY_ALLOCATIONS");
}

#[test]
fn what_is_no_credit_is_called_that_whatever_is_wished_of_it() {
    let given = vec![
        invoiced(1, 1, "2017-01-01", "2017-02-01", "50.00"),
        invoiced(2, 2, "2017-01-01", "2017-02-01", "100.00"),
    ];
    let allocate = Command::Allocate {
        from: Source::Item(ItemNo(1)),
        to: wish(Target::Invoice(invoice(2)), Some("80.00")),
        how: How::default(),
    };
    on_day(given, "2017-02-01", allocate).then_refused("NOT_A_CREDIT");
}
