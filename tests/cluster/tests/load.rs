//! Companies under load: callers who work as people and programs do, and what they were told.

mod person;
mod trade;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Customers whom everyone sells to.
const TRADERS: usize = 3;
/// The credit of each, in euros: less than the largest sales together.
const CREDIT: i64 = 400;

use guanxi_cluster::{
    Caller, Cluster, HasReceipt, Ledger, Role,
    requests::{self, account},
};
use guanxi_harness::eventually;
use guanxi_proto::types::v1::{CommandHeader, Receipt};
use guanxi_runtime::Role as Granted;
use tokio::task::JoinSet;
use uuid::Uuid;

use person::Person;
pub(crate) use trade::Booked;

/// What became of the opportunities of a tenant, by the callers' own count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) open: (i64, i64),
    pub(crate) won: (i64, i64),
    pub(crate) lost: (i64, i64),
}

/// A company whose people work at the same time.
pub(crate) struct Company {
    pub(crate) tenant: String,
    pub(crate) pipeline: String,
    pool: String,
    /// Customers that may be in the pool: everyone snatches at the same ones.
    pooled: Mutex<Vec<String>>,
    figures: Mutex<Figures>,
    /// Customers that everyone sells to on account.
    pub(crate) traders: Vec<String>,
    booked: Mutex<Booked>,
    /// The last token of each log.
    tokens: Mutex<BTreeMap<&'static str, String>>,
}

/// Everyone who works, and what they noted.
pub(crate) struct Load {
    pub(crate) ledger: Ledger,
    pub(crate) companies: Vec<Arc<Company>>,
    /// Answers that nobody should get, and what nobody could see.
    pub(crate) complaints: Arc<Mutex<Vec<String>>>,
    /// Refusals by a rule, as they must happen: by their reason.
    pub(crate) refusals: Arc<Mutex<BTreeMap<String, u64>>>,
    stop: Arc<AtomicBool>,
    people: JoinSet<()>,
}

impl Load {
    /// Sets up two companies and lets `people` begin to work.
    pub(crate) async fn start(cluster: &Cluster, people: usize) -> Self {
        let ledger = Ledger::default();
        let mut companies = Vec::new();
        for tenant in ["acme", "bolt"] {
            let members = (0..people).map(|n| format!("person-{n}"));
            companies.push(Arc::new(
                Company::found(cluster, tenant, members, &ledger).await,
            ));
        }
        let mut load = Self {
            ledger,
            companies,
            complaints: Arc::default(),
            refusals: Arc::default(),
            stop: Arc::default(),
            people: JoinSet::new(),
        };
        for n in 0..people {
            let person = Person::of(&load, cluster, n);
            load.people.spawn(person.work(load.stop.clone()));
        }
        load
    }

    /// Lets everyone finish what they began.
    pub(crate) async fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(person) = self.people.join_next().await {
            person.unwrap();
        }
    }
}

impl Company {
    async fn found(
        cluster: &Cluster,
        tenant: &str,
        members: impl Iterator<Item = String>,
        ledger: &Ledger,
    ) -> Self {
        let boss = |role| {
            cluster
                .caller(role, tenant, "boss", &[Granted::Manager])
                .unwrap()
        };
        let pool = requests::pool(members);
        let opened = boss(Role::Customers)
            .answered(&pool)
            .await
            .unwrap()
            .receipt();
        note(ledger, tenant, pool.header.as_ref(), &opened);
        let pipeline = requests::pipeline();
        let created = boss(Role::Sales)
            .answered(&pipeline)
            .await
            .unwrap()
            .receipt();
        note(ledger, tenant, pipeline.header.as_ref(), &created);
        let traders = Self::traders(&boss, tenant, ledger).await;
        Self {
            tenant: tenant.to_owned(),
            pipeline: created.id,
            traders,
            booked: Mutex::default(),
            pool: opened.id,
            pooled: Mutex::default(),
            figures: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    /// Customers that the sales service knows, each with credit for a few sales.
    async fn traders(boss: &impl Fn(Role) -> Caller, tenant: &str, ledger: &Ledger) -> Vec<String> {
        let mut traders = Vec::new();
        for n in 0..TRADERS {
            let company = requests::company(&format!("trader {n}"));
            let caller = boss(Role::Customers);
            let registered = caller.answered(&company).await.unwrap().receipt();
            note(ledger, tenant, company.header.as_ref(), &registered);
            let limit = account::credit_limit(&registered.id, CREDIT);
            let caller = boss(Role::Sales);
            let set = eventually(Duration::from_secs(30), async || {
                let set = caller.answered(&limit).await;
                set.map(|set| set.receipt())
            });
            let set = set.await.unwrap();
            note(ledger, tenant, limit.header.as_ref(), &set);
            traders.push(registered.id);
        }
        traders
    }

    /// What was told of its accounts.
    pub(crate) fn booked(&self) -> Booked {
        *self.booked.lock().unwrap()
    }

    /// What became of its opportunities.
    pub(crate) fn figures(&self) -> Figures {
        self.figures.lock().unwrap().clone()
    }

    /// Tokens by which a query shows all of it.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.tokens.lock().unwrap().values().cloned().collect()
    }
}

fn note(ledger: &Ledger, tenant: &str, header: Option<&CommandHeader>, receipt: &Receipt) {
    let id = header
        .map(|header| header.command_id.as_str())
        .unwrap_or_default();
    assert!(Uuid::parse_str(id).is_ok());
    ledger.note(tenant, id, receipt.clone()).unwrap();
}
