//! A story with the name under which it is loaded: ids derive from that name.

use std::path::Path;

use anyhow::Context;

use super::{FILE, Story, generate, read, tell};

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

    /// The public file in the folder of all data.
    ///
    /// # Errors
    /// When it cannot be read, or says what cannot be.
    pub fn read(data: &Path) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let story = tell(read(&file)?).with_context(|| format!("read {}", file.display()))?;
        Ok(Self {
            name: "uci-servicenow-incident-event-log".to_owned(),
            story,
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
