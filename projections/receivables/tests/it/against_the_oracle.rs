//! Random histories on a real Postgres, random dates: the model's answers are the oracle's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guanxi_events::{
    PersonId, TenantId,
    sales::{
        AccountEvent, BOOK_RATES, CustomerCopied, CustomerCopyEvent, ExchangeRateSet,
        ExchangeRatesEvent, exchange_rates_id,
    },
};
use guanxi_projection::{Build, verify};
use guanxi_receivables::{
    Receivables,
    ledger::Figure,
    queries::{
        Ageing, AgeingQuery, ControlQuery, Filter, GroupBy, OpenItem, OpenItemsQuery, Reader, Sums,
    },
};
use iso_currency::Currency;
use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use crate::{
    history::{self, BASE, Told, amount, day},
    oracle::{self, Item},
    past::{dates, midnight},
    world::World,
};

const DAYS: i32 = 40;
const LIMITS: [i32; 3] = [3, 8, 15];
const CUSTOMERS: u128 = 6;

/// A rate of the base currency for a US dollar.
#[derive(Debug, Clone, Copy)]
struct Rate {
    on: i32,
    recorded: i32,
    hundredths: i64,
}

/// What both tenants did, and what was known of their customers and rates.
struct Both {
    world: World,
    told: BTreeMap<&'static str, Vec<Told>>,
    rates: Vec<Rate>,
}

fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

/// Customers 1, 3 and 5 are looked after by somebody, the others by nobody.
fn owner(customer: Uuid) -> Option<String> {
    let n = customer.as_u128();
    (n % 2 == 1).then(|| format!("person-{n}"))
}

async fn random_world(rng: &mut StdRng, steps: usize) -> Both {
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

async fn set_rate(world: &mut World, rate: Rate) {
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
async fn tell(world: &mut World, tenant: &TenantId, told: &Told) {
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
fn rate(rates: &[Rate], as_of: i32, known: i32) -> Option<Decimal> {
    let known = rates.iter().filter(|rate| rate.recorded <= known);
    let holding = known.filter(|rate| rate.on <= as_of);
    let last = holding.enumerate().max_by_key(|(n, rate)| (rate.on, *n));
    last.map(|(_, rate)| amount(rate.hundredths))
}

fn converted(item: &Item, rate: Option<Decimal>) -> Option<Decimal> {
    let open = amount(item.open);
    if item.currency == BASE {
        return Some(open);
    }
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    Some((open * rate?).round_dp_with_strategy(2, half_up))
}

/// An open item with what the oracle leaves to the test.
#[derive(Debug, Clone)]
struct Wanted {
    customer: Uuid,
    no: i64,
    item: Item,
    owner: Option<String>,
    age: i32,
    bucket: i32,
    converted: Option<Decimal>,
}

fn wanted(both: &Both, name: &str, as_of: i32, known: i32) -> Vec<Wanted> {
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

fn some_filter(rng: &mut StdRng) -> Filter {
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

fn passes(filter: &Filter, wanted: &Wanted) -> bool {
    let among = |list: &[String], value: Option<&str>| {
        list.is_empty() || value.is_some_and(|value| list.iter().any(|one| one == value))
    };
    (filter.customers.is_empty() || filter.customers.contains(&wanted.customer))
        && among(&filter.owners, wanted.owner.as_deref())
        && among(&filter.teams, wanted.item.team.as_deref())
        && among(&filter.currencies, Some(wanted.item.currency.code()))
}

async fn listed(reader: Reader<'_>, mut query: OpenItemsQuery) -> Vec<OpenItem> {
    let mut all = Vec::new();
    loop {
        let (page, _) = reader.open_items(&query).await.unwrap();
        query.after = page.last().map(|last| last.cursor);
        let full = page.len() == usize::from(query.limit);
        all.extend(page);
        if !full {
            return all;
        }
    }
}

fn same_item(found: &OpenItem, wanted: &Wanted) {
    let item = &wanted.item;
    assert_eq!(
        (found.cursor.customer, found.cursor.item, found.cursor.due),
        (wanted.customer, wanted.no, item.due)
    );
    assert_eq!(
        (found.kind, found.document, found.on),
        (item.kind, item.document, item.on)
    );
    assert_eq!((found.age, found.bucket), (wanted.age, wanted.bucket));
    assert_eq!((&found.owner, &found.team), (&wanted.owner, &item.team));
    assert_eq!(found.currency, item.currency.code());
    assert_eq!(found.amount, amount(item.amount));
    assert_eq!(
        (found.open, found.booked),
        (amount(item.open), amount(item.base))
    );
    assert_eq!(found.converted, wanted.converted);
    let n = wanted.customer.as_u128();
    assert_eq!(found.customer_number, Some(format!("CU-{n:06}")));
}

/// Cells by group, currency, bucket and side: items, open, booked, converted.
type Cells = BTreeMap<(String, String, usize, bool), (i64, Decimal, Decimal, Option<Decimal>)>;

fn found_cells(ageing: &Ageing) -> Cells {
    let mut cells = Cells::new();
    for group in &ageing.groups {
        for (n, bucket) in group.buckets.iter().enumerate() {
            for (credit, cell) in [(false, bucket.debits), (true, bucket.credits)] {
                if cell.items > 0 {
                    let cursor = &group.cursor;
                    let key = (cursor.key.clone(), cursor.currency.clone(), n, credit);
                    cells.insert(key, (cell.items, cell.open, cell.booked, cell.converted));
                }
            }
        }
    }
    cells
}

fn wanted_cells(wanted: &[Wanted], group_by: GroupBy) -> Cells {
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

async fn paged(reader: Reader<'_>, mut query: AgeingQuery) -> Ageing {
    let mut all = reader.ageing(&query).await.unwrap();
    while let Some(last) = all.groups.last() {
        query.after = Some(last.cursor.clone());
        let page = reader.ageing(&query).await.unwrap();
        assert_eq!(page.totals, all.totals, "totals are of all pages");
        if page.groups.is_empty() {
            break;
        }
        all.groups.extend(page.groups);
    }
    all
}

/// Whether the buckets add up to the items, and the items to the control account.
fn adds_up(ageing: &Ageing, control: &guanxi_receivables::queries::ControlAccounts) {
    for (currency, account) in control {
        assert!(account.agrees(), "{currency}: {account:?}");
        let total = ageing.totals.iter();
        let total = total.filter(|total| total.cursor.currency == *currency);
        let mut sums = Sums::default();
        for total in total {
            let outstanding = total.outstanding();
            sums = Sums {
                amount: outstanding.open,
                booked: outstanding.booked,
            };
        }
        assert_eq!(sums, account.open, "{currency}");
    }
    let known: BTreeSet<&String> = control.keys().collect();
    let mut aged = ageing.totals.iter();
    assert!(aged.all(|total| known.contains(&total.cursor.currency)));
}

async fn compare(both: &Both, build: &Build, rng: &mut StdRng, questions: usize) {
    let groupings = [
        GroupBy::Nothing,
        GroupBy::Customer,
        GroupBy::Owner,
        GroupBy::Team,
    ];
    let mut client = both.world.client().await;
    for _ in 0..questions {
        let name = ["acme", "bolt"][rng.random_range(0..2)];
        let (as_of, known) = (rng.random_range(-1..DAYS + 9), rng.random_range(0..=DAYS));
        // Now and then all that is known.
        let all = rng.random_bool(0.3);
        let known = if all { DAYS } else { known };
        let dates = dates(day(as_of), (!all).then(|| day(known)));
        let transaction = client.transaction().await.unwrap();
        let tenant = tenant(name);
        let reader = Reader::new(&transaction, build, &tenant, BASE);

        let query = OpenItemsQuery {
            dates,
            filter: some_filter(rng),
            limits: LIMITS.to_vec(),
            buckets: vec![],
            kinds: vec![],
            after: None,
            limit: 7,
        };
        let mut wanted = wanted(both, name, as_of, known);
        let everything = wanted.clone();
        wanted.retain(|wanted| passes(&query.filter, wanted));
        let found = listed(reader, query.clone()).await;
        let open: Vec<&Wanted> = wanted.iter().filter(|w| w.item.open != 0).collect();
        assert_eq!(found.len(), open.len(), "{query:#?}");
        for (found, wanted) in found.iter().zip(open) {
            same_item(found, wanted);
        }

        let group_by = groupings[rng.random_range(0..groupings.len())];
        let query = AgeingQuery {
            dates,
            filter: query.filter,
            limits: LIMITS.to_vec(),
            group_by,
            after: None,
            limit: 3,
        };
        let ageing = paged(reader, query.clone()).await;
        let cells = wanted_cells(&wanted, group_by);
        assert_eq!(found_cells(&ageing), cells, "{query:#?}");

        let query = AgeingQuery {
            filter: Filter::default(),
            ..query
        };
        let ageing = paged(reader, query).await;
        let unconverted = everything
            .iter()
            .filter(|wanted| wanted.converted.is_none());
        let unconverted: BTreeSet<String> = unconverted
            .map(|wanted| wanted.item.currency.code().to_owned())
            .collect();
        assert_eq!(ageing.missing_rates, unconverted);
        let query = ControlQuery {
            dates,
            customers: vec![],
            currencies: vec![],
        };
        let control = reader.control(&query).await.unwrap();
        adds_up(&ageing, &control);
        let mut figures: BTreeMap<(String, Figure), (Decimal, Decimal)> = BTreeMap::new();
        for (currency, account) in &control {
            for (figure, sums) in &account.figures {
                figures.insert((currency.clone(), *figure), (sums.amount, sums.booked));
            }
        }
        figures.retain(|_, sums| !(sums.0.is_zero() && sums.1.is_zero()));
        assert_eq!(figures, wanted_figures(both, name, day(as_of), known));
    }
}

fn wanted_figures(
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

#[tokio::test]
async fn as_of_any_day_as_known_on_any_day_the_model_answers_what_the_oracle_does() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let both = random_world(&mut rng, 50).await;
    let build = both.world.receivables(37).await;
    compare(&both, &build, &mut rng, 120).await;
}

#[tokio::test]
async fn event_by_event_and_all_at_once_give_the_same_rows() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let both = random_world(&mut rng, 40).await;
    both.world.receivables(1).await;
    let setup = both.world.setup_of(Arc::new(Receivables), 10_000);
    let report = verify(setup, |_| ()).await.unwrap();
    assert!(report.is_equal(), "{report:#?}");
    let empty = report.tables.iter().filter(|table| table.live_rows == 0);
    let empty: Vec<&str> = empty.map(|table| table.table.as_str()).collect();
    assert_eq!(empty, ["plans", "commitments"], "no account has orders");
}
