//! Properties of batch formation.

use std::{cell::Cell, collections::BTreeMap};

use guanxi_events::Incarnation;
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::{Limits, Touches, Waiting, next_batch};
use crate::lanes::Lanes;

#[derive(Debug, Clone)]
struct Item {
    number: usize,
    tenant: usize,
    touches: Touches,
    bytes: usize,
    decided_in: Incarnation,
    given_up: bool,
    started: Cell<bool>,
}

impl Waiting for Item {
    fn touches(&self) -> &Touches {
        &self.touches
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn decided_in(&self) -> Incarnation {
        self.decided_in
    }

    fn start(&self) -> bool {
        assert!(!self.started.replace(true), "started twice");
        !self.given_up
    }
}

fn depend(one: &Touches, other: &Touches) -> bool {
    let meets = |some: &[u64], others: &[u64]| some.iter().any(|mark| others.contains(mark));
    meets(&one.written, &other.written)
        || meets(&one.written, &other.read)
        || meets(&one.read, &other.written)
}

/// How many tenants there are, and how many marks each has of its own.
const TENANTS: usize = 3;
const MARKS: u64 = 8;

fn line_of(items: impl IntoIterator<Item = Item>) -> Lanes<Item> {
    let mut line = Lanes::default();
    for item in items {
        line.push(format!("t{}", item.tenant).parse().unwrap(), item);
    }
    line
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let mark = 0..MARKS;
    let item = (
        0..TENANTS,
        vec(mark.clone(), 0..3),
        vec(mark, 0..3),
        1..50_usize,
        prop_oneof![9 => Just(1_u128), 1 => Just(2)],
        proptest::bool::weighted(0.1),
    );
    vec(item, 0..60).prop_map(|items| {
        let numbered = items.into_iter().enumerate();
        numbered
            .map(|(number, (tenant, written, read, bytes, life, given_up))| {
                let own = |marks: Vec<u64>| -> Vec<u64> {
                    let first = tenant as u64 * MARKS;
                    marks.iter().map(|mark| first + mark).collect()
                };
                Item {
                    number,
                    tenant,
                    touches: Touches {
                        written: own(written),
                        read: own(read),
                    },
                    bytes,
                    decided_in: Incarnation(Uuid::from_u128(life)),
                    given_up,
                    started: Cell::new(false),
                }
            })
            .collect()
    })
}

proptest! {
    /// One after another, in an order that no one can tell from that of the line.
    #[test]
    fn batches_are_independent_within_and_keep_the_order_of_what_depends(
        items in items(),
        commands in 1..10_usize,
        bytes in 1..120_usize,
    ) {
        let limits = Limits { commands, bytes };
        let mut line = line_of(items.iter().cloned());
        let mut batches: Vec<Vec<Item>> = Vec::new();
        while !line.is_empty() {
            let before = line.len();
            let batch = next_batch(&mut line, limits);
            prop_assert!(line.len() < before, "no progress");
            batches.push(batch);
        }

        for batch in &batches {
            prop_assert!(batch.len() <= commands);
            let weight: usize = batch.iter().map(|item| item.bytes).sum();
            prop_assert!(weight <= bytes || batch.len() == 1);
            for (at, one) in batch.iter().enumerate() {
                for other in &batch[at + 1..] {
                    prop_assert_eq!(one.decided_in, other.decided_in);
                    prop_assert!(!depend(&one.touches, &other.touches));
                    prop_assert!(one.number < other.number || one.tenant != other.tenant);
                }
            }
        }

        let order: Vec<&Item> = batches.iter().flatten().collect();
        let mut numbers: Vec<usize> = order.iter().map(|item| item.number).collect();
        for (at, one) in order.iter().enumerate() {
            for later in &order[at + 1..] {
                let overtaken = later.number < one.number;
                prop_assert!(!(overtaken && depend(&one.touches, &later.touches)));
            }
        }
        numbers.sort_unstable();
        let alive = items.iter().filter(|item| !item.given_up);
        prop_assert_eq!(numbers, alive.map(|item| item.number).collect::<Vec<_>>());
    }
}

/// Independent of everything else.
fn alone(number: usize, tenant: usize, bytes: usize) -> Item {
    Item {
        number,
        tenant,
        touches: Touches {
            written: vec![number as u64],
            read: vec![],
        },
        bytes,
        decided_in: Incarnation(Uuid::nil()),
        given_up: false,
        started: Cell::new(false),
    }
}

proptest! {
    /// However much of a tenant waits: over any run of batches, nobody who still waits has been served
    /// twice less often than another.
    #[test]
    fn tenants_are_served_by_turns(
        items in vec((0..TENANTS, 1..50_usize), 0..80),
        commands in 1..10_usize,
        bytes in 1..120_usize,
    ) {
        let limits = Limits { commands, bytes };
        let numbered = items.iter().enumerate();
        let mut line = line_of(numbered.map(|(n, (tenant, bytes))| alone(n, *tenant, *bytes)));
        let mut left: BTreeMap<usize, usize> = BTreeMap::new();
        let mut served: BTreeMap<usize, usize> = BTreeMap::new();
        for (tenant, _) in &items {
            *left.entry(*tenant).or_default() += 1;
            served.insert(*tenant, 0);
        }
        while !line.is_empty() {
            for item in next_batch(&mut line, limits) {
                *served.get_mut(&item.tenant).unwrap() += 1;
                *left.get_mut(&item.tenant).unwrap() -= 1;
                for (other, times) in &served {
                    prop_assert!(served[&item.tenant] <= times + 1 || left[other] == 0);
                }
            }
        }
    }
}

#[test]
fn a_tenant_that_wants_one_stream_a_thousand_times_is_in_nobodys_way() {
    let limits = Limits {
        commands: 8,
        bytes: 1_000,
    };
    // More than are ever looked at for one batch.
    let hot = (0..1_000).map(|number| Item {
        number,
        ..alone(0, 0, 1)
    });
    let mut line = line_of(hot.chain((1_000..1_007).map(|number| alone(number, 1, 1))));
    let batch = next_batch(&mut line, limits);
    let numbers: Vec<usize> = batch.iter().map(|item| item.number).collect();
    assert_eq!(numbers, [0, 1000, 1001, 1002, 1003, 1004, 1005, 1006]);
    // And what was passed over is where it was.
    for next in 1..1_000 {
        let batch = next_batch(&mut line, limits);
        assert_eq!(batch.len(), 1);
        assert_eq!(batch[0].number, next);
    }
    assert!(line.is_empty());
}

#[test]
fn independent_commands_go_out_together() {
    let item = |number: usize, written: &[u64], read: &[u64]| Item {
        touches: Touches {
            written: written.to_vec(),
            read: read.to_vec(),
        },
        ..alone(number, 0, 1)
    };
    let mut line = line_of([
        item(0, &[1], &[9]),
        item(1, &[1], &[]),
        item(2, &[2], &[9]),
        item(3, &[3], &[1]),
        item(4, &[4], &[3]),
        item(5, &[5], &[]),
    ]);
    let limits = Limits {
        commands: 10,
        bytes: 10,
    };
    let mut next = || -> Vec<usize> {
        let batch = next_batch(&mut line, limits);
        batch.iter().map(|item| item.number).collect()
    };
    assert_eq!(next(), [0, 2, 5]);
    assert_eq!(next(), [1]);
    assert_eq!(next(), [3]);
    assert_eq!(next(), [4]);
}
