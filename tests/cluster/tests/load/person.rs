//! One who works: registers, claims, sells, and looks whether it can be seen.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_cluster::{Caller, Cluster, HasReceipt, Ledger, Role, Rpc, reason, requests};
use guanxi_proto::{
    query::v1::{ListOpportunitiesRequest, OpportunityFilter, OpportunityStatus},
    types::v1::{CommandHeader, PageRequest, Receipt},
};
use guanxi_runtime::{Role as Granted, Token};
use tokio::task::JoinHandle;
use tonic::Status;

use super::{Company, Load, desk::Desk, note, points::Till};

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
    customers: Caller,
    pub(super) sales: Caller,
    /// A manager, who alone may issue credit notes.
    pub(super) books: Caller,
    pub(super) service: Caller,
    pub(super) loyalty: Caller,
    query: Caller,
    ledger: Ledger,
    complaints: Arc<Mutex<Vec<String>>>,
    refusals: Arc<Mutex<BTreeMap<String, u64>>>,
    /// Own open opportunities, each with what it is worth.
    deals: Vec<(String, i64)>,
    /// Own customers out of the pool.
    claimed: Vec<String>,
    pub(super) desk: Desk,
    pub(super) till: Till,
    /// A look at what was written last, which may take its time.
    look: Option<JoinHandle<()>>,
    pub(super) turn: u64,
}

impl Person {
    /// Person `n`, who works in one of the companies.
    pub(super) fn of(load: &Load, cluster: &Cluster, n: usize) -> Self {
        let company = load.companies[n % load.companies.len()].clone();
        let name = format!("person-{n}");
        let caller_as = |role, granted| {
            let caller = cluster.caller(role, &company.tenant, &name, &[granted]);
            caller.unwrap().within(DEADLINE)
        };
        let caller = |role| caller_as(role, Granted::Agent);
        Self {
            customers: caller(Role::Customers),
            sales: caller(Role::Sales),
            books: caller_as(Role::Sales, Granted::Manager),
            service: caller(Role::Service),
            loyalty: caller(Role::Loyalty),
            query: caller(Role::Query),
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
            turn: n as u64 * 7,
        }
    }

    /// Works until `stop`, then finishes what was begun.
    pub(super) async fn work(mut self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            self.turn += 1;
            match self.turn % 23 {
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
        if let Some(look) = self.look.take() {
            look.await.unwrap();
        }
    }

    /// Every other customer goes into the pool.
    async fn register(&mut self) {
        let mut request = requests::company(&format!("{} {}", self.name, self.turn));
        let into_pool = self.turn.is_multiple_of(2);
        if into_pool {
            request.pool_id.clone_from(&self.company.pool);
        }
        let caller = self.customers.clone();
        let header = request.header.clone();
        if let Some(receipt) = self.told(header, caller.answered(&request).await)
            && into_pool
        {
            self.company.pooled.lock().unwrap().push(receipt.id);
        }
    }

    async fn claim(&mut self) {
        // Not taken off the list before it is won: that is what makes it a race.
        let Some(wanted) = self.company.pooled.lock().unwrap().last().cloned() else {
            return;
        };
        let request = requests::claim(&wanted, &self.company.pool);
        let caller = self.customers.clone();
        let header = request.header.clone();
        let won = self.told(header, caller.answered(&request).await).is_some();
        self.company
            .pooled
            .lock()
            .unwrap()
            .retain(|id| *id != wanted);
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
            self.company.pooled.lock().unwrap().push(customer);
        }
    }

    async fn open(&mut self) {
        let amount = i64::try_from(self.turn % 997).unwrap() + 1;
        let request = requests::opportunity(&self.company.pipeline, &self.name, amount);
        let caller = self.sales.clone();
        let header = request.header.clone();
        if let Some(receipt) = self.told(header, caller.answered(&request).await) {
            let mut figures = self.company.figures.lock().unwrap();
            figures.open = (figures.open.0 + 1, figures.open.1 + amount);
            drop(figures);
            self.deals.push((receipt.id, amount));
        }
    }

    async fn advance(&mut self) {
        let Some((deal, _)) = self.deals.last() else {
            return;
        };
        let stage = requests::STAGES[usize::try_from(self.turn % 3).unwrap()];
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
        let won = !self.turn.is_multiple_of(3);
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
            let mut figures = self.company.figures.lock().unwrap();
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
        match answer {
            Ok(answer) => {
                let receipt = answer.receipt();
                note(
                    &self.ledger,
                    &self.company.tenant,
                    header.as_ref(),
                    &receipt,
                );
                let token = Token::decode(&receipt.token);
                let log = token.map_or("", |token| token.service.name());
                self.company
                    .tokens
                    .lock()
                    .unwrap()
                    .insert(log, receipt.token.clone());
                Some(receipt)
            }
            Err(status) => {
                match reason(&status) {
                    Ok(reason) if EXPECTED.contains(&reason.as_str()) => {
                        *self.refusals.lock().unwrap().entry(reason).or_default() += 1;
                    }
                    _ => self.complain(format!("{}: {status:?}", self.name)),
                }
                None
            }
        }
    }

    fn complain(&self, complaint: String) {
        self.complaints.lock().unwrap().push(complaint);
    }
}

/// Reads one's own write.
async fn look_for(
    query: Caller,
    owner: String,
    deal: String,
    expected: OpportunityStatus,
    receipt: Receipt,
    complaints: Arc<Mutex<Vec<String>>>,
) {
    let asked = ListOpportunitiesRequest {
        after: vec![receipt.token.clone()],
        filter: Some(OpportunityFilter {
            owners: vec![owner],
            ..OpportunityFilter::default()
        }),
        page: Some(PageRequest {
            page_size: 1_000,
            page_token: String::new(),
        }),
        ..ListOpportunitiesRequest::default()
    };
    let complaint = match query.answered(&asked).await {
        Ok(list) => {
            let mut found = list.opportunities.iter();
            let status = found
                .find(|one| one.opportunity_id == deal)
                .map(|one| one.status());
            if status == Some(expected) {
                return;
            }
            let token = receipt.token;
            format!("{deal} is {status:?}, not {expected:?}, after {token}")
        }
        Err(status) => format!("no list: {status:?}"),
    };
    complaints.lock().unwrap().push(complaint);
}
