//! A story with the name under which it is loaded: ids derive from that name.

use std::path::Path;

use anyhow::Context;
use jiff::ToSpan;

use super::{Documents, FILE, Row, Story, read, tell, wholesaler};

/// Who pays what of the public file. It is part of the story: another payer would be another file.
const PAYERS: u64 = 1;

/// What is loaded.
pub struct Dataset {
    /// Unlike that of any other, also of another part of the same file.
    pub name: String,
    /// What it means.
    pub story: Story,
}

impl Dataset {
    /// Whether the public file is in the folder of all data.
    pub fn is_in(data: &Path) -> bool {
        data.join(FILE).is_file()
    }

    /// The public file in the folder of all data, or only its first days.
    ///
    /// # Errors
    /// When it cannot be read, or says what cannot be.
    pub fn read(data: &Path, days: Option<u16>) -> anyhow::Result<Self> {
        let rows = read(&data.join(FILE))?;
        let public = "uci-online-retail";
        match days {
            None => Self::of(public.to_owned(), rows, PAYERS),
            Some(days) => Self::of(format!("{public}-{days}"), first(rows, days), PAYERS),
        }
    }

    /// A generated one of so many documents.
    ///
    /// # Errors
    /// When there is no document.
    pub fn generated(seed: u64, documents: u32) -> anyhow::Result<Self> {
        let rows = wholesaler(seed, documents).into_iter().map(Ok);
        Self::of(
            format!("generated-wholesaler-{seed}-{documents}"),
            rows,
            seed,
        )
    }

    fn of(
        name: String,
        rows: impl Iterator<Item = anyhow::Result<Row>>,
        payers: u64,
    ) -> anyhow::Result<Self> {
        let documents = Documents::gather(rows).with_context(|| format!("read {name}"))?;
        let story = tell(&documents, payers).with_context(|| format!("tell {name}"))?;
        Ok(Self { name, story })
    }
}

/// The rows of the first days.
fn first(
    rows: impl Iterator<Item = anyhow::Result<Row>>,
    days: u16,
) -> impl Iterator<Item = anyhow::Result<Row>> {
    let mut end = None;
    rows.take_while(move |row| match row {
        Ok(row) => {
            let day = row.at.date();
            day < *end.get_or_insert_with(|| day.saturating_add(i64::from(days).days()))
        }
        Err(_) => true,
    })
}
