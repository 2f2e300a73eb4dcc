//! Every answer of the model beside what the oracle counted.

use std::collections::BTreeMap;

use guanxi_points::{
    ledger::Figures,
    queries::{
        Balance, BalancesQuery, ExpiringQuery, Filter, GroupBy, LiabilityQuery, Lot, LotState,
        LotsQuery, Reader, Times,
    },
};
use jiff::{Timestamp, ToSpan};
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use crate::{
    history::{OTHER_PROGRAM, PROGRAM, program_of},
    oracle::Counted,
    story::dec,
    tenants::{revalued, tier},
};

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

pub(crate) async fn same_balances(
    reader: Reader<'_>,
    times: Times,
    counted: &BTreeMap<Uuid, Counted>,
) {
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

pub(crate) async fn same_lots(reader: Reader<'_>, times: Times, counted: &BTreeMap<Uuid, Counted>) {
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

pub(crate) async fn same_expiring(
    reader: Reader<'_>,
    times: Times,
    counted: &BTreeMap<Uuid, Counted>,
) {
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

pub(crate) async fn same_liability(
    reader: Reader<'_>,
    times: Times,
    counted: &BTreeMap<Uuid, Counted>,
) {
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
