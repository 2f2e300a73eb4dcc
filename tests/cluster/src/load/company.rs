//! A company whose people work at the same time, and what was told of it all.

use std::{collections::BTreeMap, sync::atomic::AtomicU64, time::Duration};

use anyhow::Context;
use guanxi_harness::eventually;
use guanxi_proto::types::v1::CommandHeader;
use guanxi_runtime::Role as Granted;

use super::{
    desk::Told,
    points::{Points, Shop},
    trade::Booked,
};
use crate::{
    Caller, Cluster, HasReceipt, Ledger, Noted, Role, Rpc,
    requests::{self, account, loyalty, sla, tickets},
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
pub struct Figures {
    /// Count and sum of what is open.
    pub open: (i64, i64),
    /// Of what was won.
    pub won: (i64, i64),
    /// Of what was lost.
    pub lost: (i64, i64),
}

/// A company, with what its people noted.
pub struct Company {
    /// Its name.
    pub tenant: String,
    /// The pipeline of all its opportunities.
    pub pipeline: String,
    pub(super) pool: String,
    /// Customers that may be in the pool: everyone snatches at the same ones.
    pub(super) pooled: Noted<Vec<String>>,
    pub(super) figures: Noted<Figures>,
    /// Customers that everyone sells to on account.
    pub traders: Vec<String>,
    pub(super) booked: Noted<Booked>,
    /// The queue of all tickets.
    pub queue: String,
    pub(super) tickets: Noted<BTreeMap<String, Told>>,
    /// Where points are earned and spent.
    pub shop: Shop,
    pub(super) points: Noted<BTreeMap<String, Points>>,
    /// How many tried to become members.
    pub(super) applicants: AtomicU64,
    /// The last token of each log.
    pub(super) tokens: Noted<BTreeMap<&'static str, String>>,
}

impl Company {
    pub(super) async fn found(
        cluster: &Cluster,
        tenant: String,
        people: Vec<String>,
        ledger: &Ledger,
    ) -> anyhow::Result<Self> {
        let boss = Boss {
            cluster,
            tenant: &tenant,
            ledger,
        };
        let pool = requests::pool(people.iter().cloned());
        let pool = boss.done(Role::Customers, &pool.header, &pool).await?;
        let pipeline = requests::pipeline();
        let pipeline = boss.done(Role::Sales, &pipeline.header, &pipeline).await?;
        let queue = tickets::queue_in_turn("help", people);
        let queue = boss.done(Role::Service, &queue.header, &queue).await?;
        let hours = sla::around_the_clock("always");
        let hours = boss.done(Role::Service, &hours.header, &hours).await?;
        let policies = sla::hasty_policies(&hours, "in a hurry");
        boss.done(Role::Service, &policies.header, &policies)
            .await?;
        let traders = boss.traders().await?;
        let shop = boss.shop(&traders).await?;
        Ok(Self {
            tenant,
            pipeline,
            pool,
            pooled: Noted::default(),
            figures: Noted::default(),
            traders,
            booked: Noted::default(),
            queue,
            tickets: Noted::default(),
            shop,
            points: Noted::default(),
            applicants: AtomicU64::default(),
            tokens: Noted::default(),
        })
    }

    /// What was told of its accounts.
    pub fn booked(&self) -> Booked {
        *self.booked.lock()
    }

    /// What became of its opportunities.
    pub fn figures(&self) -> Figures {
        self.figures.copy()
    }

    /// How its tickets stand, by id.
    pub fn tickets(&self) -> BTreeMap<String, Told> {
        self.tickets.copy()
    }

    /// How one ticket stands.
    pub(super) fn ticket(&self, id: &str) -> Option<Told> {
        self.tickets.lock().get(id).copied()
    }

    /// Notes something of a ticket that somebody opened.
    pub(super) fn note_on<T>(&self, ticket: &str, note: impl FnOnce(&mut Told) -> T) -> Option<T> {
        self.tickets.lock().get_mut(ticket).map(note)
    }

    /// What members' points came to, by member.
    pub fn points(&self) -> BTreeMap<String, Points> {
        self.points.copy()
    }

    /// Tokens by which a query shows all that these logs have of it.
    pub fn tokens_of(&self, logs: &[&str]) -> Vec<String> {
        let tokens = self.tokens.lock();
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
    fn caller(&self, role: Role) -> anyhow::Result<Caller> {
        let granted = [Granted::Manager];
        self.cluster.caller(role, self.tenant, "boss", &granted)
    }

    /// The id of what was set up, as soon as the service has heard of what it needs.
    async fn done<R>(
        &self,
        role: Role,
        header: &Option<CommandHeader>,
        request: &R,
    ) -> anyhow::Result<String>
    where
        R: Rpc<Response: HasReceipt>,
    {
        let caller = self.caller(role)?;
        let answer = eventually(HEARSAY, async || caller.answered(request).await);
        let receipt = answer.await?.receipt();
        let id = receipt.id.clone();
        let header = header.as_ref().context("a command has a header")?;
        self.ledger.note(self.tenant, &header.command_id, receipt)?;
        Ok(id)
    }

    /// Customers that the sales service knows, each with credit for a few sales.
    async fn traders(&self) -> anyhow::Result<Vec<String>> {
        let mut traders = Vec::new();
        for n in 0..TRADERS {
            let company = requests::company(&format!("trader {n}"));
            let trader = self
                .done(Role::Customers, &company.header, &company)
                .await?;
            let limit = account::credit_limit(&trader, CREDIT);
            self.done(Role::Sales, &limit.header, &limit).await?;
            traders.push(trader);
        }
        Ok(traders)
    }

    /// A program of which every trader is a member, before anything is sold.
    async fn shop(&self, traders: &[String]) -> anyhow::Result<Shop> {
        let program = loyalty::program("regulars");
        let program = self.done(Role::Loyalty, &program.header, &program).await?;
        let rules = loyalty::point_a_euro(&program);
        self.done(Role::Loyalty, &rules.header, &rules).await?;
        let cards = loyalty::card_batch(&program, "cards");
        let cards = self.done(Role::Loyalty, &cards.header, &cards).await?;
        let mut customers = BTreeMap::new();
        for trader in traders {
            let member = loyalty::member_of_customer(&program, trader);
            let member = self.done(Role::Loyalty, &member.header, &member).await?;
            customers.insert(member, trader.clone());
        }
        let mut members: Vec<String> = customers.keys().cloned().collect();
        for _ in 0..WALK_INS {
            let member = loyalty::plain_member(&program);
            members.push(self.done(Role::Loyalty, &member.header, &member).await?);
        }
        Ok(Shop {
            program,
            cards,
            customers,
            members,
        })
    }
}
