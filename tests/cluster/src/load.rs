//! Companies under load: callers who work as people and programs do, and what they were told.

mod chores;
mod company;
mod desk;
mod look;
mod person;
mod points;
mod trade;
mod turns;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::future::try_join_all;
use tokio::task::JoinSet;

pub use company::{Company, Figures};
pub use desk::{State, Told};
pub use points::{Points, Shop};
pub use trade::Booked;
pub use turns::Turns;

use crate::{Cluster, Ledger, Noted};
use person::Person;

/// How much is worked.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// How many companies there are.
    pub companies: usize,
    /// How many people work, in all of them together; each is a caller, one command after the other.
    pub people: usize,
    /// How they choose what to do next.
    pub turns: Turns,
}

/// Everyone who works, and what they noted.
pub struct Load {
    /// What was acknowledged.
    pub ledger: Ledger,
    /// The companies, each with what it was told.
    pub companies: Vec<Arc<Company>>,
    /// Answers that nobody should get, and what nobody could see.
    pub complaints: Noted<Vec<String>>,
    /// Refusals by a rule, as they must happen: by their reason.
    pub refusals: Noted<BTreeMap<String, u64>>,
    stop: Arc<AtomicBool>,
    people: JoinSet<()>,
}

impl Load {
    /// Sets the companies up and lets people begin to work.
    ///
    /// # Errors
    /// When a company cannot be set up.
    pub async fn start(cluster: &Cluster, work: Work) -> anyhow::Result<Self> {
        let ledger = Ledger::default();
        let founded = (0..work.companies).map(|company| {
            let people = (company..work.people).step_by(work.companies);
            let people: Vec<String> = people.map(name).collect();
            let tenant = format!("company-{company}");
            Company::found(cluster, tenant, people, &ledger)
        });
        let companies = try_join_all(founded).await?;
        let mut load = Self {
            ledger: ledger.clone(),
            companies: companies.into_iter().map(Arc::new).collect(),
            complaints: Noted::default(),
            refusals: Noted::default(),
            stop: Arc::default(),
            people: JoinSet::new(),
        };
        for n in 0..work.people {
            let person = Person::of(&load, cluster, n, work.turns)?;
            load.people.spawn(person.work(load.stop.clone()));
        }
        Ok(load)
    }

    /// Lets everyone finish what they began.
    ///
    /// # Errors
    /// When someone panicked.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(person) = self.people.join_next().await {
            person?;
        }
        Ok(())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Who waits for a cluster that is gone would wait for long.
        self.people.abort_all();
    }
}

fn name(person: usize) -> String {
    format!("person-{person}")
}
