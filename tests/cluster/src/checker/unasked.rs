//! Whether anything happened that nobody wanted: each event that a person is said to have caused is of a
//! command that its caller was told was done. Everyone goes on asking until there is an answer.

use std::collections::HashSet;

use futures::{TryStreamExt, pin_mut};
use guanxi_events::Service;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Findings;
use crate::Ledger;

/// As many are told one by one.
const MOST: usize = 20;

pub(super) async fn check(
    client: &Client,
    service: Service,
    ledger: &Ledger,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let promises = ledger.of(service);
    let done: HashSet<(&str, Uuid)> = promises
        .iter()
        .map(|done| (done.tenant.as_str(), done.command_id))
        .collect();
    let sql = include_str!("unasked.sql").replace("{log}", &format!("log_{service}"));
    let events = client.query_raw::<_, i64, _>(&sql, []).await?;
    pin_mut!(events);
    let mut unasked = 0;
    while let Some(event) = events.try_next().await? {
        let (position, tenant, id): (i64, &str, Uuid) =
            (event.try_get(0)?, event.try_get(1)?, event.try_get(2)?);
        if done.contains(&(tenant, id)) {
            continue;
        }
        unasked += 1;
        if unasked <= MOST {
            findings.wrong(
                "unasked",
                format!(
                    "position {position} of {service} is of command {id}, of which nobody was told"
                ),
            );
        }
    }
    if unasked > MOST {
        findings.wrong("unasked", format!("{unasked} events of {service} in all"));
    }
    Ok(())
}
