//! C-06 over random histories: several people claim, release, hand on and are assigned customers
//! of two pools whose rules and members change meanwhile, and decisions may wait before they are
//! appended. A naive oracle that re-reads the whole history says what must hold.

mod game;

use std::collections::BTreeSet;

use guanxi_customers::domain::{Pool, pool};
use guanxi_events::customers::{PoolId, PoolPeople, PoolSettings};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::fixtures::{OTHER_POOL, POOL, person};
use game::{Game, who};

const PEOPLE: [&str; 4] = ["anna", "bob", "chen", "dora"];
const POOLS: [PoolId; 2] = [POOL, OTHER_POOL];
const CUSTOMERS: usize = 5;

#[derive(Debug, Clone)]
enum Step {
    /// Decide a claim and append it later.
    Try {
        who: usize,
        customer: usize,
        pool: usize,
    },
    /// Append one of the claims that wait.
    Land {
        which: usize,
    },
    Claim {
        who: usize,
        customer: usize,
        pool: usize,
    },
    Release {
        customer: usize,
        pool: usize,
    },
    Transfer {
        customer: usize,
        to: usize,
    },
    Assign {
        customer: usize,
        pool: usize,
        to: usize,
    },
    Rules {
        pool: usize,
        settings: PoolSettings,
    },
    Member {
        pool: usize,
        who: usize,
        stays: bool,
    },
    Wait {
        minutes: i64,
    },
}

fn settings() -> impl Strategy<Value = PoolSettings> {
    let limit = || prop::option::weighted(0.8, 0..4_u32);
    (limit(), limit(), 0..90_i64, 0..2000_i64).prop_map(|(capacity, daily, new, back)| {
        PoolSettings {
            capacity_per_person: capacity,
            claims_per_day: daily,
            new_entry_lock: SignedDuration::from_mins(new),
            previous_owner_lock: SignedDuration::from_mins(back),
            masked_fields: BTreeSet::new(),
        }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let (who, customer, pool) = (0..PEOPLE.len(), 0..CUSTOMERS, 0..POOLS.len());
    let claim = (who.clone(), customer.clone(), pool.clone());
    prop_oneof![
        4 => claim.clone().prop_map(|(who, customer, pool)| Step::Try { who, customer, pool }),
        4 => (0..8_usize).prop_map(|which| Step::Land { which }),
        4 => claim.prop_map(|(who, customer, pool)| Step::Claim { who, customer, pool }),
        3 => (customer.clone(), pool.clone())
            .prop_map(|(customer, pool)| Step::Release { customer, pool }),
        1 => (customer.clone(), who.clone())
            .prop_map(|(customer, to)| Step::Transfer { customer, to }),
        1 => (customer, pool.clone(), who.clone())
            .prop_map(|(customer, pool, to)| Step::Assign { customer, pool, to }),
        1 => (pool.clone(), settings()).prop_map(|(pool, settings)| Step::Rules { pool, settings }),
        1 => (pool, who, any::<bool>())
            .prop_map(|(pool, who, stays)| Step::Member { pool, who, stays }),
        3 => (0..400_i64).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn claims_keep_every_rule_however_they_interleave(steps in prop::collection::vec(step(), 1..80)) {
        let mut game = Game::new();
        for step in &steps {
            let before = game.facts.clone();
            game.play(step);
            game.check(&before);
        }
        game.every_entry_has_one_winner();
    }

    #[test]
    fn of_any_number_of_simultaneous_claimants_exactly_one_wins(
        claimants in prop::collection::vec(0..PEOPLE.len(), 1..20),
        order in any::<prop::sample::Index>(),
    ) {
        let mut game = Game::new();
        let everyone = PoolPeople {
            members: PEOPLE.into_iter().map(person).collect(),
            admins: BTreeSet::new(),
        };
        let join = pool::Command::ChangePeople { add: everyone, remove: PoolPeople::default() };
        game.world.run::<Pool>(&who(0), true, POOL, &join).unwrap();
        game.release(0, POOL);
        let claims: Vec<_> =
            claimants.iter().map(|by| (*by, game.decide_claim(*by, 0, 0))).collect();
        prop_assert!(claims.iter().all(|(_, claim)| claim.result.is_ok()), "all saw it free");
        let first = order.index(claims.len());
        let landed: Vec<_> = claims[first..]
            .iter()
            .chain(&claims[..first])
            .map(|(by, claim)| (*by, game.world.append(claim).is_ok()))
            .collect();
        let winners: Vec<_> = landed.iter().filter(|(_, won)| *won).collect();
        prop_assert_eq!(winners.len(), 1);
        // Whoever was overtaken decides anew and is told why.
        for by in 0..PEOPLE.len() {
            let again = game.decide_claim(by, 0, 0).result.unwrap_err();
            prop_assert!(again.reasons.iter().any(|(code, _)| *code == "NOT_IN_POOL"));
        }
    }
}
