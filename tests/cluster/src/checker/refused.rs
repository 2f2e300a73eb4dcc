//! Whether a refusal is the truth: a command that a rule refused is in no log, though an attempt at it may
//! have been on its way when the one that was refused came.

use guanxi_events::Service;
use tokio_postgres::Client;
use uuid::Uuid;

use super::{Findings, PAGE};
use crate::Ledger;

pub(super) async fn check(
    client: &Client,
    service: Service,
    ledger: &Ledger,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let sql = include_str!("refused.sql").replace("{log}", &format!("log_{service}"));
    for refused in ledger.refused().chunks(PAGE) {
        let (tenants, ids): (Vec<&str>, Vec<Uuid>) = refused
            .iter()
            .map(|(tenant, id)| (tenant.as_str(), *id))
            .unzip();
        for row in client.query(&sql, &[&tenants, &ids]).await? {
            findings.wrong(
                "refused",
                format!("{}, {service}", row.try_get::<_, &str>(0)?),
            );
        }
    }
    Ok(())
}
