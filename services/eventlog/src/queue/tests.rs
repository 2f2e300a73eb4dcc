//! Properties of batch formation.

use std::{cell::Cell, collections::VecDeque};

use proptest::{collection::vec, prelude::*};

use super::{Limits, Touches, Waiting, next_batch};

#[derive(Debug, Clone)]
struct Item {
    number: usize,
    touches: Touches,
    bytes: usize,
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

fn items() -> impl Strategy<Value = Vec<Item>> {
    let mark = 0..12_u64;
    let item = (
        vec(mark.clone(), 0..3),
        vec(mark, 0..3),
        1..50_usize,
        proptest::bool::weighted(0.1),
    );
    vec(item, 0..60).prop_map(|items| {
        let numbered = items.into_iter().enumerate();
        numbered
            .map(|(number, (written, read, bytes, given_up))| Item {
                number,
                touches: Touches { written, read },
                bytes,
                given_up,
                started: Cell::new(false),
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
        let mut line: VecDeque<Item> = items.iter().cloned().collect();
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
                    prop_assert!(!depend(&one.touches, &other.touches));
                    prop_assert!(one.number < other.number);
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

#[test]
fn independent_commands_go_out_together() {
    let item = |number: usize, written: &[u64], read: &[u64]| Item {
        number,
        touches: Touches {
            written: written.to_vec(),
            read: read.to_vec(),
        },
        bytes: 1,
        given_up: false,
        started: Cell::new(false),
    };
    let mut line = VecDeque::from([
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
