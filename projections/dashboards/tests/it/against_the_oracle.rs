//! Random stories, random questions: the model's answers are the oracle's.

use std::sync::Arc;

use guanxi_dashboards::{
    Dashboards, Figure,
    queries::{DailyQuery, Reader},
};
use guanxi_events::TenantId;
use guanxi_projection::verify;
use jiff::{ToSpan, civil::date, tz::TimeZone};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    oracle::{Thing, lines},
    stories::Teller,
};

#[tokio::test]
async fn the_figures_of_days_are_what_was_told_in_every_time_zone() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut teller = Teller::new(&mut rng).await;
    teller.all(9).await;
    let (world, things) = (teller.world, teller.things);
    let build = world.build_of(Arc::new(Dashboards), 7).await;
    let mut client = world.client().await;
    let zones = ["UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/New_York"];
    for _ in 0..40 {
        let tenant = ["acme", "bolt"][rng.random_range(0..2)];
        let zone = TimeZone::get(zones[rng.random_range(0..zones.len())]).unwrap();
        let first = date(2023, 11, 14).saturating_add(rng.random_range(0..18).days());
        let last = first.saturating_add(rng.random_range(0..20).days());
        let begins = |day: jiff::civil::Date| day.to_zoned(zone.clone()).unwrap().timestamp();
        let mut query = DailyQuery {
            first,
            last,
            from: begins(first),
            until: begins(last.tomorrow().unwrap()),
            owners: vec![],
            figures: vec![],
            zone: zone.clone(),
            limit: 10_000,
        };
        if rng.random_bool(0.3) {
            query.owners = vec!["ann".into(), String::new()];
        }
        if rng.random_bool(0.3) {
            query.figures = vec![
                Figure::Received,
                Figure::PointsEarned,
                Figure::OpportunitiesWon,
            ];
        }
        let wanted = things.iter().filter(|thing: &&Thing| {
            thing.tenant == tenant
                && (query.owners.is_empty() || query.owners.contains(&thing.owner))
                && (query.figures.is_empty() || query.figures.contains(&thing.figure))
        });
        let wanted = lines(wanted, (first, last), &zone);
        let transaction = client.transaction().await.unwrap();
        let tenant: TenantId = tenant.parse().unwrap();
        let found = Reader::new(&transaction, &build, &tenant)
            .daily(&query)
            .await
            .unwrap();
        assert_eq!((found.days, found.sums), wanted, "{query:#?}");
    }
}

#[tokio::test]
async fn event_by_event_and_all_at_once_give_the_same_rows() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut teller = Teller::new(&mut rng).await;
    teller.all(5).await;
    let world = teller.world;
    world.build_of(Arc::new(Dashboards), 1).await;
    let report = verify(world.setup_of(Arc::new(Dashboards), 10_000), |_| ())
        .await
        .unwrap();
    assert!(report.is_equal(), "{report:#?}");
    let seldom = ["stages", "breaches"];
    let mut often = report
        .tables
        .iter()
        .filter(|table| !seldom.contains(&table.table.as_str()));
    assert!(often.all(|table| table.live_rows > 0), "{report:#?}");
}
