//! What a run came to, as a table that can be put into a document.

use comfy_table::{Table, presets::ASCII_MARKDOWN};

use crate::{Kind, Outcome};

/// Faults by kind, in all rounds, and the rounds.
#[must_use]
pub fn table(rounds: &[Outcome]) -> String {
    let mut faults = Table::new();
    faults.load_style(ASCII_MARKDOWN);
    faults.set_header(["fault", "times"]);
    let times = |kind| -> u64 {
        let of_kind = rounds.iter().filter_map(|round| round.faults.get(&kind));
        of_kind.sum()
    };
    for kind in Kind::ALL {
        faults.add_row([kind.name().to_owned(), times(kind).to_string()]);
    }
    let all: u64 = Kind::ALL.into_iter().map(times).sum();
    faults.add_row(["all".to_owned(), all.to_string()]);

    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header([
        "round",
        "faults",
        "acknowledged",
        "refused by a rule",
        "events",
        "settled after",
        "checked in",
        "wrong",
    ]);
    for round in rounds {
        let faults: u64 = round.faults.values().sum();
        table.add_row([
            round.number.to_string(),
            faults.to_string(),
            round.acknowledged.to_string(),
            round.refused.to_string(),
            round.events.to_string(),
            format!("{:.0?}", round.settled_after),
            format!("{:.0?}", round.checked_in),
            round.problems.len().to_string(),
        ]);
    }
    let sum = |of: fn(&Outcome) -> u64| rounds.iter().map(of).sum::<u64>();
    let wrong: usize = rounds.iter().map(|round| round.problems.len()).sum();
    table.add_row([
        "all".to_owned(),
        all.to_string(),
        sum(|round| round.acknowledged).to_string(),
        sum(|round| round.refused).to_string(),
        sum(|round| round.events).to_string(),
        String::new(),
        String::new(),
        wrong.to_string(),
    ]);
    format!("{faults}\n\n{table}")
}
