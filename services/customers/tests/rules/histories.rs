//! C-06 over random histories: several people claim, release, hand on and are assigned customers
//! of two pools whose rules and members change meanwhile, and decisions may wait before they are
//! appended. A naive oracle that re-reads the whole history says what must hold.

use std::collections::BTreeSet;

use guanxi_customers::domain::{
    ClaimQuota, Customer, Pool,
    customer::{self, FirstHolder, Holder},
    pool,
};
use guanxi_events::{
    PersonId,
    customers::{ClaimQuotaId, CustomerId, PoolEntry, PoolEvent, PoolId, PoolPeople, PoolSettings},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    fixtures::{OTHER_POOL, POOL, company, opened, person},
    world::{Undecided, World},
};

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

/// What happened, as a bystander would write it down.
#[derive(Debug, Clone, PartialEq)]
enum Fact {
    Entered {
        customer: usize,
        pool: PoolId,
        at: Timestamp,
        last_owner: PersonId,
    },
    Claimed {
        customer: usize,
        pool: PoolId,
        at: Timestamp,
        by: PersonId,
    },
    Given {
        customer: usize,
        pool: Option<PoolId>,
        to: PersonId,
    },
}

struct Game {
    world: World,
    facts: Vec<Fact>,
    waiting: Vec<(usize, usize, usize, Undecided<Customer>)>,
}

fn customer_id(n: usize) -> CustomerId {
    CustomerId(Uuid::from_u128(0xC000 + n as u128))
}

fn who(n: usize) -> PersonId {
    person(PEOPLE[n])
}

impl Game {
    fn new() -> Self {
        // With daylight saving: the clocks go forward on the last Sunday of March.
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let mut world = World::new("2026-03-28T20:00:00Z".parse().unwrap(), zone);
        for id in POOLS {
            let PoolEvent::Opened(opened) = opened(PoolSettings::default()) else {
                unreachable!()
            };
            world
                .run::<Pool>(&who(0), true, id, &pool::Command::Open(opened))
                .unwrap();
        }
        let mut game = Self {
            world,
            facts: Vec::new(),
            waiting: Vec::new(),
        };
        for n in 0..CUSTOMERS {
            let command = customer::Command::Register {
                profile: Box::new(company("Acme")),
                holder: FirstHolder::Person(who(n % PEOPLE.len())),
            };
            game.world
                .run::<Customer>(&who(0), true, customer_id(n), &command)
                .unwrap();
        }
        game
    }

    fn settings(&self, pool: PoolId) -> PoolSettings {
        self.world.state::<Pool>(pool).settings.clone()
    }

    /// The last fact about a customer's place.
    fn place(&self, customer: usize) -> Option<&Fact> {
        self.facts.iter().rev().find(|fact| match fact {
            Fact::Entered { customer: c, .. }
            | Fact::Claimed { customer: c, .. }
            | Fact::Given { customer: c, .. } => *c == customer,
        })
    }

    /// How many customers out of the pool the person owns.
    fn held(&self, pool: PoolId, person: &PersonId) -> usize {
        let holds = |n: &usize| match self.place(*n) {
            Some(Fact::Claimed { pool: p, by, .. }) => *p == pool && by == person,
            Some(Fact::Given { pool: p, to, .. }) => *p == Some(pool) && to == person,
            Some(Fact::Entered { .. }) | None => false,
        };
        (0..CUSTOMERS).filter(holds).count()
    }

    /// Claims of the person out of the pool on the tenant's day of `at`.
    fn claims_on_day(&self, pool: PoolId, person: &PersonId, at: Timestamp) -> usize {
        let day = |at: Timestamp| at.to_zoned(self.world.zone.clone()).date();
        let counts = |fact: &&Fact| {
            matches!(fact, Fact::Claimed { pool: p, by, at: when, .. }
                if *p == pool && by == person && day(*when) == day(at))
        };
        self.facts.iter().filter(counts).count()
    }

    /// The six checks, one by one, over the whole history.
    fn may_claim(&self, who: &PersonId, customer: usize, pool: PoolId, at: Timestamp) -> bool {
        let Some(Fact::Entered {
            pool: p,
            at: entered,
            last_owner,
            ..
        }) = self.place(customer)
        else {
            return false;
        };
        let rules = self.settings(pool);
        let below = |limit: Option<u32>, count: usize| limit.is_none_or(|n| count < n as usize);
        *p == pool
            && self.world.state::<Pool>(pool).members.contains(who)
            && below(rules.capacity_per_person, self.held(pool, who))
            && below(rules.claims_per_day, self.claims_on_day(pool, who, at))
            && at >= *entered + rules.new_entry_lock
            && !(last_owner == who && at < *entered + rules.previous_owner_lock)
    }

    fn decide_claim(&self, by: usize, customer: usize, pool: usize) -> Undecided<Customer> {
        let command = customer::Command::Claim {
            pool: POOLS[pool],
            by: who(by),
        };
        self.world
            .decide::<Customer>(&who(by), false, customer_id(customer), &command)
    }

    /// Appends a decided claim; the oracle must agree with its outcome.
    fn land(&mut self, by: usize, customer: usize, pool: usize, claim: &Undecided<Customer>) {
        let allowed = self.may_claim(&who(by), customer, POOLS[pool], claim.at);
        match (&claim.result, self.world.append(claim)) {
            (Ok(_), Ok(())) => {
                assert!(allowed, "won a claim that the rules forbid");
                self.facts.push(Fact::Claimed {
                    customer,
                    pool: POOLS[pool],
                    at: claim.at,
                    by: who(by),
                });
            }
            // As the real executor: what was refused or overtaken is decided anew.
            (Ok(_), Err(_)) => {}
            (Err(refusal), _) => assert!(!refusal.reasons.is_empty(), "{refusal}"),
        }
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Try {
                who,
                customer,
                pool,
            } => {
                let claim = self.decide_claim(*who, *customer, *pool);
                self.waiting.push((*who, *customer, *pool, claim));
            }
            Step::Land { which } => {
                if self.waiting.is_empty() {
                    return;
                }
                let (by, customer, pool, claim) = self.waiting.remove(which % self.waiting.len());
                self.land(by, customer, pool, &claim);
            }
            Step::Claim {
                who: by,
                customer,
                pool,
            } => {
                let allowed = self.may_claim(&who(*by), *customer, POOLS[*pool], self.world.now);
                let claim = self.decide_claim(*by, *customer, *pool);
                assert_eq!(claim.result.is_ok(), allowed, "{:?}", claim.result);
                self.land(*by, *customer, *pool, &claim);
            }
            Step::Release { customer, pool } => self.release(*customer, POOLS[*pool]),
            Step::Transfer { customer, to } => self.transfer(*customer, &who(*to)),
            Step::Assign { customer, pool, to } => {
                let (pool, to) = (POOLS[*pool], who(*to));
                let command = customer::Command::Assign {
                    pool,
                    to: to.clone(),
                    reason: None,
                };
                let id = customer_id(*customer);
                if self
                    .world
                    .run::<Customer>(&who(0), true, id, &command)
                    .is_ok()
                {
                    self.facts.push(Fact::Given {
                        customer: *customer,
                        pool: Some(pool),
                        to,
                    });
                }
            }
            Step::Rules { pool, settings } => {
                let settings = settings.clone();
                let command = pool::Command::Change {
                    name: "North".to_owned(),
                    settings,
                };
                self.world
                    .run::<Pool>(&who(0), true, POOLS[*pool], &command)
                    .unwrap();
            }
            Step::Member {
                pool,
                who: member,
                stays,
            } => {
                let one = PoolPeople {
                    members: [who(*member)].into(),
                    admins: [].into(),
                };
                let (add, remove) = match stays {
                    true => (one, PoolPeople::default()),
                    false => (PoolPeople::default(), one),
                };
                let command = pool::Command::ChangePeople { add, remove };
                self.world
                    .run::<Pool>(&who(0), true, POOLS[*pool], &command)
                    .unwrap();
            }
            Step::Wait { minutes } => self.world.now += SignedDuration::from_mins(*minutes),
        }
    }

    fn release(&mut self, customer: usize, pool: PoolId) {
        let id = customer_id(customer);
        let Some(owner) = self.world.state::<Customer>(id).owner().cloned() else {
            return;
        };
        let entry = PoolEntry::Released;
        let command = customer::Command::Release {
            pool,
            entry,
            reason: None,
        };
        self.world
            .run::<Customer>(&owner, false, id, &command)
            .unwrap();
        let at = self.world.now;
        self.facts.push(Fact::Entered {
            customer,
            pool,
            at,
            last_owner: owner,
        });
    }

    fn transfer(&mut self, customer: usize, to: &PersonId) {
        let id = customer_id(customer);
        let Holder::Owner { person, origin } = self.world.state::<Customer>(id).holder.clone()
        else {
            return;
        };
        let command = customer::Command::Transfer {
            to: to.clone(),
            reason: None,
        };
        if self
            .world
            .run::<Customer>(&person, false, id, &command)
            .is_ok()
        {
            self.facts.push(Fact::Given {
                customer,
                pool: origin,
                to: to.clone(),
            });
        }
    }

    /// What must hold after every step.
    fn check(&self, before: &[Fact]) {
        for pool in POOLS {
            let rules = self.settings(pool);
            for name in PEOPLE {
                let person = person(name);
                let held = self.held(pool, &person);
                let quota = self
                    .world
                    .state::<ClaimQuota>(ClaimQuotaId::of(pool, &person));
                assert_eq!(
                    quota.held() as usize,
                    held,
                    "{name}'s quota counts what is owned"
                );
                // A capacity that was lowered leaves what is owned alone; nothing is added to it.
                let added = self.facts.len() > before.len() && {
                    let then = Self::held_in(before, pool, &person);
                    held > then
                };
                if let (true, Some(limit)) = (added, rules.capacity_per_person) {
                    assert!(held <= limit as usize, "{name} owns {held} of {limit}");
                }
            }
        }
        for customer in 0..CUSTOMERS {
            let one_holder = self
                .world
                .state::<Customer>(customer_id(customer))
                .holder
                .clone();
            let agrees = match (self.place(customer), &one_holder) {
                (Some(Fact::Entered { pool, .. }), Holder::Pool(stay)) => stay.pool == *pool,
                (Some(Fact::Claimed { by, .. }), Holder::Owner { person, .. }) => by == person,
                (Some(Fact::Given { to, .. }), Holder::Owner { person, .. }) => to == person,
                (None, Holder::Owner { origin: None, .. }) => true,
                _ => false,
            };
            assert!(agrees, "{one_holder:?} is not {:?}", self.place(customer));
        }
    }

    fn held_in(facts: &[Fact], pool: PoolId, person: &PersonId) -> usize {
        let mut owner: Vec<Option<(Option<PoolId>, PersonId)>> = vec![None; CUSTOMERS];
        for fact in facts {
            match fact.clone() {
                Fact::Entered { customer, .. } => owner[customer] = None,
                Fact::Claimed {
                    customer, pool, by, ..
                } => {
                    owner[customer] = Some((Some(pool), by));
                }
                Fact::Given { customer, pool, to } => owner[customer] = Some((pool, to)),
            }
        }
        let out_of_it =
            |held: &&(Option<PoolId>, PersonId)| held.0 == Some(pool) && held.1 == *person;
        owner.iter().flatten().filter(out_of_it).count()
    }

    /// Between two entries of a customer into a pool, one person at most took it out.
    fn every_entry_has_one_winner(&self) {
        let mut pooled = [false; CUSTOMERS];
        for fact in &self.facts {
            match fact {
                Fact::Entered { customer, .. } => pooled[*customer] = true,
                Fact::Claimed { customer, .. } => {
                    assert!(pooled[*customer], "a second winner: {fact:?}");
                    pooled[*customer] = false;
                }
                Fact::Given { customer, .. } => pooled[*customer] = false,
            }
        }
    }
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
