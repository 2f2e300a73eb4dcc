//! S-24, S-30: credits of one currency for debits of another, gains and losses, small rests.

use guanxi_events::sales::{
    ExchangeRateSet, ReceivablesPolicySet, ReceivablesRules,
    account::{Allocated, AllocationNo, Booked},
};

use super::*;
use crate::domain::{
    exchange_rates::{ExchangeRates, book_rates},
    receivables_policy::ReceivablesPolicy,
};

fn usd(text: &str) -> Money {
    Money {
        amount: dec(text),
        currency: Currency::USD,
    }
}

fn dollars_are_worth(rate: &str) -> Scenario<Account> {
    let set = ExchangeRateSet {
        source: "book".into(),
        from: Currency::USD,
        to: Currency::EUR,
        on: day("2017-01-01"),
        rate: dec(rate),
    };
    account().reading::<ExchangeRates>(book_rates(Currency::USD), [set.into()])
}

fn paid_in_dollars(amount: &str) -> Receive {
    Receive {
        amount: usd(amount),
        use_for: Use::Keep,
        ..receive(1, "1.00")
    }
}

fn last_allocation(history: &[AccountEvent]) -> Allocated {
    let allocated = history.iter().rev().find_map(|event| match event {
        AccountEvent::Allocated(allocated) => Some(allocated.clone()),
        _ => None,
    });
    allocated.unwrap()
}

#[test]
fn a_foreign_payment_is_booked_at_the_rate_of_its_day() {
    let command = || Command::Receive(paid_in_dollars("110.00"));
    let decision = dollars_are_worth("0.9137").when(command()).decision();
    let AccountEvent::PaymentReceived(received) = &decision.events[0].0 else {
        panic!("{decision:?}")
    };
    assert_eq!(
        (received.rate, received.booked.base),
        (Some(dec("0.9137")), dec("100.51"))
    );
    account().when(command()).then_refused("NO_RATE");
}

#[test]
fn an_invoice_in_euro_is_paid_in_dollars_at_a_stated_rate_with_a_gain() {
    let received = dollars_are_worth("0.9137")
        .given([invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")])
        .dated("2017-02-10T10:00:00Z")
        .when(Command::Receive(paid_in_dollars("110.00")))
        .decision();
    let mut history = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    history.extend(received.events.into_iter().map(|(event, _)| event));
    let allocate = |rate: Option<&str>| Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::For(vec![Wish {
            to: Target::Item(ItemNo(1)),
            amount: None,
        }]),
        how: How {
            rate: rate.map(dec),
            ..How::default()
        },
    };
    let refusal = on_day(history.clone(), "2017-02-11", allocate(None)).then_refused("RATE_NEEDED");
    assert_eq!(
        [&refusal.figures["from"], &refusal.figures["to"]],
        ["USD", "EUR"]
    );
    // 110.00 USD at 0.9091 are 100.00 EUR; booked they were worth 100.51.
    let history = after(history, vec![("2017-02-11", allocate(Some("0.9091")))]);
    let used = last_allocation(&history);
    assert_eq!(
        (used.taken, used.settled),
        (
            Booked {
                amount: dec("110.00"),
                base: dec("100.51")
            },
            booked("100.00")
        )
    );
    // What is owed in base is what was gained: nothing is open, and nothing is left of the value.
    assert_eq!(ledger(&history).owed, dec("0.00"));
    let back = Command::Deallocate {
        allocation: AllocationNo(1),
        on: None,
    };
    let history = after(history, vec![("2017-03-01", back)]);
    assert_eq!(ledger(&history).owed, dec("-0.51"));
}

#[test]
fn oldest_first_never_crosses_currencies() {
    let outcome = dollars_are_worth("0.9137")
        .given([invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")])
        .dated("2017-02-10T10:00:00Z")
        .when(Command::Receive(Receive {
            use_for: Use::OldestFirst,
            ..paid_in_dollars("110.00")
        }));
    assert_eq!(outcome.decision().events.len(), 1);
}

#[test]
fn amounts_are_named_in_the_currency_of_what_they_are_of() {
    let given = after(
        vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")],
        vec![(
            "2017-02-02",
            Command::Receive(Receive {
                use_for: Use::Keep,
                ..receive(1, "50.00")
            }),
        )],
    );
    let allocate = Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::For(vec![Wish {
            to: Target::Invoice(invoice(1)),
            amount: Some(usd("10.00")),
        }]),
        how: How::default(),
    };
    on_day(given, "2017-02-03", allocate).then_refused("CURRENCIES_DIFFER");
}

fn tolerating(cents: &str) -> Scenario<Account> {
    let set = ReceivablesPolicySet {
        version: 1,
        rules: ReceivablesRules {
            tolerances: vec![eur(cents)],
        },
    };
    account().reading::<ReceivablesPolicy>(guanxi_events::sales::RECEIVABLES_POLICY, [set.into()])
}

fn paid_with_small_rests(amount: &str) -> Vec<AccountEvent> {
    let given = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    let mut payment = receive(1, amount);
    payment.how.write_off_small_rests = true;
    let decision = tolerating("0.05")
        .given(given.clone())
        .dated("2017-02-10T10:00:00Z")
        .when(Command::Receive(payment))
        .decision();
    [
        given,
        decision
            .events
            .into_iter()
            .map(|(event, _)| event)
            .collect(),
    ]
    .concat()
}

#[test]
fn a_rest_within_the_tolerance_is_written_off_on_either_side() {
    let short = paid_with_small_rests("99.95");
    assert_eq!(last_allocation(&short).shortfall, Some(booked("0.05")));
    assert_eq!(
        [open(&short, 1), open(&short, 2)],
        [dec("0.00"), dec("0.00")]
    );
    let long = paid_with_small_rests("100.05");
    assert_eq!(last_allocation(&long).surplus, Some(booked("0.05")));
    assert_eq!([open(&long, 1), open(&long, 2)], [dec("0.00"), dec("0.00")]);
}

#[test]
fn a_rest_above_the_tolerance_stays_open() {
    let short = paid_with_small_rests("99.94");
    assert_eq!(last_allocation(&short).shortfall, None);
    assert_eq!(open(&short, 1), dec("0.06"));
    let long = paid_with_small_rests("100.06");
    assert_eq!(last_allocation(&long).surplus, None);
    assert_eq!(open(&long, 2), dec("-0.06"));
}

#[test]
fn a_rest_of_the_credit_goes_to_the_next_debit_before_it_is_small() {
    let given = vec![
        invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00"),
        invoiced(2, 2, "2017-02-01", "2017-04-01", "50.00"),
    ];
    let mut payment = receive(1, "100.05");
    payment.how.write_off_small_rests = true;
    let events = tolerating("0.05")
        .given(given.clone())
        .dated("2017-02-10T10:00:00Z")
        .when(Command::Receive(payment))
        .decision()
        .events;
    let history = [given, events.into_iter().map(|(event, _)| event).collect()].concat();
    assert_eq!(
        [open(&history, 1), open(&history, 2), open(&history, 3)],
        [dec("0.00"), dec("49.95"), dec("0.00")]
    );
}

#[test]
fn without_a_policy_nothing_is_small() {
    let mut payment = receive(1, "99.99");
    payment.how.write_off_small_rests = true;
    let given = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    let history = after(given, vec![("2017-02-10", Command::Receive(payment))]);
    assert_eq!(open(&history, 1), dec("0.01"));
}

#[test]
fn a_rate_far_from_the_booked_one_is_for_managers() {
    let received = dollars_are_worth("0.9137")
        .dated("2017-02-10T10:00:00Z")
        .when(Command::Receive(paid_in_dollars("0.01")))
        .decision();
    let mut history = vec![invoiced(1, 2, "2017-02-01", "2017-03-01", "10000.00")];
    history.splice(0..0, received.events.into_iter().map(|(event, _)| event));
    let allocate = |rate: &str| Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::For(vec![Wish {
            to: Target::Item(ItemNo(2)),
            amount: None,
        }]),
        how: How {
            rate: Some(dec(rate)),
            ..How::default()
        },
    };
    let refusal = on_day(history.clone(), "2017-02-11", allocate("1000000"));
    let refusal = refusal.then_refused("RATE_FAR_FROM_BOOK");
    assert_eq!(refusal.figures["booked"], "0.9137");
    account()
        .by_manager()
        .given(history)
        .when(allocate("1000000"))
        .decision();
}
