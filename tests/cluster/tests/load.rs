//! Companies under load: callers who work as people and programs do, and what they were told.

mod company;
mod desk;
mod person;
mod points;
mod trade;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use guanxi_cluster::{Cluster, Ledger};
use guanxi_proto::types::v1::{CommandHeader, Receipt};
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) use company::Company;
pub(crate) use desk::{State, Told};
use person::Person;
pub(crate) use points::Points;

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

fn note(ledger: &Ledger, tenant: &str, header: Option<&CommandHeader>, receipt: &Receipt) {
    let id = header
        .map(|header| header.command_id.as_str())
        .unwrap_or_default();
    assert!(Uuid::parse_str(id).is_ok());
    ledger.note(tenant, id, receipt.clone()).unwrap();
}
