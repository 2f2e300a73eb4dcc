//! The file, update by update as it is.

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, ensure};
use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use jiff::civil::DateTime;

/// The file within the folder of all data.
pub const FILE: &str = "uci-servicenow-incident-event-log/incident_event_log.csv.gz";

/// How it writes what is not known.
const UNKNOWN: &str = "?";

/// How it writes a time: the day first, without padding.
const TIME: &str = "%d/%m/%Y %H:%M";

/// The columns that are read, of the 36 that it has. Those that hold the end of an incident on each
/// of its rows (`resolved_at`, `closed_code`, …) look into the future and are left alone.
const COLUMNS: [&str; 11] = [
    "number",
    "incident_state",
    "made_sla",
    "caller_id",
    "opened_at",
    "sys_updated_at",
    "contact_type",
    "category",
    "priority",
    "assignment_group",
    "assigned_to",
];

/// An incident as it was after one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the file; the heading is line 1.
    pub line: u64,
    /// The incident's number.
    pub number: String,
    /// Its state.
    pub state: String,
    /// Whether it had kept its service level until then.
    pub made_sla: bool,
    /// Who called; empty when not known.
    pub caller: String,
    /// When it was opened.
    pub opened_at: DateTime,
    /// When it was updated.
    pub at: DateTime,
    /// By phone or email.
    pub contact: String,
    /// What it is about; empty when not known.
    pub category: String,
    /// `1 - Critical` to `4 - Low`.
    pub priority: String,
    /// Whose queue it is in; empty when not known.
    pub group: String,
    /// Who works on it; empty when nobody.
    pub resolver: String,
}

/// Reads the compressed file, a line at a time.
///
/// # Errors
/// When it cannot be opened or lacks a column.
pub fn read(file: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>> + use<>> {
    let what = || format!("read {}", file.display());
    let unpacked = MultiGzDecoder::new(File::open(file).with_context(what)?);
    rows(unpacked).with_context(what)
}

/// Reads rows as the file writes them, a line at a time. What cannot be read is an error that names
/// its line.
///
/// # Errors
/// A column that is missing.
pub fn rows<R: Read>(
    from: R,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>> + use<R>> {
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 16)
        .from_reader(from);
    let headings = reader.headers()?.clone();
    let places: Vec<usize> = COLUMNS
        .iter()
        .filter_map(|column| headings.iter().position(|heading| heading == *column))
        .collect();
    ensure!(
        places.len() == COLUMNS.len(),
        "its columns are {headings:?}; {COLUMNS:?} must be among them"
    );
    Ok(reader.into_records().map(move |record| {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        row(line, &record, &places).with_context(|| format!("line {line}"))
    }))
}

fn row(line: u64, record: &StringRecord, places: &[usize]) -> anyhow::Result<Row> {
    let field = |index: usize| places.get(index).and_then(|place| record.get(*place));
    let text = |index: usize| match field(index) {
        None | Some(UNKNOWN) => String::new(),
        Some(text) => text.to_owned(),
    };
    let time = |index: usize| {
        let text = field(index).unwrap_or_default();
        DateTime::strptime(TIME, text).with_context(|| format!("{} {text:?}", COLUMNS[index]))
    };
    Ok(Row {
        line,
        number: text(0),
        state: text(1),
        made_sla: text(2)
            .parse()
            .with_context(|| format!("made_sla {:?}", text(2)))?,
        caller: text(3),
        opened_at: time(4)?,
        at: time(5)?,
        contact: text(6),
        category: text(7),
        priority: text(8),
        group: text(9),
        resolver: text(10),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    const HEADING: &str = "number,incident_state,made_sla,caller_id,opened_at,sys_updated_at,\
                           contact_type,location,category,priority,assignment_group,assigned_to\n";

    fn parsed(lines: &str) -> Vec<anyhow::Result<Row>> {
        let text = format!("{HEADING}{lines}");
        rows(std::io::Cursor::new(text)).unwrap().collect()
    }

    #[test]
    fn an_update_is_read_by_its_headings_and_what_is_not_known_is_empty() {
        let line = "INC1,New,true,Caller 7,29/2/2016 01:16,1/3/2016 11:05,Phone,Here,?,\
                    3 - Moderate,Group 56,?\n";
        let expected = Row {
            line: 2,
            number: "INC1".into(),
            state: "New".into(),
            made_sla: true,
            caller: "Caller 7".into(),
            opened_at: datetime(2016, 2, 29, 1, 16, 0, 0),
            at: datetime(2016, 3, 1, 11, 5, 0, 0),
            contact: "Phone".into(),
            category: String::new(),
            priority: "3 - Moderate".into(),
            group: "Group 56".into(),
            resolver: String::new(),
        };
        assert_eq!(parsed(line)[0].as_ref().unwrap(), &expected);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_names_its_line_and_what_is_wrong() {
        let good = "INC1,New,true,C,29/2/2016 01:16,1/3/2016 11:05,Phone,H,?,3 - Moderate,G,?\n";
        for (bad, what) in [
            (
                "INC1,New,maybe,C,29/2/2016 01:16,1/3/2016 11:05,P,H,?,3,G,?",
                "maybe",
            ),
            (
                "INC1,New,true,C,30/2/2016 01:16,1/3/2016 11:05,P,H,?,3,G,?",
                "30/2/2016",
            ),
            (
                "INC1,New,true,C,29/2/2016 01:16,2016-03-01,P,H,?,3,G,?",
                "2016-03-01",
            ),
        ] {
            let error = parsed(&format!("{good}{bad}\n"))
                .into_iter()
                .find_map(Result::err);
            let said = format!("{:#}", error.unwrap());
            assert!(said.contains("line 3") && said.contains(what), "{said}");
        }
    }

    #[test]
    fn another_file_is_refused_at_once() {
        let refused = rows(std::io::Cursor::new("a,b\n1,2\n"));
        let said = format!("{:#}", refused.err().unwrap());
        assert!(said.contains("incident_state"), "{said}");
    }
}
