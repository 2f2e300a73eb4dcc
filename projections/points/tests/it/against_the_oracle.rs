//! Random histories of two tenants on a real Postgres, random instants: the model's answers are the
//! oracle's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guanxi_points::{
    Points,
    ledger::Figures,
    queries::{
        Balance, BalancesQuery, ExpiringQuery, Filter, GroupBy, LiabilityQuery, Lot, LotState,
        LotsQuery, Reader, Times,
    },
};
use guanxi_projection::{Build, verify};
use iso_currency::Currency;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    history::{Choice, MEMBERS, OTHER_PROGRAM, PROGRAM, Told, choices, history, program_of, start},
    oracle::{Counted, count},
    story::{dec, rules, tenant},
    world::World,
};

/// When the value of a point of the first program changes.
fn revalued() -> Timestamp {
    start() + 300.hours()
}

/// The tier of a member at the time: member 1 rises, member 2 falls out of it, the others have none.
fn tier(member: Uuid, until: Timestamp) -> Option<&'static str> {
    match member.as_u128() {
        1 if until > revalued() => Some("gold"),
        1 => Some("silver"),
        2 if until <= revalued() => Some("gold"),
        _ => None,
    }
}

/// Both tenants' programs, members and histories.
async fn told(histories: &BTreeMap<&'static str, Vec<Told>>) -> World {
    let mut world = World::new().await;
    let begun = start() - 400.hours();
    let mut times = Vec::new();
    for (name, history) in histories {
        let name = *name;
        let value = |value| rules("club", value, Currency::EUR);
        world
            .open_program((name, PROGRAM), None, value("0.015"), begun)
            .await;
        let yen = rules("shop", "1.5", Currency::JPY);
        world
            .open_program((name, OTHER_PROGRAM), Some("harbour"), yen, begun)
            .await;
        for n in 1..=MEMBERS {
            let member = Uuid::from_u128(n);
            world.enrol((name, member), program_of(member), begun).await;
            world
                .set_tier((name, member), tier(member, begun), begun)
                .await;
        }
        for n in 1..=2 {
            let member = Uuid::from_u128(n);
            let after = tier(member, Timestamp::MAX);
            world.set_tier((name, member), after, revalued()).await;
        }
        world
            .change_program((name, PROGRAM), value("0.02"), revalued())
            .await;
        for told in history {
            let key = (name, told.member);
            let position = world.points(key, told.event.clone(), told.at).await;
            times.push((position, told.recorded));
        }
    }
    // All else was known from the beginning.
    let sql = "update log_loyalty.events set recorded_at = '2024-01-01'";
    world.client().await.batch_execute(sql).await.unwrap();
    world.record_at(&times).await;
    world
}

async fn paged(reader: Reader<'_>, mut query: BalancesQuery) -> (Vec<Balance>, Vec<Balance>) {
    let mut all = reader.balances(&query).await.unwrap();
    while let Some(last) = all.groups.last() {
        query.after = Some(last.cursor.clone());
        let page = reader.balances(&query).await.unwrap();
        assert_eq!(page.totals, all.totals, "totals are of all pages");
        if page.groups.is_empty() {
            break;
        }
        all.groups.extend(page.groups);
    }
    (all.groups, all.totals)
}

/// Program and key to members, figures, lots and tier points, by the oracle.
type Groups = BTreeMap<(Uuid, String), (i64, Figures, Decimal, [Decimal; 3])>;

fn grouped(counted: &BTreeMap<Uuid, Counted>, key: impl Fn(Uuid) -> String) -> Groups {
    let mut groups = Groups::new();
    for (member, counted) in counted {
        let group = groups.entry((program_of(*member), key(*member)));
        let group = group.or_default();
        group.0 += 1;
        group.1 += counted.figures;
        group.2 += counted
            .lots
            .values()
            .map(|lot| lot.sums[1])
            .sum::<Decimal>();
        for (n, sum) in group.3.iter_mut().enumerate() {
            *sum += counted.tier[n];
        }
    }
    groups
}

fn found(balances: &[Balance]) -> Groups {
    let groups = balances.iter().map(|balance| {
        assert!(balance.conserves, "{balance:#?}");
        let tier = &balance.tier_points;
        assert_eq!(tier.points, tier.earned + tier.adjusted - tier.reversed);
        let key = (balance.cursor.program, balance.cursor.key.clone());
        let tier = [tier.earned, tier.adjusted, tier.reversed];
        (key, (balance.members, balance.figures, balance.lots, tier))
    });
    groups.collect()
}

async fn same_balances(reader: Reader<'_>, times: Times, counted: &BTreeMap<Uuid, Counted>) {
    let query = |group_by, filter| BalancesQuery {
        times,
        filter,
        group_by,
        after: None,
        limit: 2,
    };
    let everyone = Filter::default();
    let (groups, totals) = paged(reader, query(GroupBy::Member, everyone.clone())).await;
    assert_eq!(
        found(&groups),
        grouped(counted, |member| member.to_string())
    );
    let by_program = grouped(counted, |_| String::new());
    assert_eq!(found(&totals), by_program);
    for balance in &groups {
        let member: Uuid = balance.cursor.key.parse().unwrap();
        assert_eq!(balance.tier.as_deref(), tier(member, times.until));
        let number = format!("MB-{:06}", member.as_u128());
        assert_eq!(balance.member_number, Some(number));
    }
    let (groups, _) = paged(reader, query(GroupBy::Program, everyone.clone())).await;
    assert_eq!(found(&groups), by_program);
    let of_tier = |member| tier(member, times.until).unwrap_or_default().to_owned();
    let (groups, _) = paged(reader, query(GroupBy::Tier, everyone)).await;
    assert_eq!(found(&groups), grouped(counted, of_tier));

    // One member, one program, one tier: what is left of all.
    let one = Uuid::from_u128(1);
    let filter = Filter {
        members: vec![one],
        ..Filter::default()
    };
    let (groups, _) = paged(reader, query(GroupBy::Member, filter)).await;
    let mut only = counted.clone();
    only.retain(|member, _| *member == one);
    assert_eq!(found(&groups), grouped(&only, |member| member.to_string()));
    let filter = Filter {
        programs: vec![PROGRAM],
        tiers: vec!["gold".into()],
        ..Filter::default()
    };
    let (groups, _) = paged(reader, query(GroupBy::Member, filter)).await;
    let mut only = counted.clone();
    only.retain(|member, _| of_tier(*member) == "gold");
    assert_eq!(found(&groups), grouped(&only, |member| member.to_string()));
}

async fn same_lots(reader: Reader<'_>, times: Times, counted: &BTreeMap<Uuid, Counted>) {
    for (member, counted) in counted {
        let mut query = LotsQuery {
            times,
            member: *member,
            states: vec![],
            after: None,
            limit: 3,
        };
        let mut lots: Vec<Lot> = Vec::new();
        loop {
            let page = reader.lots(&query).await.unwrap();
            query.after = page.last().map(|lot| lot.cursor);
            if page.is_empty() {
                break;
            }
            lots.extend(page);
        }
        let order = lots.iter().map(|lot| {
            let cursor = &lot.cursor;
            let expires = cursor.expires_at.unwrap_or(Timestamp::MAX);
            (expires, cursor.earned_at, cursor.lot)
        });
        assert!(order.is_sorted(), "the soonest to expire first");
        let found: BTreeMap<u32, _> = lots
            .iter()
            .map(|lot| {
                let sums = [lot.pending, lot.remaining, lot.expired];
                let no = u32::try_from(lot.cursor.lot).unwrap();
                (no, (sums, lot.cursor.expires_at))
            })
            .collect();
        let wanted = counted.lots.iter();
        let wanted = wanted.map(|(no, lot)| (*no, (lot.sums, lot.expires_at)));
        assert_eq!(found, wanted.collect(), "{member}");
        for lot in &lots {
            let state = if !lot.pending.is_zero() {
                LotState::Pending
            } else if !lot.remaining.is_zero() {
                LotState::Active
            } else if !lot.expired.is_zero() {
                LotState::Expired
            } else {
                LotState::Used
            };
            assert_eq!(lot.state, state);
        }
    }
}

async fn same_expiring(reader: Reader<'_>, times: Times, counted: &BTreeMap<Uuid, Counted>) {
    let before = times.until + 600.hours();
    let mut wanted: BTreeMap<Uuid, (Decimal, Decimal, i64)> = BTreeMap::new();
    for (member, counted) in counted {
        for lot in counted.lots.values() {
            let [pending, remaining, _] = lot.sums;
            let holds = !pending.is_zero() || !remaining.is_zero();
            if holds && lot.expires_at.is_some_and(|at| at < before) {
                let sums = wanted.entry(*member).or_default();
                *sums = (sums.0 + pending + remaining, sums.1 + pending, sums.2 + 1);
            }
        }
    }
    let mut query = ExpiringQuery {
        times,
        filter: Filter::default(),
        before,
        after: None,
        limit: 1,
    };
    let mut found = BTreeMap::new();
    loop {
        let page = reader.expiring(&query).await.unwrap();
        let points: Decimal = page.totals.iter().map(|total| total.points).sum();
        let all: Decimal = wanted.values().map(|sums| sums.0).sum();
        assert_eq!(points, all, "totals are of all pages");
        let Some(last) = page.members.last() else {
            break;
        };
        query.after = Some(last.cursor);
        for member in &page.members {
            let sums = &member.sums;
            let sums = (sums.points, sums.pending, sums.lots);
            assert!(found.insert(member.cursor.member, sums).is_none());
        }
    }
    assert_eq!(found, wanted);
}

async fn same_liability(reader: Reader<'_>, times: Times, counted: &BTreeMap<Uuid, Counted>) {
    let query = LiabilityQuery {
        times,
        programs: vec![],
    };
    let found = reader.liability(&query).await.unwrap();
    let by_program = grouped(counted, |_| String::new());
    assert_eq!(found.len(), by_program.len());
    for (liability, ((program, _), (_, figures, lots, _))) in found.iter().zip(&by_program) {
        assert_eq!(liability.program, *program);
        let points = (liability.active, liability.pending, liability.debt);
        assert_eq!(points, (*lots, figures.pending, figures.debt));
        let (of_a_point, places) = if *program == OTHER_PROGRAM {
            (dec("1.5"), 0)
        } else if times.until > revalued() {
            (dec("0.02"), 2)
        } else {
            (dec("0.015"), 2)
        };
        let worth = |points: Decimal| {
            let half_up = RoundingStrategy::MidpointAwayFromZero;
            (points * of_a_point).round_dp_with_strategy(places, half_up)
        };
        let value = liability.value.as_ref().unwrap();
        assert_eq!(value.of_a_point, of_a_point);
        let amounts = (value.active, value.pending, value.debt);
        assert_eq!(
            amounts,
            (worth(*lots), worth(figures.pending), worth(figures.debt))
        );
    }
}

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
