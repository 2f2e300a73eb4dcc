//! Random histories, random questions: the model's answers are the oracle's.

use std::{collections::BTreeMap, sync::Arc};

use guanxi_events::{
    TenantId,
    service::{Channel, Priority, TicketKind},
};
use guanxi_projection::{Build, verify};
use guanxi_service_figures::{
    Service, State,
    queries::{
        BacklogQuery, Days, FiguresQuery, Filter, GroupBy, Reader, TicketsQuery, VolumesQuery,
    },
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::{
    desk::Told,
    oracle::{self, Fact, Seen, facts, figures, key, passes},
    random::history,
    world::World,
};

const HOURS: i64 = 24 * 40;
const GROUPINGS: [GroupBy; 9] = [
    GroupBy::Nothing,
    GroupBy::Day,
    GroupBy::Month,
    GroupBy::Agent,
    GroupBy::Queue,
    GroupBy::Priority,
    GroupBy::Kind,
    GroupBy::Channel,
    GroupBy::Category,
];

async fn random_world(rng: &mut StdRng) -> (World, Vec<Told>) {
    let mut world = World::new().await;
    let mut told = Vec::new();
    for name in ["acme", "bolt"] {
        let tenant: TenantId = name.parse().unwrap();
        world.queue(&tenant, Uuid::from_u128(1), "first line").await;
        // The same ids in both: what is the other's must never be seen.
        told.extend(history(rng, &tenant, 40, HOURS));
    }
    for told in &told {
        world.happens(told).await;
    }
    (world, told)
}

fn some_instant(rng: &mut StdRng, told: &[Told]) -> Timestamp {
    // Half of the times exactly when something happened.
    let exact = told[rng.random_range(0..told.len())].at;
    let any = Timestamp::from_second(rng.random_range(0..HOURS * 7_200)).unwrap();
    if rng.random_bool(0.5) { exact } else { any }
}

fn some_days(rng: &mut StdRng, told: &[Told]) -> Days {
    Days {
        from: Some(some_instant(rng, told)).filter(|_| rng.random_bool(0.5)),
        until: Some(some_instant(rng, told)).filter(|_| rng.random_bool(0.5)),
    }
}

fn some_filter(rng: &mut StdRng) -> Filter {
    let mut filter = Filter::default();
    if rng.random_bool(0.2) {
        filter.queues = vec![Uuid::from_u128(2)];
    }
    if rng.random_bool(0.2) {
        filter.agents = vec![String::new(), "bob".into()];
    }
    if rng.random_bool(0.2) {
        filter.priorities = vec![Priority::Low];
    }
    if rng.random_bool(0.2) {
        filter.kinds = vec![TicketKind::Complaint];
    }
    if rng.random_bool(0.2) {
        filter.channels = vec![Channel::Wechat, Channel::InPerson];
    }
    if rng.random_bool(0.2) {
        filter.categories = vec![String::new(), "login".into()];
    }
    if rng.random_bool(0.1) {
        filter.customers = vec![Uuid::from_u128(2)];
    }
    filter
}

/// Some tenant, some filter, some grouping.
fn question(rng: &mut StdRng) -> (TenantId, Filter, GroupBy) {
    let tenant = ["acme", "bolt"][rng.random_range(0..2)].parse().unwrap();
    let group_by = GROUPINGS[rng.random_range(0..GROUPINGS.len())];
    (tenant, some_filter(rng), group_by)
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn within(days: &Days, at: Timestamp) -> bool {
    days.from.is_none_or(|from| at >= from) && days.until.is_none_or(|until| at < until)
}

async fn compare_figures(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let mut client = world.client().await;
    for _ in 0..60 {
        let (tenant, filter, group_by) = question(rng);
        let query = FiguresQuery {
            days: some_days(rng, told),
            filter,
            group_by,
            zone: zone(),
            limit: 1_000,
        };
        let transaction = client.transaction().await.unwrap();
        let found = Reader::new(&transaction, build, &tenant)
            .figures(&query)
            .await
            .unwrap();
        let mut wanted = facts(told, &tenant);
        wanted.retain(|fact| within(&query.days, fact.at) && passes(&query.filter, &fact.ticket));
        let keys = oracle::keys(&wanted, group_by, &zone());
        let found_keys: Vec<&String> = found.iter().map(|group| &group.key).collect();
        assert_eq!(found_keys, keys.iter().collect::<Vec<_>>(), "{query:#?}");
        for group in &found {
            let own = |fact: &&Fact| key(group_by, &fact.ticket, fact.at, &zone()) == group.key;
            assert_eq!(
                group.figures,
                figures(wanted.iter().filter(own)),
                "{query:#?}"
            );
        }
    }
}

async fn compare_volumes(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let mut client = world.client().await;
    for _ in 0..20 {
        let (tenant, filter, group_by) = question(rng);
        let query = VolumesQuery {
            days: some_days(rng, told),
            filter,
            group_by,
            zone: zone(),
            limit: 10_000,
        };
        let transaction = client.transaction().await.unwrap();
        let found = Reader::new(&transaction, build, &tenant)
            .volumes(&query)
            .await
            .unwrap();
        let mut wanted: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
        for fact in facts(told, &tenant) {
            let place = ["opened", "resolved", "reopened"]
                .iter()
                .position(|what| *what == fact.what);
            let Some(place) = place else { continue };
            if within(&query.days, fact.at) && passes(&query.filter, &fact.ticket) {
                let day = key(GroupBy::Day, &fact.ticket, fact.at, &zone());
                let key = key(group_by, &fact.ticket, fact.at, &zone());
                wanted.entry((day, key)).or_default()[place] += 1;
            }
        }
        let found = found.into_iter().map(|row| {
            let counts = [row.opened, row.resolved, row.reopened];
            ((row.day.to_string(), row.key), counts)
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), wanted, "{query:#?}");
    }
}

/// The tickets of a tenant as they stood, those that pass.
fn standing(
    told: &[Told],
    tenant: &TenantId,
    until: Option<Timestamp>,
    filter: &Filter,
) -> Vec<Seen> {
    let stories = oracle::stories(told, tenant);
    let seen = stories
        .iter()
        .filter_map(|(id, story)| oracle::seen(*id, story, until));
    seen.filter(|ticket| passes(filter, ticket)).collect()
}

async fn compare_backlogs(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let mut client = world.client().await;
    for _ in 0..40 {
        let (tenant, filter, group_by) = question(rng);
        let today = some_instant(rng, told).to_zoned(zone()).date();
        let query = BacklogQuery {
            until: Some(some_instant(rng, told)).filter(|_| rng.random_bool(0.8)),
            today,
            filter,
            limits: vec![1, 5],
            group_by,
            zone: zone(),
        };
        let transaction = client.transaction().await.unwrap();
        let found = Reader::new(&transaction, build, &tenant)
            .backlog(&query)
            .await
            .unwrap();
        let day = query.until.map_or(today, |until| {
            (until - SignedDuration::from_micros(1))
                .to_zoned(zone())
                .date()
        });
        let mut wanted: BTreeMap<String, ([i64; 3], [i64; 3])> = BTreeMap::new();
        for ticket in standing(told, &tenant, query.until, &query.filter) {
            let place = match ticket.state {
                State::New => 0,
                State::Open => 1,
                State::Pending => 2,
                _ => continue,
            };
            let age = day
                .since(ticket.opened_at.to_zoned(zone()).date())
                .unwrap()
                .get_days();
            let bucket = if age <= 1 {
                0
            } else if age <= 5 {
                1
            } else {
                2
            };
            let key = key(group_by, &ticket, ticket.opened_at, &zone());
            let group = wanted.entry(key).or_default();
            group.0[place] += 1;
            group.1[bucket] += 1;
        }
        let all: i64 = wanted.values().flat_map(|(states, _)| states).sum();
        assert_eq!(found.total.tickets(), all, "{query:#?}");
        let found = found.groups.into_iter().map(|group| {
            let states = [group.new, group.open, group.pending];
            (group.key, (states, group.buckets.try_into().unwrap()))
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), wanted, "{query:#?}");
    }
}

async fn compare_lists(world: &World, build: &Build, told: &[Told], rng: &mut StdRng) {
    let mut client = world.client().await;
    for _ in 0..20 {
        let (tenant, filter, _) = question(rng);
        let mut query = TicketsQuery {
            filter,
            opened: some_days(rng, told),
            limit: 7,
            ..TicketsQuery::default()
        };
        if rng.random_bool(0.3) {
            query.states = vec![State::Open, State::Merged];
        }
        let mut wanted = standing(told, &tenant, None, &query.filter);
        wanted.retain(|ticket| within(&query.opened, ticket.opened_at));
        wanted.retain(|ticket| query.states.is_empty() || query.states.contains(&ticket.state));
        wanted.sort_by_key(|ticket| std::cmp::Reverse((ticket.opened_at, ticket.id)));
        let transaction = client.transaction().await.unwrap();
        let reader = Reader::new(&transaction, build, &tenant);
        let mut found = Vec::new();
        loop {
            let page = reader.tickets(&query).await.unwrap();
            query.after = page.last().map(|last| last.cursor);
            let full = page.len() == usize::from(query.limit);
            found.extend(page);
            if !full {
                break;
            }
        }
        assert_eq!(found.len(), wanted.len(), "{query:#?}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(found.cursor.ticket, wanted.id);
            assert_eq!((found.state, found.queue), (wanted.state, wanted.queue));
            assert_eq!(
                (&found.agent, found.priority),
                (&wanted.agent, wanted.priority)
            );
            assert_eq!(found.kind, wanted.details.kind);
            assert!(found.number.as_ref().unwrap().starts_with("TK-"));
            let name = (found.queue == Uuid::from_u128(1)).then_some("first line");
            assert_eq!(found.queue_name.as_deref(), name);
        }
    }
}

#[tokio::test]
async fn the_model_answers_what_the_oracle_does() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (world, told) = random_world(&mut rng).await;
    let build = world.build_of(Arc::new(Service), 11).await;
    compare_figures(&world, &build, &told, &mut rng).await;
    compare_volumes(&world, &build, &told, &mut rng).await;
    compare_backlogs(&world, &build, &told, &mut rng).await;
    compare_lists(&world, &build, &told, &mut rng).await;
}

#[tokio::test]
async fn event_by_event_and_all_at_once_give_the_same_rows() {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (world, _) = random_world(&mut rng).await;
    world.build_of(Arc::new(Service), 1).await;
    let setup = world.setup_of(Arc::new(Service), 10_000);
    let report = verify(setup, |_| ()).await.unwrap();
    assert!(report.is_equal(), "{report:#?}");
    let filled = report
        .tables
        .iter()
        .filter(|table| table.table != "customers");
    assert!(
        filled.into_iter().all(|table| table.live_rows > 0),
        "{report:#?}"
    );
}
