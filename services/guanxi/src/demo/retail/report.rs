//! Prints what the read model of receivables says of the wholesaler's year, beside the story.

use std::path::Path;

use rust_decimal::Decimal;

use super::{Ageing, Dataset, Refused, check::Check};
use crate::output;

/// Prints the figures, the ageing, what was refused, and whether all is right.
pub(crate) fn report(dataset: &Dataset, check: &Check, refused: &Path) -> anyhow::Result<()> {
    figures(dataset, check)?;
    ageing(check)?;
    refusals(&dataset.story.refused, refused)
}

fn figures(dataset: &Dataset, check: &Check) -> anyhow::Result<()> {
    let (story, found) = (&check.expected, &check.found);
    let mut table = output::table(&["GBP", "#by the file", "#by the receivables", ""]);
    let mut row = |what: &str, expected: Decimal, found: Decimal| {
        table.add_row([
            what.to_owned(),
            output::money(expected),
            output::money(found),
            output::verdict(expected == found).to_owned(),
        ]);
    };
    row("invoiced", story.invoiced, found.invoiced);
    row("credited", story.credited, found.credited);
    row("invoiced less credited", check.accepted, found.net());
    row("received", story.received, found.received);
    row("bounced", story.bounced, found.bounced);
    row("paid out", story.paid_out, found.paid_out);
    row("bad debts charged", story.debts, found.debts);
    row(
        "bad debts written off",
        story.written_off,
        found.written_off,
    );
    row("open", story.open, found.open);
    let last_day = dataset.story.last_day;
    output::line(format!("\nReceivables as of {last_day}"))?;
    output::line(table.to_string())?;
    if !check.agrees {
        output::line("The open items do NOT add up to the control account: WRONG.")?;
    }
    if check.known_then != Ageing::default() {
        output::line(format!(
            "As known on {last_day} itself there is {:?}: WRONG, for all was recorded later.",
            check.known_then
        ))?;
    }
    Ok(())
}

fn ageing(check: &Check) -> anyhow::Result<()> {
    let mut table = output::table(&[
        "as of",
        "#not due",
        "#1-30 days",
        "#31-60",
        "#61-90",
        "#91-120",
        "#older",
        "#free credits",
        "#in all",
        "",
    ]);
    for (day, told, found) in &check.ageing {
        let mut row = vec![day.to_string()];
        row.extend(sums(found));
        row.push(output::verdict(told == found).to_owned());
        table.add_row(row);
        if told != found {
            let mut row = vec!["by the story".to_owned()];
            row.extend(sums(told));
            table.add_row(row);
        }
    }
    output::line("\nWhat is owed, by how long it has been due, in GBP")?;
    Ok(output::line(table.to_string())?)
}

fn sums(ageing: &Ageing) -> impl Iterator<Item = String> {
    let all = ageing.buckets.into_iter();
    all.chain([ageing.credits, ageing.total()])
        .map(output::money)
}

fn refusals(refused: &[Refused], file: &Path) -> anyhow::Result<()> {
    let mut table = output::table(&["refused", "#lines", "#worth GBP"]);
    for (reason, (lines, value)) in Refused::by_reason(refused) {
        table.add_row([
            reason.to_string(),
            output::grouped(lines),
            output::money(value),
        ]);
    }
    output::line("\nLines of the file that were refused, wholly or partly")?;
    output::line(table.to_string())?;
    Ok(output::line(format!("Each of them: {}", file.display()))?)
}
