//! One who works: registers, claims, sells, and looks whether it can be seen.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_proto::{
    query::v1::OpportunityStatus,
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::{Role as Granted, Token};
use tokio::task::JoinHandle;
use tonic::Status;

use super::{
    Company, Load, Turns,
    desk::Desk,
    look::look_for,
    name,
    points::Till,
    turns::{Agenda, Step},
};
use crate::{Caller, Cluster, HasReceipt, Ledger, Noted, Role, Rpc, reason, requests};

/// What the rules refuse when people race for the same things, or when a command comes so late that
/// the date which it names has passed.
const EXPECTED: [&str; 5] = [
    "CLAIM_REFUSED",
    "CREDIT_LIMIT_EXCEEDED",
    "NOT_ENOUGH_POINTS",
    "TAKEN",
    "UNTIL_HAS_PASSED",
];

/// Patience of one call; a broken replica must not cost more.
const DEADLINE: Duration = Duration::from_secs(5);

/// One who works.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) company: Arc<Company>,
    pub(super) customers: Caller,
    pub(super) sales: Caller,
    /// A manager, who alone may issue credit notes.
    pub(super) books: Caller,
    pub(super) service: Caller,
    pub(super) loyalty: Caller,
    query: Caller,
    ledger: Ledger,
    complaints: Noted<Vec<String>>,
    refusals: Noted<BTreeMap<String, u64>>,
    /// Own open opportunities, each with what it is worth.
    pub(super) deals: Vec<(String, i64)>,
    /// Own customers out of the pool.
    claimed: Vec<String>,
    pub(super) desk: Desk,
    pub(super) till: Till,
    /// A look at what was written last, which may take its time.
    look: Option<JoinHandle<()>>,
    pub(super) agenda: Agenda,
}

impl Person {
    /// Person `n`, who works in one of the companies.
    ///
    /// # Errors
    /// When the cluster lacks a role.
    pub(super) fn of(
        load: &Load,
        cluster: &Cluster,
        n: usize,
        turns: Turns,
    ) -> anyhow::Result<Self> {
        let company = load.companies[n % load.companies.len()].clone();
        let name = name(n);
        let caller_as = |role, granted| {
            let caller = cluster.caller(role, &company.tenant, &name, &[granted])?;
            anyhow::Ok(caller.within(DEADLINE))
        };
        let caller = |role| caller_as(role, Granted::Agent);
        Ok(Self {
            customers: caller(Role::Customers)?,
            sales: caller(Role::Sales)?,
            books: caller_as(Role::Sales, Granted::Manager)?,
            service: caller(Role::Service)?,
            loyalty: caller(Role::Loyalty)?,
            query: caller(Role::Query)?,
            name,
            company,
            ledger: load.ledger.clone(),
            complaints: load.complaints.clone(),
            refusals: load.refusals.clone(),
            deals: Vec::new(),
            claimed: Vec::new(),
            desk: Desk::default(),
            till: Till::default(),
            look: None,
            agenda: Agenda::new(turns, u64::try_from(n)?),
        })
    }

    /// Works until `stop`, then finishes what was begun.
    pub(super) async fn work(mut self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            match self.agenda.next() {
                Step::Chore => self.chore().await,
                Step::Work(what) => self.turn_to(what).await,
            }
        }
        if let Some(look) = self.look.take()
            && let Err(error) = look.await
        {
            self.complain(format!("a look ended: {error}"));
        }
    }

    async fn turn_to(&mut self, what: u64) {
        match what {
            0 | 5 => self.register().await,
            1 | 6 => self.claim().await,
            2 => self.give_back().await,
            3 | 7 | 8 => self.open().await,
            4 | 9 => self.advance().await,
            10 | 11 | 21 => self.trade().await,
            13 | 15 | 17 | 19 => self.work_on_a_ticket().await,
            14 | 16 | 18 | 20 => self.serve().await,
            22 => self.enrol().await,
            _ => self.close().await,
        }
    }

    /// Every other customer goes into the pool.
    async fn register(&mut self) {
        let mut request = requests::company(&format!("{} {}", self.name, self.agenda.number()));
        let into_pool = self.agenda.is_every(2);
        if into_pool {
            request.pool_id.clone_from(&self.company.pool);
        }
        let caller = self.customers.clone();
        let header = request.header.clone();
        if let Some(receipt) = self.told(header, caller.answered(&request).await)
            && into_pool
        {
            self.company.pooled.lock().push(receipt.id);
        }
    }

    async fn claim(&mut self) {
        // Not taken off the list before it is won: that is what makes it a race.
        let Some(wanted) = self.company.pooled.lock().last().cloned() else {
            return;
        };
        let request = requests::claim(&wanted, &self.company.pool);
        let caller = self.customers.clone();
        let header = request.header.clone();
        let won = self.told(header, caller.answered(&request).await).is_some();
        self.company.pooled.lock().retain(|id| *id != wanted);
        if won {
            self.claimed.push(wanted);
        }
    }

    async fn give_back(&mut self) {
        let Some(customer) = self.claimed.pop() else {
            return;
        };
        let request = requests::release(&customer, &self.company.pool);
        let caller = self.customers.clone();
        let header = request.header.clone();
        if self.told(header, caller.answered(&request).await).is_some() {
            self.company.pooled.lock().push(customer);
        }
    }

    pub(super) async fn open(&mut self) {
        let amount = self.agenda.amount(997);
        let request = requests::opportunity(&self.company.pipeline, &self.name, amount);
        let caller = self.sales.clone();
        let header = request.header.clone();
        if let Some(receipt) = self.told(header, caller.answered(&request).await) {
            let mut figures = self.company.figures.lock();
            figures.open = (figures.open.0 + 1, figures.open.1 + amount);
            drop(figures);
            self.deals.push((receipt.id, amount));
        }
    }

    async fn advance(&mut self) {
        let Some((deal, _)) = self.deals.last() else {
            return;
        };
        let stage = requests::STAGES[self.agenda.pick(1, requests::STAGES.len())];
        let request = requests::move_to(deal, stage);
        let caller = self.sales.clone();
        let header = request.header.clone();
        self.told(header, caller.answered(&request).await);
    }

    async fn close(&mut self) {
        let Some((deal, amount)) = self.deals.pop() else {
            return;
        };
        let caller = self.sales.clone();
        let won = !self.agenda.is_every(3);
        let receipt = if won {
            let request = requests::win(&deal);
            let header = request.header.clone();
            self.told(header, caller.answered(&request).await)
        } else {
            let request = requests::lose(&deal);
            let header = request.header.clone();
            self.told(header, caller.answered(&request).await)
        };
        let Some(receipt) = receipt else { return };
        {
            let mut figures = self.company.figures.lock();
            figures.open = (figures.open.0 - 1, figures.open.1 - amount);
            let end = if won {
                &mut figures.won
            } else {
                &mut figures.lost
            };
            *end = (end.0 + 1, end.1 + amount);
        }
        // Work goes on meanwhile, and one look at a time is enough.
        if self.look.as_ref().is_none_or(JoinHandle::is_finished) {
            let expected = if won {
                OpportunityStatus::Won
            } else {
                OpportunityStatus::Lost
            };
            self.look = Some(tokio::spawn(look_for(
                self.query.clone(),
                self.name.clone(),
                deal,
                expected,
                receipt,
                self.complaints.clone(),
            )));
        }
    }

    /// Sends a command until it is answered; the receipt of what was done.
    pub(super) async fn done<R>(
        &self,
        caller: &Caller,
        header: &Option<CommandHeader>,
        request: &R,
    ) -> Option<Receipt>
    where
        R: Rpc<Response: HasReceipt>,
    {
        let answer = caller.answered(request).await;
        self.told(header.clone(), answer)
    }

    /// Notes what was answered; the receipt of what was done.
    pub(super) fn told<A: HasReceipt>(
        &self,
        header: Option<CommandHeader>,
        answer: Result<A, Status>,
    ) -> Option<Receipt> {
        let id = header.map(|header| header.command_id).unwrap_or_default();
        let tenant = &self.company.tenant;
        match answer {
            Ok(answer) => {
                let receipt = answer.receipt();
                if let Err(error) = self.ledger.note(tenant, &id, receipt.clone()) {
                    self.complain(format!("{}: {error:#}", self.name));
                }
                let token = Token::decode(&receipt.token);
                let log = token.map_or("", |token| token.service.name());
                let mut tokens = self.company.tokens.lock();
                tokens.insert(log, receipt.token.clone());
                Some(receipt)
            }
            Err(status) => {
                match reason(&status) {
                    Ok(reason) if EXPECTED.contains(&reason.as_str()) => {
                        *self.refusals.lock().entry(reason).or_default() += 1;
                        if let Err(error) = self.ledger.note_refused(tenant, &id) {
                            self.complain(format!("{}: {error:#}", self.name));
                        }
                    }
                    _ => self.complain(format!("{}: {status:?}", self.name)),
                }
                None
            }
        }
    }

    pub(super) fn complain(&self, complaint: String) {
        self.complaints.lock().push(complaint);
    }
}
