//! A wholesaler's year: loaded, counted, shown.

use super::{Dataset, Questions, load, points, report, write_refused};
use crate::{
    demo::{Caller, Site},
    output,
};

/// What of the file was not loaded, line by line, in the folder of the set-up.
const REFUSED: &str = "retail-refused.csv";

/// Loads what is not there yet, or all once more, and prints the figures; whether they are right.
///
/// # Errors
/// When a command is refused or a service does not answer.
pub(crate) async fn show(
    site: &Site,
    caller: &Caller,
    wholesaler: &Dataset,
    reload: bool,
) -> anyhow::Result<bool> {
    let (name, story) = (&wholesaler.name, &wholesaler.story);
    let refused = site.dir.join(REFUSED);
    write_refused(&story.refused, &refused)?;
    let questions = Questions::about(caller, wholesaler);
    let mut tokens = Vec::new();
    if !reload && questions.is_loaded().await? {
        output::line(format!("\n{name} is there already"))?;
    } else {
        output::line(format!(
            "\nLoading {name}: {} customers, {} articles, {} lines in {} commands",
            output::grouped(story.buyers.len() as u64),
            output::grouped(story.articles.len() as u64),
            output::grouped(story.totals.lines),
            output::grouped(wholesaler.commands()),
        ))?;
        for (kind, documents) in &story.totals.documents {
            output::line(format!("  {kind}: {}", output::grouped(*documents)))?;
        }
        let loaded = load(caller, wholesaler, site.zone()?).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(&tokens).await?;
    report(wholesaler, &check, &refused)?;
    let earned = points::show(caller, wholesaler, &tokens).await?;
    Ok(check.holds() && earned)
}
