//! A company whose people work at the same time, and what was told of it all.

use std::{
    collections::BTreeMap,
    sync::{Mutex, atomic::AtomicU64},
    time::Duration,
};

use guanxi_cluster::{
    Caller, Cluster, HasReceipt, Ledger, Role, Rpc,
    requests::{self, account, loyalty, sla, tickets},
};
use guanxi_harness::eventually;
use guanxi_proto::types::v1::CommandHeader;
use guanxi_runtime::Role as Granted;

use super::{
    desk::Told,
    note,
    points::{Points, Shop},
    trade::Booked,
};

/// Customers whom everyone sells to.
const TRADERS: usize = 3;
/// Members without a customer, at whose points everyone snatches.
const WALK_INS: usize = 3;
/// The credit of each customer, in euros: less than the largest sales together.
const CREDIT: i64 = 400;
/// How long another service may take to hear of a customer.
const HEARSAY: Duration = Duration::from_secs(30);

/// What became of the opportunities of a tenant, by the callers' own count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) open: (i64, i64),
    pub(crate) won: (i64, i64),
    pub(crate) lost: (i64, i64),
}

/// A company, with what its people noted.
pub(crate) struct Company {
    pub(crate) tenant: String,
    pub(crate) pipeline: String,
    pub(super) pool: String,
    /// Customers that may be in the pool: everyone snatches at the same ones.
    pub(super) pooled: Mutex<Vec<String>>,
    pub(super) figures: Mutex<Figures>,
    /// Customers that everyone sells to on account.
    pub(crate) traders: Vec<String>,
    pub(super) booked: Mutex<Booked>,
    /// The queue of all tickets.
    pub(crate) queue: String,
    pub(super) tickets: Mutex<BTreeMap<String, Told>>,
    pub(crate) shop: Shop,
    pub(super) points: Mutex<BTreeMap<String, Points>>,
    /// How many tried to become members.
    pub(super) applicants: AtomicU64,
    /// The last token of each log.
    pub(super) tokens: Mutex<BTreeMap<&'static str, String>>,
}

impl Company {
    pub(super) async fn found(
        cluster: &Cluster,
        tenant: &str,
        people: impl Iterator<Item = String> + Clone,
        ledger: &Ledger,
    ) -> Self {
        let boss = Boss {
            cluster,
            tenant,
            ledger,
        };
        let pool = requests::pool(people.clone());
        let pool = boss.done(Role::Customers, &pool.header, &pool).await;
        let pipeline = requests::pipeline();
        let pipeline = boss.done(Role::Sales, &pipeline.header, &pipeline).await;
        let queue = tickets::queue_in_turn("help", people);
        let queue = boss.done(Role::Service, &queue.header, &queue).await;
        let hours = sla::around_the_clock("always");
        let hours = boss.done(Role::Service, &hours.header, &hours).await;
        let policies = sla::hasty_policies(&hours, "in a hurry");
        boss.done(Role::Service, &policies.header, &policies).await;
        let traders = boss.traders().await;
        let shop = boss.shop(&traders).await;
        Self {
            tenant: tenant.to_owned(),
            pipeline,
            pool,
            pooled: Mutex::default(),
            figures: Mutex::default(),
            traders,
            booked: Mutex::default(),
            queue,
            tickets: Mutex::default(),
            shop,
            points: Mutex::default(),
            applicants: AtomicU64::default(),
            tokens: Mutex::default(),
        }
    }

    /// What was told of its accounts.
    pub(crate) fn booked(&self) -> Booked {
        *self.booked.lock().unwrap()
    }

    /// What became of its opportunities.
    pub(crate) fn figures(&self) -> Figures {
        self.figures.lock().unwrap().clone()
    }

    /// How its tickets stand, by id.
    pub(crate) fn tickets(&self) -> BTreeMap<String, Told> {
        self.tickets.lock().unwrap().clone()
    }

    /// What members' points came to, by member.
    pub(crate) fn points(&self) -> BTreeMap<String, Points> {
        self.points.lock().unwrap().clone()
    }

    /// Tokens by which a query shows all that these logs have of it.
    pub(crate) fn tokens_of(&self, logs: &[&str]) -> Vec<String> {
        let tokens = self.tokens.lock().unwrap();
        let tokens = logs.iter().filter_map(|log| tokens.get(log).cloned());
        tokens.collect()
    }
}

/// Who sets a company up.
struct Boss<'a> {
    cluster: &'a Cluster,
    tenant: &'a str,
    ledger: &'a Ledger,
}

impl Boss<'_> {
    fn caller(&self, role: Role) -> Caller {
        let granted = [Granted::Manager];
        self.cluster
            .caller(role, self.tenant, "boss", &granted)
            .unwrap()
    }

    /// The id of what was set up, as soon as the service has heard of what it needs.
    async fn done<R>(&self, role: Role, header: &Option<CommandHeader>, request: &R) -> String
    where
        R: Rpc<Response: HasReceipt>,
    {
        let caller = self.caller(role);
        let answer = eventually(HEARSAY, async || caller.answered(request).await);
        let receipt = answer.await.unwrap().receipt();
        note(self.ledger, self.tenant, header.as_ref(), &receipt);
        receipt.id
    }

    /// Customers that the sales service knows, each with credit for a few sales.
    async fn traders(&self) -> Vec<String> {
        let mut traders = Vec::new();
        for n in 0..TRADERS {
            let company = requests::company(&format!("trader {n}"));
            let trader = self.done(Role::Customers, &company.header, &company).await;
            let limit = account::credit_limit(&trader, CREDIT);
            self.done(Role::Sales, &limit.header, &limit).await;
            traders.push(trader);
        }
        traders
    }

    /// A program of which every trader is a member, before anything is sold.
    async fn shop(&self, traders: &[String]) -> Shop {
        let program = loyalty::program("regulars");
        let program = self.done(Role::Loyalty, &program.header, &program).await;
        let rules = loyalty::point_a_euro(&program);
        self.done(Role::Loyalty, &rules.header, &rules).await;
        let cards = loyalty::card_batch(&program, "cards");
        let cards = self.done(Role::Loyalty, &cards.header, &cards).await;
        let mut customers = BTreeMap::new();
        for trader in traders {
            let member = loyalty::member_of_customer(&program, trader);
            let member = self.done(Role::Loyalty, &member.header, &member).await;
            customers.insert(member, trader.clone());
        }
        let mut members: Vec<String> = customers.keys().cloned().collect();
        for _ in 0..WALK_INS {
            let member = loyalty::plain_member(&program);
            members.push(self.done(Role::Loyalty, &member.header, &member).await);
        }
        Shop {
            program,
            cards,
            customers,
            members,
        }
    }
}
