//! A hardware maker's pipeline: loaded, counted, shown.

use super::{Caller, Company, Files, Questions, Site, load, report};
use crate::output;

/// Loads what is not there yet, or all once more, and prints the figures; whether they are right.
///
/// # Errors
/// When a command is refused or a service does not answer.
pub(crate) async fn show(
    site: &Site,
    caller: &Caller,
    files: &Files,
    company: &Company,
    reload: bool,
) -> anyhow::Result<bool> {
    let questions = Questions::about(caller, files, company);
    let loaded_before = questions.is_loaded().await?;
    let mut tokens = Vec::new();
    if loaded_before && !reload {
        output::line(format!(
            "{} is there already; totals are those of {}, whatever was done since",
            files.name, company.last_day
        ))?;
    } else {
        output::line(format!(
            "Loading {}: {} customers, {} products, {} opportunities in {} commands",
            files.name,
            company.accounts.len(),
            company.products.len(),
            output::grouped(company.deals.len() as u64),
            output::grouped(company.commands()),
        ))?;
        for (what, times) in &company.corrections {
            output::line(format!("  put right {times} times: {what}"))?;
        }
        let loaded = load(caller, company, site.zone()?).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(!loaded_before, &tokens).await?;
    report(&questions, &check).await?;
    Ok(check.holds())
}
