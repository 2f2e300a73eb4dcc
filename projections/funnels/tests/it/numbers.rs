//! Figures that can be checked by hand.

use guanxi_events::{
    TenantId,
    sales::{OpportunityDetails, OpportunityEvent},
};
use guanxi_funnels::{
    Status,
    queries::{Filter, FunnelQuery, Group, GroupBy, OpportunitiesQuery, Range, Reader},
};
use guanxi_projection::Build;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::{
    deals::{Told, assigned, eur, lost, moved, opened, won},
    world::World,
};

const PIPELINE: Uuid = Uuid::from_u128(7);

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

fn worth(amount: &str) -> OpportunityDetails {
    OpportunityDetails {
        amount: Some(eur(amount)),
        ..OpportunityDetails::default()
    }
}

async fn world(told: &[(u128, i64, OpportunityEvent)]) -> (World, Build) {
    let mut world = World::new().await;
    world.pipeline(&acme(), PIPELINE).await;
    for (id, at, event) in told {
        let told = Told {
            tenant: acme(),
            id: Uuid::from_u128(*id),
            at: day(*at),
            event: event.clone(),
        };
        world.tell(&told).await;
    }
    let build = world.build(100).await;
    (world, build)
}

async fn whole(world: &World, build: &Build, until: Option<Timestamp>) -> Group {
    let query = FunnelQuery {
        until,
        filter: Filter::default(),
        entered: Range::default(),
        group_by: GroupBy::Nothing,
        zone: TimeZone::UTC,
    };
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let funnel = Reader::new(&transaction, build, &acme())
        .funnel(&query)
        .await
        .unwrap();
    funnel.groups.into_iter().next().unwrap()
}

#[tokio::test]
async fn three_deals_make_a_funnel_now_and_on_each_day_before() {
    let (world, build) = world(&[
        (1, 0, opened(PIPELINE, worth("100"), "ann", None, day(0))),
        (2, 1, opened(PIPELINE, worth("200"), "bob", None, day(1))),
        (3, 2, opened(PIPELINE, worth("400"), "cid", None, day(2))),
        (1, 4, moved(PIPELINE, "engaging", day(4))),
        (2, 3, moved(PIPELINE, "engaging", day(3))),
        (1, 10, won(PIPELINE, "engaging", eur("90"), day(10))),
        (2, 12, lost(PIPELINE, "engaging", day(12))),
    ])
    .await;

    let now = whole(&world, &build, None).await;
    let [prospecting, engaging, ..] = &now.stages[..] else {
        panic!("{now:#?}")
    };
    assert_eq!(
        (prospecting.open.count, prospecting.open.sums["EUR"]),
        (1, 400.into())
    );
    assert_eq!(
        (engaging.won.count, engaging.won.sums["EUR"]),
        (1, 90.into())
    );
    assert_eq!(
        (engaging.lost.count, engaging.lost.sums["EUR"]),
        (1, 200.into())
    );
    assert_eq!((prospecting.entered, prospecting.advanced), (3, 2));
    assert_eq!(
        (engaging.entered, engaging.entered_won, engaging.dropped),
        (2, 1, 1)
    );
    // Stays of 4 and 2 days in the first stage, of 6 and 9 in the second.
    let days = |days: i64| Some(SignedDuration::from_secs(days * 86_400));
    assert_eq!((prospecting.median, prospecting.p90), (days(2), days(4)));
    assert_eq!((engaging.median, engaging.p90), (days(6), days(9)));

    let before = whole(&world, &build, Some(day(11))).await;
    assert_eq!(before.total(Status::Won).sums["EUR"], 90.into());
    assert_eq!(before.total(Status::Open).sums["EUR"], 600.into());
    assert_eq!(before.total(Status::Lost).count, 0);
    let first = whole(&world, &build, Some(day(1))).await;
    assert_eq!(
        first.total(Status::Open).count,
        1,
        "the second came that very instant"
    );
}

#[tokio::test]
async fn a_fact_dated_back_changes_the_past_from_its_date_on_and_nothing_before() {
    let (world, build) = world(&[
        (
            1,
            0,
            opened(PIPELINE, worth("100"), "ann", Some("east"), day(0)),
        ),
        (1, 20, assigned("bob", Some("west"))),
        (1, 10, assigned("cid", None)),
    ])
    .await;
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let acme = acme();
    let reader = Reader::new(&transaction, &build, &acme);
    let mut owners = Vec::new();
    for until in [5, 15, 25] {
        let query = OpportunitiesQuery {
            until: Some(day(until)),
            limit: 10,
            ..Default::default()
        };
        let [row] = &reader.opportunities(&query).await.unwrap()[..] else {
            panic!()
        };
        owners.push(row.state.owner.clone());
    }
    assert_eq!(owners, ["ann", "cid", "cid"]);
}

#[tokio::test]
async fn stages_without_deals_are_shown_with_nothing_in_them() {
    let (world, build) = world(&[]).await;
    let now = whole(&world, &build, None).await;
    assert_eq!(now.stages.len(), 4);
    assert_eq!(now.stages[1].name, "ENGAGING");
    assert_eq!(now.total(Status::Open).count, 0);
}

async fn rotting(world: &World, build: &Build, until: Option<Timestamp>) -> Vec<Option<Timestamp>> {
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let acme = acme();
    let query = OpportunitiesQuery {
        until,
        limit: 10,
        ..Default::default()
    };
    let reader = Reader::new(&transaction, build, &acme);
    let rows = reader.opportunities(&query).await.unwrap();
    rows.into_iter().map(|row| row.rotting_since).collect()
}

#[tokio::test]
async fn a_deal_rots_once_it_has_stood_in_its_stage_for_the_days_of_the_stage() {
    let (world, build) = world(&[
        (1, 0, opened(PIPELINE, worth("100"), "ann", None, day(0))),
        (1, 9, moved(PIPELINE, "engaging", day(9))),
        (1, 20, moved(PIPELINE, "closing", day(20))),
        (1, 25, won(PIPELINE, "closing", eur("90"), day(25))),
    ])
    .await;
    let mut found = Vec::new();
    // Seven days in the first stage, never in the second, one day in the last.
    for until in [7, 8, 10, 19, 21, 22, 26] {
        let rows = rotting(&world, &build, Some(day(until))).await;
        found.extend(rows.into_iter().map(|since| (until, since)));
    }
    assert_eq!(
        found,
        [
            (7, None),
            (8, Some(day(7))),
            (10, None),
            (19, None),
            (21, None),
            (22, Some(day(21))),
            (26, None),
        ]
    );
    assert_eq!(rotting(&world, &build, None).await, [None], "it is won");
}

#[tokio::test]
async fn a_deal_of_today_does_not_rot_yet() {
    let mut world = World::new().await;
    world.pipeline(&acme(), PIPELINE).await;
    let now = Timestamp::now();
    for (id, days) in [(1, 6), (2, 8)] {
        let at = now - SignedDuration::from_hours(24 * days);
        let event = opened(PIPELINE, worth("100"), "ann", None, at);
        let id = Uuid::from_u128(id);
        let tenant = acme();
        world
            .tell(&Told {
                tenant,
                id,
                at,
                event,
            })
            .await;
    }
    let build = world.build(100).await;
    let found: Vec<bool> = rotting(&world, &build, None)
        .await
        .iter()
        .map(Option::is_some)
        .collect();
    assert_eq!(found, [false, true], "newest first");
}

#[tokio::test]
async fn a_build_of_the_version_before_is_read_until_the_next_has_caught_up() {
    let (world, mut build) =
        world(&[(1, 0, opened(PIPELINE, worth("100"), "ann", None, day(0)))]).await;
    // As version 1 had it.
    let schema = &build.schema;
    let sql = format!(
        "alter table {schema}.stages drop column rotting_days cascade;
         create view {schema}.stages_now as
         select s.tenant, s.pipeline, p.name as pipeline_name, s.ordinal, s.stage, s.name,
                s.probability, s.archived
           from {schema}.stages s
           join {schema}.pipelines p
             on p.tenant = s.tenant and p.id = s.pipeline and p.version = s.version"
    );
    world.client().await.batch_execute(&sql).await.unwrap();
    build.version = 1;
    assert_eq!(rotting(&world, &build, None).await, [None]);
    let now = whole(&world, &build, None).await;
    assert_eq!(now.total(Status::Open).count, 1);
}
