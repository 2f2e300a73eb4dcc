//! C-09: a leaver's whole desk, handed on and taken back.

use guanxi_customers::{
    domain::{
        Customer, DeskTransfer,
        customer::Command as CustomerCommand,
        desk_transfer::{Command, State},
    },
    jobs::HandDeskOn,
};
use guanxi_decider::{Decider, testing::Scenario};
use guanxi_events::customers::{
    CustomerId, CustomerOwnerChanged, DeskTransferAdvanced, DeskTransferEvent, DeskTransferStarted,
    DeskTransferTakenBack, RefusedItem,
};
use guanxi_runtime::{Done, Job};
use proptest::prelude::*;
use uuid::Uuid;

use crate::fixtures::{ACME, GLOBEX, person, registered};

const TRANSFER: Uuid = Uuid::from_u128(0xF1);

fn started(customers: Vec<CustomerId>) -> DeskTransferEvent {
    DeskTransferStarted {
        from: person("bob"),
        to: person("carl"),
        customers,
        reason: None,
        ordered_by: person("anna"),
    }
    .into()
}

fn advanced(next: u64, refused: Vec<RefusedItem>) -> DeskTransferEvent {
    DeskTransferAdvanced { next, refused }.into()
}

fn stayed(item: u64) -> RefusedItem {
    RefusedItem {
        item,
        code: "OWNER_CHANGED".into(),
        reason: "dora owns it, not bob".into(),
    }
}

fn start() -> Command {
    Command::Start {
        from: person("bob"),
        to: person("carl"),
        customers: vec![ACME, GLOBEX],
        reason: None,
    }
}

#[test]
fn a_manager_orders_the_transfer_of_a_desk() {
    let scenario = Scenario::<DeskTransfer>::new(TRANSFER).by_manager();
    scenario.when(start()).then([started(vec![ACME, GLOBEX])]);
}

#[test]
fn an_agent_cannot_hand_a_desk_on() {
    Scenario::<DeskTransfer>::new(TRANSFER)
        .when(start())
        .then_refused("NOT_A_MANAGER");
}

#[test]
fn a_transfer_that_still_runs_cannot_be_taken_back() {
    let given = [started(vec![ACME, GLOBEX]), advanced(1, Vec::new())];
    let scenario = Scenario::<DeskTransfer>::new(TRANSFER)
        .by_manager()
        .given(given);
    let refusal = scenario
        .when(Command::TakeBack { reason: None })
        .then_refused("STILL_RUNNING");
    assert_eq!(refusal.figures["done"], "1");
    assert_eq!(refusal.figures["items"], "2");
}

#[test]
fn only_customers_that_changed_hands_go_back() {
    let given = [
        started(vec![ACME, GLOBEX]),
        advanced(2, vec![stayed(0)]),
        DeskTransferTakenBack {
            reason: None,
            ordered_by: person("anna"),
        }
        .into(),
    ];
    let state = given.iter().fold(State::default(), DeskTransfer::evolve);
    let items = HandDeskOn::next(&state, 10);
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].number, items[0].id), (2, GLOBEX.0));
    assert!(matches!(
        &items[0].command,
        CustomerCommand::HandOn { from, to, .. }
            if *from == person("carl") && *to == person("bob")
    ));
}

#[test]
fn an_item_that_was_reported_is_not_reported_twice() {
    let given = [started(vec![ACME, GLOBEX]), advanced(2, vec![stayed(0)])];
    let scenario = Scenario::<DeskTransfer>::new(TRANSFER).given(given);
    scenario
        .when(Command::Report {
            next: 2,
            refused: vec![stayed(0)],
        })
        .then_nothing();
}

#[test]
fn a_customer_that_somebody_else_owns_by_now_stays_where_it_is() {
    let given = [
        registered("bob"),
        CustomerOwnerChanged {
            from: person("bob"),
            to: person("dora"),
            reason: None,
        }
        .into(),
    ];
    let hand_on = CustomerCommand::HandOn {
        from: person("bob"),
        to: person("carl"),
        reason: None,
    };
    let scenario = Scenario::<Customer>::new(ACME).by_manager().given(given);
    let refusal = scenario.when(hand_on).then_refused("OWNER_CHANGED");
    assert_eq!(refusal.figures["owner"], "dora");
}

proptest! {
    /// Whatever is refused and however the runner's chunks fall: each item is handed out once, in
    /// order, there and back, and the job ends.
    #[test]
    fn every_item_comes_once_and_the_job_ends(
        customers in 1usize..40,
        chunk in 1usize..12,
        refuse in proptest::collection::btree_set(0u64..80, 0..20),
    ) {
        let customers: Vec<_> =
            (1..=customers).map(|n| CustomerId(Uuid::from_u128(n as u128))).collect();
        let mut state = DeskTransfer::evolve(State::default(), &started(customers.clone()));
        let mut handed = Vec::new();
        for round in 0.. {
            prop_assert!(round < 200, "the job does not end");
            let items = HandDeskOn::next(&state, chunk);
            if items.is_empty() {
                prop_assert!(state.finished());
                prop_assert!(DeskTransfer::waiting(&state).is_none());
                if state.back.is_some() {
                    break;
                }
                let back = DeskTransferTakenBack { reason: None, ordered_by: person("anna") };
                state = DeskTransfer::evolve(state, &back.into());
                continue;
            }
            prop_assert!(DeskTransfer::waiting(&state).is_some());
            let done = items.iter().map(|item| Done {
                number: item.number,
                refused: refuse.contains(&item.number).then(|| ("NO".into(), "no".into())),
            });
            let Command::Report { next, refused } = HandDeskOn::report(done.collect()) else {
                unreachable!()
            };
            handed.extend(items.into_iter().map(|item| (item.number, item.id)));
            state = DeskTransfer::evolve(state, &advanced(next, refused));
        }
        let there: Vec<_> = (0u64..).zip(customers.iter().map(|c| c.0)).collect();
        let moved = there.iter().filter(|(item, _)| !refuse.contains(item)).map(|(_, id)| *id);
        let back = (customers.len() as u64..).zip(moved);
        prop_assert_eq!(handed, there.iter().copied().chain(back).collect::<Vec<_>>());
    }
}
