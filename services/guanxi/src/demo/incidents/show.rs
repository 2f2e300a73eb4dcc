//! A service desk's months: loaded, counted, shown.

use guanxi_proto::query::v1::{ServiceTargets, ServiceTimes};

use super::{Dataset, Questions, State, check::Check, load};
use crate::{demo::Caller, output};

/// How many wrong tickets are named.
const NAMED: usize = 5;

/// Loads what is not there yet, or all once more, and prints the figures; whether they are right.
///
/// # Errors
/// When a command is refused or a service does not answer.
pub(crate) async fn show(caller: &Caller, desk: &Dataset, reload: bool) -> anyhow::Result<bool> {
    let (name, story) = (&desk.name, &desk.story);
    let questions = Questions::about(caller, desk);
    let mut tokens = Vec::new();
    if !reload && questions.check(&[]).await?.holds() {
        output::line(format!("\n{name} is there already"))?;
    } else {
        output::line(format!(
            "\nLoading {name}: {} tickets, {} callers, {} queues in {} commands",
            output::grouped(story.tickets.len() as u64),
            output::grouped(story.callers.len() as u64),
            story.queues.len(),
            output::grouped(desk.commands()),
        ))?;
        for (what, times) in &story.mapped {
            output::line(format!(
                "  {} times {}",
                output::grouped(*times),
                what.says()
            ))?;
        }
        let loaded = load(caller, desk).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(&tokens).await?;
    figures(&questions).await?;
    totals(desk, &check)?;
    Ok(check.holds())
}

async fn figures(questions: &Questions<'_>) -> anyhow::Result<()> {
    let mut table = output::table(&[
        "priority",
        "#opened",
        "#resolved",
        "#reopened",
        "#half answered in",
        "#half resolved in",
        "#nine in ten in",
        "#answered in time",
        "#resolved in time",
    ]);
    for group in questions.by_priority().await? {
        let resolution = group.resolution.unwrap_or_default();
        let answer = group.first_response.unwrap_or_default();
        table.add_row([
            group.key,
            output::grouped(group.opened),
            output::grouped(group.resolved),
            output::grouped(group.reopened),
            time(&answer, |times| times.median),
            time(&resolution, |times| times.median),
            time(&resolution, |times| times.p90),
            share(group.first_response_targets.as_ref()),
            share(group.resolution_targets.as_ref()),
        ]);
    }
    Ok(output::line(format!("\n{table}"))?)
}

/// Working time, in hours.
fn time(
    times: &ServiceTimes,
    which: impl Fn(&ServiceTimes) -> Option<prost_types::Duration>,
) -> String {
    let tenths = which(times).map(|time| time.seconds / 360);
    tenths.map_or_else(String::new, |tenths| {
        format!("{}.{} h", tenths / 10, tenths % 10)
    })
}

fn share(targets: Option<&ServiceTargets>) -> String {
    targets
        .map(|targets| targets.share.clone())
        .unwrap_or_default()
}

fn totals(desk: &Dataset, check: &Check) -> anyhow::Result<()> {
    let mut table = output::table(&["tickets", "#the file says", "#found", ""]);
    let mut row = |what: &str, told: u64, found: u64| {
        table.add_row([
            what.to_owned(),
            output::grouped(told),
            output::grouped(found),
            output::verdict(told == found).to_owned(),
        ]);
    };
    row("all", check.tickets, check.found);
    for (state, (told, found)) in &check.states {
        row(named(*state), *told, *found);
    }
    output::line(format!("\n{table}"))?;
    let counts = desk.story.counts();
    let of = |made: bool, ours: bool| check.levels.get(&(made, ours)).copied().unwrap_or_default();
    output::line(format!(
        "Service levels: the file says that {} of {} were made; of ours {} were met. Both {}, only the \
         file's {}, only ours {}, neither {}.",
        output::grouped(counts.made_sla),
        output::grouped(counts.tickets),
        output::grouped(of(true, true) + of(false, true)),
        output::grouped(of(true, true)),
        output::grouped(of(true, false)),
        output::grouped(of(false, true)),
        output::grouped(of(false, false)),
    ))?;
    output::line(format!(
        "Every ticket's state and targets as reckoned from the file minute by minute: {}",
        output::verdict(check.wrong.is_empty())
    ))?;
    for wrong in check.wrong.iter().take(NAMED) {
        output::line(format!("  {wrong}"))?;
    }
    Ok(())
}

fn named(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Open => "open",
        State::WaitsForCaller | State::WaitsForOthers => "waiting",
        State::Resolved => "resolved",
        State::Closed => "closed",
    }
}
