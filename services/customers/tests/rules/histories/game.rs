//! The game of a random history, and the oracle that watches it.

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
use uuid::Uuid;

use super::{CUSTOMERS, PEOPLE, POOLS, Step};
use crate::{
    fixtures::{company, opened, person},
    world::{Undecided, World},
};

/// What happened, as a bystander would write it down.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
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

pub struct Game {
    pub world: World,
    pub facts: Vec<Fact>,
    waiting: Vec<(usize, usize, usize, Undecided<Customer>)>,
}

fn customer_id(n: usize) -> CustomerId {
    CustomerId(Uuid::from_u128(0xC000 + n as u128))
}

pub fn who(n: usize) -> PersonId {
    person(PEOPLE[n])
}

impl Game {
    pub fn new() -> Self {
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

    pub fn decide_claim(&self, by: usize, customer: usize, pool: usize) -> Undecided<Customer> {
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

    pub fn play(&mut self, step: &Step) {
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

    pub fn release(&mut self, customer: usize, pool: PoolId) {
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
    pub fn check(&self, before: &[Fact]) {
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
    pub fn every_entry_has_one_winner(&self) {
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
