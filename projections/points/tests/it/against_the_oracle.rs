//! Random histories of two tenants on a real Postgres, random instants: the model's answers are the
//! oracle's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guanxi_points::{
    Points,
    queries::{Reader, Times},
};
use guanxi_projection::{Build, verify};
use jiff::ToSpan;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{
    answers::{same_balances, same_expiring, same_liability, same_lots},
    history::{Choice, Told, choices, history, start},
    oracle::count,
    story::tenant,
    tenants::told,
    world::World,
};

async fn compare(world: &World, build: &Build, histories: &BTreeMap<&'static str, Vec<Told>>) {
    let mut client = world.client().await;
    for (name, history) in histories {
        let tenant = tenant(name);
        let last = history.last().map_or(start(), |told| told.recorded);
        let step = (last - start()).total(jiff::Unit::Second).unwrap() as i64 / 5;
        for n in 0..=6 {
            let until = start() + ((n * step).max(1)).seconds();
            for known in [None, Some(start() + (3 * step + 1).seconds())] {
                let times = Times {
                    until,
                    known_until: known,
                };
                let counted = count(history, until, known);
                let transaction = client.transaction().await.unwrap();
                let reader = Reader::new(&transaction, build, &tenant);
                same_balances(reader, times, &counted).await;
                same_lots(reader, times, &counted).await;
                same_expiring(reader, times, &counted).await;
                same_liability(reader, times, &counted).await;
            }
        }
    }
}

/// Each case is a database of its own, and no smaller history is looked for.
fn few() -> ProptestConfig {
    ProptestConfig {
        cases: 3,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn both(acme: &[Choice], bolt: &[Choice]) -> BTreeMap<&'static str, Vec<Told>> {
    BTreeMap::from([("acme", history(acme)), ("bolt", history(bolt))])
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn before_any_instant_as_known_before_any_other_the_model_answers_what_the_oracle_does(
        acme in choices(60..110),
        bolt in choices(20..40),
    ) {
        let histories = both(&acme, &bolt);
        Runtime::new().unwrap().block_on(async {
            let world = told(&histories).await;
            let build = world.points_model(17).await;
            compare(&world, &build, &histories).await;
        });
    }

    #[test]
    fn event_by_event_and_all_at_once_give_the_same_rows(
        acme in choices(60..110),
        bolt in choices(20..40),
    ) {
        let histories = both(&acme, &bolt);
        Runtime::new().unwrap().block_on(async {
            let world = told(&histories).await;
            world.points_model(1).await;
            let setup = world.setup_of(Arc::new(Points), 10_000);
            let report = verify(setup, |_| ()).await.unwrap();
            assert!(report.is_equal(), "{report:#?}");
            let empty = report.tables.iter().filter(|table| table.live_rows == 0);
            let empty: BTreeSet<&str> = empty.map(|table| table.table.as_str()).collect();
            assert_eq!(empty, BTreeSet::from(["purchases", "redemptions"]));
        });
    }
}
