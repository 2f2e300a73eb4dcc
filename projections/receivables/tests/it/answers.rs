//! What the oracle says, in the shape of the model's answers.

use std::collections::BTreeMap;

use guanxi_receivables::{
    ledger::Figure,
    queries::{Filter, GroupBy},
};
use jiff::civil::Date;
use rand::{RngExt, rngs::StdRng};
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use crate::{
    history::{self, BASE, amount, day},
    oracle::{self, Item},
    tenants::{Both, CUSTOMERS, owner, rate},
};

pub(crate) const LIMITS: [i32; 3] = [3, 8, 15];

pub(crate) fn converted(item: &Item, rate: Option<Decimal>) -> Option<Decimal> {
    let open = amount(item.open);
    if item.currency == BASE {
        return Some(open);
    }
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    Some((open * rate?).round_dp_with_strategy(2, half_up))
}

/// An open item with what the oracle leaves to the test.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) customer: Uuid,
    pub(crate) no: i64,
    pub(crate) item: Item,
    pub(crate) owner: Option<String>,
    pub(crate) age: i32,
    pub(crate) bucket: i32,
    pub(crate) converted: Option<Decimal>,
}

pub(crate) fn wanted(both: &Both, name: &str, as_of: i32, known: i32) -> Vec<Wanted> {
    // The rates of the one tenant only.
    let rates = if name == "acme" { &both.rates[..] } else { &[] };
    let rate = rate(rates, as_of, known);
    let mut all = Vec::new();
    for n in 1..=CUSTOMERS {
        let customer = Uuid::from_u128(n);
        let account = oracle::account(&both.told[name], customer, day(as_of), known);
        for (no, item) in account.items {
            if (item.open, item.base) == (0, 0) {
                continue;
            }
            let age = as_of - history::number(item.due);
            let above = LIMITS.iter().filter(|limit| age > **limit).count();
            all.push(Wanted {
                customer,
                no: i64::from(no),
                owner: item.owner.clone().or_else(|| owner(customer)),
                age,
                bucket: if age < 1 {
                    0
                } else {
                    1 + i32::try_from(above).unwrap()
                },
                converted: converted(&item, rate),
                item,
            });
        }
    }
    all.sort_by_key(|wanted| (wanted.item.due, wanted.customer, wanted.no));
    all
}

pub(crate) fn some_filter(rng: &mut StdRng) -> Filter {
    let mut filter = Filter::default();
    if rng.random_bool(0.2) {
        filter.customers = vec![Uuid::from_u128(1), Uuid::from_u128(4)];
    }
    if rng.random_bool(0.2) {
        filter.owners = vec!["ann".into(), "person-3".into()];
    }
    if rng.random_bool(0.15) {
        filter.teams = vec!["east".into()];
    }
    if rng.random_bool(0.2) {
        filter.currencies = vec!["USD".into()];
    }
    filter
}

pub(crate) fn passes(filter: &Filter, wanted: &Wanted) -> bool {
    let among = |list: &[String], value: Option<&str>| {
        list.is_empty() || value.is_some_and(|value| list.iter().any(|one| one == value))
    };
    (filter.customers.is_empty() || filter.customers.contains(&wanted.customer))
        && among(&filter.owners, wanted.owner.as_deref())
        && among(&filter.teams, wanted.item.team.as_deref())
        && among(&filter.currencies, Some(wanted.item.currency.code()))
}

/// Cells by group, currency, bucket and side: items, open, booked, converted.
pub(crate) type Cells =
    BTreeMap<(String, String, usize, bool), (i64, Decimal, Decimal, Option<Decimal>)>;

pub(crate) fn wanted_cells(wanted: &[Wanted], group_by: GroupBy) -> Cells {
    let mut cells = Cells::new();
    for wanted in wanted {
        let item = &wanted.item;
        let key = match group_by {
            GroupBy::Nothing => String::new(),
            GroupBy::Customer => wanted.customer.to_string(),
            GroupBy::Owner => wanted.owner.clone().unwrap_or_default(),
            GroupBy::Team => item.team.clone().unwrap_or_default(),
        };
        let bucket = usize::try_from(wanted.bucket).unwrap();
        let currency = item.currency.code().to_owned();
        let cell = cells
            .entry((key, currency, bucket, item.kind.is_credit()))
            .or_insert((0, Decimal::ZERO, Decimal::ZERO, Some(Decimal::ZERO)));
        cell.0 += 1;
        cell.1 += amount(item.open);
        cell.2 += amount(item.base);
        cell.3 = cell.3.zip(wanted.converted).map(|(a, b)| a + b);
    }
    cells
}

pub(crate) fn wanted_figures(
    both: &Both,
    name: &str,
    as_of: Date,
    known: i32,
) -> BTreeMap<(String, Figure), (Decimal, Decimal)> {
    let mut figures: BTreeMap<(String, Figure), (Decimal, Decimal)> = BTreeMap::new();
    for n in 1..=CUSTOMERS {
        let account = oracle::account(&both.told[name], Uuid::from_u128(n), as_of, known);
        for ((currency, figure), (cents, base)) in account.control {
            let sums = figures
                .entry((currency.code().to_owned(), figure))
                .or_default();
            sums.0 += amount(cents);
            sums.1 += amount(base);
        }
    }
    figures.retain(|_, sums| !(sums.0.is_zero() && sums.1.is_zero()));
    figures
}
