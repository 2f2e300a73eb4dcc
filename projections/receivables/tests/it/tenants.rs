//! Two tenants with the same customers, their random histories, and what was known of rates.

use std::collections::BTreeMap;

use guanxi_events::{
    PersonId, TenantId,
    sales::{
        AccountEvent, BOOK_RATES, CustomerCopied, CustomerCopyEvent, ExchangeRateSet,
        ExchangeRatesEvent, exchange_rates_id,
    },
};
use iso_currency::Currency;
use jiff::ToSpan;
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    history::{self, BASE, Told, amount, day},
    past::midnight,
    world::World,
};

pub(crate) const DAYS: i32 = 40;

pub(crate) const CUSTOMERS: u128 = 6;

/// A rate of the base currency for a US dollar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) on: i32,
    pub(crate) recorded: i32,
    pub(crate) hundredths: i64,
}

/// What both tenants did, and what was known of their customers and rates.
pub(crate) struct Both {
    pub(crate) world: World,
    pub(crate) told: BTreeMap<&'static str, Vec<Told>>,
    pub(crate) rates: Vec<Rate>,
}

pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

/// Customers 1, 3 and 5 are looked after by somebody, the others by nobody.
pub(crate) fn owner(customer: Uuid) -> Option<String> {
    let n = customer.as_u128();
    (n % 2 == 1).then(|| format!("person-{n}"))
}

pub(crate) async fn random_world(rng: &mut StdRng, steps: usize) -> Both {
    let mut world = World::new().await;
    let mut told: BTreeMap<&'static str, Vec<Told>> = BTreeMap::new();
    let rates: Vec<Rate> = (0..6)
        .map(|n| Rate {
            on: rng.random_range(0..DAYS),
            recorded: n * 6,
            hundredths: rng.random_range(50..200),
        })
        .collect();
    for name in ["acme", "bolt"] {
        for n in 1..=CUSTOMERS {
            let copied = CustomerCopied {
                name: format!("{name} customer {}", n % 3),
                number: Some(format!("CU-{n:06}")),
                owner: owner(Uuid::from_u128(n)).map(|owner| owner.parse::<PersonId>().unwrap()),
                in_pool: false,
            };
            // The same ids in both: what is the other's must never be seen.
            let id = Uuid::from_u128(n);
            world
                .append::<CustomerCopyEvent>(&tenant(name), id, copied, midnight(day(0)))
                .await;
        }
        let of_tenant = told.entry(name).or_default();
        for n in 1..=CUSTOMERS {
            of_tenant.extend(history::account(rng, Uuid::from_u128(n), steps, DAYS));
        }
    }
    // What is recorded on one day comes in any order of customers, but in order for each.
    let mut all: Vec<(&str, &Told)> = Vec::new();
    for (name, told) in &told {
        all.extend(told.iter().map(|told| (*name, told)));
    }
    all.sort_by_key(|(_, told)| told.recorded);
    let mut rates_left = rates.iter().peekable();
    for (name, told) in all {
        while let Some(rate) = rates_left.next_if(|rate| rate.recorded <= told.recorded) {
            set_rate(&mut world, *rate).await;
        }
        tell(&mut world, &tenant(name), told).await;
    }
    for rate in rates_left {
        set_rate(&mut world, *rate).await;
    }
    world.record_as_it_happened().await;
    Both { world, told, rates }
}

pub(crate) async fn set_rate(world: &mut World, rate: Rate) {
    let at = midnight(day(rate.recorded)) + 12.hours();
    // Of another source, of another pair, of the other tenant: none of them counts.
    for (name, source, from, to, hundredths) in [
        ("acme", BOOK_RATES, Currency::USD, BASE, rate.hundredths),
        ("acme", "other", Currency::USD, BASE, 7),
        ("acme", BOOK_RATES, Currency::USD, Currency::GBP, 7),
        ("bolt", "other", Currency::USD, BASE, 7),
    ] {
        let set = ExchangeRateSet {
            source: source.to_owned(),
            from,
            to,
            on: day(rate.on),
            rate: amount(hundredths),
        };
        let id = exchange_rates_id(source, from);
        world
            .append::<ExchangeRatesEvent>(&tenant(name), id, set, at)
            .await;
    }
}

/// Appends what is told of an account, with a number for each payment.
pub(crate) async fn tell(world: &mut World, tenant: &TenantId, told: &Told) {
    let at = midnight(day(told.recorded)) + 12.hours();
    let series: &[&str] = match &told.event {
        AccountEvent::PaymentReceived(_) => &["PY-2024"],
        _ => &[],
    };
    let event = told.event.clone();
    world
        .append_numbered::<AccountEvent>(tenant, told.customer, event, at, series)
        .await;
}

/// The rate that holds on a day as known on a day: of several for the latest day the last.
pub(crate) fn rate(rates: &[Rate], as_of: i32, known: i32) -> Option<Decimal> {
    let known = rates.iter().filter(|rate| rate.recorded <= known);
    let holding = known.filter(|rate| rate.on <= as_of);
    let last = holding.enumerate().max_by_key(|(n, rate)| (rate.on, *n));
    last.map(|(_, rate)| amount(rate.hundredths))
}
