//! What analysts see of conversion and times is what the query service answers.

use guanxi_proto::{
    google_type::Date,
    query::v1::{FunnelGroup, FunnelGrouping, FunnelStage, GetFunnelRequest, OpportunityFilter},
    types::v1::DateRange,
};
use guanxi_runtime::Role;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::{Decimal, RoundingStrategy};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    analysts::{Analysts, PIPELINE, at, tenant},
    deals::{Told, history, lost, moved},
    server::Server,
};

/// January, February and March of 1970.
const MINUTES: i64 = 60 * 24 * 90;

// A stage in words, as SQL and as answered: what differs shows.
const PLACE: &str = "format('%s %s. %s %s', pipeline_id, ordinal, stage, stage_name)";
const COUNTS: &str = "format('%s came, %s on, %s won, %s dropped, %s stays', entered_count,
                             advanced_count, entered_won_count, dropped_count, finished_stays)";
const SHARES: &str = "format('%s/%s/%s', conversion_to_next, conversion_to_won, drop_out)";
const HOURS: &str = "format('%s, %s h', median_hours, p90_hours)";

fn place(stage: &FunnelStage) -> String {
    let FunnelStage {
        pipeline_id,
        ordinal,
        stage,
        name,
        ..
    } = stage;
    format!("{pipeline_id} {ordinal}. {stage} {name}")
}

fn counts(stage: &FunnelStage) -> String {
    format!(
        "{} came, {} on, {} won, {} dropped, {} stays",
        stage.entered, stage.advanced, stage.entered_won, stage.dropped, stage.finished_stays
    )
}

fn shares(stage: &FunnelStage) -> String {
    let (next, won) = (&stage.conversion_to_next, &stage.conversion_to_won);
    format!("{next}/{won}/{}", stage.drop_out)
}

fn hours(stage: &FunnelStage) -> String {
    let [median, p90] = [stage.median_time, stage.p90_time].map(|time| {
        time.map_or_else(String::new, |time| {
            assert_eq!(time.nanos, 0, "the history is told in minutes");
            let hours = Decimal::from(time.seconds) / Decimal::from(3_600);
            let half_up = RoundingStrategy::MidpointAwayFromZero;
            let mut hours = hours.round_dp_with_strategy(4, half_up);
            hours.rescale(4);
            hours.to_string()
        })
    });
    format!("{median}, {p90} h")
}

/// A random history of both tenants, with the same ids in both, and one deal of acme's that is not
/// left to chance; with the token of the last event.
async fn world() -> (Server, String) {
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut server = Server::new().await;
    // In Shanghai that is in February. It comes to a stage twice, and is lost in the third.
    let mut token = server.open(1_000, "1970-01-31T20:00:00Z").await;
    for (day, event) in [
        (40, moved(PIPELINE, "engaging", at(40, 0))),
        (41, moved(PIPELINE, "prospecting", at(41, 0))),
        (43, moved(PIPELINE, "offer", at(43, 0))),
        (47, lost(PIPELINE, "offer", at(47, 0))),
    ] {
        let told = Told {
            tenant: tenant("acme"),
            id: Uuid::from_u128(1_000),
            at: at(day, 0),
            event,
        };
        server.world.tell(&told).await;
    }
    for name in ["acme", "bolt"] {
        for told in history(&mut rng, &tenant(name), PIPELINE, 80, MINUTES) {
            token = Server::token(&server.world.tell(&told).await);
        }
    }
    (server, token)
}

async fn answered(server: &mut Server, name: &str, request: GetFunnelRequest) -> Vec<FunnelGroup> {
    let request = server.ask_as(name, Role::Analyst, request);
    let answer = server.client.get_funnel(request).await.unwrap();
    answer.into_inner().groups
}

async fn seen(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    let mut lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.sort();
    lines
}

fn sorted(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn conversion_and_times_are_those_of_the_query_service() {
    let (mut server, token) = world().await;
    let mut wanted = Vec::new();
    for name in ["acme", "bolt"] {
        let request = GetFunnelRequest {
            after: vec![token.clone()],
            ..GetFunnelRequest::default()
        };
        let groups = answered(&mut server, name, request).await;
        let stages = &groups[0].stages;
        wanted.push(sorted(stages.iter().map(|stage| {
            [place(stage), counts(stage), shares(stage), hours(stage)].join(" | ")
        })));
    }
    assert_ne!(
        wanted[0], wanted[1],
        "the tenants have histories of their own"
    );
    let analysts = Analysts::of(server.world).await;
    let sql = format!(
        "select concat_ws(' | ', {PLACE}, {COUNTS}, {SHARES}, {HOURS})
           from analytics.funnel_conversion"
    );
    for (login, wanted) in [&analysts.acme, &analysts.bolt].into_iter().zip(wanted) {
        let client = analysts.log_in(login).await.unwrap();
        assert_eq!(seen(&client, &sql).await, wanted);
    }
}

/// Each grouping, and what stands for its key in the view.
const GROUPINGS: [(FunnelGrouping, &str); 5] = [
    (FunnelGrouping::Unspecified, "''"),
    (FunnelGrouping::Owner, "owner"),
    (FunnelGrouping::Team, "team"),
    (FunnelGrouping::Source, "source"),
    (FunnelGrouping::Month, "to_char(created_month, 'YYYY-MM')"),
];

/// A stage that something came to, for the cohorts have no others.
fn entered(group: &FunnelGroup) -> impl Iterator<Item = &FunnelStage> {
    group.stages.iter().filter(|stage| stage.entered > 0)
}

#[tokio::test]
async fn cohorts_add_up_to_every_grouping_of_the_query_service() {
    let (mut server, token) = world().await;
    let mut wanted = Vec::new();
    for (grouping, _) in GROUPINGS {
        let request = GetFunnelRequest {
            after: vec![token.clone()],
            group_by: grouping.into(),
            ..GetFunnelRequest::default()
        };
        let groups = answered(&mut server, "acme", request).await;
        wanted.push(groups);
    }
    let analysts = Analysts::of(server.world).await;
    let client = analysts.log_in(&analysts.acme).await.unwrap();
    for ((_, key), groups) in GROUPINGS.iter().zip(&wanted) {
        let sql = format!(
            "select concat_ws(' | ', key, {PLACE}, {COUNTS})
               from (select coalesce({key}, '') as key, pipeline_id, ordinal, stage, stage_name,
                            sum(entered_count) as entered_count,
                            sum(advanced_count) as advanced_count,
                            sum(entered_won_count) as entered_won_count,
                            sum(dropped_count) as dropped_count,
                            sum(finished_stays) as finished_stays
                       from analytics.funnel_cohorts
                      group by 1, 2, 3, 4, 5) added"
        );
        let stages = groups.iter().flat_map(|group| {
            entered(group).map(|stage| [group.key.clone(), place(stage), counts(stage)].join(" | "))
        });
        assert_eq!(seen(&client, &sql).await, sorted(stages), "by {key}");
    }
    // Medians do not add up: of another grouping they come from the stays, as the comment says.
    let sql = format!(
        "select concat_ws(' | ', owner, stage, {HOURS})
           from (select o.owner, s.stage,
                        round(extract(epoch from percentile_disc(0.5) within group
                              (order by s.left_at - s.entered_at)) / 3600, 4) as median_hours,
                        round(extract(epoch from percentile_disc(0.9) within group
                              (order by s.left_at - s.entered_at)) / 3600, 4) as p90_hours
                   from analytics.stage_stays s
                   join analytics.opportunities o using (opportunity_id)
                  group by 1, 2) by_owner"
    );
    let stages = wanted[1].iter().flat_map(|group| {
        entered(group).map(|stage| [group.key.as_str(), &stage.stage, &hours(stage)].join(" | "))
    });
    assert_eq!(seen(&client, &sql).await, sorted(stages));
}

#[tokio::test]
async fn a_cohort_is_what_the_query_service_answers_for_it_alone() {
    let (mut server, token) = world().await;
    let mut wanted = Vec::new();
    for owner in ["ann", "bob", "cid"] {
        for team in ["east", "west"] {
            for source in ["web", "fair"] {
                for (month, last_day) in [(1, 31), (2, 28), (3, 31), (4, 30)] {
                    let day = |day| {
                        Some(Date {
                            year: 1970,
                            month,
                            day,
                        })
                    };
                    let filter = OpportunityFilter {
                        owners: vec![owner.into()],
                        teams: vec![team.into()],
                        sources: vec![source.into()],
                        created: Some(DateRange {
                            first: day(1),
                            last: day(last_day),
                        }),
                        ..OpportunityFilter::default()
                    };
                    let request = GetFunnelRequest {
                        after: vec![token.clone()],
                        filter: Some(filter),
                        ..GetFunnelRequest::default()
                    };
                    let groups = answered(&mut server, "acme", request).await;
                    let cohort = format!("{owner} {team} {source} 1970-{month:02}-01");
                    wanted.extend(entered(&groups[0]).map(|stage| {
                        [cohort.clone(), place(stage), counts(stage), hours(stage)].join(" | ")
                    }));
                }
            }
        }
    }
    assert!(!wanted.is_empty());
    let analysts = Analysts::of(server.world).await;
    let client = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = format!(
        "select concat_ws(' | ', format('%s %s %s %s', owner, team, source, created_month),
                          {PLACE}, {COUNTS}, {HOURS})
           from analytics.funnel_cohorts
          where team is not null and source is not null"
    );
    assert_eq!(seen(&client, &sql).await, sorted(wanted));
}
