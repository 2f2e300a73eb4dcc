//! Random histories on a real Postgres, random dates: the model's answers are the oracle's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guanxi_projection::{Build, verify};
use guanxi_receivables::{
    Receivables,
    ledger::Figure,
    queries::{
        Ageing, AgeingQuery, ControlAccounts, ControlQuery, Filter, GroupBy, OpenItem,
        OpenItemsQuery, Reader, Sums,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

use crate::{
    answers::{Cells, LIMITS, Wanted, passes, some_filter, wanted, wanted_cells, wanted_figures},
    history::{BASE, amount, day},
    past::dates,
    tenants::{Both, DAYS, random_world, tenant},
};

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
fn adds_up(ageing: &Ageing, control: &ControlAccounts) {
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
