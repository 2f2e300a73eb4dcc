//! An airline's program: loaded, counted, shown.

use super::{Dataset, Questions, check::Check, load, write_refused};
use crate::{
    demo::{Caller, Site},
    output,
};

/// What of the files was not loaded, line by line, in the folder of the set-up.
const REFUSED: &str = "airline-refused.csv";

/// How many wrong members are named.
const NAMED: usize = 5;

/// Loads what is not there yet, or all once more, and prints the figures; whether they are right.
///
/// # Errors
/// When a command is refused or a service does not answer.
pub(crate) async fn show(
    site: &Site,
    caller: &Caller,
    airline: &Dataset,
    reload: bool,
) -> anyhow::Result<bool> {
    let (name, story) = (&airline.name, &airline.story);
    let refused = site.dir.join(REFUSED);
    write_refused(story, &refused)?;
    let questions = Questions::about(caller, airline);
    let mut tokens = Vec::new();
    if !reload && questions.check(&[]).await?.holds() {
        output::line(format!("\n{name} is there already"))?;
    } else {
        output::line(format!(
            "\nLoading {name}: {} members in {} commands",
            output::grouped(story.members.len() as u64),
            output::grouped(airline.commands()),
        ))?;
        output::line(format!(
            "  {} rows say a month again, and count; {} members earned before their enrolment: \
             enrolled by then",
            output::grouped(story.repeated),
            output::grouped(story.enrolled_early),
        ))?;
        let loaded = load(caller, airline, site.zone()?).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(&tokens).await?;
    report(&check, &refused)?;
    Ok(check.holds())
}

fn report(check: &Check, refused: &std::path::Path) -> anyhow::Result<()> {
    let told = &check.told;
    let mut table = output::table(&["points", "#the files say", "#the ledger says", ""]);
    for (what, said, found) in [
        ("earned", told.earned, check.earned),
        ("redeemed, as far as earned", told.redeemed, check.spent),
    ] {
        table.add_row([
            what.to_owned(),
            output::money(said),
            output::money(found),
            output::verdict(said == found).to_owned(),
        ]);
    }
    table.add_row([
        "held".to_owned(),
        String::new(),
        output::money(check.active),
        String::new(),
    ]);
    output::line(format!("\n{table}"))?;
    output::line(format!(
        "Redeemed for {} CAD. Refused, for it would have overdrawn: {} redemptions of {} points worth \
         {} CAD, listed in {}",
        output::money(told.worth),
        output::grouped(told.refused),
        output::money(told.refused_points),
        output::money(told.refused_worth),
        refused.display(),
    ))?;
    output::line(format!(
        "Every member's ledger as the files say: {}; conservation holds for every member: {}",
        output::verdict(check.wrong.is_empty()),
        output::verdict(check.conserves),
    ))?;
    for wrong in check.wrong.iter().take(NAMED) {
        output::line(format!("  {wrong}"))?;
    }
    Ok(())
}
