//! How tickets stand, whose work they are, and how they were rated: exactly as the callers were told.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use anyhow::{Context, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use guanxi_harness::eventually;
use guanxi_proto::{
    query::v1::{
        GetServiceFiguresRequest, ListTicketsRequest, TicketFilter, TicketRow, TicketState,
    },
    service::v1::{GetQueueRequest, GetTicketRequest, TicketStatus},
    types::v1::PageRequest,
};
use guanxi_runtime::Role as Granted;

use super::Differences;
use crate::{
    Caller, Cluster, Role,
    load::{Company, State, Told},
};

/// How long the last dates may take to come for which tickets wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tickets that are asked about at the same time.
const AT_ONCE: usize = 16;

pub(super) async fn check(
    cluster: &Cluster,
    company: &Company,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let auditor = |role| cluster.caller(role, &company.tenant, "auditor", &[Granted::Analyst]);
    let (query, service) = (auditor(Role::Query)?, auditor(Role::Service)?);
    let told = company.tickets();
    let arrived = eventually(PATIENCE, async || {
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
    match arrived.await {
        Ok(rows) => check_whose_work(&service, company, &rows, differences).await?,
        Err(difference) => differences.demand(false, || {
            format!("tickets at {}: {difference:#}", company.tenant)
        }),
    }
    check_service(&service, &told, differences).await?;
    check_ratings(&query, company, &told, differences).await
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
    i32::try_from(told.resolutions).unwrap_or(i32::MAX)
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

/// The service itself says the same of each.
async fn check_service(
    service: &Caller,
    told: &BTreeMap<String, Told>,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let asked = stream::iter(told).map(|(id, told)| async move {
        let asked = GetTicketRequest {
            ticket_id: id.clone(),
        };
        let ticket = service.answered(&asked).await?.ticket;
        anyhow::Ok((id, ticket.unwrap_or_default(), told))
    });
    let mut answers = asked.buffer_unordered(AT_ONCE);
    while let Some((id, ticket, told)) = answers.try_next().await? {
        let status = match expected(told) {
            TicketState::Open => TicketStatus::Open,
            TicketState::Pending => TicketStatus::Pending,
            TicketState::Resolved => TicketStatus::Resolved,
            _ => TicketStatus::Closed,
        };
        let (is, told) = (
            (ticket.status(), ticket.resolutions),
            (status, resolutions(told)),
        );
        differences.compare(format!("ticket {id}"), is, told);
    }
    Ok(())
}

/// Each ticket was given to somebody, and the queue counts for each person what is not done.
async fn check_whose_work(
    service: &Caller,
    company: &Company,
    rows: &[TicketRow],
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let asked = GetQueueRequest {
        queue_id: company.queue.clone(),
    };
    let queue = service.answered(&asked).await?.queue.unwrap_or_default();
    let mut theirs: BTreeMap<&str, i32> = BTreeMap::new();
    let mut given: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        differences.demand(!row.agent.is_empty(), || {
            format!("nobody was given {row:?}")
        });
        *given.entry(&row.agent).or_default() += 1;
        if matches!(row.state(), TicketState::Open | TicketState::Pending) {
            *theirs.entry(&row.agent).or_default() += 1;
        }
    }
    let loads = queue.loads.iter().filter(|load| load.tickets > 0);
    let loads: BTreeMap<&str, i32> = loads
        .map(|load| (load.person.as_str(), load.tickets))
        .collect();
    differences.compare(format!("loads at {}", company.tenant), loads, theirs);
    // They were given in turn: nobody has two more than somebody else.
    let fewest = queue.members.iter();
    let fewest = fewest.map(|member| given.get(member.person.as_str()).copied().unwrap_or(0));
    let most = given.values().copied().max();
    let in_turn = most <= fewest.min().map(|fewest| fewest + 1);
    differences.demand(in_turn, || {
        format!("not in turn at {}: {given:?}", company.tenant)
    });
    Ok(())
}

/// Each resolution asked once, and each answer counts once.
async fn check_ratings(
    query: &Caller,
    company: &Company,
    told: &BTreeMap<String, Told>,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let asked = GetServiceFiguresRequest {
        after: company.tokens_of(&["service"]),
        filter: Some(TicketFilter {
            queue_ids: vec![company.queue.clone()],
            ..TicketFilter::default()
        }),
        ..GetServiceFiguresRequest::default()
    };
    let figures = query.answered(&asked).await?;
    let figures = figures.groups.first().cloned().unwrap_or_default();
    let satisfaction = figures.satisfaction.unwrap_or_default();
    let sum = |of: fn(&Told) -> u32| told.values().map(|told| i64::from(of(told))).sum::<i64>();
    let (resolutions, ratings) = (sum(|told| told.resolutions), sum(|told| told.ratings));
    for (what, is, told) in [
        ("opened", figures.opened, i64::try_from(told.len())?),
        ("resolved", figures.resolved, resolutions),
        ("asked", satisfaction.asked, resolutions),
        ("answered", satisfaction.answered, ratings),
    ] {
        differences.compare(format!("{what} at {}", company.tenant), is, told);
    }
    // The policy is in such a hurry that its timers fired whatever died.
    let targets = figures.targets.unwrap_or_default();
    differences.demand(told.is_empty() || targets.missed > 0, || {
        format!("no target was missed at {}: {targets:?}", company.tenant)
    });
    Ok(())
}
