//! What an order commits its customer to (S-10).

use guanxi_events::{
    Money,
    sales::{
        AccountEvent, ExchangeRateSet,
        account::{Booked, CreditFigures, CreditLimitSet},
    },
};

use super::*;
use crate::domain::{
    account::{Account, Grant},
    exchange_rates::{ExchangeRates, book_rates},
};

fn eur(text: &str) -> Money {
    Money {
        amount: dec(text),
        currency: Currency::EUR,
    }
}

fn limit(amount: &str) -> AccountEvent {
    CreditLimitSet {
        limit: Some(eur(amount)),
        reason: reason(),
        credit: CreditFigures {
            limit: Some(eur(amount)),
            exposure: eur("0"),
            adds: eur("0"),
        },
    }
    .into()
}

/// A draft of a customer with a limit.
fn draft(of: &str, with_limit: &str) -> World {
    let mut world = World::default().after(Command::Place(Box::new(place(vec![goods("1", of)]))));
    world.account.push(limit(with_limit));
    world
}

fn granting(reason: &str) -> Option<Grant> {
    Some(Grant {
        reason: reason.to_owned(),
    })
}

fn last_set(world: &World) -> guanxi_events::sales::account::CommitmentSet {
    match world.account.last() {
        Some(AccountEvent::CommitmentSet(set)) => set.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_draft_asks_for_no_credit_and_confirming_asks() {
    let world = draft("100.01", "100");
    assert_eq!(world.account.len(), 1, "only the limit");
    let refusal = world.ask(confirm()).then_refused("CREDIT_LIMIT_EXCEEDED");
    assert_eq!(refusal.figures["limit"], "100 EUR");
    assert_eq!(refusal.figures["adds"], "100.01 EUR");
    let at_the_limit = draft("100", "100").after(confirm());
    let set = last_set(&at_the_limit);
    assert_eq!(set.unbilled.amount, dec("100"));
    assert_eq!(set.credit.unwrap().adds, eur("100"));
    assert_eq!(set.granted, None);
}

#[test]
fn placing_and_confirming_at_once_asks_as_well() {
    let limited = World {
        account: vec![limit("100")],
        ..World::default()
    };
    let asked = |lines| {
        Command::Place(Box::new(Place {
            confirm: true,
            ..place(lines)
        }))
    };
    limited
        .ask(asked(vec![goods("1", "101")]))
        .then_refused("CREDIT_LIMIT_EXCEEDED");
    assert_eq!(
        limited.after(asked(vec![goods("1", "99")])).committed(),
        dec("99")
    );
}

#[test]
fn somebody_who_manages_grants_more_with_a_reason_that_stands_on_the_event() {
    let wish = || Command::Confirm {
        grant: granting("pays tomorrow"),
    };
    draft("150", "100")
        .ask(wish())
        .then_refused("OVERRIDE_NOT_ALLOWED");
    let world = draft("150", "100").managed().after(wish());
    let granted = last_set(&world).granted.unwrap();
    assert_eq!(granted.reason, "pays tomorrow");
    assert_eq!(granted.by.as_str(), "anna");
    assert_eq!(granted.above, eur("50"));
}

#[test]
fn a_change_that_adds_asks_again_and_one_that_takes_does_not() {
    let world = draft("100", "100").after(confirm());
    for (quantity, price) in [("1.1", "100"), ("1", "101")] {
        world
            .ask(change(vec![goods(quantity, price)]))
            .then_refused("CREDIT_LIMIT_EXCEEDED");
    }
    let mut lowered = world;
    lowered.account.push(limit("10"));
    let changed = lowered.after(change(vec![goods("0.5", "100")]));
    assert_eq!(changed.committed(), dec("50"));
    assert_eq!(last_set(&changed).credit, None, "nothing was asked for");
}

#[test]
fn reopening_asks_again() {
    let mut cancelled = draft("100", "100").after(confirm()).after(cancel_rest());
    assert_eq!(cancelled.committed(), Decimal::ZERO);
    cancelled.account.push(limit("50"));
    cancelled
        .ask(reopen())
        .then_refused("CREDIT_LIMIT_EXCEEDED");
    let wish = Command::Reopen {
        reason: reason(),
        grant: granting("it was agreed"),
    };
    assert_eq!(cancelled.managed().after(wish).committed(), dec("100"));
}

#[test]
fn surplus_that_was_delivered_is_a_fact_and_only_counted() {
    let mut world = World::tolerant(vec![goods("10", "10")], "10");
    world.account.push(limit("100"));
    let world = world.after(deliver(&[(1, "11")]));
    assert_eq!(world.committed(), dec("110"));
    assert_eq!(last_set(&world).credit, None);
}

fn dollars() -> Command {
    Command::Place(Box::new(Place {
        currency: Currency::USD,
        confirm: true,
        ..place(vec![goods("10", "10")])
    }))
}

fn rate(on: &str, rate: &str) -> guanxi_events::sales::ExchangeRatesEvent {
    ExchangeRateSet {
        source: "book".into(),
        from: Currency::USD,
        to: Currency::EUR,
        on: on.parse().unwrap(),
        rate: dec(rate),
    }
    .into()
}

#[test]
fn an_order_in_another_currency_counts_at_the_rate_of_the_day_on_which_it_was_confirmed() {
    scenario().when(dollars()).then_refused("NO_RATE");
    let rates = [rate("2026-01-01", "0.9"), rate("2026-01-20", "1.2")];
    let decision = scenario()
        .reading::<ExchangeRates>(book_rates(Currency::USD), rates.clone())
        .when(dollars())
        .decision();
    let account = decision.elsewhere_of::<AccountEvent>();
    let [(customer, AccountEvent::CommitmentSet(set))] = account.as_slice() else {
        panic!("{account:?}");
    };
    assert_eq!(*customer, Uuid::from(CUSTOMER));
    assert_eq!(set.rate, Some(dec("0.9")));
    let whole = Booked {
        amount: dec("100"),
        base: dec("90"),
    };
    assert_eq!(set.unbilled, whole);

    // A later rate alone neither asks for credit nor changes what is left.
    let events: Vec<OrderEvent> = decision
        .events
        .into_iter()
        .map(|(event, _)| event)
        .collect();
    let half = scenario()
        .at("2026-01-25T12:00:00Z")
        .given(events)
        .reading::<ExchangeRates>(book_rates(Currency::USD), rates)
        .reading::<Account>(CUSTOMER, [account[0].1.clone(), limit("90")])
        .when(change(vec![goods("9", "10")]))
        .decision();
    let account = half.elsewhere_of::<AccountEvent>();
    let [(_, AccountEvent::CommitmentSet(set))] = account.as_slice() else {
        panic!("{account:?}");
    };
    assert_eq!(set.rate, Some(dec("0.9")));
    assert_eq!(set.unbilled.base, dec("81"));
}

#[test]
fn a_draft_in_another_currency_needs_no_rate() {
    let draft = Command::Place(Box::new(Place {
        currency: Currency::USD,
        ..place(vec![goods("10", "10")])
    }));
    assert!(scenario().when(draft).decision().elsewhere.is_empty());
}
