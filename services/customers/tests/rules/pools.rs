//! C-06: opening pools, their versioned rules and their people.

use guanxi_customers::domain::{Pool, pool::Command};
use guanxi_decider::testing::Scenario;
use guanxi_events::customers::{
    PoolChanged, PoolClosed, PoolEvent, PoolOpened, PoolPeople, PoolPeopleChanged, PoolReopened,
    PoolSettings,
};

use crate::fixtures::{POOL, opened, people, strict};

fn scenario() -> Scenario<Pool> {
    Scenario::<Pool>::new(POOL)
        .by("chen")
        .given([opened(strict())])
}

fn change(name: &str, settings: PoolSettings) -> Command {
    Command::Change {
        name: name.to_owned(),
        settings,
    }
}

fn close() -> Command {
    Command::Close {
        reason: "merged".to_owned(),
    }
}

fn closed() -> PoolEvent {
    PoolClosed {
        reason: "merged".to_owned(),
    }
    .into()
}

#[test]
fn a_pool_is_opened_once_with_version_one_of_its_rules() {
    let PoolEvent::Opened(pool) = opened(strict()) else {
        unreachable!()
    };
    let open = |pool: &PoolOpened| Command::Open(pool.clone());
    Scenario::<Pool>::new(POOL)
        .when(open(&pool))
        .then([opened(strict())]);
    let state = Scenario::<Pool>::new(POOL).when(open(&pool)).state();
    assert_eq!((state.version, state.open), (1, true));
    scenario().when(open(&pool)).then_refused("POOL_EXISTS");
}

#[test]
fn every_change_of_the_rules_is_a_new_version() {
    let first = change("North", PoolSettings::default());
    scenario().when(first.clone()).then([PoolChanged {
        version: 2,
        name: "North".to_owned(),
        settings: PoolSettings::default(),
    }
    .into()]);
    assert_eq!(scenario().when(first).state().version, 2);
    scenario().when(change("North", strict())).then_nothing();
}

#[test]
fn only_real_comings_and_goings_are_written() {
    let add = PoolPeople {
        members: people(["anna", "dora"]),
        admins: people(["bob"]),
    };
    let remove = PoolPeople {
        members: people(["bob", "eve"]),
        admins: people([]),
    };
    let command = || Command::ChangePeople {
        add: add.clone(),
        remove: remove.clone(),
    };
    scenario().when(command()).then([PoolPeopleChanged {
        added: PoolPeople {
            members: people(["dora"]),
            admins: people(["bob"]),
        },
        removed: PoolPeople {
            members: people(["bob"]),
            admins: people([]),
        },
    }
    .into()]);
    let state = scenario().when(command()).state();
    assert_eq!(state.members, people(["anna", "dora"]));
    assert_eq!(state.admins, people(["bob", "chen"]));

    let nobody = Command::ChangePeople {
        add: PoolPeople {
            members: people(["anna"]),
            admins: people(["chen"]),
        },
        remove: PoolPeople {
            members: people(["eve"]),
            admins: people(["eve"]),
        },
    };
    scenario().when(nobody).then_nothing();
}

#[test]
fn nobody_comes_and_goes_at_once() {
    let both = PoolPeople {
        members: people(["eve"]),
        admins: people(["eve"]),
    };
    scenario()
        .when(Command::ChangePeople {
            add: both.clone(),
            remove: both,
        })
        .then_invalid(["remove_members", "remove_admins"]);
}

#[test]
fn a_pool_is_switched_off_and_on_again() {
    scenario().when(close()).then([closed()]);
    scenario().given([closed()]).when(close()).then_nothing();
    scenario()
        .given([closed()])
        .when(Command::Reopen)
        .then([PoolReopened {}.into()]);
    scenario().when(Command::Reopen).then_nothing();
}

#[test]
fn a_pool_is_changed_by_its_admins_and_by_managers() {
    let commands = || [change("South", strict()), close(), Command::Reopen];
    for command in commands() {
        scenario()
            .by("anna")
            .when(command)
            .then_refused("NOT_POOL_ADMIN");
    }
    for command in commands() {
        assert!(
            scenario()
                .by("anna")
                .by_manager()
                .when(command)
                .result
                .is_ok()
        );
    }
}

#[test]
fn nothing_is_done_to_a_pool_that_does_not_exist() {
    for command in [change("South", strict()), close(), Command::Reopen] {
        Scenario::<Pool>::new(POOL)
            .by_manager()
            .when(command)
            .then_refused("NOT_FOUND");
    }
}
