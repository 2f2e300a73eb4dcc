//! A story with the name under which it is loaded: ids derive from that name.

use std::{collections::HashSet, path::Path};

use anyhow::Context;

use super::{FILE, Row, Story, generate, read, tell};

/// What is loaded.
pub struct Dataset {
    /// Unlike that of any other.
    pub name: String,
    /// What it means.
    pub story: Story,
}

impl Dataset {
    /// Whether the public file is in the folder of all data.
    pub fn is_in(data: &Path) -> bool {
        data.join(FILE).is_file()
    }

    /// The public file in the folder of all data, or only so many tickets, the first that it tells of.
    ///
    /// # Errors
    /// When it cannot be read, or says what cannot be.
    pub fn read(data: &Path, tickets: Option<u32>) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let public = "uci-servicenow-incident-event-log";
        let what = || format!("read {}", file.display());
        let (name, story) = match tickets {
            None => (public.to_owned(), tell(read(&file)?)),
            Some(tickets) => {
                let rows = read(&file)?.collect::<anyhow::Result<_>>();
                let rows = first(rows.with_context(what)?, tickets);
                (
                    format!("{public}-{tickets}"),
                    tell(rows.into_iter().map(Ok)),
                )
            }
        };
        Ok(Self {
            name,
            story: story.with_context(what)?,
        })
    }

    /// A generated one of so many tickets.
    ///
    /// # Errors
    /// Never for what is generated.
    pub fn generated(seed: u64, tickets: u32) -> anyhow::Result<Self> {
        let rows = generate::desk(seed, tickets).into_iter().map(Ok);
        Ok(Self {
            name: format!("generated-desk-{seed}-{tickets}"),
            story: tell(rows)?,
        })
    }
}

/// The rows of the first tickets.
fn first(mut rows: Vec<Row>, tickets: u32) -> Vec<Row> {
    rows.sort_by_key(|row| row.at);
    let mut known = HashSet::new();
    rows.retain(|row| {
        if known.len() < tickets as usize {
            known.insert(row.number.clone());
        }
        known.contains(&row.number)
    });
    rows
}
