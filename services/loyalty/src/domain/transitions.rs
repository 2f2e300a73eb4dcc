//! Reads the transition tables of the documentation, for the tests that compare each cell.

use guanxi_decider::{Decision, Refusal};

/// One cell.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) state: &'static str,
    pub(crate) command: &'static str,
    pub(crate) wanted: &'static str,
}

/// Every cell of a table: a state a row, a command a column.
pub(crate) fn cells(table: &'static str) -> Vec<Cell> {
    let mut rows = table
        .lines()
        .filter(|line| !line.starts_with("|--"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim));
    let head: Vec<_> = rows.next().unwrap().skip(1).collect();
    rows.flat_map(|mut row| {
        let state = row.next().unwrap();
        let commands = head.clone().into_iter();
        commands.zip(row).map(move |(command, wanted)| Cell {
            state,
            command,
            wanted,
        })
    })
    .collect()
}

/// What came of a command, in the words of a table.
pub(crate) fn told<E>(result: Result<Decision<E>, Refusal>) -> &'static str {
    match result {
        Ok(decision) if decision.events.is_empty() => "nothing",
        Ok(_) => "yes",
        Err(refusal) => refusal.code,
    }
}
