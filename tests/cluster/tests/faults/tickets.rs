//! How tickets stand, whose work they are, and how they were rated: exactly as the callers were told.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use anyhow::{Context, ensure};
use guanxi_cluster::{Caller, Cluster, Role};
use guanxi_harness::eventually;
use guanxi_proto::{
    query::v1::{
        GetServiceFiguresRequest, ListTicketsRequest, TicketFilter, TicketRow, TicketState,
    },
    service::v1::{GetQueueRequest, GetTicketRequest, TicketStatus},
    types::v1::PageRequest,
};
use guanxi_runtime::Role as Granted;

use crate::load::{Company, State, Told};

/// How long the last dates may take to come for which tickets wait.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn assert_as_told(cluster: &Cluster, company: &Company) {
    let auditor = |role| {
        let caller = cluster.caller(role, &company.tenant, "auditor", &[Granted::Analyst]);
        caller.unwrap()
    };
    let (query, service) = (auditor(Role::Query), auditor(Role::Service));
    let told = company.tickets();
    for wanted in [State::Open, State::Resolved, State::Closed] {
        let some = told.values().any(|told| told.state == wanted);
        assert!(some, "no ticket of {} is {wanted:?}", company.tenant);
    }
    let rows = eventually(PATIENCE, async || {
        let rows = rows(&query, company).await?;
        ensure!(
            rows.len() == told.len(),
            "{} tickets instead of {}",
            rows.len(),
            told.len()
        );
        for row in &rows {
            let told = told.get(&row.ticket_id).context("nobody opened it")?;
            ensure!(
                row.state() == expected(told) && row.resolutions == resolutions(told),
                "{row:?} instead of {told:?}"
            );
        }
        Ok::<_, anyhow::Error>(rows)
    });
    let rows = rows.await.unwrap();
    for (id, told) in &told {
        assert_the_service_says(&service, id, told).await;
    }
    assert_whose_work(&service, company, &rows).await;
    assert_ratings(&query, company, &told).await;
}

fn expected(told: &Told) -> TicketState {
    match told.state {
        // The date has come.
        State::Open | State::Pending { dated: true } => TicketState::Open,
        State::Pending { dated: false } => TicketState::Pending,
        State::Resolved => TicketState::Resolved,
        State::Closed => TicketState::Closed,
    }
}

fn resolutions(told: &Told) -> i32 {
    i32::try_from(told.resolutions).unwrap()
}

async fn rows(query: &Caller, company: &Company) -> anyhow::Result<Vec<TicketRow>> {
    let mut rows = Vec::new();
    let mut page_token = String::new();
    loop {
        let asked = ListTicketsRequest {
            after: company.tokens_of(&["service"]),
            filter: Some(TicketFilter {
                queue_ids: vec![company.queue.clone()],
                ..TicketFilter::default()
            }),
            page: Some(PageRequest {
                page_size: 1_000,
                page_token,
            }),
            ..ListTicketsRequest::default()
        };
        let page = query.answered(&asked).await?;
        rows.extend(page.tickets);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(rows);
        }
    }
}

async fn assert_the_service_says(service: &Caller, id: &str, told: &Told) {
    let asked = GetTicketRequest {
        ticket_id: id.to_owned(),
    };
    let ticket = service.answered(&asked).await.unwrap().ticket.unwrap();
    let status = match expected(told) {
        TicketState::Open => TicketStatus::Open,
        TicketState::Pending => TicketStatus::Pending,
        TicketState::Resolved => TicketStatus::Resolved,
        _ => TicketStatus::Closed,
    };
    assert_eq!(ticket.status(), status, "{ticket:?}, {told:?}");
    assert_eq!(ticket.resolutions, resolutions(told), "{ticket:?}");
}

/// Each ticket was given to somebody, and the queue counts for each person what is not done.
async fn assert_whose_work(service: &Caller, company: &Company, rows: &[TicketRow]) {
    let asked = GetQueueRequest {
        queue_id: company.queue.clone(),
    };
    let queue = service.answered(&asked).await.unwrap().queue.unwrap();
    let mut theirs: BTreeMap<&str, i32> = BTreeMap::new();
    let mut given: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        assert!(!row.agent.is_empty(), "nobody was given {row:?}");
        *given.entry(&row.agent).or_default() += 1;
        if matches!(row.state(), TicketState::Open | TicketState::Pending) {
            *theirs.entry(&row.agent).or_default() += 1;
        }
    }
    let loads = queue.loads.iter().filter(|load| load.tickets > 0);
    let loads: BTreeMap<&str, i32> = loads
        .map(|load| (load.person.as_str(), load.tickets))
        .collect();
    assert_eq!(loads, theirs, "loads at {}", company.tenant);
    // They were given in turn: nobody has two more than somebody else.
    let fewest = queue.members.iter();
    let fewest = fewest.map(|member| given.get(member.person.as_str()).copied().unwrap_or(0));
    let most = given.values().copied().max();
    assert!(
        most <= fewest.min().map(|fewest| fewest + 1),
        "not in turn at {}: {given:?}",
        company.tenant
    );
}

/// Each resolution asked once, and each answer counts once.
async fn assert_ratings(query: &Caller, company: &Company, told: &BTreeMap<String, Told>) {
    let asked = GetServiceFiguresRequest {
        after: company.tokens_of(&["service"]),
        filter: Some(TicketFilter {
            queue_ids: vec![company.queue.clone()],
            ..TicketFilter::default()
        }),
        ..GetServiceFiguresRequest::default()
    };
    let figures = query.answered(&asked).await.unwrap();
    let [figures] = figures.groups.as_slice() else {
        panic!("one group was asked for: {figures:?}")
    };
    let satisfaction = figures.satisfaction.clone().unwrap_or_default();
    let sum = |of: fn(&Told) -> u32| told.values().map(|told| i64::from(of(told))).sum::<i64>();
    let (resolutions, ratings) = (sum(|told| told.resolutions), sum(|told| told.ratings));
    assert!(ratings > 0, "nobody rated anything at {}", company.tenant);
    assert_eq!(figures.opened, i64::try_from(told.len()).unwrap());
    assert_eq!(figures.resolved, resolutions);
    assert_eq!(satisfaction.asked, resolutions);
    assert_eq!(satisfaction.answered, ratings);
    // The policy is in such a hurry that its timers fired while everything died.
    let targets = figures.targets.clone().unwrap_or_default();
    assert!(targets.missed > 0, "no target was missed: {targets:?}");
}
