//! Random histories, random dates: the model's answers are the oracle's.

use guanxi_events::TenantId;
use guanxi_funnels::{
    State,
    queries::{Filter, FunnelQuery, GroupBy, OpportunitiesQuery, Range, Reader},
};
use guanxi_projection::{Build, verify};
use jiff::{Timestamp, tz::TimeZone};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::{
    deals::{Told, history},
    oracle::{self, Deal},
    world::World,
};

const MINUTES: i64 = 60 * 24 * 90;
const PIPELINE: Uuid = Uuid::from_u128(7);

async fn random_world(rng: &mut StdRng) -> (World, Vec<Told>) {
    let mut world = World::new().await;
    let mut told = Vec::new();
    for name in ["acme", "bolt"] {
        let tenant: TenantId = name.parse().unwrap();
        world.pipeline(&tenant, PIPELINE).await;
        // The same ids in both: what is the other's must never be seen.
        told.extend(history(rng, &tenant, PIPELINE, 60, MINUTES));
    }
    for told in &told {
        world.tell(told).await;
    }
    (world, told)
}

fn some_instant(rng: &mut StdRng, told: &[Told]) -> Option<Timestamp> {
    // Half of the times exactly when something happened.
    let exact = told[rng.random_range(0..told.len())].at;
    let any = Timestamp::from_second(rng.random_range(0..MINUTES * 60)).unwrap();
    let at = if rng.random_bool(0.5) { exact } else { any };
    rng.random_bool(0.8).then_some(at)
}

fn within(range: Range, at: Timestamp) -> bool {
    range.from.is_none_or(|from| at >= from) && range.until.is_none_or(|until| at < until)
}

fn some_filter(rng: &mut StdRng, told: &[Told]) -> Filter {
    let mut filter = Filter::default();
    if rng.random_bool(0.3) {
        filter.owners = vec!["ann".into(), "cid".into()];
    }
    if rng.random_bool(0.2) {
        filter.teams = vec!["east".into()];
    }
    if rng.random_bool(0.2) {
        filter.sources = vec!["web".into()];
    }
    if rng.random_bool(0.3) {
        filter.created.from = some_instant(rng, told);
    }
    filter
}

fn passes(filter: &Filter, deal: &Deal) -> bool {
    let among = |list: &[String], value: Option<&String>| {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    };
    among(&filter.owners, Some(&deal.owner))
        && among(&filter.teams, deal.team.as_ref())
        && among(&filter.sources, deal.source.as_ref())
        && within(filter.created, deal.created_at)
}

async fn compare_funnels(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let groupings = [
        GroupBy::Nothing,
        GroupBy::Owner,
        GroupBy::Team,
        GroupBy::Source,
        GroupBy::Month,
    ];
    let mut client = world.client().await;
    for _ in 0..60 {
        let tenant: TenantId = ["acme", "bolt"][rng.random_range(0..2)].parse().unwrap();
        let query = FunnelQuery {
            until: some_instant(rng, told),
            filter: some_filter(rng, told),
            entered: Range {
                from: some_instant(rng, told).filter(|_| rng.random_bool(0.2)),
                until: some_instant(rng, told).filter(|_| rng.random_bool(0.2)),
            },
            group_by: groupings[rng.random_range(0..groupings.len())],
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
        };
        let transaction = client.transaction().await.unwrap();
        let found = Reader::new(&transaction, build, &tenant)
            .funnel(&query)
            .await
            .unwrap();
        let mut deals = oracle::deals(told, &tenant, query.until);
        deals.retain(|deal| passes(&query.filter, deal));
        let entered = (query.entered.from, query.entered.until);
        let pipeline = format!("Hardware of {tenant}");
        let pipeline = (PIPELINE, pipeline.as_str());
        let wanted = oracle::funnel(&deals, pipeline, query.group_by, &query.zone, entered);
        assert_eq!(found.groups, wanted, "{query:#?}");
    }
}

async fn listed(
    reader: Reader<'_>,
    mut query: OpportunitiesQuery,
) -> Vec<(Timestamp, Uuid, State, Option<Timestamp>)> {
    let mut all = Vec::new();
    loop {
        let page = reader.opportunities(&query).await.unwrap();
        query.after = page.last().map(|last| last.cursor);
        let full = page.len() == usize::from(query.limit);
        all.extend(page.into_iter().map(|row| {
            (
                row.cursor.created_at,
                row.cursor.id,
                row.state,
                row.rotting_since,
            )
        }));
        if !full {
            return all;
        }
    }
}

async fn compare_lists(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let mut client = world.client().await;
    for _ in 0..20 {
        let tenant: TenantId = ["acme", "bolt"][rng.random_range(0..2)].parse().unwrap();
        let query = OpportunitiesQuery {
            until: some_instant(rng, told),
            filter: some_filter(rng, told),
            rotting: rng.random_bool(0.3),
            limit: 7,
            ..OpportunitiesQuery::default()
        };
        let transaction = client.transaction().await.unwrap();
        let found = listed(Reader::new(&transaction, build, &tenant), query.clone()).await;
        let mut deals = oracle::deals(told, &tenant, query.until);
        deals.retain(|deal| passes(&query.filter, deal));
        deals.retain(|deal| !query.rotting || deal.rotting_since(query.until).is_some());
        deals.sort_by_key(|deal| std::cmp::Reverse((deal.created_at, deal.id)));
        assert_eq!(found.len(), deals.len(), "{query:#?}");
        for ((created_at, id, state, rotting_since), deal) in found.into_iter().zip(&deals) {
            assert_eq!((created_at, id), (deal.created_at, deal.id));
            assert_eq!(rotting_since, deal.rotting_since(query.until), "{query:#?}");
            assert_eq!((&state.stage, state.status), (&deal.stage, deal.status));
            assert_eq!((&state.owner, &state.team), (&deal.owner, &deal.team));
            let details = &state.details;
            assert_eq!(
                (&details.title, &details.source),
                (&deal.title, &deal.source)
            );
            let amount = details.amount.as_ref();
            let amount = amount.map(|amount| (amount.value, amount.currency.as_str()));
            assert_eq!(amount, deal.amount.map(|m| (m.amount, m.currency.code())));
        }
    }
}

#[tokio::test]
async fn as_of_any_date_the_model_answers_what_the_oracle_does() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (world, told) = random_world(&mut rng).await;
    let build = world.build(11).await;
    compare_funnels(&world, &build, &told, &mut rng).await;
    compare_lists(&world, &build, &told, &mut rng).await;
}

#[tokio::test]
async fn event_by_event_and_all_at_once_give_the_same_rows() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (world, _) = random_world(&mut rng).await;
    world.build(1).await;
    let report = verify(world.setup(10_000), |_| ()).await.unwrap();
    assert!(report.is_equal(), "{report:#?}");
    assert!(
        report.tables.iter().all(|table| table.live_rows > 0),
        "{report:#?}"
    );
}
